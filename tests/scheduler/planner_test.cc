#include "scheduler/planner.h"

#include <catch2/catch.hpp>

#include "base/error.h"
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
    CHECK(house.planner->extend_horizon() == 0);
    house.clock.advance(days(28));
    CHECK(house.planner->extend_horizon() == 4);
    CHECK(house.planner->extend_horizon() == 0);
    const auto from = utc("2026-11-24T12:00:00Z");
    std::vector<Instant> expected;
    for (const auto& slot : expand(schedule_of(show), from, house.clock.now() + kHorizon))
        expected.push_back(slot.starts_at);
    CHECK(starts(house.airings(show.id)) == expected);
}

TEST_CASE("slugs are never given twice, and the podcast's guid is of the first address", "[planner]") {
    House house;
    const auto first = house.planner->create(house.channel, house.host, house.plan());
    auto second = house.planner->create(house.channel, house.host, house.plan());
    CHECK(second.slug == "the-du-mardi-2");
    auto plan = house.plan();
    plan.slug = "the-du-mardi";
    CHECK_THROWS_AS(house.planner->create(house.channel, house.host, plan), Conflict);
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

TEST_CASE("a changed schedule replaces untouched airings and keeps moved and cancelled ones", "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto before = house.airings(show.id);
    const auto moved =
        house.planner->edit(house.by, before[1].id, before[1].version, {.starts_at = before[1].starts_at + hours(1), .length_minutes = 90});
    const auto cancelled = house.planner->cancel(house.by, before[2].id, before[2].version);
    auto plan = house.plan();
    plan.schedule.start = parse_local("2026-11-25T20:00", "test");
    plan.schedule.rrule = "FREQ=WEEKLY;BYDAY=WE";
    const auto updated = house.planner->update(house.by, show.id, show.version, plan);
    CHECK(updated.sequence == show.sequence + 1);
    int wednesdays = 0, others = 0;
    for (const auto& room : house.airings(show.id)) {
        if (room.id == moved.id || room.id == cancelled.id)
            ++others;
        else if (std::chrono::weekday(std::chrono::floor<days>(*room.slot_local)) == std::chrono::Wednesday)
            ++wednesdays;
        else
            FAIL("an airing of the old rule stayed");
    }
    CHECK(others == 2);
    CHECK(wednesdays == 57);
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
    house.planner->update(house.by, show.id, show.version, house.plan());
    auto plan = house.plan();
    plan.schedule.start += days(7);
    CHECK_THROWS_AS(house.planner->update(house.by, show.id, show.version, plan), Conflict);
    const auto room = house.airings(show.id).front();
    house.planner->edit(house.by, room.id, room.version, {.starts_at = room.starts_at + hours(1), .length_minutes = 60});
    CHECK_THROWS_AS(house.planner->cancel(house.by, room.id, room.version), Conflict);
    CHECK_THROWS_AS(house.planner->move(room.id, room.version, room.starts_at, 60), Conflict);
    CHECK(house.guide->entry(room.id)->room.starts_at == room.starts_at + hours(1));
}

TEST_CASE("an airing that is moved or cancelled keeps its identity and its slot", "[planner]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto room = house.airings(show.id).front();
    const auto moved = house.planner->edit(house.by, room.id, room.version, {.starts_at = room.starts_at + days(1), .length_minutes = 30});
    CHECK(moved.id == room.id);
    CHECK(moved.slot == room.slot);
    CHECK(moved.sequence == room.sequence + 1);
    const auto cancelled = house.planner->cancel(house.by, moved.id, moved.version);
    CHECK(cancelled.state == store::RoomState::kCancelled);
    CHECK(cancelled.sequence == room.sequence + 2);
    CHECK_THROWS_AS(house.planner->cancel(house.by, room.id, cancelled.version), Conflict);
    CHECK_THROWS_AS(house.planner->move(room.id, cancelled.version, room.starts_at, 30), Conflict);
    house.planner->extend_horizon();
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
    const auto entries = house.guide->page({.from = now + std::chrono::minutes(30), now + days(1}).entries);
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].title == "Extra");
    CHECK(entries[1].title == "Thé du mardi");
    CHECK(entries[1].show_slug == "the-du-mardi");
    CHECK(entries[1].channel_title == "Channel");
    REQUIRE(entries[1].hosts.size() == 1);
    CHECK(entries[1].hosts[0].name == "Ana");
    CHECK(field_of([&] { house.guide->page({.from = now, now + days(63}).entries); }) == "to");
    CHECK(field_of([&] { house.guide->page({.from = now, now}).entries; }) == "to");
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
