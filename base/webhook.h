#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/outbound.h"
#include "base/random.h"
#include "base/time.h"

// Standard Webhooks (spec v1): how a receiver knows that a call is ours, whole and new. Nothing here talks to
// anybody: outbound::post() does. Thread: any.
namespace stagecast::webhook {

// "whsec_" and the base64 of 32 random bytes: what a receiver verifies with.
std::string make_secret(Random& random);

// Throws Invalid(field) unless it is "whsec_" and the base64 of 24 to 64 bytes.
void check_secret(std::string_view secret, std::string_view field);

constexpr std::size_t kMaxSecrets = 4;

// webhook-id, webhook-timestamp (seconds) and webhook-signature: "v1," and the base64 of HMAC-SHA-256 over
// "id.timestamp.body", one for each secret, in their order; more than one while a secret is being replaced.
// A message tried again keeps its id and is signed anew. Throws Invalid("id") unless it is 1 to 100 of
// A-Z a-z 0-9 '_' '-', Invalid("secret") for one that is none or unless there are 1 to kMaxSecrets.
std::vector<outbound::Header> sign(std::string_view id, Instant now, std::string_view body,
                                   std::span<const std::string> secrets);

}  // namespace stagecast::webhook
