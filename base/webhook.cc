#include "base/webhook.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace stagecast::webhook {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kMinSecretBytes = 24;  // 192 to 512 bits, says the specification
constexpr std::size_t kMaxSecretBytes = 64;
constexpr std::size_t kMaxIdCharacters = 100;

std::string key_of(std::string_view secret, std::string_view field) {
    const auto refuse = [field] {
        throw Invalid(std::string(field), fmt::format("must be {} and the base64 of {} to {} bytes", kPrefix,
                                                      kMinSecretBytes, kMaxSecretBytes));
    };
    if (!secret.starts_with(kPrefix)) refuse();
    const std::string_view encoded = secret.substr(kPrefix.size());
    std::string text(encoded.substr(0, encoded.find('=')));
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    std::string key = base64url_decode(text, field);
    // One text for one key: neither the other alphabet nor padding of another length.
    if (key.size() < kMinSecretBytes || key.size() > kMaxSecretBytes || base64(key) != encoded) refuse();
    return key;
}

void check_id(std::string_view id) {
    // No '.', which parts what is signed.
    const auto is_allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    };
    if (id.empty() || id.size() > kMaxIdCharacters || !std::ranges::all_of(id, is_allowed))
        throw Invalid("id", fmt::format("must be 1 to {} of A-Z a-z 0-9 _ -", kMaxIdCharacters));
}

}  // namespace

std::string make_secret(Random& random) {
    std::string key(kSecretBytes, '\0');
    random.fill(std::as_writable_bytes(std::span(key)));
    return std::string(kPrefix) + base64(key);
}

void check_secret(std::string_view secret, std::string_view field) {
    key_of(secret, field);
}

std::vector<outbound::Header> sign(std::string_view id, Instant now, std::string_view body,
                                   std::span<const std::string> secrets) {
    check_id(id);
    if (secrets.empty() || secrets.size() > kMaxSecrets)
        throw Invalid("secret", fmt::format("must be 1 to {}", kMaxSecrets));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const std::string content = fmt::format("{}.{}.{}", id, seconds, body);
    std::string signatures;
    for (const std::string& secret : secrets)
        signatures +=
            (signatures.empty() ? "v1," : " v1,") + base64(hmac_sha256(key_of(secret, "secret"), content));
    return {{"webhook-id", std::string(id)},
            {"webhook-timestamp", std::to_string(seconds)},
            {"webhook-signature", signatures}};
}

}  // namespace stagecast::webhook
