#include "scheduler/planner.h"

#include <catch2/catch.hpp>
#include <map>

#include "base/error.h"
#include "store/outbox.h"
#include "store/recordings.h"
#include "tests/scheduler/house.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using std::chrono::days;
using std::chrono::hours;

namespace {

Instant utc(const char* text) {
    return parse_iso8601(text, "test");
}

std::string field_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Invalid& error) {
        return error.field();
    }
    return "";
}

std::vector<Instant> starts(const std::vector<store::Room>& rooms) {
    std::vector<Instant> all;
    for (const auto& room : rooms) all.push_back(room.starts_at);
    return all;
}

}  // namespace

TEST_CASE("a new show has its airings for 400 days, where its rule puts them", "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    CHECK(show.slug == "the-du-mardi");
    const auto rooms = house.airings(show.id);
    const auto now = house.clock.now();
    const auto slots = expand(schedule_of(show), now, now + kHorizon);
    REQUIRE(rooms.size() == slots.size());
    CHECK(rooms.size() == 58);
    for (std::size_t i = 0; i < rooms.size(); ++i) {
        CHECK(rooms[i].starts_at == slots[i].starts_at);
        CHECK(rooms[i].ends_at == slots[i].ends_at);
        CHECK(rooms[i].slot_local == slots[i].local);
        CHECK(rooms[i].state == store::RoomState::kScheduled);
    }
}

TEST_CASE("the horizon moves with the clock and makes each airing once", "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    CHECK(house.upkeep->extend_horizon() == 0);
    house.clock.advance(days(28));
    CHECK(house.upkeep->extend_horizon() == 4);
    CHECK(house.upkeep->extend_horizon() == 0);
    const auto from = utc("2026-11-24T12:00:00Z");
    std::vector<Instant> expected;
    for (const auto& slot : expand(schedule_of(show), from, house.clock.now() + kHorizon))
        expected.push_back(slot.starts_at);
    CHECK(starts(house.airings(show.id)) == expected);
}

TEST_CASE("slugs are never given twice, and the podcast's guid is of the first address", "[planner]") {
    House house;
    const auto first = house.planner->create(house.channel, house.host, house.plan());
    auto second = house.planner->create(house.channel, house.host, house.plan(), Clashing::kAccept);
    CHECK(second.slug == "the-du-mardi-2");
    auto plan = house.plan();
    plan.slug = "the-du-mardi";
    CHECK_THROWS_AS(house.planner->create(house.channel, house.host, plan, Clashing::kAccept), Conflict);
    CHECK(first.podcast_guid != second.podcast_guid);
    plan.slug = "renamed";
    const auto renamed = house.planner->update(house.by, first.id, first.version, plan);
    CHECK(renamed.slug == "renamed");
    CHECK(renamed.podcast_guid == first.podcast_guid);
}

TEST_CASE("the podcast's guid is the UUID of the feed's address", "[planner]") {
    House house;
    auto plan = house.plan();
    plan.slug = "tea";
    // uuid.uuid5(uuid.UUID('ead4c236-bf58-58c6-a2c6-a6b28d128cb6'), 'example.org/shows/tea/podcast.xml')
    CHECK(house.planner->create(house.channel, house.host, plan).podcast_guid ==
          "2edbb841-c852-5daa-b2bd-3395122d5e42");
}

TEST_CASE("a bad plan is refused by field and leaves nothing", "[planner]") {
    House house;
    const auto with = [&](auto change) {
        auto plan = house.plan();
        change(plan);
        return field_of([&] { house.planner->create(house.channel, house.host, plan); });
    };
    CHECK(with([](auto& p) { p.title = ""; }) == "title");
    CHECK(with([](auto& p) { p.title = std::string(201, 'x'); }) == "title");
    CHECK(with([](auto& p) { p.notes = std::string(20'001, 'x'); }) == "notes");
    CHECK(with([](auto& p) { p.language = "<en>"; }) == "language");
    CHECK(with([](auto& p) { p.slug = "Not a slug"; }) == "slug");
    CHECK(with([](auto& p) { p.podcast_email = "x"; }) == "podcast_email");
    CHECK(with([](auto& p) { p.schedule.rrule = "FREQ=HOURLY"; }) == "rrule");
    CHECK(with([](auto& p) { p.schedule.start += days(1); }) == "start");
    CHECK_THROWS_AS(house.planner->create(ChannelId::make(house.random), house.host, house.plan()), NotFound);
    CHECK(
        house.database->read([](store::Snapshot& snapshot) { return store::shows::all(snapshot); }).empty());
}

TEST_CASE("a changed rule moves its airings along: they keep their ids, and what was done by hand stays",
          "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto before = house.airings(show.id);
    const auto moved =
        house.planner->edit(house.by, before[1].id, before[1].version,
                            {.starts_at = before[1].starts_at + hours(1), .length_minutes = 90});
    const auto cancelled = house.planner->cancel(house.by, before[2].id, before[2].version);
    auto plan = house.plan();
    plan.schedule.start = parse_local("2026-11-25T20:00", "test");
    plan.schedule.rrule = "FREQ=WEEKLY;BYDAY=WE";
    const auto review = house.planner->review(house.channel, {house.host}, plan, show.id);
    REQUIRE(review.misfits.size() == 1);
    CHECK(review.misfits[0].id == cancelled.id);
    const auto updated = house.planner->update(house.by, show.id, show.version, plan);
    CHECK(updated.sequence == show.sequence + 1);
    std::map<RoomId, store::Room> after;
    for (const auto& room : house.airings(show.id)) after[room.id] = room;
    // Every Tuesday's airing is its Wednesday's now; the moved one stays where it was put.
    for (const auto& room : before) {
        REQUIRE(after.contains(room.id));
        if (room.id == cancelled.id) continue;
        CHECK(after[room.id].slot == *room.slot + days(1));
        CHECK(after[room.id].starts_at == (room.id == moved.id ? moved.starts_at : room.starts_at + days(1)));
    }
    CHECK(after[moved.id].ends_at == moved.ends_at);
    CHECK(after[cancelled.id].slot == cancelled.slot);
    CHECK(after[cancelled.id].state == store::RoomState::kCancelled);
    // And the Wednesday beside the cancelled Tuesday has an airing.
    CHECK(after.size() == before.size() + 1);
}

TEST_CASE(
    "a rule with fewer airings takes the untouched ones away, and gives those that stay their new length",
    "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto before = house.airings(show.id);
    auto plan = house.plan();
    plan.schedule.rrule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU";
    plan.schedule.length_minutes = 90;
    const auto review = house.planner->review(house.channel, {house.host}, plan, show.id);
    CHECK(review.kept == 29);
    CHECK(review.removed == 29);
    CHECK(review.added == 0);
    house.planner->update(house.by, show.id, show.version, plan);
    const auto after = house.airings(show.id);
    REQUIRE(after.size() == 29);
    for (std::size_t i = 0; i < after.size(); ++i) {
        CHECK(after[i].id == before[2 * i].id);
        CHECK(after[i].ends_at - after[i].starts_at == std::chrono::minutes(90));
    }
}

TEST_CASE("what was, stays as it was: a change for all airings leaves the past a phase of its own",
          "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto before = house.airings(show.id);
    house.clock.set(utc("2026-12-10T12:00:00Z"));
    auto plan = house.plan();
    plan.title = "Thé du soir";
    plan.schedule.start += hours(1);
    const auto updated = house.planner->update(house.by, show.id, show.version, plan);
    const auto after = house.airings(show.id);
    const auto phases = house.database->read(
        [&](store::Snapshot& snapshot) { return store::shows::phases(snapshot, show.id); });
    REQUIRE(phases.size() == 1);
    CHECK(phases[0].title == "Thé du mardi");
    CHECK(phases[0].start == show.start);
    CHECK(phases[0].ends_at == house.clock.now());
    // The schedule begins with its first airing after the change.
    CHECK(updated.start == parse_local("2026-12-15T21:00", "test"));
    for (std::size_t i = 0; i < 3; ++i) CHECK(after[i].starts_at == before[i].starts_at);
    for (std::size_t i = 3; i < before.size(); ++i) {
        CHECK(after[i].id == before[i].id);
        CHECK(after[i].starts_at == before[i].starts_at + hours(1));
    }
}

TEST_CASE("this and following: earlier airings keep time and words, later ones keep their ids", "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto before = house.airings(show.id);
    auto plan = house.plan();
    plan.title = "Thé du jeudi";
    plan.schedule.rrule = "FREQ=WEEKLY;BYDAY=TH";
    plan.schedule.start = parse_local("2026-12-17T20:00", "test");
    const auto updated = house.planner->update_from(house.by, show.id, show.version, before[3].id, plan);
    const auto after = house.airings(show.id);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(after[i].starts_at == before[i].starts_at);
        CHECK(house.guide->entry(after[i].id)->title == "Thé du mardi");
    }
    CHECK(after[3].id == before[3].id);
    CHECK(after[3].starts_at == before[3].starts_at + days(2));
    CHECK(house.guide->entry(after[3].id)->title == "Thé du jeudi");
    CHECK(updated.start == parse_local("2026-12-17T20:00", "test"));
    CHECK(field_of([&] {
              house.planner->update_from(house.by, show.id, updated.version, RoomId::make(house.random),
                                         plan);
          }) == "from");
    house.clock.advance(days(60));
    CHECK(field_of([&] {
              house.planner->update_from(house.by, show.id, updated.version, after[3].id, plan);
          }) == "from");
}

TEST_CASE(
    "this and following: the first may begin earlier, on its day or before, but not before the one that "
    "stays",
    "[planner]") {
    const auto from_the_fourth = [](const char* start, const char* rrule) {
        House house;
        const auto show = house.planner->create(house.channel, house.host, house.plan());
        const auto before = house.airings(show.id);
        auto plan = house.plan();
        plan.schedule.start = parse_local(start, "test");
        plan.schedule.rrule = rrule;
        house.planner->update_from(house.by, show.id, show.version, before[3].id, plan);
        const auto after = house.airings(show.id);
        for (std::size_t i = 0; i < 3; ++i) CHECK(after[i].starts_at == before[i].starts_at);
        CHECK(after[3].id == before[3].id);
        CHECK(after[4].id == before[4].id);
        const auto phase = house.database->read(
            [&](store::Snapshot& snapshot) { return store::shows::phases(snapshot, show.id).at(0); });
        CHECK(phase.ends_at > *before[2].slot);
        CHECK(phase.ends_at <= *after[3].slot);
        return std::pair(after[3].starts_at - before[3].starts_at, after[4].starts_at - before[4].starts_at);
    };
    CHECK(from_the_fourth("2026-12-15T18:30", "FREQ=WEEKLY;BYDAY=TU") ==
          std::pair<Milliseconds, Milliseconds>(-std::chrono::minutes(90), -std::chrono::minutes(90)));
    // The start that the show had from the beginning.
    CHECK(from_the_fourth("2026-01-06T18:30", "FREQ=WEEKLY;BYDAY=TU") ==
          std::pair<Milliseconds, Milliseconds>(-std::chrono::minutes(90), -std::chrono::minutes(90)));
    CHECK(from_the_fourth("2026-12-13T20:00", "FREQ=WEEKLY;BYDAY=SU") ==
          std::pair<Milliseconds, Milliseconds>(-days(2), -days(2)));
}

TEST_CASE("a change of words leaves the airings as they are", "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto before = house.airings(show.id);
    auto plan = house.plan();
    plan.title = "Another title";
    const auto updated = house.planner->update(house.by, show.id, show.version, plan);
    CHECK(updated.sequence == show.sequence);
    CHECK(house.airings(show.id).front().id == before.front().id);
    CHECK(house.guide->upcoming(show.id, 1).at(0).title == "Another title");
}

TEST_CASE("a stale version changes nothing", "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    auto plan = house.plan();
    plan.notes = "New notes";
    house.planner->update(house.by, show.id, show.version, plan);
    plan.schedule.start += days(7);
    try {
        house.planner->update({house.host, "Bo"}, show.id, show.version, plan);
        FAIL("a stale plan was saved");
    } catch (const Stale& stale) {
        REQUIRE(stale.changes().size() == 1);
        CHECK(stale.changes()[0].actor == "Ana");
        CHECK(stale.changes()[0].fields == std::vector<std::string>{"notes"});
        CHECK(std::string(stale.what()).find("Ana") != std::string::npos);
    }
    const auto room = house.airings(show.id).front();
    house.planner->edit(house.by, room.id, room.version,
                        {.starts_at = room.starts_at + hours(1), .length_minutes = 60});
    CHECK_THROWS_AS(house.planner->cancel(house.by, room.id, room.version), Conflict);
    CHECK_THROWS_AS(house.planner->edit(house.by, room.id, room.version, {.title = "x"}), Stale);
    CHECK(house.guide->entry(room.id)->room.starts_at == room.starts_at + hours(1));
}

TEST_CASE("an airing that is moved or cancelled keeps its identity and its slot", "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto room = house.airings(show.id).front();
    const auto moved = house.planner->edit(house.by, room.id, room.version,
                                           {.starts_at = room.starts_at + days(1), .length_minutes = 30});
    CHECK(moved.id == room.id);
    CHECK(moved.slot == room.slot);
    CHECK(moved.sequence == room.sequence + 1);
    const auto cancelled = house.planner->cancel(house.by, moved.id, moved.version);
    CHECK(cancelled.state == store::RoomState::kCancelled);
    CHECK(cancelled.sequence == room.sequence + 2);
    CHECK_THROWS_AS(house.planner->cancel(house.by, room.id, cancelled.version), Conflict);
    CHECK_THROWS_AS(house.planner->edit(house.by, room.id, cancelled.version, {.starts_at = room.starts_at}),
                    Conflict);
    const auto restored = house.planner->restore(house.by, room.id, cancelled.version);
    CHECK(restored.state == store::RoomState::kScheduled);
    CHECK(restored.starts_at == moved.starts_at);
    CHECK(restored.moved_from == room.starts_at);
    const auto back = house.planner->edit(house.by, room.id, restored.version, {.starts_at = room.starts_at});
    CHECK_FALSE(back.moved_from);
    house.upkeep->extend_horizon();
    CHECK(house.airings(show.id).size() == 58);
}

TEST_CASE("a room can be opened on the spot or planned, within reason", "[planner]") {
    House house;
    const auto now = house.clock.now();
    const auto open = [&](const std::string& title, Instant at, int length) {
        return house.planner->spontaneous(house.channel, std::nullopt, title, at, length,
                                          store::Visibility::kPublic);
    };
    const auto room = open("Now", now, 60);
    CHECK_FALSE(room.slot);
    CHECK(house.guide->entry(room.id)->title == "Now");
    CHECK(field_of([&] { open("", now, 60); }) == "title");
    CHECK(field_of([&] { open(std::string(201, 'x'), now, 60); }) == "title");
    CHECK(field_of([&] { open("x", now - hours(1), 60); }) == "starts_at");
    CHECK(field_of([&] { open("x", now + days(401), 60); }) == "starts_at");
    CHECK(field_of([&] { open("x", now, 4); }) == "length_minutes");
}

TEST_CASE("the guide shows every public airing that overlaps, with its names", "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto now = house.clock.now();
    house.planner->spontaneous(house.channel, show.id, "Extra", now, 60, store::Visibility::kPublic);
    house.planner->spontaneous(house.channel, std::nullopt, "Hidden", now, 60, store::Visibility::kUnlisted);
    house.planner->spontaneous(house.channel, std::nullopt, "Secret", now, 60, store::Visibility::kPrivate);
    const auto entries =
        house.guide->page({.from = now + std::chrono::minutes(30), .to = now + days(1)}).entries;
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].title == "Extra");
    CHECK(entries[1].title == "Thé du mardi");
    CHECK(entries[1].show_slug == "the-du-mardi");
    CHECK(entries[1].channel_title == "Channel");
    REQUIRE(entries[1].hosts.size() == 1);
    CHECK(entries[1].hosts[0].name == "Ana");
    CHECK(field_of([&] { house.guide->page({.from = now, .to = now + days(63)}); }) == "to");
    CHECK(field_of([&] { house.guide->page({.from = now, .to = now}); }) == "to");
    CHECK_FALSE(house.guide->entry(RoomId::make(house.random)));
}

TEST_CASE("what comes next leaves out what is cancelled and over, and keeps what is on", "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    auto rooms = house.airings(show.id);
    house.planner->cancel(house.by, rooms[1].id, rooms[1].version);
    house.clock.set(rooms[0].ends_at + hours(1));
    CHECK(house.guide->upcoming(show.id, 1).at(0).room.id == rooms[2].id);
    house.database->write([&](store::Tx& tx) {
        rooms[0].state = store::RoomState::kLive;
        store::rooms::update(tx, rooms[0]);
    });
    const auto next = house.guide->upcoming(show.id, 2);
    REQUIRE(next.size() == 2);
    CHECK(next[0].room.id == rooms[0].id);
    CHECK(next[1].room.id == rooms[2].id);
    for (std::size_t i = 2; i < 40; ++i) house.planner->cancel(house.by, rooms[i].id, rooms[i].version);
    CHECK(house.guide->upcoming(show.id, 2).at(1).room.id == rooms[40].id);
    CHECK(house.guide->upcoming(show.id, 0).empty());
}

TEST_CASE("one airing's words, languages and hosts are its own until they are taken back", "[planner]") {
    House house;
    auto plan = house.plan();
    plan.language = "fr";
    plan.texts = {{"en", "Tuesday tea", "With biscuits"}};
    const auto show = house.planner->create(house.channel, house.host, plan);
    const auto room = house.airings(show.id)[1];
    const auto bo = house.account("bo", "Bo");
    auto edited = house.planner->edit(house.by, room.id, room.version,
                                      {.title = "Thé vert",
                                       .texts = std::vector<store::Text>{{"en", "Green tea", ""}},
                                       .hosts = std::vector{bo}});
    auto entry = house.guide->entry(room.id).value();
    CHECK(text_for(entry, "fr").title == "Thé vert");
    CHECK(text_for(entry, "en").title == "Green tea");
    CHECK(text_for(entry, "en").notes == "With biscuits");
    CHECK(text_for(entry, "de").title == "Thé vert");
    REQUIRE(entry.hosts.size() == 1);
    CHECK(entry.hosts[0].name == "Bo");
    house.planner->edit(
        house.by, room.id, edited.version,
        {.title = "", .texts = std::vector<store::Text>{}, .hosts = std::vector<AccountId>{}});
    entry = house.guide->entry(room.id).value();
    CHECK(text_for(entry, "fr").title == "Thé du mardi");
    CHECK(text_for(entry, "en").title == "Tuesday tea");
    CHECK(entry.hosts[0].name == "Ana");
}

TEST_CASE("a show off the programme has its coming airings cancelled, and is not planned again",
          "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto retired = house.planner->retire(house.by, show.id, show.version);
    CHECK(retired.retired_at == house.clock.now());
    for (const auto& room : house.airings(show.id)) CHECK(room.state == store::RoomState::kCancelled);
    house.clock.advance(days(30));
    CHECK(house.upkeep->extend_horizon() == 0);
    CHECK_THROWS_AS(house.planner->update(house.by, show.id, retired.version, house.plan()), Conflict);
    const auto room = house.airings(show.id).back();
    CHECK_THROWS_AS(house.planner->restore(house.by, room.id, room.version), Conflict);
}

TEST_CASE("a co-host is asked, answers, and can be taken off, the last host cannot", "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto bo = house.account("bo", "Bo");
    const auto hosts = [&] {
        return house.database->read([&](store::Snapshot& s) { return store::shows::hosts(s, show.id); })
            .size();
    };
    house.planner->invite_cohost(house.by, show.id, bo);
    const auto letters =
        house.database->read([](store::Snapshot& s) { return store::outbox::newest(s, 10); });
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].to == "bo@example.org");
    CHECK(hosts() == 1);
    house.planner->answer_invitation(show.id, bo, store::Answer::kDeclined);
    CHECK(hosts() == 1);
    CHECK_THROWS_AS(house.planner->answer_invitation(show.id, bo, store::Answer::kAccepted), Conflict);
    // Not again at once: each question is a mail.
    CHECK_THROWS_AS(house.planner->invite_cohost(house.by, show.id, bo), Conflict);
    CHECK(house.database->read([](store::Snapshot& s) { return store::outbox::newest(s, 10); }).size() == 1);
    house.clock.advance(kAskAgainAfter);
    house.planner->invite_cohost(house.by, show.id, bo);
    CHECK_THROWS_AS(house.planner->invite_cohost(house.by, show.id, bo), Conflict);
    house.planner->answer_invitation(show.id, bo, store::Answer::kAccepted);
    CHECK(hosts() == 2);
    CHECK_THROWS_AS(house.planner->invite_cohost(house.by, show.id, bo), Conflict);
    house.planner->remove_host(house.by, show.id, bo);
    CHECK_THROWS_AS(house.planner->remove_host(house.by, show.id, house.host), Conflict);
    CHECK_THROWS_AS(house.planner->remove_host(house.by, show.id, bo), NotFound);
}
