#include "store/follows.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "fixture.h"
#include "store/followers.h"
#include "store/programme.h"

using namespace stagecast;
using namespace stagecast::store;
using namespace std::chrono_literals;
using store::test::at;
using store::test::House;
using store::test::Kind;
using store::test::TestDatabase;

namespace {

// A follower beside the house: its channel, its show with one airing, and its owner, who hosts the show.
struct Stand {
    explicit Stand(Kind kind) : database(kind), house(*database), follower(house.make.account("awa")) {
        database->write([&](Tx& tx) {
            accounts::insert(tx, follower);
            shows::add_host(tx, house.show.id, house.owner.id);
        });
    }
    void follow(FollowKind kind, const std::string& target) {
        database->write([&](Tx& tx) {
            const auto who = followers::of_account(tx, follower.id, at(1'000)).id;
            follows::add(tx, {who, kind, target, kUsualLadder, false, at(1'000)});
        });
    }
    std::vector<RoomId> airings(Instant from = at(0), Instant to = at(4'000'000'000), int limit = 100) {
        std::vector<RoomId> ids;
        for (const auto& room : database->read([&](Snapshot& s) {
                 return rooms::followed_by(s, followers::id_of(follower.id), from, to, limit);
             }))
            ids.push_back(room.id);
        return ids;
    }
    std::vector<std::string> shows_followed() {
        std::vector<std::string> slugs;
        for (const auto& show :
             database->read([&](Snapshot& s) { return shows::followed_by(s, follower.id); }))
            slugs.push_back(show.slug);
        return slugs;
    }

    TestDatabase database;
    House house;
    Account follower;
};

}  // namespace

TEST_CASE("follows: following twice is one follow, and ends at once", "[store]") {
    Stand stand(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const auto show = stand.house.show.id.text();
    stand.follow(FollowKind::kShow, show);
    stand.follow(FollowKind::kShow, show);
    stand.follow(FollowKind::kHost, show);  // the same id, of another kind of thing
    stand.database->read([&](Snapshot& s) {
        CHECK(follows::of(s, followers::id_of(stand.follower.id)).size() == 2);
        CHECK(follows::count(s, FollowKind::kShow, show) == 1);
        CHECK(follows::find(s, followers::id_of(stand.follower.id), FollowKind::kShow, show));
        CHECK_FALSE(follows::find(s, followers::id_of(stand.house.owner.id), FollowKind::kShow, show));
    });
    stand.database->write(
        [&](Tx& tx) { follows::remove(tx, followers::id_of(stand.follower.id), FollowKind::kShow, show); });
    stand.database->read([&](Snapshot& s) {
        CHECK_FALSE(follows::find(s, followers::id_of(stand.follower.id), FollowKind::kShow, show));
        CHECK(follows::count(s, FollowKind::kShow, show) == 0);
        CHECK(follows::count(s, FollowKind::kHost, show) == 1);
    });
}

TEST_CASE("follows: a show's airings come by the show, its channel or its host, each once", "[store]") {
    Stand stand(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const auto& house = stand.house;
    CHECK(stand.airings().empty());
    const auto kind = GENERATE(FollowKind::kShow, FollowKind::kChannel, FollowKind::kHost);
    const auto target = kind == FollowKind::kShow      ? house.show.id.text()
                        : kind == FollowKind::kChannel ? house.channel.id.text()
                                                       : house.owner.id.text();
    stand.follow(kind, target);
    CHECK(stand.airings() == std::vector{house.room.id});
    CHECK(stand.shows_followed() == std::vector{house.show.slug});
    stand.follow(FollowKind::kShow, house.show.id.text());
    stand.follow(FollowKind::kChannel, house.channel.id.text());
    stand.follow(FollowKind::kHost, house.owner.id.text());
    CHECK(stand.airings() == std::vector{house.room.id});
    CHECK(stand.shows_followed().size() == 1);
    const auto start = house.room.starts_at;
    CHECK(stand.airings(start, start + 1ms).size() == 1);
    CHECK(stand.airings(start + 1ms, start + 48h).empty());
    CHECK(stand.airings(start - 48h, start).empty());
    CHECK(stand.airings(start, start + 1ms, 0).empty());
}

TEST_CASE("follows: what is not public comes to nobody, a spontaneous room by its channel alone", "[store]") {
    Stand stand(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    auto make = stand.house.make;
    auto open = make.room(stand.house.channel.id, at(1'000'000)),
         hidden = make.room(stand.house.channel.id, at(1'100'000)),
         unlisted = make.room(stand.house.channel.id, at(1'200'000));
    open.visibility = Visibility::kPublic;
    hidden.visibility = Visibility::kPrivate;
    unlisted.visibility = Visibility::kUnlisted;
    stand.database->write([&](Tx& tx) {
        for (const auto* room : {&open, &hidden, &unlisted}) rooms::insert(tx, *room);
    });
    stand.follow(FollowKind::kHost, stand.house.owner.id.text());
    CHECK(stand.airings() == std::vector{stand.house.room.id});
    stand.follow(FollowKind::kChannel, stand.house.channel.id.text());
    CHECK(stand.airings() == std::vector{open.id, stand.house.room.id});
}

TEST_CASE("calendar links: found by their hash, ended by their owner alone", "[store]") {
    Stand stand(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const CalendarLink link{std::string(64, 'a'), stand.follower.id, {60, 0}, at(5)},
        quiet{std::string(64, 'b'), stand.follower.id, {}, at(6)};
    stand.database->write([&](Tx& tx) {
        follows::insert_link(tx, link);
        follows::insert_link(tx, quiet);
    });
    stand.database->read([&](Snapshot& s) {
        const auto found = follows::find_link(s, link.hash);
        REQUIRE(found);
        CHECK(found->account == stand.follower.id);
        CHECK(found->alarms_minutes == std::vector{60, 0});
        CHECK(follows::find_link(s, quiet.hash)->alarms_minutes.empty());
        CHECK_FALSE(follows::find_link(s, "c"));
        CHECK(follows::links_of(s, stand.follower.id).front().hash == quiet.hash);
    });
    const auto erase = [&](const AccountId& account) {
        stand.database->write([&](Tx& tx) { follows::erase_link(tx, account, link.hash); });
    };
    CHECK_THROWS_AS(erase(stand.house.owner.id), NotFound);
    erase(stand.follower.id);
    CHECK_THROWS_AS(erase(stand.follower.id), NotFound);
    CHECK(stand.database->read([&](Snapshot& s) { return follows::links_of(s, stand.follower.id).size(); }) ==
          1);
}

TEST_CASE("follows: what one person follows is no part of the programme", "[store]") {
    Stand stand(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const auto revision = [&] {
        return stand.database->read([](Snapshot& s) { return programme::state(s).revision; });
    };
    const auto before = revision();
    stand.follow(FollowKind::kShow, stand.house.show.id.text());
    stand.database->write([&](Tx& tx) {
        follows::remove(tx, followers::id_of(stand.follower.id), FollowKind::kShow,
                        stand.house.show.id.text());
    });
    CHECK(revision() == before);
}
