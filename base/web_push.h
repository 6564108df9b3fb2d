#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/time.h"

// What a push service takes from us (RFC 8030): a message that only the browser can read, and who sends it.
// Nothing here talks to anybody: outbound::post() does. Thread: any.
namespace stagecast::web_push {

// Whom to encrypt for, from the browser's subscription (W3C Push API), decoded to raw bytes.
struct SubscriptionKeys {
    std::string p256dh;  // a point of P-256, uncompressed: 65 bytes
    std::string auth;    // 16 bytes
};

// Throws Invalid("p256dh") unless it is a point of the curve, Invalid("auth") unless it has its length.
void check_keys(const SubscriptionKeys& keys);

// A body is at most 4096 bytes (RFC 8030, 7.2): 86 of header (RFC 8188, 2.1: salt 16, record size 4, length
// of the key 1, key 65), the plaintext, 1 that ends it, 16 of tag.
constexpr std::size_t kMaxBodyBytes = 4096;
constexpr std::size_t kMaxPlaintextBytes = kMaxBodyBytes - 86 - 1 - 16;

// The body to post with "Content-Encoding: aes128gcm" (RFC 8291 over RFC 8188): one record, not padded, so
// that its length tells the plaintext's. Takes 16 bytes of salt, then 32 of a key used once from random.
// Throws as check_keys(), and Invalid("plaintext") for more than kMaxPlaintextBytes.
std::string encrypt(const SubscriptionKeys& keys, std::string_view plaintext, Random& random);

// The key that tells push services who we are (VAPID, RFC 8292). Constant after construction.
class Vapid {
public:
    static Vapid generate(Random& random);
    // From private_key() of an earlier one. Throws Invalid("vapid").
    explicit Vapid(std::string_view private_key);

    // A secret: 32 bytes as base64url, 43 characters.
    std::string private_key() const;
    // What browsers subscribe with (applicationServerKey): 65 bytes as base64url, 87 characters.
    std::string public_key() const;
    // The value of Authorization: "vapid t=…, k=…", good for this endpoint's origin until 12 h after now.
    // subject says how to reach the operator: a mailto: or https: address. Throws Invalid("endpoint"),
    // Invalid("subject").
    std::string authorization(const std::string& endpoint_url, std::string_view subject, Instant now) const;

private:
    std::string private_bytes_;
    std::string public_bytes_;
};

}  // namespace stagecast::web_push
