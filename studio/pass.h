#pragma once
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"
#include "recorder/ledger.h"

namespace stagecast::studio {

// What a WHIP token says: who may publish where, what they answered, until when.
struct Pass {
    RoomId room;
    SpeakerId speaker;
    recorder::Purposes purposes;
    Instant expires_at{};
};

// Tokens of the form base64url(text) "." base64url(HMAC-SHA-256(key, text)), where text is
// "1|room|speaker|purpose,purpose|expiry in ms" (docs/formats.md). Nothing is stored: a restart forgets none.
// Thread: any; immutable.
class Passes {
public:
    explicit Passes(std::string key) : key_(std::move(key)) {}
    std::string seal(const Pass& pass) const;
    // Throws Unauthenticated when it was not sealed by this key, is malformed, or has expired at `now`.
    Pass open(std::string_view token, Instant now) const;

private:
    const std::string key_;
};

}  // namespace stagecast::studio
