#include "scheduler/reconcile.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "base/error.h"
#include "base/random.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

const Instant kFrom = parse_iso8601("2026-11-24T12:00:00Z", "test");
const Instant kTo = kFrom + days(500);

SeededRandom& ids() {
    static SeededRandom random{7};
    return random;
}

KnownAiring airing(const Slot& slot, Touch touch = Touch::kUntouched) {
    store::Room room;
    room.id = RoomId::make(ids());
    room.starts_at = slot.starts_at;
    room.ends_at = slot.ends_at;
    room.slot = slot.starts_at;
    room.slot_local = slot.local;
    return {room, touch};
}

std::vector<KnownAiring> airings_of(const std::vector<Slot>& slots) {
    std::vector<KnownAiring> airings;
    for (const auto& slot : slots) airings.push_back(airing(slot));
    return airings;
}

Schedule weekly(const char* start, const char* rrule) {
    Schedule schedule;
    schedule.start = parse_local(start, "test");
    schedule.zone = "Europe/Paris";
    schedule.rrule = rrule;
    return schedule;
}

// Schedules of all shapes, with dates off, further dates and pauses near their airings.
Schedule any_schedule(std::mt19937& random) {
    static const std::vector<std::pair<const char*, const char*>> kRules{
        {"2026-12-01T20:00", "FREQ=DAILY"},
        {"2026-12-01T02:30", "FREQ=DAILY;INTERVAL=3;COUNT=70"},
        {"2026-12-01T20:00", "FREQ=WEEKLY;BYDAY=TU,FR"},
        {"2026-12-01T20:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20270801T000000Z"},
        {"2026-12-01T20:00", "FREQ=MONTHLY;BYDAY=1TU"},
        {"2026-12-31T20:00", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=12"},
        {"2026-12-24T18:00", "FREQ=YEARLY"},
        {"2026-12-05T18:00", ""}};
    const auto& [start, rrule] = kRules[random() % kRules.size()];
    auto schedule = weekly(start, rrule);
    static const std::vector<const char*> kZones{"Europe/Paris", "America/St_Johns", "Africa/Cairo",
                                                 "Pacific/Apia"};
    schedule.zone = kZones[random() % kZones.size()];
    const auto slots = expand(schedule, kFrom, kTo);
    for (int i = 0; i < 3; ++i) schedule.exdates.push_back(slots[random() % slots.size()].local);
    for (int i = 0; i < 3; ++i)
        schedule.rdates.push_back(schedule.start + hours(random() % (24 * 200)) + minutes(7));
    if (random() % 2 == 0) {
        const auto day = std::chrono::floor<days>(slots[random() % slots.size()].local);
        schedule.pauses.push_back({day, day + days(random() % 40)});
    }
    return schedule;
}

}  // namespace

TEST_CASE("a schedule that is cut gives the airings that it would have given from there on", "[reconcile]") {
    std::mt19937 random(GENERATE(1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u));
    for (int i = 0; i < 40; ++i) {
        const auto schedule = any_schedule(random);
        const auto cut = kFrom + hours(random() % (24 * 300));
        const auto wanted = expand(schedule, cut, kTo);
        INFO(schedule.rrule << " " << to_iso8601(schedule.start) << " cut " << to_iso8601(cut));
        Schedule left;
        try {
            left = cut_before(schedule, cut);
        } catch (const Invalid&) {
            CHECK(wanted.empty());
            continue;
        }
        check(left);  // it can be planned again as it is
        CHECK(expand(left, Instant{}, kTo) == wanted);
    }
}

TEST_CASE("with the same slots every airing stays, whatever was done to it", "[reconcile]") {
    const auto slots = expand(weekly("2026-11-24T20:00", "FREQ=WEEKLY;BYDAY=TU"), kFrom, kTo);
    const auto airings = airings_of(slots);
    const auto result = reconcile(airings, slots, 60);
    CHECK(result.placed.size() == slots.size());
    CHECK(result.erased.empty());
    CHECK(result.added.empty());
    for (std::size_t i = 0; i < slots.size(); ++i) CHECK(result.placed[i].id == airings[i].room.id);
}

TEST_CASE("every slot has exactly one airing afterwards, and no airing is there twice", "[reconcile]") {
    std::mt19937 random(GENERATE(11u, 12u, 13u, 14u));
    for (int i = 0; i < 25; ++i) {
        auto airings = airings_of(expand(any_schedule(random), kFrom, kTo));
        for (auto& known : airings) {
            const auto what = random() % 8;
            if (what > 1) continue;
            known.touch = Touch::kTouched;
            if (what == 0) known.room.state = store::RoomState::kCancelled;
            if (what == 1) known.room.starts_at += hours(2);
        }
        const auto slots = expand(any_schedule(random), kFrom, kTo);
        const auto result = reconcile(airings, slots, 60);
        CHECK(result.placed.size() + result.erased.size() + result.misfits.size() == airings.size());
        std::multiset<Instant> taken;
        for (const auto& room : result.placed) taken.insert(*room.slot);
        for (const auto& slot : result.added) taken.insert(slot.starts_at);
        std::multiset<Instant> wanted;
        for (const auto& slot : slots) wanted.insert(slot.starts_at);
        CHECK(taken == wanted);
        for (const auto& room : result.erased)
            CHECK(std::any_of(airings.begin(), airings.end(), [&](const KnownAiring& known) {
                return known.room.id == room.id && known.touch == Touch::kUntouched;
            }));
    }
}

TEST_CASE("an airing that is on or over is never moved to another slot", "[reconcile]") {
    const auto slots = expand(weekly("2026-11-24T20:00", "FREQ=WEEKLY;BYDAY=TU"), kFrom, kTo);
    auto live = airing(slots[0], Touch::kTouched);
    live.room.state =
        GENERATE(store::RoomState::kLive, store::RoomState::kEnded, store::RoomState::kBackstage);
    const auto result =
        reconcile({live}, expand(weekly("2026-11-24T21:00", "FREQ=WEEKLY;BYDAY=TU"), kFrom, kTo), 60);
    CHECK(result.placed.empty());
    REQUIRE(result.misfits.size() == 1);
    CHECK(result.misfits[0].starts_at == live.room.starts_at);
}
