#include "base/web_push.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "tests/feeds/run_reader.h"

using namespace stagecast;
using web_push::SubscriptionKeys;
using web_push::Vapid;

namespace {

std::string raw(std::string_view text) {
    return base64url_decode(text, "text");
}

// RFC 8291, appendix A.
constexpr const char* kBrowserPrivate = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
constexpr const char* kBrowserPublic =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
constexpr const char* kAuth = "BTBZMqHH6r4Tts7J_aSIgg";
const SubscriptionKeys kKeys{raw(kBrowserPublic), raw(kAuth)};
constexpr Instant kNow{Milliseconds(1'795'546'800'250)};

// Gives what it was told to, and then only zeros.
class ScriptedRandom final : public Random {
public:
    explicit ScriptedRandom(std::string bytes) : bytes_(std::move(bytes)) {}
    void fill(std::span<std::byte> out) override {
        std::ranges::fill(out, std::byte{0});
        const auto given_bytes = std::min(out.size(), bytes_.size());
        std::memcpy(out.data(), bytes_.data(), given_bytes);
        bytes_.erase(0, given_bytes);
    }

private:
    std::string bytes_;
};

std::string field_refused(const auto& act) {
    try {
        act();
        return "taken";
    } catch (const Invalid& error) {
        return error.field();
    }
}

std::string quoted_list(const std::vector<std::string>& texts) {
    std::string list;
    for (const auto& text : texts) list += (list.empty() ? "\"" : ",\"") + text + "\"";
    return "[" + list + "]";
}

// What independent readers make of them (read_push.mjs).
std::string read_by_others(const std::vector<std::string>& bodies,
                           const std::vector<std::string>& authorizations) {
    std::vector<std::string> encoded;
    encoded.reserve(bodies.size());
    for (const auto& body : bodies) encoded.push_back(base64url(body));
    return run_node("../base/read_push.mjs",
                    fmt::format(R"({{"private":"{}","auth":"{}","bodies":{},"authorizations":{}}})",
                                kBrowserPrivate, kAuth, quoted_list(encoded), quoted_list(authorizations)),
                    "");
}

}  // namespace

TEST_CASE("a push message is the very bytes of RFC 8291's example", "[web_push]") {
    ScriptedRandom random(raw("DGv6ra1nlYgDCS1FRnbzlw") + raw("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
    CHECK(
        base64url(web_push::encrypt(kKeys, "When I grow up, I want to be a watermelon", random)) ==
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
        "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
}

TEST_CASE("a browser reads what was encrypted for it, from nothing to all that fits", "[web_push]") {
    SystemRandom random;
    std::vector<std::string> bodies;
    std::string expected;
    std::set<std::string> heads;
    for (const std::size_t size_bytes : {0, 1, 15, 16, 17, 1'000, 3'992, 3'993}) {
        std::string plaintext(size_bytes, '\0');
        SeededRandom(size_bytes).fill(std::as_writable_bytes(std::span(plaintext)));
        bodies.push_back(web_push::encrypt(kKeys, plaintext, random));
        CHECK(bodies.back().size() == 103 + size_bytes);
        CHECK(heads.insert(bodies.back().substr(0, 86)).second);  // neither salt nor key comes twice
        expected += fmt::format("plaintext {}\n", base64url(plaintext));
    }
    CHECK(bodies.back().size() == web_push::kMaxBodyBytes);
    CHECK(read_by_others(bodies, {}) == expected);
}

TEST_CASE("what cannot be encrypted, or not for anybody, is refused", "[web_push]") {
    SeededRandom random(1);
    const auto refused = [&](auto change) {
        SubscriptionKeys keys = kKeys;
        change(keys);
        CHECK(field_refused([&] { web_push::encrypt(keys, "x", random); }) ==
              field_refused([&] { web_push::check_keys(keys); }));
        return field_refused([&] { web_push::check_keys(keys); });
    };
    REQUIRE(refused([](SubscriptionKeys&) {}) == "taken");
    CHECK(refused([](SubscriptionKeys& keys) { keys.p256dh.back() ^= 1; }) == "p256dh");
    CHECK(refused([](SubscriptionKeys& keys) { keys.p256dh = ""; }) == "p256dh");
    CHECK(refused([](SubscriptionKeys& keys) { keys.p256dh += '\0'; }) == "p256dh");
    CHECK(refused([](SubscriptionKeys& keys) { keys.p256dh = std::string(1, '\0'); }) == "p256dh");
    CHECK(refused([](SubscriptionKeys& keys) { keys.p256dh = std::string(65, '\0'); }) == "p256dh");
    CHECK(refused([](SubscriptionKeys& keys) { keys.p256dh = "\x04" + std::string(64, '\0'); }) == "p256dh");
    CHECK(refused([](SubscriptionKeys& keys) { keys.p256dh = "\x04" + std::string(64, '\xff'); }) ==
          "p256dh");
    CHECK(refused([](SubscriptionKeys& keys) { keys.p256dh[0] = '\x06'; }) == "p256dh");  // hybrid form
    CHECK(refused([](SubscriptionKeys& keys) { keys.p256dh = "\x02" + keys.p256dh.substr(1, 32); }) ==
          "p256dh");  // compressed form
    CHECK(refused([](SubscriptionKeys& keys) { keys.auth.pop_back(); }) == "auth");
    CHECK(refused([](SubscriptionKeys& keys) { keys.auth += 'x'; }) == "auth");
    CHECK(field_refused([&] { web_push::encrypt(kKeys, std::string(3'994, 'x'), random); }) == "plaintext");
}

TEST_CASE("a key that is none is drawn again, but not for ever", "[web_push]") {
    const std::string salt(16, 's');
    ScriptedRandom second(salt + std::string(32, '\xff') + std::string(32, '\0') + std::string(32, 'k'));
    ScriptedRandom first(salt + std::string(32, 'k'));
    CHECK(web_push::encrypt(kKeys, "x", second) == web_push::encrypt(kKeys, "x", first));
    ScriptedRandom never("");
    CHECK_THROWS_AS(web_push::encrypt(kKeys, "x", never), Unavailable);
    CHECK_THROWS_AS(Vapid::generate(never), Unavailable);
}

TEST_CASE("a VAPID key is kept as text and comes back", "[web_push]") {
    SystemRandom random;
    const Vapid made = Vapid::generate(random);
    CHECK(made.private_key().size() == 43);
    CHECK(made.public_key().size() == 87);
    CHECK(Vapid(made.private_key()).public_key() == made.public_key());
    CHECK(Vapid::generate(random).public_key() != made.public_key());
    CHECK(Vapid(kBrowserPrivate).public_key() == kBrowserPublic);
    const std::string order = "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE";  // n of P-256 (SEC 2, 2.4.2)
    CHECK_NOTHROW(Vapid(order.substr(0, 42) + "A"));                          // n - 1
    for (const std::string& bad :
         {std::string(), std::string(43, 'A'), std::string(43, '_'), order, made.private_key() + "A",
          made.private_key().substr(1), std::string("not base64!")})
        CHECK(field_refused([&] { const Vapid refused(bad); }) == "vapid");
}

TEST_CASE("a push service sees who sends, to whom and until when, signed", "[web_push]") {
    SystemRandom random;
    const Vapid vapid = Vapid::generate(random);
    const std::string subject = "mailto:radio@example.org";
    std::vector<std::string> authorizations;
    std::string expected;
    for (int i = 0; i < 20; ++i) {  // so that an r or s with a leading zero bit, and without, comes up
        authorizations.push_back(vapid.authorization(
            fmt::format("https://Push{}.example.org:443/send/abc?d=1", i), subject, kNow));
        expected += fmt::format(
            "header {{\"typ\":\"JWT\",\"alg\":\"ES256\"}} claims "
            "{{\"aud\":\"https://push{}.example.org\",\"exp\":1795590000,\"sub\":\"{}\"}}\n",
            i, subject);
        CHECK(authorizations.back().ends_with(", k=" + vapid.public_key()));
    }
    CHECK(read_by_others({}, authorizations) == expected);
}

TEST_CASE("an authorization names no endpoint that is none and no subject that is nobody", "[web_push]") {
    const Vapid vapid(kBrowserPrivate);
    const auto refused = [&](const std::string& endpoint, const std::string& subject) {
        return field_refused([&] { vapid.authorization(endpoint, subject, kNow); });
    };
    const std::string good = "https://push.example.org/abc";
    REQUIRE(refused(good, "https://radio.example.org/") == "taken");
    for (const char* endpoint : {"", "push.example.org", "mailto:a@b.c", "https://a\"b.example/"})
        CHECK(refused(endpoint, "mailto:a@b.c") == "endpoint");
    for (const std::string& subject :
         {std::string(), std::string("a@b.c"), std::string("mailto:a\"b@c.d"), std::string("mailto:a\\b"),
          std::string("mailto:a b"), "mailto:" + std::string(300, 'x')})
        CHECK(refused(good, subject) == "subject");
}
