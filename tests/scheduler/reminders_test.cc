#include "scheduler/reminders.h"

#include <catch2/catch.hpp>
#include <climits>
#include <set>

#include "base/error.h"
#include "store/followers.h"
#include "store/follows.h"
#include "tests/scheduler/house.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using namespace std::chrono_literals;
using std::chrono::days;

namespace {

Instant utc(const char* text) {
    return parse_iso8601(text, "test");
}

store::Room airing_at(const char* start) {
    store::Room room;
    room.starts_at = utc(start);
    room.ends_at = room.starts_at + 1h;
    return room;
}

// A house whose one show, every Tuesday at 20:00 in Paris, its host follows.
struct Followed {
    Followed() : show(house.planner->create(house.channel, house.host, house.plan())) {
        follow(store::FollowKind::kShow, show.id.text());
    }
    void follow(store::FollowKind kind, const std::string& target) {
        house.database->write([&](store::Tx& tx) {
            const auto follower = store::followers::of_account(tx, house.host, house.clock.now());
            store::follows::add(tx,
                                {follower.id, kind, target, store::kUsualLadder, false, house.clock.now()});
        });
    }
    Reminders read(Instant from, Instant to) {
        return house.database->read([&](store::Snapshot& snapshot) {
            return reminders(snapshot, store::followers::id_of(house.host), from, to);
        });
    }
    void change(const RoomId& id, const std::function<void(store::Room&)>& work) {
        house.database->write([&](store::Tx& tx) {
            auto room = store::rooms::find(tx, id).value();
            work(room);
            store::rooms::update(tx, room);
        });
    }

    House house;
    store::Show show;
};

}  // namespace

TEST_CASE("a follower is due a word by the ladder, counted from the start", "[reminders]") {
    const auto room = airing_at("2026-11-24T19:00:00Z");
    CHECK(due_times(room, kRungs) == std::vector<DueTime>{{1'440, utc("2026-11-23T19:00:00Z")},
                                                          {60, utc("2026-11-24T18:00:00Z")},
                                                          {10, utc("2026-11-24T18:50:00Z")},
                                                          {0, utc("2026-11-24T19:00:00Z")}});
    CHECK(due_times(room, kDefaultLadder) ==
          std::vector<DueTime>{{60, utc("2026-11-24T18:00:00Z")}, {0, utc("2026-11-24T19:00:00Z")}});
    CHECK(due_times(room, {}).empty());
}

TEST_CASE("a day before is 24 hours before, also where the clocks change", "[reminders]") {
    // 29 March 2026 at 20:00 in Paris is the evening of the short day.
    const auto room = airing_at("2026-03-29T18:00:00Z");
    CHECK(due_times(room, kRungs).front().at == utc("2026-03-28T18:00:00Z"));
}

TEST_CASE("nobody is due a word of what is cancelled or not held, of what is late, moved or live they are",
          "[reminders]") {
    auto room = airing_at("2026-11-24T19:00:00Z");
    room.lateness = store::Lateness::kDelayed;
    CHECK(due_times(room, kDefaultLadder).size() == 2);
    room.state = store::RoomState::kLive;
    CHECK(due_times(room, kDefaultLadder).size() == 2);
    room.state = store::RoomState::kScheduled;
    room.lateness = store::Lateness::kNotHeld;
    CHECK(due_times(room, kDefaultLadder).empty());
    room.lateness = store::Lateness::kOnTime;
    room.state = store::RoomState::kCancelled;
    CHECK(due_times(room, kDefaultLadder).empty());
}

TEST_CASE("a ladder has each rung once, and no other", "[reminders]") {
    CHECK(checked_ladder(std::vector{0, 60, 0, 1'440}, "alarms") == std::vector{1'440, 60, 0});
    CHECK(checked_ladder(std::vector<int>{}, "alarms").empty());
    for (const int wrong : {-1, 1, 15, 2'880, INT_MAX}) {
        try {
            checked_ladder(std::vector{60, wrong}, "alarms");
            FAIL("taken: " << wrong);
        } catch (const Invalid& refusal) {
            CHECK(refusal.field() == "alarms");
        }
    }
}

TEST_CASE("reminders are the airings that the guide has, each once, however often it is followed",
          "[reminders]") {
    Followed followed;
    followed.follow(store::FollowKind::kChannel, followed.house.channel.text());
    followed.follow(store::FollowKind::kHost, followed.house.host.text());
    const auto from = utc("2026-11-24T00:00:00Z"), to = from + days(28);
    const auto list = followed.read(from, to).list;
    const auto page = Guide(*followed.house.database, followed.house.clock).page({.from = from, .to = to});
    REQUIRE(list.size() == 4);
    REQUIRE(page.entries.size() == list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        CHECK(list[i].airing.room.id == page.entries[i].room.id);
        CHECK(list[i].airing.title == "Thé du mardi");
        CHECK(list[i].due == std::vector<DueTime>{{60, page.entries[i].room.starts_at - 1h},
                                                  {0, page.entries[i].room.starts_at}});
    }
}

TEST_CASE("a moved airing is due by its new start, and read where it now is", "[reminders]") {
    Followed followed;
    const auto second = followed.house.airings(followed.show.id).at(1).id;
    const auto new_start = utc("2026-12-03T09:30:00Z");
    followed.change(second, [&](store::Room& room) {
        room.moved_from = room.starts_at;
        room.ends_at = new_start + (room.ends_at - room.starts_at);
        room.starts_at = new_start;
    });
    CHECK(followed.read(utc("2026-12-01T00:00:00Z"), utc("2026-12-02T00:00:00Z")).list.empty());
    const auto list = followed.read(utc("2026-12-03T00:00:00Z"), utc("2026-12-04T00:00:00Z")).list;
    REQUIRE(list.size() == 1);
    CHECK(list[0].airing.room.id == second);
    CHECK(list[0].due == std::vector<DueTime>{{60, new_start - 1h}, {0, new_start}});
}

TEST_CASE("a cancelled airing stays in the list and is due to nobody, a private one is not there",
          "[reminders]") {
    Followed followed;
    const auto rooms = followed.house.airings(followed.show.id);
    followed.change(rooms.at(0).id, [](store::Room& room) { room.state = store::RoomState::kCancelled; });
    followed.change(rooms.at(1).id, [](store::Room& room) { room.visibility = store::Visibility::kPrivate; });
    const auto from = utc("2026-11-24T00:00:00Z");
    const auto list = followed.read(from, from + days(21)).list;
    REQUIRE(list.size() == 2);
    CHECK(list[0].airing.room.id == rooms.at(0).id);
    CHECK(list[0].due.empty());
    CHECK(list[1].airing.room.id == rooms.at(2).id);
    CHECK(list[1].due.size() == 2);
}

TEST_CASE("reminders are read page by page, none left out, none twice", "[reminders]") {
    Followed followed;
    auto& house = followed.house;
    const auto start = utc("2026-11-25T00:00:00Z");
    // Pairs that start together: a page must not end between them.
    house.database->write([&](store::Tx& tx) {
        for (int i = 0; i < kMaxReminders + 501; ++i) {
            store::Room room;
            room.id = RoomId::make(house.random);
            room.channel = house.channel;
            room.show = followed.show.id;
            room.title = "Extra";
            room.starts_at = start + std::chrono::minutes((i + 1) / 2);
            room.ends_at = room.starts_at + 30min;
            store::rooms::insert(tx, room);
        }
    });
    std::set<RoomId> seen;
    std::size_t count = 0;
    std::optional<Instant> from = start;
    while (from) {
        const auto page = followed.read(*from, start + days(1));
        REQUIRE(page.list.size() <= kMaxReminders);
        REQUIRE(!page.list.empty());
        for (const auto& reminder : page.list) seen.insert(reminder.airing.room.id);
        count += page.list.size();
        from = page.next;
    }
    CHECK(count == kMaxReminders + 501);
    CHECK(seen.size() == count);
}

TEST_CASE("a window that is empty, backwards or too wide is refused by name", "[reminders]") {
    Followed followed;
    const auto now = followed.house.clock.now();
    CHECK_THROWS_AS(followed.read(now, now), Invalid);
    CHECK_THROWS_AS(followed.read(now, now - 1h), Invalid);
    CHECK_THROWS_AS(followed.read(now, now + kMaxRemindersSpan + 1ms), Invalid);
    CHECK_NOTHROW(followed.read(now, now + kMaxRemindersSpan));
}
