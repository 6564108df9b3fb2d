#include "scheduler/clashes.h"

#include <catch2/catch.hpp>

#include "tests/scheduler/house.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

// What planning it is refused for; nothing where it is not.
std::optional<Clashes> clashes_in(const std::function<void()>& call) {
    try {
        call();
    } catch (const Clashes& clashes) {
        return clashes;
    }
    return std::nullopt;
}

ShowPlan at(const House& house, const char* time, int length_minutes) {
    auto plan = house.plan();
    plan.title = "Another";
    plan.schedule.start = parse_local(std::string("2026-11-24T") + time, "test");
    plan.schedule.length_minutes = length_minutes;
    return plan;
}

std::size_t shows(House& house) {
    return house.database->read([](store::Snapshot& s) { return store::shows::all(s); }).size();
}

void allow_overlap(House& house) {
    house.database->write([&](store::Tx& tx) {
        auto channel = store::channels::find(tx, house.channel).value();
        channel.allows_overlap = true;
        store::channels::update(tx, channel);
    });
}

}  // namespace

TEST_CASE("a channel that has one programme at a time refuses a second, names it and says what is free",
          "[clashes]") {
    House house;
    house.planner->create(house.channel, house.host, house.plan());
    const auto bo = house.account("bo", "Bo");
    const auto create = [&](const ShowPlan& plan, Clashing clashing = Clashing::kRefuse) {
        return clashes_in([&] { house.planner->create(house.channel, bo, plan, clashing); });
    };
    const auto refused = create(at(house, "20:30", 60));
    REQUIRE(refused);
    CHECK(refused->list().size() == kMaxClashes);
    CHECK(refused->list()[0].kind == ClashKind::kChannelBusy);
    REQUIRE(refused->list()[0].with);
    CHECK(refused->list()[0].with->title == "Thé du mardi");
    CHECK(refused->free_start() == parse_local("2026-11-24T21:00", "test"));
    CHECK(shows(house) == 1);
    // One that ends as the other begins does not clash.
    CHECK_FALSE(create(at(house, "19:00", 60)));
    CHECK(create(at(house, "19:00", 61)));
    CHECK_FALSE(create(at(house, "20:30", 60), Clashing::kAccept));
    allow_overlap(house);
    const auto cy = house.account("cy", "Cy");
    CHECK_FALSE(clashes_in([&] { house.planner->create(house.channel, cy, at(house, "20:00", 60)); }));
}

TEST_CASE("a host cannot be in two places, whatever the channels allow", "[clashes]") {
    House house;
    allow_overlap(house);
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto refused =
        clashes_in([&] { house.planner->create(house.channel, house.host, at(house, "19:30", 60)); });
    REQUIRE(refused);
    CHECK(refused->list()[0].kind == ClashKind::kHostElsewhere);
    CHECK(refused->list()[0].host == "Ana");
    // An airing with a host of its own counts for that host, not for the show's.
    const auto bo = house.account("bo", "Bo");
    CHECK_FALSE(clashes_in([&] { house.planner->create(house.channel, bo, at(house, "19:30", 60)); }));
    const auto room = house.airings(show.id).front();
    const auto taken =
        clashes_in([&] { house.planner->edit(house.by, room.id, room.version, {.hosts = std::vector{bo}}); });
    REQUIRE(taken);
    CHECK(taken->list()[0].host == "Bo");
}

TEST_CASE("cancelled airings are in nobody's way, until they are restored", "[clashes]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto room = house.airings(show.id).front();
    auto once = at(house, "20:00", 60);
    once.schedule.rrule.clear();
    CHECK(clashes_in([&] { house.planner->create(house.channel, house.host, once); }));
    const auto cancelled = house.planner->cancel(house.by, room.id, room.version);
    CHECK_FALSE(clashes_in([&] { house.planner->create(house.channel, house.host, once); }));
    CHECK(clashes_in([&] { house.planner->restore(house.by, room.id, cancelled.version); }));
}

TEST_CASE("moving one airing looks at its neighbours, its own show's too, and not at itself", "[clashes]") {
    House house;
    const auto show = house.planner->create(house.channel, house.host, house.plan());
    const auto rooms = house.airings(show.id);
    const auto move = [&](Instant to) {
        return clashes_in(
            [&] { house.planner->edit(house.by, rooms[0].id, rooms[0].version, {.starts_at = to}); });
    };
    CHECK(move(rooms[1].starts_at + minutes(30)));
    CHECK_FALSE(move(rooms[0].starts_at + minutes(30)));
}

TEST_CASE("a show that runs into its own next airing is told", "[clashes]") {
    House house;
    auto plan = house.plan();
    plan.schedule.rrule = "FREQ=DAILY";
    plan.schedule.length_minutes = 1'440;
    // A day in spring has 23 hours in Paris.
    const auto refused = clashes_in([&] { house.planner->create(house.channel, house.host, plan); });
    REQUIRE(refused);
    REQUIRE(refused->list().size() == 1);
    CHECK(refused->list()[0].kind == ClashKind::kOverrun);
    CHECK(refused->list()[0].starts_at == parse_iso8601("2027-03-27T19:00:00Z", "test"));
}

TEST_CASE("a room that opens now is never refused: its people are there", "[clashes]") {
    House house;
    house.planner->create(house.channel, house.host, house.plan());
    house.clock.set(parse_iso8601("2026-11-24T19:30:00Z", "test"));
    const auto open = [&](Instant at) {
        return clashes_in([&] {
            house.planner->spontaneous(house.channel, std::nullopt, "Now", at, 60,
                                       store::Visibility::kPublic);
        });
    };
    CHECK_FALSE(open(house.clock.now()));
    CHECK(open(house.clock.now() + minutes(5)));
}
