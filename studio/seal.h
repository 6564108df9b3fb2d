#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "store/database.h"

// Tokens that say what they allow and are not stored: base64url(text) "." base64url(HMAC-SHA-256(key, text)).
namespace stagecast::studio {

std::string sealed(const std::string& key, const std::string& text);
// The text; nothing where the token was not sealed by this key, is malformed, or longer than 512 bytes.
std::optional<std::string> unsealed(const std::string& key, std::string_view token);

// The key of this installation that is kept under that setting; made where there is none.
std::string kept_key(store::Database& database, Random& random, const std::string& setting);

}  // namespace stagecast::studio
