#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

// One browser of one person that takes push messages (RFC 8030).
struct PushSubscription {
    SubscriptionId id;
    FollowerId follower;
    std::string endpoint;  // unique: one that subscribes again replaces what was there
    std::string p256dh;    // base64url: an uncompressed point, 65 bytes
    std::string auth;      // base64url: 16 bytes
    std::string label;     // what its owner knows it by: "Firefox, Linux"
    Instant created_at{};
};

namespace push_subscriptions {
void put(Tx&, const PushSubscription&);
std::optional<PushSubscription> find(Snapshot&, const SubscriptionId&);
std::vector<PushSubscription> of(Snapshot&, const FollowerId&);  // newest first
void erase(Tx&, const SubscriptionId&);                          // gone already: no error
}  // namespace push_subscriptions

enum class WebhookFormat { kStandard, kDiscord, kSlack, kMattermost };

// An address that a channel's owner had told of everything that the channel's followers are told of.
struct Webhook {
    WebhookId id;
    ChannelId channel;
    std::string url;
    WebhookFormat format = WebhookFormat::kStandard;
    std::string secret, former_secret;    // "whsec_…"; the former signs too until
    std::optional<Instant> former_until;  // then
    bool is_on = true;
    std::string why;  // it was switched off
    Instant created_at{};
};

namespace webhooks {
void insert(Tx&, const Webhook&);
void update(Tx&, const Webhook&);  // all but id, channel, created_at
std::optional<Webhook> find(Snapshot&, const WebhookId&);
std::vector<Webhook> of_channel(Snapshot&, const ChannelId&);  // oldest first
void erase(Tx&, const WebhookId&);
}  // namespace webhooks

}  // namespace stagecast::store
