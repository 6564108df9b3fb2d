#include "studio/import.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "base/error.h"
#include "studio/documents.h"
#include "tests/scheduler/house.h"

using namespace stagecast;
using scheduler::Clashing;
using studio::Importer;
using studio::ImportFate;

namespace {

LocalTime local(const char* text) {
    return parse_local(text, "test");
}
Instant utc(const char* text) {
    return parse_iso8601(text, "test");
}

// A house with a second channel and its host, who imports.
struct World : House {
    World() {
        config.outbound_addresses = AddressPolicy::kPublicOnly;
        other_host = add_account("ben");
        stranger = add_account("eve");
        database->write([&](store::Tx& tx) {
            store::channels::set_member(tx, channel, host, store::ChannelRole::kOwner);
            store::Channel made;
            made.id = other = ChannelId::make(random);
            made.slug = "other";
            made.title = "Other";
            made.language = "fr";
            store::channels::insert(tx, made);
            store::channels::set_member(tx, other, other_host, store::ChannelRole::kOwner);
        });
    }

    AccountId add_account(const std::string& handle) {
        return database->write([&](store::Tx& tx) {
            store::Account account;
            account.id = AccountId::make(random);
            account.handle = handle;
            account.email = handle + "@example.org";
            account.name = handle;
            store::accounts::insert(tx, account);
            return account.id;
        });
    }

    studio::ImportReport take(const std::string& events, Clashing clashing = Clashing::kRefuse) {
        return importer.take(actor_of(other_host), "other", calendar_of(events), {"Europe/Paris", clashing});
    }
    studio::ImportReport preview(const std::string& events) {
        return importer.preview(actor_of(other_host), "other", calendar_of(events), {"Europe/Paris"});
    }

    static access::Actor actor_of(const AccountId& account) {
        access::Actor actor;
        actor.account = account;
        return actor;
    }
    static std::string calendar_of(const std::string& events) {
        return "BEGIN:VCALENDAR\nVERSION:2.0\n" + events + "END:VCALENDAR\n";
    }

    std::vector<store::Show> shows_of(const ChannelId& id) {
        return database->read(
            [&](store::Snapshot& snapshot) { return store::shows::of_channel(snapshot, id); });
    }
    std::vector<store::Room> rooms_of(const ChannelId& id) {
        return database->read([&](store::Snapshot& snapshot) {
            return store::rooms::of_channel(snapshot, id, Instant{}, Instant{} + std::chrono::days(80'000),
                                            100'000);
        });
    }

    AccountId other_host, stranger;
    ChannelId other;
    Importer importer{*database, clock, random, config};
};

std::string event(const std::string& uid, const std::string& title, const std::string& lines) {
    return "BEGIN:VEVENT\nUID:" + uid + "\nSUMMARY:" + title + "\n" + lines + "END:VEVENT\n";
}

const std::string kWeekly = "DTSTART;TZID=Europe/Paris:20261126T200000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\n";

std::string codes(const studio::ImportLine& line) {
    std::string all;
    for (const auto& remark : line.remarks)
        all += remark.code + (remark.detail.empty() ? "" : ": " + remark.detail) + "\n";
    return all;
}

}  // namespace

TEST_CASE("a series becomes a show with its airings, an event of its own a room", "[import]") {
    World world;
    const auto report = world.take(
        event("tea", "Tea", kWeekly + "DESCRIPTION:With biscuits.\nURL:https://tea.example/\n") +
        event("fair", "Fair", "DTSTART:20261129T100000Z\nDURATION:PT3H\nDESCRIPTION:On the quay.\n"));
    CHECK(report.shows == 1);
    CHECK(report.rooms == 1);
    CHECK(report.not_taken == 0);
    REQUIRE(report.lines.size() == 2);
    CHECK(report.lines[0].fate == ImportFate::kShow);
    CHECK(report.lines[0].slug == "tea");
    CHECK(report.lines[0].starts_at == utc("2026-11-26T19:00:00Z"));
    CHECK(report.lines[1].fate == ImportFate::kRoom);
    const auto shows = world.shows_of(world.other);
    REQUIRE(shows.size() == 1);
    CHECK(shows[0].title == "Tea");
    CHECK(shows[0].notes == "With biscuits.\n\nhttps://tea.example/");
    CHECK(shows[0].language == "fr");
    CHECK(shows[0].rrule == "FREQ=WEEKLY");
    CHECK(world.airings(shows[0].id).size() == 57);
    world.database->read([&](store::Snapshot& snapshot) {
        const auto hosts = store::shows::hosts(snapshot, shows[0].id);
        REQUIRE(hosts.size() == 1);
        CHECK(hosts[0].account == world.other_host);
        const auto room = store::rooms::find(snapshot, RoomId::parse(report.lines[1].room));
        REQUIRE(room);
        CHECK(room->title == "Fair");
        CHECK(room->notes == "On the quay.");
        CHECK(room->starts_at == utc("2026-11-29T10:00:00Z"));
        CHECK(room->ends_at == utc("2026-11-29T13:00:00Z"));
        CHECK_FALSE(room->show);
    });
}

TEST_CASE("a preview says what would be, and leaves nothing", "[import]") {
    World world;
    const std::string events = event("tea", "Tea", kWeekly) +
                               event("hour", "Hour", kWeekly + "RRULE:FREQ=DAILY\n") +
                               event("fair", "Fair", "DTSTART:20261129T100000Z\n");
    const auto preview = world.preview(events);
    CHECK(world.shows_of(world.other).empty());
    CHECK(world.rooms_of(world.other).empty());
    const auto taken = world.take(events);
    REQUIRE(preview.lines.size() == taken.lines.size());
    for (std::size_t i = 0; i < taken.lines.size(); ++i) {
        CHECK(preview.lines[i].title == taken.lines[i].title);
        CHECK(preview.lines[i].fate == taken.lines[i].fate);
        CHECK(preview.lines[i].slug == taken.lines[i].slug);
        CHECK(codes(preview.lines[i]) == codes(taken.lines[i]));
    }
    CHECK(world.shows_of(world.other).size() == 1);
}

TEST_CASE("what is not taken says why, in the scheduler's words where it refused", "[import]") {
    World world;
    const auto why = [&](const std::string& lines) {
        const auto report = world.take(event("x", "X", lines));
        REQUIRE(report.lines.size() == 1);
        return report.lines[0].fate == ImportFate::kNotTaken ? codes(report.lines[0]) : "taken\n";
    };
    const std::string at = "DTSTART;TZID=Europe/Paris:20261126T200000\nDURATION:PT1H\n";
    CHECK(why(at + "RRULE:FREQ=HOURLY\n").starts_with("refused: FREQ must be DAILY"));
    CHECK(why(at + "RRULE:FREQ=WEEKLY;BYDAY=MO\n").starts_with("refused: is not an airing of its rule"));
    CHECK(why(at + "RRULE:FREQ=WEEKLY;BYHOUR=9,20\n").starts_with("refused: BYHOUR"));
    CHECK(why("DTSTART:20261120T190000Z\nDURATION:PT1H\n") == "past\n");
    CHECK(why("DTSTART:20280120T190000Z\nDURATION:PT1H\n") == "too_far\n");
    CHECK(why("DTSTART:20251120T190000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\n") == "over\n");
    CHECK(why("DTSTART;VALUE=DATE:20261126\n") == "all_day\n");
    CHECK(why(at + "RRULE:FREQ=DAILY;UNTIL=20261201\n") == "taken\n");
    CHECK(world.shows_of(world.other).size() == 1);
}

TEST_CASE("an event that came before is not taken again, unless it left the programme", "[import]") {
    World world;
    const std::string tea = event("tea", "Tea", kWeekly),
                      fair = event("fair", "Fair", "DTSTART:20261129T100000Z\n");
    world.take(tea + fair);
    const auto again =
        world.take(tea + fair + event("new", "New", "DTSTART:20261130T100000Z\nDURATION:PT1H\n"));
    CHECK(codes(again.lines[0]) == "already: Tea\n");
    CHECK(codes(again.lines[1]) == "no_length: 60\nalready: Fair\n");
    CHECK(again.lines[2].fate == ImportFate::kRoom);
    CHECK(world.shows_of(world.other).size() == 1);
    // Into another channel it may.
    world.config.site_url = "https://example.org";
    CHECK(world.importer
              .take(World::actor_of(world.host), "channel", World::calendar_of(tea),
                    {"Europe/Paris", Clashing::kAccept})
              .shows == 1);
    const auto show = world.shows_of(world.other).front();
    world.planner->retire({world.other_host, "ben"}, show.id, show.version);
    CHECK(world.take(tea).shows == 1);
    CHECK(codes(world.take(tea).lines[0]) == "already: Tea\n");
}

TEST_CASE("events of one title become one show with further dates, later ones join it", "[import]") {
    World world;
    const auto quiz = [](const char* uid, const char* day) {
        return event(uid, "Quiz", std::string("DTSTART:") + day + "T190000Z\nDURATION:PT1H\n");
    };
    const std::string both = quiz("q2", "20261209") + quiz("q1", "20261202");
    const auto report = world.take(both + quiz("q0", "20261102"));
    CHECK(report.shows == 1);
    CHECK(report.rooms == 0);
    CHECK(codes(report.lines[0]) == "together: 2\n");
    CHECK(codes(report.lines[2]) == "past\n");
    const auto show = world.shows_of(world.other).at(0);
    CHECK(show.zone == "Europe/Paris");
    CHECK(show.start == local("2026-12-02T20:00"));
    CHECK(show.rdates == std::vector{local("2026-12-09T20:00")});
    CHECK(world.airings(show.id).size() == 2);

    const auto later = world.take(both + quiz("q3", "20261216"));
    CHECK(later.shows == 0);
    CHECK(later.rooms == 1);
    CHECK(codes(later.lines[2]) == "joined: Quiz\n");
    CHECK(later.lines[2].slug == show.slug);
    CHECK(world.airings(show.id).size() == 3);
    CHECK(world.airings(show.id).back().title.empty());
}

TEST_CASE("an airing beside its series joins the show", "[import]") {
    World world;
    const auto report = world.take(event("extra", "Tea", "DTSTART:20261129T100000Z\nDURATION:PT1H\n") +
                                   event("tea", "Tea", kWeekly));
    CHECK(report.shows == 1);
    CHECK(report.rooms == 1);
    CHECK(codes(report.lines[0]) == "joined: Tea\n");
    CHECK(world.airings(world.shows_of(world.other).at(0).id).size() == 58);
}

TEST_CASE("a show that clashes is left out and says with what, or is taken if that is wished", "[import]") {
    World world;
    const std::string tea = event("tea", "Tea", kWeekly), news = event("news", "News", kWeekly);
    const auto report = world.take(tea + news);
    CHECK(report.shows == 1);
    CHECK(report.not_taken == 1);
    CHECK(codes(report.lines[1]).starts_with("clash: the channel has \"Tea\" on at 2026-11-26T19:00:00Z"));
    CHECK(world.take(news, Clashing::kAccept).shows == 1);
}

TEST_CASE("only those who may make shows import, into a channel that is there", "[import]") {
    World world;
    const auto text = World::calendar_of(event("tea", "Tea", kWeekly));
    CHECK_THROWS_AS(world.importer.take(World::actor_of(world.stranger), "other", text, {}), Forbidden);
    CHECK_THROWS_AS(world.importer.preview(access::Actor{}, "other", text, {}), Unauthenticated);
    CHECK_THROWS_AS(world.importer.take(World::actor_of(world.host), "nowhere", text, {}), NotFound);
    CHECK_THROWS_AS(world.importer.take(World::actor_of(world.other_host), "other", "hello", {}), Invalid);
    CHECK_THROWS_AS(world.importer.fetch(World::actor_of(world.stranger), "other", "https://example.org/"),
                    Forbidden);
    CHECK(world.shows_of(world.other).empty());
}

TEST_CASE("a feed behind a private address is not fetched, whatever it calls itself", "[import]") {
    World world;
    for (const char* url :
         {"http://127.0.0.1:1/x.ics", "webcal://localhost/x.ics", "http://[::1]/", "file:///etc/passwd"}) {
        INFO(url);
        CHECK_THROWS_AS(world.importer.fetch(World::actor_of(world.other_host), "other", url), Invalid);
    }
}

TEST_CASE("one import takes so many shows and airings, the next goes on from there", "[import]") {
    World world;
    std::string events;
    for (int i = 0; i < 30; ++i)
        events += event("e" + std::to_string(i), "Daily " + std::to_string(i),
                        "DTSTART:20261126T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\n");
    const auto first = world.take(events, Clashing::kAccept);
    CHECK(first.shows == 25);
    CHECK(codes(first.lines.back()) == "too_many\n");
    const auto second = world.take(events, Clashing::kAccept);
    CHECK(second.shows == 5);
    CHECK(second.not_taken == 25);
}

namespace {

// What a listener hears of a channel over 400 days, in one line an airing.
std::multiset<std::string> heard(World& world, const ChannelId& channel) {
    std::multiset<std::string> lines;
    const auto now = world.clock.now();
    for (const auto& room : world.rooms_of(channel)) {
        if (room.ends_at <= now || room.starts_at >= now + scheduler::kHorizon) continue;
        auto title = room.title;
        if (title.empty())
            for (const auto& show : world.shows_of(channel))
                if (show.id == room.show) title = show.title;
        lines.insert(to_iso8601(room.starts_at) + " " + to_iso8601(room.ends_at) + " " + title +
                     (room.state == store::RoomState::kCancelled ? " cancelled" : ""));
    }
    return lines;
}

void plan_everything(World& world) {
    struct Planned {
        const char *title, *zone, *start, *rrule;
        std::vector<const char*> exdates, rdates;
    };
    const std::vector<Planned> all{
        {"Tea; with, friends",
         "Europe/Paris",
         "2026-11-24T20:00",
         "FREQ=WEEKLY;BYDAY=TU",
         {"2026-12-08T20:00"},
         {"2026-12-09T18:30"}},
        {"Until", "America/New_York", "2026-11-24T21:15", "FREQ=DAILY;UNTIL=20270401", {}, {}},
        {"Count", "Asia/Tokyo", "2026-11-25T06:00", "FREQ=DAILY;COUNT=40", {"2026-11-30T06:00"}, {}},
        {"Last Friday",
         "America/St_Johns",
         "2026-11-27T19:30",
         "FREQ=MONTHLY;BYDAY=-1FR",
         {},
         {"2027-05-01T10:00"}},
        {"Gap and overlap", "Europe/London", "2026-11-29T01:30", "FREQ=WEEKLY;BYDAY=SU", {}, {}},
        {"Half hours", "Australia/Lord_Howe", "2026-11-25T02:15", "FREQ=DAILY;INTERVAL=3", {}, {}},
        {"Midnight", "Africa/Cairo", "2026-11-27T00:00", "FREQ=WEEKLY;BYDAY=FR", {}, {}},
        {"Ramadan", "Africa/Casablanca", "2026-11-25T20:00", "FREQ=DAILY;INTERVAL=2", {}, {}},
        {"Month ends", "America/Sao_Paulo", "2026-11-30T20:00", "FREQ=MONTHLY;BYMONTHDAY=-1", {}, {}},
        {"Leap", "UTC", "2026-12-31T12:00", "FREQ=MONTHLY;BYMONTHDAY=29,30,31;BYSETPOS=-1", {}, {}},
        {"Once", "Asia/Tehran", "2026-12-24T20:00", "", {}, {}},
        {"Dates", "Pacific/Apia", "2026-12-24T20:00", "", {}, {"2026-12-31T20:00", "2027-01-07T20:00"}}};
    for (const auto& planned : all) {
        scheduler::ShowPlan plan;
        plan.title = planned.title;
        plan.notes = "Notes,\nof two lines; and a *star*.";
        plan.schedule.zone = planned.zone;
        plan.schedule.start = local(planned.start);
        plan.schedule.rrule = planned.rrule;
        for (const char* date : planned.exdates) plan.schedule.exdates.push_back(local(date));
        for (const char* date : planned.rdates) plan.schedule.rdates.push_back(local(date));
        plan.schedule.length_minutes = 45;
        world.planner->create(world.channel, world.host, plan, Clashing::kAccept);
    }
}

// Some airings of every show moved, cancelled, retitled, lengthened, all of it at once; rooms without a slot.
void change_airings(World& world) {
    const scheduler::Editor by{world.host, "Ana"};
    for (const auto& show : world.shows_of(world.channel)) {
        const auto airings = world.airings(show.id);
        const auto edit = [&](std::size_t nth, const scheduler::AiringPlan& plan) {
            if (nth < airings.size())
                world.planner->edit(by, airings[nth].id, airings[nth].version, plan, Clashing::kAccept);
        };
        scheduler::AiringPlan moved, retitled, longer, all;
        if (airings.size() > 1) moved.starts_at = airings[1].starts_at + std::chrono::hours(26);
        retitled.title = "Special, " + show.title;
        longer.length_minutes = 120;
        all.title = "Élan";
        all.starts_at = utc("2027-10-31T01:30:00Z");  // the second 1:30 in London, 2:30 in Paris
        all.length_minutes = 10;
        edit(1, moved);
        edit(2, retitled);
        edit(3, longer);
        edit(4, all);
        if (airings.size() > 5) world.planner->cancel(by, airings[5].id, airings[5].version);
        if (airings.size() > 30) world.planner->cancel(by, airings[30].id, airings[30].version);
    }
    world.planner->spontaneous(world.channel, std::nullopt, "Fair", utc("2026-12-05T10:00:00Z"), 90,
                               store::Visibility::kPublic, Clashing::kAccept);
    world.planner->spontaneous(world.channel, world.shows_of(world.channel).front().id, "Extra",
                               utc("2026-12-06T10:00:00Z"), 90, store::Visibility::kPublic,
                               Clashing::kAccept);
}

}  // namespace

TEST_CASE("our own feed, imported elsewhere, gives the same airings", "[import]") {
    World world;
    plan_everything(world);
    const bool is_changed = GENERATE(false, true);
    if (is_changed) change_airings(world);
    studio::Documents documents(*world.database, world.clock, world.config);
    const auto feed = *documents.get({studio::DocumentKind::kChannelCalendar, "channel", ""})->bytes();
    const auto report =
        world.importer.take(World::actor_of(world.other_host), "other", feed, {"UTC", Clashing::kAccept});
    for (const auto& line : report.lines) {
        INFO(line.title << ": " << codes(line));
        CHECK(line.fate != ImportFate::kNotTaken);
    }
    const auto expected = heard(world, world.channel);
    CHECK(expected.size() > 700);
    CHECK(heard(world, world.other) == expected);
    for (const auto& show : world.shows_of(world.other)) CHECK(show.notes.starts_with("Notes,"));
}
