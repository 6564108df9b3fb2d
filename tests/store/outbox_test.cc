#include <catch2/catch.hpp>
#include <latch>
#include <set>
#include <thread>

#include "base/error.h"
#include "fixture.h"

using namespace stagecast;
using namespace stagecast::store;
using namespace std::chrono_literals;
using store::test::at;
using store::test::Kind;
using store::test::Maker;
using store::test::TestDatabase;

TEST_CASE("outbox: a key is taken once", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Maker make;
    const auto first = make.message("reminder:1", at(10));
    auto second = make.message("reminder:1", at(20));
    database->write([&](Tx& tx) {
        CHECK(outbox::insert(tx, first));
        CHECK_FALSE(outbox::insert(tx, second));
    });
    database->read([&](Snapshot& s) {
        CHECK(outbox::waiting(s) == 1);
        const auto found = outbox::find(s, first.id).value();
        CHECK(found.key == "reminder:1");
        CHECK(found.text == first.text);
        CHECK(found.due_at == at(10));
        CHECK_FALSE(outbox::find(s, second.id));
    });
}

TEST_CASE("outbox: what is due is leased, oldest first, and again when the lease has ended", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Maker make;
    database->write([&](Tx& tx) {
        for (const int due : {30, 10, 20, 99})
            outbox::insert(tx, make.message("k" + std::to_string(due), at(due)));
    });
    const auto lease = [&](Instant now, int limit) {
        std::vector<std::string> keys;
        for (const auto& message : database->write(
                 [&](Tx& tx) { return outbox::lease(tx, now, now + 60s, limit); }, Durability::kNormal)) {
            CHECK(message.state == MessageState::kLeased);
            CHECK(message.leased_until == now + 60s);
            keys.push_back(message.key);
        }
        return keys;
    };
    using Keys = std::vector<std::string>;
    CHECK(lease(at(30), 2) == Keys{"k10", "k20"});
    CHECK(lease(at(30), 9) == Keys{"k30"});
    CHECK(lease(at(89), 9).empty());
    CHECK(lease(at(90), 9) == Keys{"k10", "k20", "k30"});
    CHECK(database->read([](Snapshot& s) { return outbox::waiting(s); }) == 4);
}

TEST_CASE("outbox: two threads that lease at once never hold the same message", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const auto other = Database::open(database.url());
    Maker make;
    constexpr int kMessages = 40;
    database->write([&](Tx& tx) {
        for (int i = 0; i < kMessages; ++i) outbox::insert(tx, make.message("k" + std::to_string(i), at(1)));
    });
    std::array<std::vector<std::string>, 2> leased;
    std::latch together(2);
    {
        const auto lease_all = [&](Database& mine, std::vector<std::string>& keys) {
            together.arrive_and_wait();
            for (;;) {
                const auto got = mine.write([](Tx& tx) { return outbox::lease(tx, at(2), at(60), 3); });
                if (got.empty()) return;
                for (const auto& message : got) keys.push_back(message.key);
            }
        };
        std::jthread one([&] { lease_all(*database, leased[0]); });
        std::jthread two([&] { lease_all(*other, leased[1]); });
    }
    std::multiset<std::string> all(leased[0].begin(), leased[0].end());
    all.insert(leased[1].begin(), leased[1].end());
    CHECK(all.size() == kMessages);
    CHECK(std::set<std::string>(all.begin(), all.end()).size() == kMessages);
}

TEST_CASE("outbox: an outcome is kept and a delivered or failed message is never leased", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Maker make;
    auto delivered = make.message("a", at(1)), failed = make.message("b", at(2)),
         retried = make.message("c", at(3));
    database->write([&](Tx& tx) {
        for (auto* message : {&delivered, &failed, &retried}) outbox::insert(tx, *message);
        outbox::lease(tx, at(5), at(65), 9);
        delivered.state = MessageState::kDelivered;
        delivered.delivered_at = at(6);
        failed.state = MessageState::kFailed;
        failed.why = "550 no such user";
        failed.attempts = 12;
        retried.state = MessageState::kPlanned;
        retried.attempts = 1;
        retried.due_at = at(500);
        for (auto* message : {&delivered, &failed, &retried}) outbox::update(tx, *message);
    });
    database->write([&](Tx& tx) {
        CHECK(outbox::lease(tx, at(499), at(600), 9).empty());
        const auto again = outbox::lease(tx, at(500), at(600), 9);
        REQUIRE(again.size() == 1);
        CHECK(again[0].attempts == 1);
        CHECK(outbox::find(tx, failed.id)->why == "550 no such user");
        CHECK(outbox::find(tx, delivered.id)->delivered_at == at(6));
        CHECK(outbox::newest(tx, 2).at(0).key == "c");
        CHECK(outbox::waiting(tx) == 1);
        CHECK_THROWS_AS(outbox::update(tx, make.message("ghost", at(0))), NotFound);
    });
}

TEST_CASE("journal: entries come back newest first, in the order they were made", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    database->write([](Tx& tx) {
        for (const auto* action : {"room.open", "room.live", "room.end"})
            journal::append(tx, LogEntry{at(5), "system", action, "room", "detail"});
    });
    const auto entries = database->read([](Snapshot& s) { return journal::newest(s, 2); });
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].action == "room.end");
    CHECK(entries[1].action == "room.live");
    CHECK(entries[1].at == at(5));
}

TEST_CASE("settings: the last value set is the one that is got", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    database->write([](Tx& tx) {
        CHECK_FALSE(settings::get(tx, "key"));
        settings::set(tx, "key", "one");
        settings::set(tx, "key", "two");
        settings::set(tx, "empty", "");
    });
    database->read([](Snapshot& s) {
        CHECK(settings::get(s, "key") == "two");
        CHECK(settings::get(s, "empty") == "");
    });
}
