#include "studio/documents.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "base/error.h"
#include "scheduler/upkeep.h"
#include "store/channels.h"
#include "store/programme.h"
#include "store/recordings.h"
#include "studio/calendar_reader.h"
#include "studio/said.h"
#include "tests/scheduler/house.h"
#include "tests/studio/feed_reader.h"

using namespace stagecast;
using namespace stagecast::studio;
using scheduler::Clashing;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using test::FeedReader;
using test::Shown;

namespace {

const Instant kFarAway = Instant{} + days(60'000);

// The house with its documents, and its time moving as the service moves it.
struct Station : House {
    Station() {
        database->write([&](store::Tx& tx) {
            auto account = store::accounts::find(tx, host).value();
            account.state = store::AccountState::kActive;
            store::accounts::update(tx, account);
            auto station = store::channels::find(tx, channel).value();
            station.created_at = station.updated_at = clock.now();
            store::channels::update(tx, station);
        });
        tick();
    }
    void tick() {
        upkeep.tick();
        upkeep.extend_horizon();
    }
    void advance(Milliseconds time) {
        clock.advance(time);
        tick();
    }
    SharedDocument get(DocumentKind kind, const std::string& slug = "", const std::string& language = "") {
        return documents.get({kind, slug, language});
    }
    FeedReader calendar(const store::Show& show) {
        return FeedReader(*get(DocumentKind::kShowCalendar, current(show).slug)->bytes());
    }
    store::Show current(const store::Show& show) {
        return database->read([&](store::Snapshot& s) { return store::shows::find(s, show.id).value(); });
    }
    store::Room current(const store::Room& room) {
        return database->read([&](store::Snapshot& s) { return store::rooms::find(s, room.id).value(); });
    }
    void set(const std::function<void(store::Room&)>& change, const store::Room& which) {
        database->write([&](store::Tx& tx) {
            auto room = store::rooms::find(tx, which.id).value();
            change(room);
            store::rooms::update(tx, room);
        });
    }
    // The airing with that number among those of a show, by start.
    store::Room airing(const store::Show& show, std::size_t number) { return airings(show.id).at(number); }
    EpisodeId publish(const store::Room& room) {
        return database->write([&](store::Tx& tx) {
            store::Episode episode;
            episode.id = EpisodeId::make(random);
            episode.room = room.id;
            episode.show = room.show;
            episode.guid = "guid-" + episode.id.text();
            episode.title = "Heard";
            episode.state = store::EpisodeState::kPublished;
            episode.published_at = episode.updated_at = clock.now();
            store::episodes::insert(tx, episode);
            return episode.id;
        });
    }
    void hold(const store::Room& room) {
        set(
            [&](store::Room& held) {
                held.state = store::RoomState::kEnded;
                held.live_at = held.starts_at;
                held.ended_at = held.ends_at;
            },
            room);
    }

    scheduler::Editor editor{host, "Ana"};
    scheduler::Upkeep upkeep{*database, clock, random, config.site_url};
    Documents documents{*database, clock, config};
};

std::string status_of(const store::Room& room) {
    switch (standing_of(room)) {
        case feeds::Standing::kCancelled:
        case feeds::Standing::kNotHeld:
            return "CANCELLED";
        case feeds::Standing::kDelayed:
            return "TENTATIVE";
        default:
            return "CONFIRMED";
    }
}

}  // namespace

// --- the property: a show's calendar shows its rows

namespace {

// Every instant of the guide's rows, and no other. Titles count where the airing has its own.
struct Row {
    Instant starts_at{};
    int length_minutes = 0;
    std::string status;
    auto operator<=>(const Row&) const = default;
};

std::vector<Row> rows_of(const std::vector<store::Room>& rooms, Instant from, Instant to) {
    std::vector<Row> rows;
    for (const auto& room : rooms)
        if (room.visibility == store::Visibility::kPublic && room.starts_at >= from && room.starts_at < to)
            rows.push_back({room.starts_at, minutes_of(room), status_of(room)});
    std::sort(rows.begin(), rows.end());
    return rows;
}

std::vector<Row> rows_of(const std::vector<Shown>& shown) {
    std::vector<Row> rows;
    for (const auto& one : shown) rows.push_back({one.starts_at, one.length_minutes, one.status});
    std::sort(rows.begin(), rows.end());
    return rows;
}

std::string told(const std::vector<Row>& rows) {
    std::string text;
    for (const auto& row : rows)
        text += " " + to_iso8601(row.starts_at) + "/" + std::to_string(row.length_minutes) + "/" + row.status;
    return text;
}

// Does to a show what hosts and time do, as the seed has it.
class Fate {
public:
    Fate(Station& station, unsigned seed) : station_(station), dice_(seed) {}

    store::Show make() {
        auto plan = station_.plan();
        plan.title = "Show";
        plan.schedule = any_schedule();
        return station_.planner->create(station_.channel, station_.host, plan, Clashing::kAccept);
    }

    void strike(const store::Show& which) {
        const auto show = station_.current(which);
        const int die = roll(0, 13);
        deeds += " " + std::to_string(die);
        try {
            switch (die) {
                case 0:
                    return cancel(show);
                case 1:
                    return move(show);
                case 2:
                    return edit(show,
                                [&](auto& plan) { plan.title = "Special " + std::to_string(roll(1, 99)); });
                case 3:
                    return edit(show, [&](auto& plan) { plan.length_minutes = roll(5, 200); });
                case 4:
                    return restore(show);
                case 5:
                    return replan(show, [&](auto& plan) { plan.schedule = any_schedule(); });
                case 6:
                    return replan_from(show, [&](auto& plan) { plan.schedule = any_schedule(); });
                case 7:
                    return replan(show, [&](auto& plan) { leave_out(show, plan.schedule); });
                case 8:
                    return replan(show, [&](auto& plan) { pause(plan.schedule); });
                case 9:
                    return replan(show, [&](auto& plan) { add_date(plan.schedule); });
                case 10:
                    return station_.advance(minutes(roll(20, 20 * 1'440)));
                case 11:
                    return hide(show);
                case 12:
                    return invite(show);
                default:
                    return hold(show);
            }
        } catch (const Invalid& error) {
            deeds += "(" + std::string(error.what()) + ")";
        } catch (const Conflict& error) {
            deeds += "(" + std::string(error.what()) + ")";
        }
    }

    std::string deeds;  // so far

private:
    int roll(int low, int high) { return std::uniform_int_distribution<int>(low, high)(dice_); }

    scheduler::Schedule any_schedule() {
        static const std::vector<std::string> kZones{
            "Europe/Paris", "America/New_York", "America/St_Johns",  "Pacific/Apia", "Australia/Lord_Howe",
            "Africa/Cairo", "Asia/Tehran",      "Africa/Casablanca", "UTC",          "America/Sao_Paulo",
            "Asia/Kolkata", "America/Santiago", "Pacific/Chatham"};
        static const std::vector<std::string> kRules{"",
                                                     "FREQ=DAILY",
                                                     "FREQ=DAILY;INTERVAL=3",
                                                     "FREQ=DAILY;COUNT=25",
                                                     "FREQ=WEEKLY",
                                                     "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
                                                     "FREQ=WEEKLY;UNTIL=20270915",
                                                     "FREQ=WEEKLY;COUNT=12",
                                                     "FREQ=MONTHLY;BYDAY=2TU",
                                                     "FREQ=MONTHLY;BYDAY=-1FR",
                                                     "FREQ=MONTHLY;BYMONTHDAY=-1",
                                                     "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"};
        static const std::vector<int> kMinutes{0, 15, 150, 120, 179, 23 * 60 + 55, 20 * 60, 12 * 60};
        scheduler::Schedule schedule;
        schedule.zone = kZones.at(static_cast<std::size_t>(roll(0, static_cast<int>(kZones.size()) - 1)));
        schedule.rrule = kRules.at(static_cast<std::size_t>(roll(0, static_cast<int>(kRules.size()) - 1)));
        schedule.length_minutes = roll(5, 120);
        const auto today =
            std::chrono::floor<days>(Zone::find(schedule.zone)->to_local(station_.clock.now()));
        const auto at =
            minutes(kMinutes.at(static_cast<std::size_t>(roll(0, static_cast<int>(kMinutes.size()) - 1))));
        // The first day that is an instance of the rule.
        for (int later = roll(1, 9);; ++later) {
            schedule.start = today + days(later) + at;
            try {
                scheduler::check(schedule);
                return schedule;
            } catch (const Invalid& error) {
                if (error.field() != "start" || later > 60) throw;
            }
        }
    }

    std::optional<store::Room> any_coming(const store::Show& show, store::RoomState state) {
        auto rooms = station_.airings(show.id);
        std::erase_if(rooms, [&](const store::Room& room) {
            return room.state != state || room.starts_at <= station_.clock.now() || !room.slot;
        });
        if (rooms.empty()) return std::nullopt;
        return rooms.at(static_cast<std::size_t>(roll(0, std::min(30, static_cast<int>(rooms.size()) - 1))));
    }

    void cancel(const store::Show& show) {
        if (const auto room = any_coming(show, store::RoomState::kScheduled))
            station_.planner->cancel(station_.editor, room->id, room->version);
    }
    void restore(const store::Show& show) {
        if (const auto room = any_coming(show, store::RoomState::kCancelled))
            station_.planner->restore(station_.editor, room->id, room->version, Clashing::kAccept);
    }
    template <class Change>
    void edit(const store::Show& show, Change change) {
        const auto room = any_coming(show, store::RoomState::kScheduled);
        if (!room) return;
        scheduler::AiringPlan plan;
        change(plan);
        station_.planner->edit(station_.editor, room->id, room->version, plan, Clashing::kAccept);
    }
    void move(const store::Show& show) {
        if (const auto room = any_coming(show, store::RoomState::kScheduled)) {
            scheduler::AiringPlan plan;
            plan.starts_at = room->starts_at + minutes(roll(-300, 3'000));
            station_.planner->edit(station_.editor, room->id, room->version, plan, Clashing::kAccept);
        }
    }
    scheduler::ShowPlan plan_of(const store::Show& show) {
        auto plan = station_.plan();
        plan.title = show.title;
        plan.schedule = scheduler::schedule_of(show);
        return plan;
    }
    template <class Change>
    void replan(const store::Show& show, Change change) {
        auto plan = plan_of(show);
        change(plan);
        station_.planner->update(station_.editor, show.id, show.version, plan, Clashing::kAccept);
    }
    template <class Change>
    void replan_from(const store::Show& show, Change change) {
        const auto room = any_coming(show, store::RoomState::kScheduled);
        if (!room) return;
        auto plan = plan_of(show);
        change(plan);
        plan.title = "Show " + std::to_string(roll(1, 99));
        station_.planner->update_from(station_.editor, show.id, show.version, room->id, plan,
                                      Clashing::kAccept);
    }
    void leave_out(const store::Show& show, scheduler::Schedule& schedule) {
        if (const auto room = any_coming(show, store::RoomState::kScheduled))
            schedule.exdates.push_back(*room->slot_local);
    }
    void pause(scheduler::Schedule& schedule) {
        const auto first = std::chrono::floor<days>(schedule.start) + days(roll(1, 60));
        schedule.pauses.push_back({first, first + days(roll(0, 30))});
    }
    void add_date(scheduler::Schedule& schedule) {
        schedule.rdates.push_back(schedule.start + days(roll(1, 90)) + minutes(roll(1, 600)));
    }
    void hide(const store::Show& show) {
        if (const auto room = any_coming(show, store::RoomState::kScheduled))
            station_.set([](store::Room& it) { it.visibility = store::Visibility::kPrivate; }, *room);
    }
    void invite(const store::Show& show) {
        const auto room = any_coming(show, store::RoomState::kScheduled);
        if (!room) return;
        station_.database->write([&](store::Tx& tx) {
            store::Speaker guest;
            guest.id = SpeakerId::make(station_.random);
            guest.room = room->id;
            guest.name = "Guest";
            store::rooms::insert_speaker(tx, guest);
        });
    }
    // The next airing is held.
    void hold(const store::Show& show) {
        auto rooms = station_.airings(show.id);
        std::erase_if(rooms, [&](const store::Room& room) {
            return room.state != store::RoomState::kScheduled || room.starts_at <= station_.clock.now();
        });
        if (rooms.empty() || rooms.front().starts_at > station_.clock.now() + days(20)) return;
        station_.advance(rooms.front().starts_at - station_.clock.now());
        station_.hold(rooms.front());
        station_.publish(rooms.front());
        station_.advance(hours(2));
    }

    Station& station_;
    std::mt19937 dice_;
};

}  // namespace

TEST_CASE("whatever happens to a show, its calendar shows the airings that the guide has, and no other",
          "[studio]") {
    const auto seed = GENERATE(range(1u, 41u));
    INFO("seed " << seed);
    Station station;
    const auto from = station.clock.now();
    Fate fate(station, seed);
    const auto show = fate.make();
    for (int blow = 0; blow < 14; ++blow) {
        fate.strike(show);
        // Rows reach 400 days from when they were made: every show's first ones were made at the start.
        const auto to = from + days(380);
        const auto expected = rows_of(station.airings(show.id), from, to);
        const auto bytes = *station.get(DocumentKind::kShowCalendar, station.current(show).slug)->bytes();
        INFO("after" << fate.deeds << ": " << bytes);
        const auto seen = rows_of(FeedReader(bytes).shown(from, to));
        std::vector<Row> missing, beyond;
        std::set_difference(expected.begin(), expected.end(), seen.begin(), seen.end(),
                            std::back_inserter(missing));
        std::set_difference(seen.begin(), seen.end(), expected.begin(), expected.end(),
                            std::back_inserter(beyond));
        INFO("missing" << told(missing) << "\nbeyond" << told(beyond));
        REQUIRE(seen == expected);
    }
}

TEST_CASE("the guide's calendar says of each show what its own calendar says", "[studio]") {
    Station station;
    std::vector<store::Show> shows;
    for (unsigned seed = 100; seed < 100 + kFewShows + 5; ++seed) {
        Fate fate(station, seed);
        shows.push_back(fate.make());
        for (int blow = 0; blow < 5; ++blow) fate.strike(shows.back());
    }
    const auto now = station.clock.now();
    std::vector<Shown> own;
    for (const auto& show : shows)
        for (auto& one : station.calendar(show).shown(now, now + days(300))) own.push_back(std::move(one));
    std::sort(own.begin(), own.end());
    const auto all =
        FeedReader(*station.get(DocumentKind::kGuideCalendar)->bytes()).shown(now, now + days(300));
    CHECK(own.size() > 100);
    CHECK(all == own);
    CHECK(FeedReader(*station.get(DocumentKind::kChannelCalendar, "channel")->bytes())
              .shown(now, now + days(300)) == own);
    CHECK(FeedReader(*station.get(DocumentKind::kHostCalendar, "ana")->bytes()).shown(now, now + days(300)) ==
          own);
}

TEST_CASE("an earlier schedule is a series of its own, to which the present one is related", "[studio]") {
    Station station;
    const auto show = station.planner->create(station.channel, station.host, station.plan());
    station.advance(days(15));
    auto plan = station.plan();
    plan.title = "Thé du jeudi";
    plan.schedule.start = parse_local("2026-12-10T21:00", "test");
    plan.schedule.rrule = "FREQ=WEEKLY;BYDAY=TH";
    station.planner->update(station.editor, show.id, show.version, plan);
    const auto feed = station.calendar(show);
    const auto uid = show.id.text() + "@example.org", earlier = show.id.text() + "-1@example.org";
    CHECK(feed.uids() == std::set<std::string>{uid, earlier});
    CHECK(feed.value(uid, "RELATED-TO") == earlier);
    CHECK(feed.value(earlier, "SUMMARY") == "Thé du mardi");
    CHECK(feed.value(uid, "SUMMARY") == "Thé du jeudi");
    CHECK(feed.value(uid, "SEQUENCE") == "1");
    CHECK(feed.value(earlier, "RRULE").find("UNTIL=2026120") != std::string::npos);
}

TEST_CASE("an airing in the calendar says how it stands, who hosts it, and where to hear it again",
          "[studio]") {
    Station station;
    const auto show = station.planner->create(station.channel, station.host, station.plan());
    const auto first = station.airing(show, 0), second = station.airing(show, 1);
    const auto uid = show.id.text() + "@example.org";
    scheduler::AiringPlan words;
    words.title = "A guest";
    words.notes = "Somebody **special**.";
    station.planner->edit(station.editor, second.id, second.version, words);
    station.clock.set(first.starts_at + minutes(12));
    station.tick();
    CHECK(station.calendar(show).values_of_overrides(uid, "STATUS") ==
          std::vector<std::string>{"TENTATIVE", "CONFIRMED"});
    station.clock.set(first.starts_at + minutes(31));
    station.tick();
    CHECK(station.calendar(show).values_of_overrides(uid, "STATUS") ==
          std::vector<std::string>{"CANCELLED", "CONFIRMED"});
    station.clock.set(second.starts_at);
    station.hold(second);
    const auto episode = station.publish(second);
    const auto feed = station.calendar(show);
    CHECK(feed.values_of_overrides(uid, "SUMMARY") == std::vector<std::string>{"Thé du mardi", "A guest"});
    CHECK(feed.values_of_overrides(uid, "ATTACH") ==
          std::vector<std::string>{"https://example.org/episodes/" + episode.text()});
    CHECK(feed.values_of_overrides(uid, "URL").back() == "https://example.org/rooms/" + second.id.text());
    CHECK(feed.values_of_overrides(uid, "DESCRIPTION").back().find("Somebody special.") != std::string::npos);
}

TEST_CASE("a show that was taken off says so for thirty days, what was held stays", "[studio]") {
    Station station;
    const auto show = station.planner->create(station.channel, station.host, station.plan());
    station.advance(days(10));
    const auto current = station.current(show);
    station.planner->retire(station.editor, show.id, current.version);
    const auto uid = show.id.text() + "@example.org", held = show.id.text() + "-1@example.org";
    for (const auto kind : {DocumentKind::kGuideCalendar, DocumentKind::kChannelCalendar}) {
        const auto slug = kind == DocumentKind::kGuideCalendar ? "" : "channel";
        const FeedReader feed(*station.get(kind, slug)->bytes());
        CHECK(feed.uids() == std::set<std::string>{uid, held});
        CHECK(feed.value(uid, "STATUS") == "CANCELLED");
        CHECK(feed.value(uid, "SEQUENCE") == "1");
        CHECK(feed.value(held, "STATUS") == "CONFIRMED");
        CHECK(feed.shown(Instant{}, station.clock.now()).size() == 2);
        for (const auto& one : feed.shown(station.clock.now(), kFarAway)) CHECK(one.status == "CANCELLED");
    }
    station.advance(days(29));
    CHECK(station.calendar(show).uids().contains(uid));
    station.advance(days(2));
    CHECK(station.calendar(show).uids() == std::set<std::string>{held});
}

TEST_CASE(
    "a reader's language is used where there are texts in it, and makes no new document where there are not",
    "[studio]") {
    Station station;
    auto plan = station.plan();
    plan.language = "fr";
    plan.texts = {{"de", "Dienstagstee", "Jede Woche."}};
    const auto show = station.planner->create(station.channel, station.host, plan);
    const auto uid = show.id.text() + "@example.org";
    const auto main = station.get(DocumentKind::kShowCalendar, show.slug);
    const auto german = station.get(DocumentKind::kShowCalendar, show.slug, "de");
    CHECK(FeedReader(*main->bytes()).value(uid, "SUMMARY") == "Thé du mardi");
    CHECK(FeedReader(*german->bytes()).value(uid, "SUMMARY") == "Dienstagstee");
    CHECK(FeedReader(*station.get(DocumentKind::kGuideCalendar, "", "de")->bytes()).value(uid, "SUMMARY") ==
          "Dienstagstee");
    CHECK(station.get(DocumentKind::kShowCalendar, show.slug, "xx") == main);
    CHECK(checked_feed_language("PT-BR") == "pt-br");
    for (const auto* bad : {"e", "english!", "e1", "fr-", "<en>", "en-012345"})
        CHECK_THROWS_AS(checked_feed_language(bad), Invalid);
}

TEST_CASE("an airing that is not public is in no document", "[studio]") {
    Station station;
    const auto show = station.planner->create(station.channel, station.host, station.plan());
    const auto hidden = station.airing(show, 1);
    station.set([](store::Room& room) { room.visibility = store::Visibility::kPrivate; }, hidden);
    for (const auto& one : station.calendar(show).shown(Instant{}, kFarAway))
        CHECK(one.starts_at != hidden.starts_at);
    for (const auto kind :
         {DocumentKind::kXmltv, DocumentKind::kAtom, DocumentKind::kJsonFeed, DocumentKind::kGuideCalendar})
        CHECK(station.get(kind)->bytes()->find(hidden.id.text()) == std::string::npos);
    // Its own entry is for those who may see it.
    CHECK_THROWS_AS(station.documents.airing_calendar({}, hidden.id, "/rooms/x", ""), NotFound);
    access::Actor ana;
    ana.account = station.host;
    const auto entry = station.documents.airing_calendar(ana, hidden.id, "/rooms/x/guest/key", "");
    CHECK(FeedReader(*entry->bytes()).value(hidden.id.text() + "@example.org", "URL") ==
          "https://example.org/rooms/x/guest/key");
}

// --- what HTTP says of them

TEST_CASE("the bytes depend on the database alone: neither the clock nor another process changes them",
          "[studio]") {
    Station station;
    const auto show = station.planner->create(station.channel, station.host, station.plan());
    Documents other(*station.database, station.clock, station.config);
    for (const auto kind :
         {DocumentKind::kShowCalendar, DocumentKind::kChannelCalendar, DocumentKind::kHostCalendar,
          DocumentKind::kGuideCalendar, DocumentKind::kShowPodcast, DocumentKind::kChannelPodcast,
          DocumentKind::kXmltv, DocumentKind::kM3u, DocumentKind::kAtom, DocumentKind::kJsonFeed}) {
        std::string slug;
        if (kind == DocumentKind::kShowCalendar || kind == DocumentKind::kShowPodcast) slug = show.slug;
        if (kind == DocumentKind::kChannelCalendar || kind == DocumentKind::kChannelPodcast) slug = "channel";
        if (kind == DocumentKind::kHostCalendar) slug = "ana";
        const auto first = station.get(kind, slug);
        station.clock.advance(days(3));  // and nothing is written
        const auto second = other.get({kind, slug, ""});
        INFO("kind " << static_cast<int>(kind));
        CHECK(*first->bytes() == *second->bytes());
        CHECK(first->etag() == second->etag());
        CHECK(first->last_modified() == second->last_modified());
        CHECK(first->last_modified() > Instant{});
    }
}

TEST_CASE("a document's date moves whenever its bytes do, and never back", "[studio]") {
    Station station;
    const auto show = station.planner->create(station.channel, station.host, station.plan());
    const auto cohost = station.database->write([&](store::Tx& tx) {
        store::Account account;
        account.id = AccountId::make(station.random);
        account.handle = "ben";
        account.email = "ben@example.org";
        account.name = "Ben";
        store::accounts::insert(tx, account);
        store::shows::add_host(tx, show.id, account.id);
        return account;
    });
    auto last = station.get(DocumentKind::kShowCalendar, show.slug);
    const auto changes = [&](const std::function<void(store::Tx&)>& write) {
        station.clock.advance(Milliseconds(200));  // less than a date can say
        station.database->write([&](store::Tx& tx) { write(tx); });
        const auto next = station.get(DocumentKind::kShowCalendar, show.slug);
        CHECK(next->etag() != last->etag());
        CHECK(next->last_modified() > last->last_modified());
        last = next;
    };
    // Neither of these leaves a date in what is still there.
    changes([&](store::Tx& tx) {
        auto renamed = cohost;
        renamed.name = "Benjamin";
        store::accounts::update(tx, renamed);
    });
    changes([&](store::Tx& tx) { store::shows::remove_host(tx, show.id, cohost.id); });
    // A change of something else is none.
    station.clock.advance(hours(5));
    station.database->write([](store::Tx& tx) { store::programme::touch(tx); });
    const auto same = station.get(DocumentKind::kShowCalendar, show.slug);
    CHECK(same->last_modified() == last->last_modified());
    CHECK(same->etag() == last->etag());
}

TEST_CASE("a change is seen at the next look, and what is unknown is not found", "[studio]") {
    Station station;
    const auto show = station.planner->create(station.channel, station.host, station.plan());
    const auto before = station.get(DocumentKind::kGuideCalendar);
    CHECK(station.get(DocumentKind::kGuideCalendar) == before);
    const auto room = station.airing(show, 0);
    station.planner->cancel(station.editor, room.id, room.version);
    const auto after = station.get(DocumentKind::kGuideCalendar);
    CHECK(after->etag() != before->etag());
    for (const auto kind : {DocumentKind::kShowCalendar, DocumentKind::kShowPodcast,
                            DocumentKind::kChannelCalendar, DocumentKind::kHostCalendar})
        CHECK_THROWS_AS(station.get(kind, "nobody"), NotFound);
}
