#include "scheduler/adopt.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "house.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using std::chrono::days;

namespace {

LocalTime local(const char* text) {
    return parse_local(text, "test");
}
Instant utc(const char* text) {
    return parse_iso8601(text, "test");
}

const store::Room* at_slot(const Adoption& adoption, const char* slot) {
    for (const auto& room : adoption.airings)
        if (room.slot_local == local(slot)) return &room;
    return nullptr;
}

}  // namespace

TEST_CASE("an adopted show has its rule's airings, and the changed ones as they were changed", "[adopt]") {
    House house;
    const auto now = house.clock.now();
    const auto adoption =
        prepare_adoption(house.plan(),
                         {{local("2026-12-01T20:00"), utc("2026-12-02T18:00:00Z"), 90, "Moved", false},
                          {local("2026-12-08T20:00"), utc("2026-12-08T19:00:00Z"), 60, "", true},
                          {local("2026-12-15T20:00"), utc("2026-12-15T19:00:00Z"), 60, "Retitled", false},
                          {local("2026-12-22T20:00"), utc("2026-12-22T19:00:00Z"), 60, "", false},
                          {local("2026-12-29T20:00"), utc("2026-12-29T19:00:00Z"), 120, "", false},
                          {local("2026-12-30T20:00"), utc("2026-12-30T19:00:00Z"), 60, "Nowhere", false}},
                         now);
    CHECK(adoption.lost == std::vector{local("2026-12-30T20:00")});
    CHECK(adoption.airings.size() == expand(house.plan().schedule, now, now + kHorizon).size());
    const auto show = house.database->write([&](store::Tx& tx) {
        return adopt(tx, adoption, {house.channel, house.host, house.config.site_url, house.random, now});
    });
    CHECK(show.slug == "the-du-mardi");
    const auto airings = house.airings(show.id);
    REQUIRE(airings.size() == adoption.airings.size());
    const auto room = [&](const char* slot) {
        for (const auto& airing : airings)
            if (airing.slot_local == local(slot)) return airing;
        FAIL("no airing of " << slot);
        return store::Room{};
    };
    const auto moved = room("2026-12-01T20:00");
    CHECK(moved.starts_at == utc("2026-12-02T18:00:00Z"));
    CHECK(moved.ends_at == utc("2026-12-02T19:30:00Z"));
    CHECK(moved.slot == utc("2026-12-01T19:00:00Z"));
    CHECK(moved.moved_from == moved.slot);
    CHECK(moved.moved_local == local("2026-12-02T19:00"));
    CHECK(moved.title == "Moved");
    CHECK(room("2026-12-08T20:00").state == store::RoomState::kCancelled);
    CHECK(room("2026-12-15T20:00").title == "Retitled");
    CHECK_FALSE(room("2026-12-15T20:00").moved_from);
    CHECK(room("2026-12-29T20:00").ends_at == utc("2026-12-29T21:00:00Z"));
    house.database->read([&](store::Snapshot& snapshot) {
        CHECK_FALSE(store::rooms::is_untouched(snapshot, moved));
        CHECK_FALSE(store::rooms::is_untouched(snapshot, room("2026-12-15T20:00")));
        CHECK(store::rooms::is_untouched(snapshot, room("2026-12-22T20:00")));
    });
    CHECK(taken_slots(adoption).size() == airings.size() - 1);
}

TEST_CASE("an airing moved out of the past airs, one moved into it is cancelled", "[adopt]") {
    House house;
    auto plan = house.plan();
    plan.schedule.start = local("2026-11-10T20:00");
    const auto adoption =
        prepare_adoption(plan,
                         {{local("2026-11-17T20:00"), utc("2026-11-26T19:00:00Z"), 60, "", false},
                          {local("2026-11-10T20:00"), utc("2026-11-11T19:00:00Z"), 60, "", false},
                          {local("2026-12-01T20:00"), utc("2026-11-20T19:00:00Z"), 60, "", false}},
                         house.clock.now());
    const auto* late = at_slot(adoption, "2026-11-17T20:00");
    REQUIRE(late != nullptr);
    CHECK(late->starts_at == utc("2026-11-26T19:00:00Z"));
    CHECK(at_slot(adoption, "2026-11-10T20:00") == nullptr);
    const auto* early = at_slot(adoption, "2026-12-01T20:00");
    REQUIRE(early != nullptr);
    CHECK(early->state == store::RoomState::kCancelled);
    CHECK(adoption.lost.empty());
}

TEST_CASE("beyond the horizon a changed airing is a date of the schedule", "[adopt]") {
    House house;
    const auto adoption =
        prepare_adoption(house.plan(),
                         {{local("2028-03-07T20:00"), utc("2028-03-07T19:00:00Z"), 60, "", true},
                          {local("2028-03-14T20:00"), utc("2028-03-15T19:00:00Z"), 60, "", false},
                          {local("2028-03-21T20:00"), utc("2028-03-21T19:00:00Z"), 60, "Retitled", false},
                          {local("2028-03-22T20:00"), utc("2028-03-22T19:00:00Z"), 60, "", true}},
                         house.clock.now());
    const auto& schedule = adoption.plan.schedule;
    CHECK(schedule.exdates == std::vector{local("2028-03-07T20:00"), local("2028-03-14T20:00")});
    CHECK(schedule.rdates == std::vector{local("2028-03-15T20:00")});
    CHECK(adoption.lost == std::vector{local("2028-03-21T20:00"), local("2028-03-22T20:00")});
}

TEST_CASE("what cannot be planned is refused before anything is written", "[adopt]") {
    House house;
    auto plan = house.plan();
    plan.schedule.rrule = "FREQ=HOURLY";
    CHECK_THROWS_AS(prepare_adoption(plan, {}, house.clock.now()), Invalid);
    const Adopter adopter{house.channel, house.host, house.config.site_url, house.random, house.clock.now()};
    const auto room = [&](const char* title, days ahead, days length) {
        store::Room wanted;
        wanted.title = title;
        wanted.starts_at = house.clock.now() + ahead;
        wanted.ends_at = wanted.starts_at + length;
        return house.database->write([&](store::Tx& tx) { return adopt_room(tx, wanted, adopter); });
    };
    CHECK(room("Fair", days(1), days(1)).channel == house.channel);
    CHECK_THROWS_AS(room("", days(1), days(1)), Invalid);
    CHECK_THROWS_AS(room("Fair", days(-1), days(1)), Invalid);
    CHECK_THROWS_AS(room("Fair", days(401), days(1)), Invalid);
    CHECK_THROWS_AS(room("Fair", days(1), days(2)), Invalid);
}
