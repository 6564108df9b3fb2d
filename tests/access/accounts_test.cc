#include "access/accounts.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/text.h"
#include "store/rooms.h"
#include "tests/access/house.h"

using namespace stagecast;
using namespace stagecast::access;
using stagecast::store::AccountState;
using stagecast::store::Snapshot;

namespace {

std::string field_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Invalid& error) {
        return error.field();
    }
    return "";
}

}  // namespace

TEST_CASE("a person signs up, confirms by the mailed link, signs in and out", "[accounts]") {
    House house;
    const auto account = house.accounts->sign_up(house.request("ana@example.org"));
    CHECK(account.state == AccountState::kUnconfirmed);
    CHECK(account.handle == "ana-lima");
    CHECK_THROWS_AS(house.accounts->sign_in("ana@example.org", "correct horse"), Unauthenticated);

    const auto token = house.mailed_token("ana@example.org", "/confirm/");
    CHECK(house.accounts->confirm(token).state == AccountState::kActive);
    CHECK_THROWS_AS(house.accounts->confirm(token), NotFound);

    const auto session = house.accounts->sign_in(" Ana@Example.org", "correct horse");
    CHECK(session.text.size() == 43);
    REQUIRE(house.accounts->actor_of_session(session.text));
    CHECK(house.accounts->actor_of_session(session.text)->account == account.id);
    CHECK_FALSE(house.accounts->actor_of_api_token(session.text));
    house.accounts->sign_out(session.text);
    CHECK_FALSE(house.accounts->actor_of_session(session.text));
}

TEST_CASE("no secret is stored as it was handed out", "[accounts]") {
    House house;
    house.member("ana@example.org");
    const auto session = house.accounts->sign_in("ana@example.org", "correct horse");
    house.database->read([&](Snapshot& snapshot) {
        CHECK_FALSE(store::accounts::find_token(snapshot, session.text));
        CHECK(store::accounts::find_token(snapshot, sha256_hex(session.text)));
        const auto account = store::accounts::find_by_email(snapshot, "ana@example.org");
        CHECK(account->password_hash.starts_with("$argon2id$"));
    });
}

TEST_CASE("a session ends after thirty days", "[accounts]") {
    House house;
    house.member("ana@example.org");
    const auto session = house.accounts->sign_in("ana@example.org", "correct horse");
    house.clock.advance(std::chrono::days(30) - std::chrono::seconds(1));
    CHECK(house.accounts->actor_of_session(session.text));
    house.clock.advance(std::chrono::seconds(1));
    CHECK_FALSE(house.accounts->actor_of_session(session.text));
}

TEST_CASE("a wrong password and an unknown address read the same", "[accounts]") {
    House house;
    house.member("ana@example.org");
    const auto refusal = [&](const char* email) -> std::string {
        try {
            house.accounts->sign_in(email, "wrong password");
        } catch (const Unauthenticated& error) {
            return error.what();
        }
        return "";
    };
    CHECK_FALSE(refusal("ana@example.org").empty());
    CHECK(refusal("ana@example.org") == refusal("nobody@example.org"));
    CHECK(refusal("ana@example.org") == refusal("no address"));
}

TEST_CASE("ten failures in an hour close an address, also to the right password, and only for that hour",
          "[accounts]") {
    House house;
    house.member("ana@example.org");
    for (int i = 0; i < 10; ++i)
        CHECK_THROWS_AS(house.accounts->sign_in("ana@example.org", "wrong password"), Unauthenticated);
    CHECK_THROWS_AS(house.accounts->sign_in("ana@example.org", "correct horse"), Unavailable);
    house.clock.advance(std::chrono::hours(1));
    CHECK_NOTHROW(house.accounts->sign_in("ana@example.org", "correct horse"));
}

TEST_CASE("signing up with a taken address answers the same and tells its owner by mail", "[accounts]") {
    House house;
    house.member("ana@example.org");
    const int before = house.mails();
    auto again = house.request("ana@example.org");
    again.password = "another password";
    const auto answer = house.accounts->sign_up(again);
    CHECK(answer.state == AccountState::kUnconfirmed);
    CHECK(house.mails() == before + 1);
    CHECK_FALSE(house.accounts->find(answer.id));
    CHECK_THROWS_AS(house.accounts->sign_in("ana@example.org", "another password"), Unauthenticated);
    CHECK_NOTHROW(house.accounts->sign_in("ana@example.org", "correct horse"));
}

TEST_CASE("a stranger cannot have an address flooded with mail", "[accounts]") {
    House house;
    house.member("ana@example.org");
    const int before = house.mails();
    for (int i = 0; i < 20; ++i) house.accounts->request_reset("ana@example.org");
    CHECK(house.mails() - before <= 5);
}

TEST_CASE("an unconfirmed address is free again after its link has expired, not before", "[accounts]") {
    House house;
    house.accounts->sign_up(house.request("ana@example.org"));
    auto other = house.request("ana@example.org");
    other.password = "second password";
    house.accounts->sign_up(other);
    house.accounts->confirm(house.mailed_token("ana@example.org", "/confirm/"));
    CHECK_THROWS_AS(house.accounts->sign_in("ana@example.org", "second password"), Unauthenticated);

    house.accounts->sign_up(house.request("bo@example.org"));
    house.clock.advance(std::chrono::hours(25));
    other.email = "bo@example.org";
    house.accounts->sign_up(other);
    house.accounts->confirm(house.mailed_token("bo@example.org", "/confirm/"));
    CHECK_NOTHROW(house.accounts->sign_in("bo@example.org", "second password"));
}

TEST_CASE("what cannot be taken at sign-up is refused by field and leaves nothing", "[accounts]") {
    House house;
    const auto with = [&](auto change) {
        auto request = house.request("ana@example.org");
        change(request);
        return field_of([&] { house.accounts->sign_up(request); });
    };
    CHECK(with([](auto& r) { r.email = "no address"; }) == "email");
    CHECK(with([](auto& r) { r.password = "short"; }) == "password");
    CHECK(with([](auto& r) { r.password = std::string(201, 'x'); }) == "password");
    CHECK(with([](auto& r) { r.password = "ten bytes \xff"; }) == "password");
    CHECK(with([](auto& r) { r.name = " "; }) == "name");
    CHECK(with([](auto& r) { r.handle = "Not A Handle"; }) == "handle");
    CHECK(with([](auto& r) { r.handle = "operator"; }) == "handle");
    CHECK(with([](auto& r) { r.language = "xx"; }) == "language");
    CHECK(with([](auto& r) { r.zone = "../etc/passwd"; }) == "zone");
    CHECK(with([](auto& r) { r.invitation = "made up"; }) == "invitation");
    CHECK(house.database->read([](Snapshot& snapshot) { return store::accounts::count(snapshot); }) == 0);
    CHECK(house.mails() == 0);
}

TEST_CASE("by invitation: only who holds the link for their address gets in, once, and at once",
          "[accounts]") {
    House house(SignUp::kInvitation);
    CHECK(field_of([&] { house.accounts->sign_up(house.request("ana@example.org")); }) == "invitation");
    Actor op;
    op.account = house.accounts->ensure_operator("op@example.org").id;
    op.is_operator = true;
    CHECK_THROWS_AS(house.accounts->invite(Actor{}, "ana@example.org"), Unauthenticated);
    const auto secret = house.accounts->invite(op, "ana@example.org");
    CHECK(house.mailed_token("ana@example.org", "/join/") == secret.text);

    auto request = house.request("other@example.org");
    request.invitation = secret.text;
    CHECK(field_of([&] { house.accounts->sign_up(request); }) == "invitation");
    request.email = "ana@example.org";
    CHECK(house.accounts->sign_up(request).state == AccountState::kActive);
    CHECK_NOTHROW(house.accounts->sign_in("ana@example.org", "correct horse"));
    request.email = "ana2@example.org";
    CHECK(field_of([&] { house.accounts->sign_up(request); }) == "invitation");
}

TEST_CASE("by approval: confirmed accounts wait for the operator", "[accounts]") {
    House house(SignUp::kApproval);
    house.accounts->sign_up(house.request("ana@example.org"));
    const auto account = house.accounts->confirm(house.mailed_token("ana@example.org", "/confirm/"));
    CHECK(account.state == AccountState::kPending);
    CHECK_THROWS_WITH(house.accounts->sign_in("ana@example.org", "correct horse"),
                      Catch::Contains("approval"));
    Actor op;
    op.account = house.accounts->ensure_operator("op@example.org").id;
    Actor not_op = op;
    op.is_operator = true;
    CHECK_THROWS_AS(house.accounts->approve(not_op, account.id), Forbidden);
    CHECK(house.accounts->pending(op).size() == 1);
    house.accounts->approve(op, account.id);
    CHECK_NOTHROW(house.accounts->sign_in("ana@example.org", "correct horse"));
}

TEST_CASE("a reset takes the mailed link once, and ends every session", "[accounts]") {
    House house;
    house.member("ana@example.org");
    const auto session = house.accounts->sign_in("ana@example.org", "correct horse");
    house.accounts->request_reset("nobody@example.org");
    CHECK(house.mailed_token("nobody@example.org", "/reset/").empty());
    house.accounts->request_reset("ana@example.org");
    const auto token = house.mailed_token("ana@example.org", "/reset/");
    CHECK(field_of([&] { house.accounts->reset(token, "short"); }) == "password");
    house.accounts->reset(token, "a new password");
    CHECK_THROWS_AS(house.accounts->reset(token, "a third password"), NotFound);
    CHECK_FALSE(house.accounts->actor_of_session(session.text));
    CHECK_THROWS_AS(house.accounts->sign_in("ana@example.org", "correct horse"), Unauthenticated);
    CHECK_NOTHROW(house.accounts->sign_in("ana@example.org", "a new password"));

    house.accounts->request_reset("ana@example.org");
    const auto late = house.mailed_token("ana@example.org", "/reset/");
    house.clock.advance(std::chrono::hours(1));
    CHECK_THROWS_AS(house.accounts->reset(late, "a third password"), NotFound);
}

TEST_CASE("a sign-in link works once", "[accounts]") {
    House house;
    const auto op = house.accounts->ensure_operator("op@example.org");
    CHECK(house.accounts->ensure_operator("op@example.org").id == op.id);
    const auto link = house.accounts->sign_in_link(op.id);
    const auto session = house.accounts->sign_in_by_link(link.text);
    CHECK(house.accounts->actor_of_session(session.text)->is_operator);
    CHECK_THROWS_AS(house.accounts->sign_in_by_link(link.text), NotFound);
}

TEST_CASE("an API token stands for its account, and a label is asked for", "[accounts]") {
    House house;
    const auto ana = house.member("ana@example.org");
    CHECK(field_of([&] { house.accounts->make_api_token(ana, ""); }) == "label");
    const auto token = house.accounts->make_api_token(ana, "script");
    CHECK(house.accounts->actor_of_api_token(token.text)->account == ana.account);
    CHECK_FALSE(house.accounts->actor_of_session(token.text));
    CHECK_FALSE(house.accounts->actor_of_api_token(token.text.substr(1)));
}

TEST_CASE("anti-forgery tokens belong to a cookie and to this installation", "[accounts]") {
    House house, other;
    CHECK(house.accounts->csrf_of("a") == house.accounts->csrf_of("a"));
    CHECK(house.accounts->csrf_of("a") != house.accounts->csrf_of("b"));
    CHECK(house.accounts->csrf_of("a") != other.accounts->csrf_of("a"));
    const Accounts restarted(*house.database, house.clock, house.random, house.config);
    CHECK(restarted.csrf_of("a") == house.accounts->csrf_of("a"));
}

TEST_CASE("mails are in the account's language", "[accounts]") {
    House house;
    auto request = house.request("ana@example.org");
    request.language = "fr";
    house.accounts->sign_up(request);
    const auto newest =
        house.database->read([](Snapshot& snapshot) { return store::outbox::newest(snapshot, 1); });
    CHECK(newest.at(0).subject == "Stagecast : confirmez votre adresse");
}

TEST_CASE("a profile changes by field", "[accounts]") {
    House house;
    const auto ana = house.member("ana@example.org");
    CHECK(house.accounts->update_profile(ana, "Ana", "fr", "Europe/Paris").zone == "Europe/Paris");
    CHECK(house.accounts->find(*ana.account)->name == "Ana");
    CHECK(field_of([&] { house.accounts->update_profile(ana, "", "fr", "UTC"); }) == "name");
    CHECK_THROWS_AS(house.accounts->update_profile(Actor{}, "Ana", "fr", "UTC"), Unauthenticated);
}
