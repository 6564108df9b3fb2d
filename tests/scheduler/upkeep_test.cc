#include "scheduler/upkeep.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "store/outbox.h"
#include "store/programme.h"
#include "tests/scheduler/house.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using store::Lateness;

namespace {

Instant moment(House& house) {
    return house.database->read([](store::Snapshot& s) { return store::programme::state(s).now; });
}

std::int64_t revision(House& house) {
    return house.database->read([](store::Snapshot& s) { return store::programme::state(s).revision; });
}

}  // namespace

TEST_CASE("a host who is late makes an airing delayed after ten minutes, not held after thirty", "[upkeep]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto room = house.airings(show.id).front();
    const auto lateness_at = [&](minutes after) {
        house.clock.set(room.starts_at + after);
        house.upkeep->tick();
        return house.guide->entry(room.id)->room.lateness;
    };
    CHECK(lateness_at(minutes(9)) == Lateness::kOnTime);
    CHECK(lateness_at(minutes(10)) == Lateness::kDelayed);
    const auto seen = revision(house);
    CHECK(lateness_at(minutes(29)) == Lateness::kDelayed);
    CHECK(revision(house) == seen);
    CHECK(lateness_at(minutes(30)) == Lateness::kNotHeld);
    CHECK(revision(house) > seen);
    // A calendar takes the change for one: the sequence went up twice.
    CHECK(house.guide->entry(room.id)->room.sequence == room.sequence + 2);
}

TEST_CASE("in backstage somebody is there: late, never not held", "[upkeep]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    auto room = house.airings(show.id).front();
    house.database->write([&](store::Tx& tx) {
        room.state = store::RoomState::kBackstage;
        store::rooms::update(tx, room);
    });
    house.clock.set(room.starts_at + hours(2));
    house.upkeep->tick();
    CHECK(house.guide->entry(room.id)->room.lateness == Lateness::kDelayed);
}

TEST_CASE("the programme's moment is the last full hour, start or end, in between nothing changes",
          "[upkeep]") {
    House house;
    auto plan = house.plan();
    plan.schedule.start = parse_local("2026-11-24T20:20", "test");
    plan.schedule.length_minutes = 45;
    house.planner->create(house.channel, house.host, plan);
    const auto at = [&](const char* text) {
        house.clock.set(parse_iso8601(text, "test"));
        house.upkeep->tick();
        return to_iso8601(moment(house));
    };
    CHECK(at("2026-11-24T19:10:00Z") == "2026-11-24T19:00:00Z");
    const auto before = revision(house);
    CHECK(at("2026-11-24T19:19:59Z") == "2026-11-24T19:00:00Z");
    CHECK(revision(house) == before);
    CHECK(at("2026-11-24T19:21:00Z") == "2026-11-24T19:20:00Z");
    CHECK(at("2026-11-24T20:04:59Z") == "2026-11-24T20:00:00Z");
    CHECK(at("2026-11-24T20:06:00Z") == "2026-11-24T20:05:00Z");
    // A clock that was ahead is corrected.
    CHECK(at("2026-11-24T18:30:00Z") == "2026-11-24T18:00:00Z");
}

TEST_CASE("a zone's new rules move coming airings to the right instant, their hosts are told, once",
          "[upkeep]") {
    // A zone database of our own: Nowhere/Town, an hour ahead of UTC, then two.
    House house;
    const auto zones = house.directory.path / "zoneinfo";
    std::filesystem::create_directories(zones / "Nowhere");
    const auto fixed = [&](int offset_hours) {
        std::ofstream file(zones / "Nowhere" / "Town", std::ios::binary);
        const std::string counts(
            "\0\0\0\0"
            "\0\0\0\0"
            "\0\0\0\0"
            "\0\0\0\0"
            "\0\0\0\1"
            "\0\0\0\4",
            24);
        const std::string head = std::string("TZif2") + std::string(15, '\0') + counts;
        const auto seconds = static_cast<std::uint32_t>(offset_hours * 3'600);
        std::string type;
        for (const int shift : {24, 16, 8, 0}) type += static_cast<char>(seconds >> shift & 0xff);
        type += std::string("\0\0", 2) + std::string("NWT\0", 4);
        file << head << type << head << type << "\nNWT-" << offset_hours << "\n";
    };
    fixed(1);
    Zone::use_database(zones);
    auto plan = house.plan();
    plan.schedule.zone = "Nowhere/Town";
    const auto show = house.planner->create(house.channel, house.host, plan);
    CHECK(house.upkeep->follow_zones() == 0);
    const auto before = house.airings(show.id);
    const auto moved = house.planner->edit(house.by, before[1].id, before[1].version,
                                           {.starts_at = before[1].starts_at + hours(3)});
    fixed(2);
    CHECK(house.upkeep->follow_zones() == static_cast<int>(before.size()));
    CHECK(house.upkeep->follow_zones() == 0);
    Zone::use_database("/usr/share/zoneinfo");
    Zone::forget_changed();
    const auto after = house.airings(show.id);
    for (std::size_t i = 0; i < before.size(); ++i) {
        CHECK(after[i].id == before[i].id);
        CHECK(after[i].slot_local == before[i].slot_local);
        CHECK(after[i].slot == *before[i].slot - hours(1));
        CHECK(after[i].sequence > before[i].sequence);
    }
    CHECK(after[1].starts_at == moved.starts_at - hours(1));
    const auto letters =
        house.database->read([](store::Snapshot& s) { return store::outbox::newest(s, 10); });
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].text.find("Nowhere/Town") != std::string::npos);
}
