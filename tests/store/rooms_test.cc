#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "base/error.h"
#include "fixture.h"

using namespace stagecast;
using namespace stagecast::store;
using namespace std::chrono_literals;
using store::test::at;
using store::test::House;
using store::test::Kind;
using store::test::TestDatabase;

namespace {

bool same(const Room& a, const Room& b) {
    return a.id == b.id && a.channel == b.channel && a.show == b.show && a.title == b.title &&
           a.state == b.state && a.visibility == b.visibility && a.starts_at == b.starts_at &&
           a.ends_at == b.ends_at && a.slot == b.slot && a.slot_local == b.slot_local &&
           a.opened_at == b.opened_at && a.live_at == b.live_at && a.ended_at == b.ended_at &&
           a.sequence == b.sequence && a.version == b.version && a.updated_at == b.updated_at;
}

std::vector<RoomId> ids(const std::vector<Room>& rooms) {
    std::vector<RoomId> result;
    for (const auto& room : rooms) result.push_back(room.id);
    return result;
}

}  // namespace

TEST_CASE("rooms: what was stored is found, every field of it", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    auto spontaneous = house.make.room(house.channel.id, at(1'000'000) + 7ms);
    spontaneous.visibility = Visibility::kPrivate;
    database->write([&](Tx& tx) { rooms::insert(tx, spontaneous); });
    CHECK(
        same(database->read([&](Snapshot& s) { return rooms::find(s, house.room.id).value(); }), house.room));
    CHECK(same(database->read([&](Snapshot& s) { return rooms::find(s, spontaneous.id).value(); }),
               spontaneous));

    auto live = house.room;
    live.state = RoomState::kLive;
    live.title = "Special";
    live.visibility = Visibility::kUnlisted;
    live.starts_at += 5min;
    live.ends_at += 65min;
    live.opened_at = at(1'799'999'400);
    live.live_at = at(1'800'000'300);
    live.ended_at = at(1'800'003'000);
    live.sequence = 2;
    live.updated_at = at(9'999);
    database->write([&](Tx& tx) { rooms::update(tx, live); });
    live.version = 2;
    CHECK(same(database->read([&](Snapshot& s) { return rooms::find(s, live.id).value(); }), live));
}

TEST_CASE("rooms: a stale version is a conflict and changes nothing", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    auto room = house.room;
    room.title = "first";
    database->write([&](Tx& tx) { rooms::update(tx, room); });
    room.title = "second";
    CHECK_THROWS_WITH(database->write([&](Tx& tx) { rooms::update(tx, room); }),
                      Catch::StartsWith("version"));
    CHECK(database->read([&](Snapshot& s) { return rooms::find(s, room.id)->title; }) == "first");
    CHECK_THROWS_AS(
        database->write([&](Tx& tx) { rooms::update(tx, house.make.room(house.channel.id, at(0))); }),
        NotFound);
}

TEST_CASE("rooms: between finds exactly the public rooms that overlap", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    std::mt19937 random(7);
    const auto seconds = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    std::vector<Room> all{house.room};
    database->write([&](Tx& tx) {
        for (int i = 0; i < 60; ++i) {
            auto room = house.make.room(house.channel.id, at(seconds(1'000'000)));
            room.ends_at = room.starts_at + std::chrono::seconds(seconds(604'800));
            room.visibility = i % 5 == 0   ? Visibility::kPrivate
                              : i % 7 == 0 ? Visibility::kUnlisted
                                           : Visibility::kPublic;
            room.state = i % 4 == 0 ? RoomState::kCancelled : RoomState::kScheduled;
            rooms::insert(tx, room);
            all.push_back(room);
        }
    });
    std::sort(all.begin(), all.end(), [](const Room& a, const Room& b) {
        return std::pair(a.starts_at, a.id.text()) < std::pair(b.starts_at, b.id.text());
    });
    for (int round = 0; round < 40; ++round) {
        const auto from = at(seconds(1'200'000));
        const auto to = from + std::chrono::seconds(seconds(400'000));
        std::vector<RoomId> expected;
        for (const auto& room : all)
            if (room.visibility == Visibility::kPublic && room.starts_at < to && room.ends_at > from)
                expected.push_back(room.id);
        database->read([&](Snapshot& s) {
            CHECK(ids(rooms::between(s, from, to, 1'000)) == expected);
            expected.resize(std::min<std::size_t>(expected.size(), 3));
            CHECK(ids(rooms::between(s, from, to, 3)) == expected);
        });
    }
}

TEST_CASE("rooms: the ends of a window are its first instant, and not its last", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    const auto start = house.room.starts_at, end = house.room.ends_at;
    database->read([&](Snapshot& s) {
        CHECK(rooms::between(s, end, end + 1h, 9).empty());
        CHECK(rooms::between(s, end - 1ms, end, 9).size() == 1);
        CHECK(rooms::between(s, start - 1h, start, 9).empty());
        CHECK(rooms::between(s, start - 1h, start + 1ms, 9).size() == 1);
        CHECK(rooms::of_show(s, house.show.id, start, start + 1ms, 9).size() == 1);
        CHECK(rooms::of_show(s, house.show.id, start + 1ms, end, 9).empty());
        CHECK(rooms::of_show(s, house.show.id, start - 1h, start, 9).empty());
        CHECK(rooms::of_channel(s, house.channel.id, start, end, 9).size() == 1);
        CHECK(rooms::of_channel(s, house.channel.id, start, end, -1).empty());
        CHECK(rooms::scheduled_before(s, start, 9).empty());
        CHECK(rooms::scheduled_before(s, start + 1ms, 9).size() == 1);
        CHECK(rooms::in_state(s, RoomState::kScheduled).size() == 1);
        CHECK(rooms::in_state(s, RoomState::kLive).empty());
    });
}

TEST_CASE("rooms: a slot of a show is taken once", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    const auto slot = house.room.slot.value();
    database->write([&](Tx& tx) {
        CHECK_FALSE(rooms::insert_slot(tx, house.make.airing(house.show, slot)));
        CHECK(rooms::insert_slot(tx, house.make.airing(house.show, slot + 24h)));
        CHECK(rooms::last_slot(tx, house.show.id) == slot + 24h);
        CHECK_FALSE(rooms::last_slot(tx, house.make.id<ShowId>()));
    });
    CHECK_THROWS_WITH(
        database->write([&](Tx& tx) { rooms::insert(tx, house.make.airing(house.show, slot)); }),
        Catch::StartsWith("slot"));
    // Rooms without a show or without a slot do not compete.
    database->write([&](Tx& tx) {
        rooms::insert(tx, house.make.room(house.channel.id, slot));
        rooms::insert(tx, house.make.room(house.channel.id, slot));
    });
}

TEST_CASE("rooms: only those that nobody touched are erased", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    const auto day = [&](int number) {
        return house.make.airing(house.show, at(1'900'000'000) + number * 24h);
    };
    const auto before = day(-1), untouched = day(0), opened = day(1), moved = day(2), titled = day(3),
               staffed = day(4), hidden = day(5);
    database->write([&](Tx& tx) {
        for (const auto& room : {before, untouched, opened, moved, titled, staffed, hidden})
            rooms::insert(tx, room);
        auto room = opened;
        room.state = RoomState::kBackstage;
        rooms::update(tx, room);
        room = moved;
        room.starts_at += 1h;
        room.ends_at += 1h;
        rooms::update(tx, room);
        room = titled;
        room.title = "Special guest";
        rooms::update(tx, room);
        room = hidden;
        room.visibility = Visibility::kPrivate;
        rooms::update(tx, room);
        rooms::insert_speaker(tx, house.make.speaker(staffed.id));
        for (const auto& one : {opened, moved, titled, staffed, hidden})
            CHECK_FALSE(rooms::is_untouched(tx, rooms::find(tx, one.id).value()));
        CHECK(rooms::is_untouched(tx, untouched));
        rooms::erase_untouched(tx, untouched.id);
    });
    CHECK_THROWS_AS(database->write([&](Tx& tx) { rooms::erase_untouched(tx, moved.id); }), NotFound);
    database->read([&](Snapshot& s) {
        CHECK_FALSE(rooms::find(s, untouched.id));
        for (const auto& room : {before, opened, moved, titled, staffed, hidden})
            CHECK(rooms::find(s, room.id));
        CHECK(rooms::find(s, house.room.id));
    });
}

TEST_CASE("speakers: what was stored is found, of the room, the account and alone", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    auto host = house.make.speaker(house.room.id);
    host.account = house.owner.id;
    host.role = StageRole::kHost;
    auto guest = house.make.speaker(house.room.id);
    guest.created_at = at(3'999);
    database->write([&](Tx& tx) {
        rooms::insert_speaker(tx, host);
        rooms::insert_speaker(tx, guest);
    });
    host.role = StageRole::kCohost;
    host.muted_by_host = true;
    host.first_joined_at = at(4'100);
    host.left_at = at(4'200);
    database->write([&](Tx& tx) { rooms::update_speaker(tx, host); });
    database->read([&](Snapshot& s) {
        const auto found = rooms::find_speaker_of(s, house.room.id, house.owner.id).value();
        CHECK(found.id == host.id);
        CHECK(found.role == StageRole::kCohost);
        CHECK(found.muted_by_host);
        CHECK(found.first_joined_at == at(4'100));
        CHECK(found.left_at == at(4'200));
        CHECK_FALSE(rooms::find_speaker(s, guest.id)->account);
        const auto all = rooms::speakers(s, house.room.id);
        REQUIRE(all.size() == 2);
        CHECK(all[0].id == guest.id);
        CHECK(rooms::appearances(s, house.owner.id, 5).at(0).id == host.id);
    });
    auto twice = house.make.speaker(house.room.id);
    twice.account = house.owner.id;
    CHECK_THROWS_WITH(database->write([&](Tx& tx) { rooms::insert_speaker(tx, twice); }),
                      Catch::StartsWith("account"));
    CHECK_THROWS_AS(database->write([&](Tx& tx) { rooms::update_speaker(tx, twice); }), NotFound);
    CHECK_THROWS_AS(database->write([&](Tx& tx) {
        rooms::insert_speaker(tx, house.make.speaker(house.make.id<RoomId>()));
    }),
                    Error);
}
