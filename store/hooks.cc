#include "store/hooks.h"

#include "store/sql.h"

namespace stagecast::store {

namespace {

constexpr std::string_view kSubscriptionColumns =
    "id, follower_id, endpoint, p256dh, auth, label, created_at_ms";
constexpr std::string_view kPutSubscription =
    "INSERT INTO push_subscriptions (id, follower_id, endpoint, p256dh, auth, label, created_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (endpoint) DO UPDATE SET "
    "follower_id = excluded.follower_id, p256dh = excluded.p256dh, auth = excluded.auth, label = "
    "excluded.label";
constexpr Query kFindSubscription{kSubscriptionColumns, "FROM push_subscriptions WHERE id = $1"};
constexpr Query kSubscriptionsOf{
    kSubscriptionColumns, "FROM push_subscriptions WHERE follower_id = $1 ORDER BY created_at_ms DESC, id"};
constexpr std::string_view kEraseSubscription = "DELETE FROM push_subscriptions WHERE id = $1";

constexpr std::string_view kHookColumns =
    "id, channel_id, url, format, secret, former_secret, former_until_ms, is_on, why, created_at_ms";
constexpr std::string_view kInsertHook =
    "INSERT INTO webhooks (id, channel_id, url, format, secret, former_secret, former_until_ms, is_on, why, "
    "created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
constexpr std::string_view kUpdateHook =
    "UPDATE webhooks SET url = $1, format = $2, secret = $3, former_secret = $4, former_until_ms = $5, "
    "is_on = $6, why = $7 WHERE id = $8";
constexpr Query kFindHook{kHookColumns, "FROM webhooks WHERE id = $1"};
constexpr Query kHooksOf{kHookColumns, "FROM webhooks WHERE channel_id = $1 ORDER BY created_at_ms, id"};
constexpr std::string_view kEraseHook = "DELETE FROM webhooks WHERE id = $1";

PushSubscription read_subscription(Row& row) {
    return PushSubscription{.id = row.id<SubscriptionId>(),
                            .follower = row.id<FollowerId>(),
                            .endpoint = row.text(),
                            .p256dh = row.text(),
                            .auth = row.text(),
                            .label = row.text(),
                            .created_at = row.instant()};
}

Webhook read_hook(Row& row) {
    return Webhook{.id = row.id<WebhookId>(),
                   .channel = row.id<ChannelId>(),
                   .url = row.text(),
                   .format = row.word<WebhookFormat>(),
                   .secret = row.text(),
                   .former_secret = row.text(),
                   .former_until = row.optional_instant(),
                   .is_on = row.flag(),
                   .why = row.text(),
                   .created_at = row.instant()};
}

}  // namespace

namespace push_subscriptions {

void put(Tx& tx, const PushSubscription& s) {
    execute(tx, kPutSubscription, s.id, s.follower, s.endpoint, s.p256dh, s.auth, s.label, s.created_at);
}

std::optional<PushSubscription> find(Snapshot& snapshot, const SubscriptionId& id) {
    return select_one(snapshot, kFindSubscription, read_subscription, id);
}

std::vector<PushSubscription> of(Snapshot& snapshot, const FollowerId& follower) {
    return select(snapshot, kSubscriptionsOf, read_subscription, follower);
}

void erase(Tx& tx, const SubscriptionId& id) {
    execute(tx, kEraseSubscription, id);
}

}  // namespace push_subscriptions

namespace webhooks {

void insert(Tx& tx, const Webhook& w) {
    execute(tx, kInsertHook, w.id, w.channel, w.url, w.format, w.secret, w.former_secret, w.former_until,
            w.is_on, w.why, w.created_at);
}

void update(Tx& tx, const Webhook& w) {
    execute_on_one(tx, "webhook", kUpdateHook, w.url, w.format, w.secret, w.former_secret, w.former_until,
                   w.is_on, w.why, w.id);
}

std::optional<Webhook> find(Snapshot& snapshot, const WebhookId& id) {
    return select_one(snapshot, kFindHook, read_hook, id);
}

std::vector<Webhook> of_channel(Snapshot& snapshot, const ChannelId& channel) {
    return select(snapshot, kHooksOf, read_hook, channel);
}

void erase(Tx& tx, const WebhookId& id) {
    execute(tx, kEraseHook, id);
}

}  // namespace webhooks
}  // namespace stagecast::store
