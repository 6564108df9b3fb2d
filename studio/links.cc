#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "studio/mail_followers.h"
#include "studio/seal.h"

namespace stagecast::studio {
namespace {

constexpr const char* kKeySetting = "studio.link_key";
constexpr std::size_t kParts = 5;  // version, use, follower, expiry, what

[[noreturn]] void refuse() {
    throw NotFound("This link is not valid. Use the one of the newest message, whole.");
}

std::string_view name_of(LinkUse use) {
    switch (use) {
        case LinkUse::kConfirm:
            return "confirm";
        case LinkUse::kManage:
            return "manage";
        case LinkUse::kEnd:
            return "end";
    }
    throw Error("a use without a name");
}

// Empty: for ever.
std::string expiry_of(const Link& link) {
    return link.use == LinkUse::kConfirm ? std::to_string(link.expires_at.time_since_epoch().count()) : "";
}

Instant parsed_expiry(const std::string& text) {
    std::int64_t expiry_ms = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, expiry_ms);
    if (read.ec != std::errc() || read.ptr != end) refuse();
    return Instant(Milliseconds(expiry_ms));
}

}  // namespace

Links::Links(store::Database& database, Random& random) : key_(kept_key(database, random, kKeySetting)) {}

std::string Links::seal(const Link& link) const {
    std::string text = "1|";
    text += name_of(link.use);
    text += "|" + link.follower.text() + "|" + expiry_of(link) + "|" + link.what;
    return sealed(key_, text);
}

Link Links::open(std::string_view token, LinkUse use, Instant now) const {
    const auto text = unsealed(key_, token);
    if (!text) refuse();
    const auto parts = split(*text, '|');
    if (parts.size() != kParts || parts[0] != "1" || parts[1] != name_of(use)) refuse();
    if (!is_id_text(parts[2])) refuse();
    Link link{use, FollowerId::trusted(parts[2]), parts[4], {}};
    if (use != LinkUse::kConfirm) return link;
    link.expires_at = parsed_expiry(parts[3]);
    if (link.expires_at <= now) throw NotFound("This link has expired. Ask for a new one.");
    return link;
}

}  // namespace stagecast::studio
