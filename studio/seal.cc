#include "studio/seal.h"

#include "base/error.h"
#include "base/text.h"
#include "store/outbox.h"

namespace stagecast::studio {
namespace {

constexpr std::size_t kMaxTokenBytes = 512;

}  // namespace

std::string sealed(const std::string& key, const std::string& text) {
    return base64url(text) + "." + base64url(hmac_sha256(key, text));
}

std::optional<std::string> unsealed(const std::string& key, std::string_view token) {
    const auto dot = token.find('.');
    if (token.size() > kMaxTokenBytes || dot == std::string_view::npos) return std::nullopt;
    try {
        auto text = base64url_decode(token.substr(0, dot), "token");
        const auto seal = base64url_decode(token.substr(dot + 1), "token");
        if (!equal_constant_time(seal, hmac_sha256(key, text))) return std::nullopt;
        return text;
    } catch (const Invalid&) {
        return std::nullopt;
    }
}

std::string kept_key(store::Database& database, Random& random, const std::string& setting) {
    return database.write([&](store::Tx& tx) {
        if (auto stored = store::settings::get(tx, setting)) return *stored;
        auto made = random_token(random);
        store::settings::set(tx, setting, made);
        return made;
    });
}

}  // namespace stagecast::studio
