#include "studio/telling.h"

#include <algorithm>

#include "base/error.h"
#include "base/outbound.h"
#include "base/text.h"
#include "base/web_push.h"
#include "base/webhook.h"
#include "base/zone.h"
#include "scheduler/notices.h"
#include "scheduler/push_key.h"
#include "scheduler/quiet.h"
#include "store/channels.h"
#include "store/shows.h"

namespace stagecast::studio {
namespace {

using store::Snapshot;
using store::Tx;

constexpr int kBellItems = 50;
constexpr int kMostUnheard = 100;
constexpr int kMostFailed = 200;
constexpr int kMinutesOfDay = 24 * 60;
constexpr int kMaxBudget = 100;
constexpr std::size_t kMaxLabelCharacters = 100;
constexpr std::chrono::hours kFormerSecretSigns{24};

const AccountId& signed_in(const access::Actor& actor) {
    if (!actor.account) throw Unauthenticated("sign in first");
    return *actor.account;
}

void check_minutes(const std::optional<int>& minutes, const char* field) {
    if (minutes && (*minutes < 0 || *minutes >= kMinutesOfDay))
        throw Invalid(field, "must be a minute of the day, 0 to 1439");
}

store::Webhook webhook_of(Snapshot& snapshot, const access::Actor& actor, const ChannelId& channel,
                          const WebhookId& id) {
    access::require(snapshot, actor, access::Action::kEditChannel, channel);
    auto hook = store::webhooks::find(snapshot, id);
    if (!hook || hook->channel != channel) throw NotFound("webhook not found");
    return *std::move(hook);
}

void put(const WebhookWish& wish, store::Webhook& hook) {
    if (wish.url) {
        outbound::check_url(*wish.url, "url");
        hook.url = *wish.url;
    }
    hook.format = wish.format.value_or(hook.format);
    hook.is_on = wish.is_on.value_or(hook.is_on);
    if (hook.is_on) hook.why.clear();
}

}  // namespace

void apply(Tx& tx, store::Follower follower, const TellingWish& wish, Instant now) {
    check_minutes(wish.quiet_from_minutes, "quiet_from");
    check_minutes(wish.quiet_until_minutes, "quiet_until");
    if (wish.daily_budget && (*wish.daily_budget < 0 || *wish.daily_budget > kMaxBudget))
        throw Invalid("daily_budget", "must be 0 to 100");
    follower.by_mail = wish.by_mail.value_or(follower.by_mail);
    follower.quiet_from_minutes = wish.quiet_from_minutes.value_or(follower.quiet_from_minutes);
    follower.quiet_until_minutes = wish.quiet_until_minutes.value_or(follower.quiet_until_minutes);
    follower.daily_budget = wish.daily_budget.value_or(follower.daily_budget);
    follower.digest = wish.digest.value_or(follower.digest);
    // What waits already goes with the next one, also where digests are off by now.
    if (wish.digest || follower.next_digest_at)
        follower.next_digest_at = scheduler::next_digest(*Zone::find(follower.zone), follower.digest, now);
    store::followers::update(tx, follower);
}

store::Follower Telling::settings(const access::Actor& actor) {
    const auto& account = signed_in(actor);
    const auto now = clock_.now();
    return database_.write([&](Tx& tx) { return store::followers::of_account(tx, account, now); });
}

void Telling::set(const access::Actor& actor, const TellingWish& wish) {
    const auto& account = signed_in(actor);
    const auto now = clock_.now();
    database_.write([&](Tx& tx) { apply(tx, store::followers::of_account(tx, account, now), wish, now); });
}

std::vector<BellItem> Telling::bell(const access::Actor& actor, const scheduler::Reader& reader) {
    const auto follower = store::followers::id_of(signed_in(actor));
    return database_.read([&](Snapshot& snapshot) {
        std::vector<BellItem> items;
        const auto who = store::followers::find(snapshot, follower);
        if (!who) return items;
        for (const auto& notice : store::notices::heard_by(snapshot, follower, kBellItems)) {
            const auto written = writer_.write(snapshot, notice, reader);
            items.push_back({notice.id, notice.kind, written.subject, written.brief, written.url,
                             notice.created_at, notice.created_at > who->bell_seen_at});
        }
        return items;
    });
}

int Telling::unheard(const access::Actor& actor) {
    if (!actor.account) return 0;
    const auto follower = store::followers::id_of(*actor.account);
    return database_.read([&](Snapshot& snapshot) {
        const auto who = store::followers::find(snapshot, follower);
        return who ? store::notices::heard_since(snapshot, follower, who->bell_seen_at, kMostUnheard) : 0;
    });
}

void Telling::hear(const access::Actor& actor) {
    const auto& account = signed_in(actor);
    const auto now = clock_.now();
    database_.write([&](Tx& tx) {
        auto follower = store::followers::of_account(tx, account, now);
        follower.bell_seen_at = now;
        store::followers::update(tx, follower);
    });
}

std::string Telling::push_key() {
    return scheduler::push_key(database_, random_).public_key();
}

store::PushSubscription Telling::subscribe(const access::Actor& actor, const PushWish& wish) {
    const auto& account = signed_in(actor);
    outbound::check_url(wish.endpoint, "endpoint");
    web_push::check_keys({base64url_decode(wish.p256dh, "p256dh"), base64url_decode(wish.auth, "auth")});
    store::PushSubscription made;
    made.id = SubscriptionId::make(random_);
    made.endpoint = wish.endpoint;
    made.p256dh = wish.p256dh;
    made.auth = wish.auth;
    made.label = checked_text(wish.label, "label", 0, kMaxLabelCharacters);
    made.created_at = clock_.now();
    return database_.write([&](Tx& tx) {
        made.follower = store::followers::of_account(tx, account, made.created_at).id;
        auto known = store::push_subscriptions::of(tx, made.follower);
        const auto is_same = [&](const auto& one) { return one.endpoint == made.endpoint; };
        if (known.size() >= kMaxSubscriptions && std::ranges::none_of(known, is_same))
            throw Conflict("Ten browsers are told already. Remove one first.");
        store::push_subscriptions::put(tx, made);
        known = store::push_subscriptions::of(tx, made.follower);
        return *std::ranges::find_if(known, is_same);
    });
}

std::vector<store::PushSubscription> Telling::subscriptions(const access::Actor& actor) {
    const auto follower = store::followers::id_of(signed_in(actor));
    return database_.read(
        [&](Snapshot& snapshot) { return store::push_subscriptions::of(snapshot, follower); });
}

void Telling::unsubscribe(const access::Actor& actor, const SubscriptionId& id) {
    const auto follower = store::followers::id_of(signed_in(actor));
    database_.write([&](Tx& tx) {
        const auto known = store::push_subscriptions::find(tx, id);
        if (!known || known->follower != follower) throw NotFound("push subscription not found");
        store::push_subscriptions::erase(tx, id);
    });
}

void Telling::note(const access::Actor& actor, const ShowId& id, const std::string& text) {
    const auto now = clock_.now();
    database_.write([&](Tx& tx) {
        access::require(tx, actor, access::Action::kEditShow, id);
        const auto show = store::shows::find(tx, id);
        if (!show) throw NotFound("show not found");
        scheduler::tell_note(tx, random_, *show, text, signed_in(actor), now);
    });
    wake_();
}

std::vector<store::Webhook> Telling::webhooks(const access::Actor& actor, const ChannelId& channel) {
    return database_.read([&](Snapshot& snapshot) {
        access::require(snapshot, actor, access::Action::kEditChannel, channel);
        return store::webhooks::of_channel(snapshot, channel);
    });
}

store::Webhook Telling::add_webhook(const access::Actor& actor, const ChannelId& channel,
                                    const WebhookWish& wish) {
    store::Webhook hook;
    hook.id = WebhookId::make(random_);
    hook.channel = channel;
    hook.secret = webhook::make_secret(random_);
    hook.created_at = clock_.now();
    if (!wish.url) throw Invalid("url", "is missing");
    put(wish, hook);
    return database_.write([&](Tx& tx) {
        access::require(tx, actor, access::Action::kEditChannel, channel);
        if (store::webhooks::of_channel(tx, channel).size() >= kMaxWebhooks)
            throw Conflict("A channel has ten webhooks at most. Remove one first.");
        store::webhooks::insert(tx, hook);
        return hook;
    });
}

store::Webhook Telling::change_webhook(const access::Actor& actor, const ChannelId& channel,
                                       const WebhookId& id, const WebhookWish& wish) {
    return database_.write([&](Tx& tx) {
        auto hook = webhook_of(tx, actor, channel, id);
        put(wish, hook);
        store::webhooks::update(tx, hook);
        return hook;
    });
}

store::Webhook Telling::turn_secret(const access::Actor& actor, const ChannelId& channel,
                                    const WebhookId& id) {
    return database_.write([&](Tx& tx) {
        auto hook = webhook_of(tx, actor, channel, id);
        hook.former_secret = std::exchange(hook.secret, webhook::make_secret(random_));
        hook.former_until = clock_.now() + kFormerSecretSigns;
        store::webhooks::update(tx, hook);
        return hook;
    });
}

void Telling::remove_webhook(const access::Actor& actor, const ChannelId& channel, const WebhookId& id) {
    database_.write([&](Tx& tx) { store::webhooks::erase(tx, webhook_of(tx, actor, channel, id).id); });
}

std::vector<store::Dispatch> Telling::failed(const access::Actor& actor) {
    return database_.read([&](Snapshot& snapshot) {
        access::require(snapshot, actor, access::Action::kOperate, access::Site{});
        return store::dispatches::failed(snapshot, kMostFailed);
    });
}

int Telling::retry_failed(const access::Actor& actor) {
    const auto now = clock_.now();
    const int count = database_.write([&](Tx& tx) {
        access::require(tx, actor, access::Action::kOperate, access::Site{});
        return store::dispatches::retry_failed(tx, now);
    });
    wake_();
    return count;
}

}  // namespace stagecast::studio
