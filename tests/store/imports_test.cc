#include "store/imports.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "fixture.h"

using namespace stagecast;
using namespace stagecast::store;
using store::test::at;
using store::test::House;
using store::test::Kind;
using store::test::TestDatabase;

TEST_CASE("imports: an event is known on the channel it came to, by what it became last", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    const auto other = house.make.channel("other");
    database->write([&](Tx& tx) {
        channels::insert(tx, other);
        imports::put(tx, {house.channel.id, "uid", house.show.id, {}, at(5)});
    });
    const auto find = [&](const ChannelId& channel, const std::string& uid) {
        return database->read([&](Snapshot& snapshot) { return imports::find(snapshot, channel, uid); });
    };
    const auto found = find(house.channel.id, "uid");
    REQUIRE(found);
    CHECK(found->show == house.show.id);
    CHECK_FALSE(found->room);
    CHECK(found->imported_at == at(5));
    CHECK_FALSE(find(house.channel.id, "UID"));
    CHECK_FALSE(find(other.id, "uid"));
    database->write([&](Tx& tx) { imports::put(tx, {house.channel.id, "uid", {}, house.room.id, at(6)}); });
    CHECK(find(house.channel.id, "uid")->room == house.room.id);
    CHECK_FALSE(find(house.channel.id, "uid")->show);
}

TEST_CASE("imports: what was taken off the programme can come again", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    database->write([&](Tx& tx) {
        imports::put(tx, {house.channel.id, "show", house.show.id, {}, at(5)});
        imports::put(tx, {house.channel.id, "room", {}, house.room.id, at(5)});
        auto show = house.show;
        show.retired_at = at(6);
        shows::update(tx, show);
        auto room = house.room;
        room.state = RoomState::kCancelled;
        rooms::update(tx, room);
    });
    database->read([&](Snapshot& snapshot) {
        CHECK_FALSE(imports::find(snapshot, house.channel.id, "show"));
        CHECK_FALSE(imports::find(snapshot, house.channel.id, "room"));
    });
}

TEST_CASE("imports: an event became one thing, and has a UID", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    const auto put = [&](const Import& import) {
        database->write([&](Tx& tx) { imports::put(tx, import); });
    };
    CHECK_THROWS_AS(put({house.channel.id, "", house.show.id, {}, at(5)}), Invalid);
    CHECK_THROWS_AS(put({house.channel.id, std::string(1'001, 'x'), house.show.id, {}, at(5)}), Invalid);
    CHECK_THROWS(put({house.channel.id, "uid", house.show.id, house.room.id, at(5)}));
    CHECK_THROWS(put({house.channel.id, "uid", {}, {}, at(5)}));
}
