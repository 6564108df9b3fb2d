#include <catch2/catch.hpp>
#include <thread>

#include "base/error.h"
#include "fixture.h"

using namespace stagecast;
using namespace stagecast::store;
using store::test::at;
using store::test::Kind;
using store::test::Maker;
using store::test::TestDatabase;

namespace {

bool same(const Account& a, const Account& b) {
    return a.id == b.id && a.handle == b.handle && a.email == b.email && a.name == b.name &&
           a.password_hash == b.password_hash && a.is_operator == b.is_operator && a.state == b.state &&
           a.language == b.language && a.zone == b.zone && a.created_at == b.created_at;
}

Token token_of(const Account& account, const std::string& hash) {
    Token token;
    token.hash = hash;
    token.kind = TokenKind::kApi;
    token.account = account.id;
    token.label = "my script";
    token.created_at = at(10);
    token.expires_at = at(20);
    return token;
}

}  // namespace

TEST_CASE("accounts: what was stored is found by id, address and handle", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Maker make;
    auto ada = make.account("ada");
    const auto grace = make.account("grace");
    database->write([&](Tx& tx) {
        accounts::insert(tx, ada);
        accounts::insert(tx, grace);
    });
    database->read([&](Snapshot& s) {
        CHECK(same(accounts::find(s, ada.id).value(), ada));
        CHECK(same(accounts::find_by_email(s, "grace@example.org").value(), grace));
        CHECK(same(accounts::find_by_handle(s, "grace").value(), grace));
        CHECK_FALSE(accounts::find_by_email(s, "nobody@example.org"));
        CHECK(accounts::count(s) == 2);
    });

    ada.is_operator = true;
    ada.state = AccountState::kSuspended;
    ada.name = "Countess";
    database->write([&](Tx& tx) { accounts::update(tx, ada); });
    database->read([&](Snapshot& s) {
        CHECK(same(accounts::find(s, ada.id).value(), ada));
        CHECK(accounts::in_state(s, AccountState::kSuspended, 10).size() == 1);
        CHECK(accounts::in_state(s, AccountState::kActive, 0).empty());
    });
    CHECK_THROWS_AS(database->write([&](Tx& tx) { accounts::update(tx, make.account("ghost")); }), NotFound);
}

TEST_CASE("accounts: a taken address or handle is a conflict that names the field and changes nothing",
          "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Maker make;
    database->write([&](Tx& tx) { accounts::insert(tx, make.account("ada")); });

    auto same_address = make.account("other");
    same_address.email = "ada@example.org";
    auto same_handle = make.account("ada");
    same_handle.email = "other@example.org";
    const auto conflict_of = [&](const Account& account) -> std::string {
        try {
            database->write([&](Tx& tx) { accounts::insert(tx, account); });
        } catch (const Conflict& conflict) {
            return conflict.what();
        }
        return "none";
    };
    CHECK(conflict_of(same_address) == "email: is already taken");
    CHECK(conflict_of(same_handle) == "handle: is already taken");
    CHECK(database->read([](Snapshot& s) { return accounts::count(s); }) == 1);
}

TEST_CASE("accounts: text that a database could not hold is refused", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Maker make;
    auto account = make.account("ada");
    account.name = GENERATE(std::string("a\0b", 3), std::string("\xff\xfe"));
    CHECK_THROWS_AS(database->write([&](Tx& tx) { accounts::insert(tx, account); }), Invalid);
    CHECK(database->read([](Snapshot& s) { return accounts::count(s); }) == 0);
}

TEST_CASE("tokens: what was stored is found, listed and erased", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    store::test::House house(*database);
    const auto guest = house.make.speaker(house.room.id);
    auto key = token_of(house.owner, "aa");
    key.kind = TokenKind::kGuest;
    key.account.reset();
    key.speaker = guest.id;
    key.expires_at = at(30);
    database->write([&](Tx& tx) {
        rooms::insert_speaker(tx, guest);
        accounts::insert_token(tx, key);
        accounts::insert_token(tx, token_of(house.owner, "bb"));
        accounts::insert_token(tx, token_of(house.owner, "cc"));
    });
    database->read([&](Snapshot& s) {
        const auto found = accounts::find_token(s, "aa").value();
        CHECK(found.kind == TokenKind::kGuest);
        CHECK(found.speaker == guest.id);
        CHECK_FALSE(found.account);
        CHECK_FALSE(found.used_at);
        CHECK(accounts::tokens_of(s, house.owner.id, TokenKind::kApi).size() == 2);
        CHECK(accounts::tokens_of(s, house.owner.id, TokenKind::kSession).empty());
        CHECK(accounts::find_token(s, "bb")->label == "my script");
    });
    database->write([&](Tx& tx) {
        accounts::erase_token(tx, "bb");
        CHECK(accounts::erase_expired(tx, at(20)) == 1);
    });
    database->write([&](Tx& tx) {
        CHECK_FALSE(accounts::find_token(tx, "cc"));
        CHECK(accounts::find_token(tx, "aa"));
        accounts::insert_token(tx, token_of(house.owner, "dd"));
        accounts::erase_tokens_of(tx, house.owner.id, TokenKind::kApi);
        CHECK_FALSE(accounts::find_token(tx, "dd"));
    });
}

TEST_CASE("tokens: of many threads that use one token, exactly one may", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Maker make;
    const auto ada = make.account("ada");
    database->write([&](Tx& tx) {
        accounts::insert(tx, ada);
        accounts::insert_token(tx, token_of(ada, "aa"));
    });
    std::atomic<int> winners{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&, t] {
                if (database->write([&](Tx& tx) { return accounts::use_token(tx, "aa", at(11 + t)); }))
                    ++winners;
            });
    }
    CHECK(winners == 1);
    CHECK(database->read([](Snapshot& s) { return accounts::find_token(s, "aa")->used_at; }).has_value());
}
