#include "base/webhook.h"

#include <fmt/format.h>

#include <array>
#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/text.h"
#include "tests/feeds/run_reader.h"

using namespace stagecast;

namespace {

// The specification's own example.
const std::string kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr Instant kNow{Milliseconds(1'614'265'330'999)};

using Secrets = std::vector<std::string>;

std::string quoted_list(const Secrets& texts) {
    std::string list;
    for (const auto& text : texts) list += (list.empty() ? "\"" : ",\"") + text + "\"";
    return "[" + list + "]";
}

// What an independent verifier says (read_webhook.mjs) to whoever has each of the secrets. body_json is the
// body as a JSON string.
std::string verified_by_others(const std::vector<outbound::Header>& headers, const std::string& body_json,
                               const Secrets& secrets) {
    std::string fields;
    for (const auto& [name, value] : headers)
        fields += (fields.empty() ? "" : ",") + fmt::format(R"("{}":"{}")", name, value);
    return run_node("../base/read_webhook.mjs",
                    fmt::format(R"({{"headers":{{{}}},"body":{},"secrets":{}}})", fields, body_json,
                                quoted_list(secrets)),
                    "");
}

}  // namespace

TEST_CASE("a webhook is signed as the specification's example", "[webhook]") {
    const auto headers = webhook::sign(kId, kNow, R"({"test": 2432232314})", std::array{kSecret});
    REQUIRE(headers.size() == 3);
    CHECK(headers[0].name == "webhook-id");
    CHECK(headers[0].value == kId);
    CHECK(headers[1].name == "webhook-timestamp");
    CHECK(headers[1].value == "1614265330");
    CHECK(headers[2].name == "webhook-signature");
    CHECK(headers[2].value == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE("a receiver verifies with the old secret and the new one while it is replaced, and with no other",
          "[webhook]") {
    SystemRandom random;
    const std::string older = webhook::make_secret(random), newer = webhook::make_secret(random);
    const std::string other = webhook::make_secret(random);
    const std::string body = "{\"title\":\"Café. 𝄞\"}";
    const auto headers = webhook::sign(kId, kNow, body, std::array{newer, older});
    CHECK(verified_by_others(headers, R"("{\"title\":\"Café. 𝄞\"}")", {older, newer, other}) ==
          "verified\nverified\nNo matching signature found\n");
    CHECK(verified_by_others(headers, R"("{\"title\":\"Cafe. 𝄞\"}")", {newer}) ==
          "No matching signature found\n");
    const auto empty = webhook::sign(kId, kNow, "", std::array{newer});
    CHECK(verified_by_others(empty, R"("")", {newer}) == "verified\n");
}

TEST_CASE("a secret is new every time, and one that is none is refused", "[webhook]") {
    SystemRandom random;
    const std::string secret = webhook::make_secret(random);
    CHECK(secret.size() == 6 + 44);
    CHECK(secret != webhook::make_secret(random));
    CHECK_NOTHROW(webhook::check_secret(secret, "secret"));
    const auto of_bytes = [](std::size_t bytes) { return "whsec_" + base64(std::string(bytes, '\xfb')); };
    CHECK_NOTHROW(webhook::check_secret(of_bytes(24), "secret"));
    CHECK_NOTHROW(webhook::check_secret(of_bytes(64), "secret"));
    for (const std::string& bad :
         {std::string(), std::string("whsec_"), of_bytes(23), of_bytes(65), secret.substr(6),
          secret.substr(0, secret.size() - 1), secret + "=", "whsec_" + base64url(std::string(24, '\xfb')),
          "whsec_" + std::string(43, 'A') + "\n", secret + " "}) {
        INFO(bad);
        CHECK_THROWS_AS(webhook::check_secret(bad, "secret"), Invalid);
        CHECK_THROWS_AS(webhook::sign(kId, kNow, "", std::array{bad}), Invalid);
    }
    CHECK_THROWS_AS(webhook::sign(kId, kNow, "", Secrets{}), Invalid);
    CHECK_THROWS_AS(webhook::sign(kId, kNow, "", Secrets(5, secret)), Invalid);
}

TEST_CASE("a message's id cannot be read as another id and time", "[webhook]") {
    for (const std::string& id : {std::string(), std::string("a.1"), std::string("a b"),
                                  std::string("a\r\nb"), std::string(101, 'x')})
        CHECK_THROWS_AS(webhook::sign(id, kNow, "", std::array{kSecret}), Invalid);
    CHECK_NOTHROW(webhook::sign(std::string(100, 'x'), kNow, "", std::array{kSecret}));
}
