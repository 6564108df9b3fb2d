#include "store/notices.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "fixture.h"
#include "store/followers.h"
#include "store/hooks.h"

using namespace stagecast;
using namespace stagecast::store;
using store::test::at;
using store::test::House;
using store::test::Kind;
using store::test::TestDatabase;

namespace {

struct Desk {
    explicit Desk(Kind kind) : database(kind), house(*database) {}

    FollowerId reader(const std::string& name) {
        Follower made;
        made.id = house.make.id<FollowerId>();
        made.email = name + "@example.org";
        made.created_at = at(1);
        database->write([&](Tx& tx) { followers::insert(tx, made); });
        return made.id;
    }
    Notice notice(const std::string& key, Instant when, int rungs = 0) {
        Notice made;
        made.id = house.make.id<NoticeId>();
        made.key = key;
        made.kind = NoticeKind::kMoved;
        made.channel = house.channel.id;
        made.show = house.show.id;
        made.room = house.room.id;
        made.rungs = rungs;
        made.starts_at = at(500);
        made.was_at = at(400);
        made.by = house.owner.id;
        made.due_at = made.created_at = when;
        made.expires_at = at(9'000);
        return made;
    }
    bool put(const Notice& notice) {
        return database->write([&](Tx& tx) {
            return notices::insert(
                tx, notice,
                {{FollowKind::kShow, house.show.id.text()}, {FollowKind::kRoom, house.room.id.text()}});
        });
    }
    Dispatch dispatch(const Notice& notice, const FollowerId& to, Instant due) {
        Dispatch made;
        made.notice = notice.id;
        made.follower = to;
        made.due_at = due;
        made.expires_at = at(9'000);
        database->write([&](Tx& tx) { CHECK(dispatches::insert(tx, made)); });
        return made;
    }

    TestDatabase database;
    House house;
};

}  // namespace

TEST_CASE("notices: a key is taken once, every field of it is found, and its targets", "[store]") {
    Desk desk(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const auto first = desk.notice("moved:1", at(100));
    CHECK(desk.put(first));
    CHECK_FALSE(desk.put(desk.notice("moved:1", at(200))));
    desk.database->read([&](Snapshot& s) {
        const auto found = notices::find(s, first.id).value();
        CHECK(found.kind == NoticeKind::kMoved);
        CHECK(found.room == desk.house.room.id);
        CHECK(found.starts_at == at(500));
        CHECK(found.was_at == at(400));
        CHECK(found.by == desk.house.owner.id);
        CHECK(found.expires_at == at(9'000));
        CHECK_FALSE(found.planned_at);
        CHECK(notices::targets(s, first.id).size() == 2);
        CHECK(notices::unplanned(s, at(99), 10).empty());
        CHECK(notices::unplanned(s, at(100), 10).size() == 1);
    });
}

TEST_CASE("notices: one hears of what one follows, by one's ladder, since one follows it, once", "[store]") {
    Desk desk(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const auto reader = desk.reader("ana");
    const auto before = desk.notice("before", at(100)), after = desk.notice("after", at(300)),
               hour = desk.notice("hour", at(310), kHour), day = desk.notice("day", at(320), kDay),
               unplanned = desk.notice("unplanned", at(330));
    for (const auto& notice : {before, after, hour, day, unplanned}) REQUIRE(desk.put(notice));
    desk.database->write([&](Tx& tx) {
        for (const auto& notice : {before, after, hour, day}) notices::set_planned(tx, notice.id, at(400));
        follows::add(tx, {reader, FollowKind::kShow, desk.house.show.id.text(), kHour, false, at(200)});
        follows::add(tx, {reader, FollowKind::kRoom, desk.house.room.id.text(), kHour, true, at(200)});
    });
    desk.database->read([&](Snapshot& s) {
        const auto heard = notices::heard_by(s, reader, 10);
        REQUIRE(heard.size() == 2);
        CHECK(heard[0].id == hour.id);
        CHECK(heard[1].id == after.id);
        CHECK(notices::heard_since(s, reader, at(300), 10) == 1);
        CHECK(notices::heard_since(s, reader, at(0), 10) == 2);
        CHECK(notices::heard_since(s, reader, at(0), 1) == 1);
        CHECK(notices::concerns(s, hour.id, reader));
        CHECK(follows::attending(s, desk.house.room.id) == 1);
    });
    desk.database->write([&](Tx& tx) { notices::silence(tx, hour.id, at(500)); });
    desk.database->read([&](Snapshot& s) { CHECK(notices::heard_by(s, reader, 10).size() == 1); });
}

TEST_CASE("dispatches: once to one receiver, leased when due, and again when the lease has ended",
          "[store]") {
    Desk desk(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const auto notice = desk.notice("moved:1", at(100));
    desk.put(notice);
    const auto ana = desk.reader("ana"), ben = desk.reader("ben");
    auto first = desk.dispatch(notice, ana, at(20));
    desk.dispatch(notice, ben, at(10));
    desk.database->write([&](Tx& tx) {
        CHECK_FALSE(dispatches::insert(tx, first));
        auto waiting = first;
        waiting.way = Way::kDigest;
        CHECK(dispatches::insert(tx, waiting));
    });
    auto leased = desk.database->write([&](Tx& tx) { return dispatches::lease(tx, at(30), at(60), 10); });
    REQUIRE(leased.size() == 2);
    CHECK(leased[0].follower == ben);
    // Nobody waits, but what is in hand may come back.
    CHECK(desk.database->read([](Snapshot& s) { return dispatches::oldest_due(s); }) == at(60));
    CHECK(desk.database->write([&](Tx& tx) { return dispatches::lease(tx, at(59), at(90), 10); }).empty());
    const auto again =
        desk.database->write([&](Tx& tx) { return dispatches::lease(tx, at(60), at(90), 10); });
    REQUIRE(again.size() == 2);
    // The first holder comes too late.
    leased[0].state = MessageState::kDelivered;
    desk.database->write([&](Tx& tx) {
        CHECK_FALSE(dispatches::settle(tx, leased[0]));
        for (auto one : again) {
            one.state = one.follower == ana ? MessageState::kDelivered : MessageState::kFailed;
            one.settled_at = at(70);
            one.why = "answered 400";
            CHECK(dispatches::settle(tx, one));
        }
    });
    desk.database->read([&](Snapshot& s) {
        CHECK(dispatches::waiting(s) == 0);
        REQUIRE(dispatches::failed(s, 10).size() == 1);
        CHECK(dispatches::failed(s, 10)[0].follower == ben);
        CHECK(dispatches::told_since(s, ana, at(19)) == 1);
        CHECK(dispatches::told_since(s, ana, at(20)) == 0);
    });
    desk.database->write([&](Tx& tx) {
        CHECK(dispatches::retry_failed(tx, at(80)) == 1);
        CHECK(dispatches::lease(tx, at(80), at(99), 10).size() == 1);
        CHECK(dispatches::release(tx) == 1);
        CHECK(dispatches::lease(tx, at(80), at(99), 10).size() == 1);
        CHECK(dispatches::gather(tx, ana, notice.id, at(80)) == 1);
        CHECK(dispatches::gather(tx, ana, notice.id, at(80)) == 0);
        CHECK(dispatches::gathered(tx, ana, notice.id).size() == 1);
    });
    desk.database->write([&](Tx& tx) {
        CHECK(notices::erase_before(tx, at(100), 10) == 0);
        CHECK(notices::erase_before(tx, at(101), 10) == 1);
        CHECK(dispatches::of_notice(tx, notice.id, 10).empty());
    });
}

TEST_CASE("followers: an account has one, of its own address, language and zone", "[store]") {
    Desk desk(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    desk.database->write([&](Tx& tx) {
        auto account = accounts::find(tx, desk.house.owner.id).value();
        account.state = AccountState::kActive;
        account.zone = "Asia/Tokyo";
        account.language = "fr";
        accounts::update(tx, account);
        const auto follower = followers::of_account(tx, account.id, at(1));
        CHECK(follower.email == account.email);
        CHECK(follower.zone == "Asia/Tokyo");
        CHECK(follower.language == "fr");
        CHECK(follower.state == FollowerState::kConfirmed);
        CHECK(followers::of_account(tx, account.id, at(9)).created_at == at(1));
        account.state = AccountState::kSuspended;
        accounts::update(tx, account);
        CHECK(followers::find(tx, follower.id)->state == FollowerState::kStopped);
        followers::update(tx, followers::find(tx, follower.id).value());
        account.state = AccountState::kActive;
        accounts::update(tx, account);
        CHECK(followers::find(tx, follower.id)->state == FollowerState::kConfirmed);
    });
}

TEST_CASE("followers: an address without an account is one follower, and is forgotten unless it confirms",
          "[store]") {
    Desk desk(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const auto ana = desk.reader("ana");
    CHECK_THROWS_AS(desk.reader("ana"), Conflict);
    desk.database->write([&](Tx& tx) {
        auto follower = followers::find_by_email(tx, "ana@example.org").value();
        CHECK(follower.id == ana);
        follower.state = FollowerState::kAsked;
        follower.next_digest_at = at(50);
        followers::update(tx, follower);
        CHECK(followers::with_digest_due(tx, at(49), 10).empty());
        CHECK(followers::with_digest_due(tx, at(50), 10).size() == 1);
        CHECK(followers::erase_asked(tx, at(1)) == 0);
        CHECK(followers::erase_asked(tx, at(2)) == 1);
        CHECK_FALSE(followers::find(tx, ana));
    });
}

TEST_CASE("hooks: a browser that subscribes again is the same, a webhook keeps its former secret",
          "[store]") {
    Desk desk(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const auto ana = desk.reader("ana");
    desk.database->write([&](Tx& tx) {
        PushSubscription one{
            desk.house.make.id<SubscriptionId>(), ana, "https://push.example/1", "p", "a", "x", at(1)};
        push_subscriptions::put(tx, one);
        auto again = one;
        again.id = desk.house.make.id<SubscriptionId>();
        again.auth = "b";
        push_subscriptions::put(tx, again);
        REQUIRE(push_subscriptions::of(tx, ana).size() == 1);
        CHECK(push_subscriptions::find(tx, one.id)->auth == "b");
        push_subscriptions::erase(tx, one.id);
        push_subscriptions::erase(tx, one.id);
        CHECK(push_subscriptions::of(tx, ana).empty());

        Webhook hook;
        hook.id = desk.house.make.id<WebhookId>();
        hook.channel = desk.house.channel.id;
        hook.url = "https://example.org/hook";
        hook.format = WebhookFormat::kSlack;
        hook.secret = "whsec_1";
        webhooks::insert(tx, hook);
        hook.former_secret = hook.secret;
        hook.former_until = at(99);
        hook.is_on = false;
        hook.why = "410";
        webhooks::update(tx, hook);
        const auto found = webhooks::of_channel(tx, hook.channel).at(0);
        CHECK(found.former_secret == "whsec_1");
        CHECK(found.former_until == at(99));
        CHECK(found.format == WebhookFormat::kSlack);
        CHECK_FALSE(found.is_on);
        webhooks::erase(tx, hook.id);
        CHECK_FALSE(webhooks::find(tx, hook.id));
    });
}
