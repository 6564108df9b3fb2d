#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/allow.h"
#include "base/config.h"
#include "base/random.h"
#include "base/time.h"
#include "scheduler/message_writer.h"
#include "store/database.h"
#include "store/followers.h"
#include "store/hooks.h"
#include "store/notices.h"

namespace stagecast::studio {

inline constexpr int kMaxSubscriptions = 10;  // browsers of one person
inline constexpr int kMaxWebhooks = 10;       // of one channel

// What is not set stays.
struct TellingWish {
    std::optional<bool> by_mail;
    std::optional<int> quiet_from_minutes, quiet_until_minutes;  // of the local day, [0, 1440)
    std::optional<store::Digest> digest;
    std::optional<int> daily_budget;  // [0, 100]
};
// Throws Invalid naming the field. Also where the next digest lies.
void apply(store::Tx&, store::Follower, const TellingWish&, Instant now);

struct BellItem {
    NoticeId id;
    store::NoticeKind kind = store::NoticeKind::kReminder;
    std::string subject, brief, url;  // in the reader's language and zone; url absolute
    Instant at{};
    bool is_new = false;  // since the bell was last heard
};

struct PushWish {
    std::string endpoint, p256dh, auth;  // as PushSubscription.toJSON() says them
    std::string label;                   // at most 100 characters
};

struct WebhookWish {
    std::optional<std::string> url;
    std::optional<store::WebhookFormat> format;
    std::optional<bool> is_on;
};

// How people with an account are told, and channels' webhooks.
// Thread: any. Errors: Unauthenticated for strangers, Forbidden, NotFound, Invalid with the field.
class Telling {
public:
    // `wake`: something was told; the teller need not wait for its tick.
    Telling(store::Database& database, const Clock& clock, Random& random, const Config& config,
            scheduler::MessageWriter& writer, std::function<void()> wake)
        : database_(database),
          clock_(clock),
          random_(random),
          config_(config),
          writer_(writer),
          wake_(std::move(wake)) {}

    store::Follower settings(const access::Actor& actor);
    void set(const access::Actor& actor, const TellingWish& wish);

    // Newest first, at most 50.
    std::vector<BellItem> bell(const access::Actor& actor, const scheduler::Reader& reader);
    int unheard(const access::Actor& actor);  // at most 100 are counted
    void hear(const access::Actor& actor);    // everything up to now

    std::string push_key();  // VAPID's public key, base64url: applicationServerKey
    store::PushSubscription subscribe(const access::Actor& actor, const PushWish& wish);
    std::vector<store::PushSubscription> subscriptions(const access::Actor& actor);
    void unsubscribe(const access::Actor& actor, const SubscriptionId& id);

    // A host's words to the followers of their show. Throws Invalid("text"), Conflict when too soon.
    void note(const access::Actor& actor, const ShowId& show, const std::string& text);

    // By those who may edit the channel. The secret is shown at making and turning alone.
    std::vector<store::Webhook> webhooks(const access::Actor& actor, const ChannelId& channel);
    store::Webhook add_webhook(const access::Actor& actor, const ChannelId& channel, const WebhookWish& wish);
    store::Webhook change_webhook(const access::Actor& actor, const ChannelId& channel, const WebhookId& id,
                                  const WebhookWish& wish);
    // A new secret; the former signs as well for 24 hours.
    store::Webhook turn_secret(const access::Actor& actor, const ChannelId& channel, const WebhookId& id);
    void remove_webhook(const access::Actor& actor, const ChannelId& channel, const WebhookId& id);

    // For operators: what could not be delivered, newest first, at most 200; and all of it once more.
    std::vector<store::Dispatch> failed(const access::Actor& actor);
    int retry_failed(const access::Actor& actor);

private:
    store::Database& database_;
    const Clock& clock_;
    Random& random_;
    const Config& config_;
    scheduler::MessageWriter& writer_;
    const std::function<void()> wake_;
};

}  // namespace stagecast::studio
