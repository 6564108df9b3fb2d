#include "scheduler/courier.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/webhook.h"
#include "scheduler/notices.h"
#include "store/followers.h"
#include "store/hooks.h"

namespace stagecast::scheduler {

using std::chrono::seconds;
using store::Dispatch;
using store::MessageState;
using store::Way;

namespace {

constexpr std::size_t kMaxCached = 64;
constexpr int kPushesPerSecond = 200, kCallsPerSecond = 5;  // to one host
constexpr Milliseconds kMaxAnswer{10'000};

bool is_gone(int status) {
    return status == 404 || status == 410;
}

outbound::FetchLimits limits_of(const Config& config) {
    outbound::FetchLimits limits;
    limits.total = kMaxAnswer;
    limits.addresses = config.outbound_addresses;
    return limits;
}

}  // namespace

// What one dispatch needs, read in one moment; `why` where it is not to go.
struct Courier::Errand {
    const Dispatch& dispatch;
    std::optional<store::Notice> notice = {};
    std::optional<store::Follower> follower = {};
    std::optional<store::PushSubscription> subscription = {};
    std::optional<store::Webhook> hook = {};
    Written written = {};
    std::string why = {};
};

const Written& Courier::written(store::Snapshot& snapshot, const store::Notice& notice,
                                const Reader& reader) {
    const auto key = std::tuple(notice.id.text(), reader.language, reader.zone);
    if (const auto known = cache_.find(key); known != cache_.end()) return known->second;
    if (cache_.size() >= kMaxCached) cache_.clear();
    return cache_[key] = parts_.writer.write(snapshot, notice, reader);
}

Courier::Errand Courier::look(const Dispatch& dispatch) {
    Errand errand{dispatch};
    const auto now = parts_.clock.now();
    return parts_.database.read([&](store::Snapshot& snapshot) {
        errand.notice = store::notices::find(snapshot, dispatch.notice);
        const auto& notice = errand.notice.value();
        const auto room = notice.room ? store::rooms::find(snapshot, *notice.room) : std::nullopt;
        if (!is_current(notice, room, now) || now >= dispatch.expires_at) {
            errand.why = "no longer so";
            return errand;
        }
        if (dispatch.way == Way::kWebhook) {
            errand.hook = store::webhooks::find(snapshot, WebhookId::trusted(dispatch.receiver));
            if (!errand.hook || !errand.hook->is_on) errand.why = "the webhook is off";
            return errand;
        }
        errand.follower = store::followers::find(snapshot, dispatch.follower);
        const auto& who = errand.follower;
        const bool is_digest = notice.kind == store::NoticeKind::kDigest;
        const bool wants = who && who->state == store::FollowerState::kConfirmed &&
                           (is_digest || store::notices::concerns(snapshot, notice.id, who->id));
        if (dispatch.way == Way::kPush)
            errand.subscription =
                store::push_subscriptions::find(snapshot, SubscriptionId::trusted(dispatch.receiver));
        const bool has_way =
            dispatch.way == Way::kPush ? errand.subscription.has_value() : who && who->by_mail;
        if (!wants || !has_way) {
            errand.why = "no longer wanted";
            return errand;
        }
        errand.written = is_digest ? parts_.writer.write_digest(snapshot, notice, *who)
                                   : written(snapshot, notice, {who->language, who->zone});
        return errand;
    });
}

Outcome Courier::carry(const Dispatch& dispatch) {
    try {
        const auto errand = look(dispatch);
        if (!errand.why.empty()) return {MessageState::kDropped, errand.why};
        switch (dispatch.way) {
            case Way::kMail:
                return mail(errand);
            case Way::kPush:
                return push(errand);
            case Way::kWebhook:
                return call(errand);
            case Way::kDigest:
                break;
        }
        return {MessageState::kDropped, "it waits for a digest"};
    } catch (const Invalid& error) {
        return {MessageState::kFailed, error.what()};
    } catch (const std::exception& error) {
        return {MessageState::kPlanned, error.what()};
    }
}

Outcome Courier::mail(const Errand& errand) {
    const auto& notice = *errand.notice;
    const auto& who = *errand.follower;
    const auto& written = errand.written;
    const auto foot = parts_.writer.foot(notice, who);
    outbound::Mail mail;
    mail.to = who.email;
    mail.subject = written.subject;
    mail.text = written.text + foot.text;
    // The foot goes before the end of the page.
    mail.html = written.html;
    mail.html.insert(std::min(mail.html.rfind("</body>"), mail.html.size()), foot.html);
    if (!written.calendar.empty()) mail.calendar = {written.calendar_method, written.calendar};
    mail.unsubscribe = foot.unsubscribe;
    mail.list_id = written.list_id;
    mail_.send(std::move(mail), notice.id.text() + "." + who.id.text(), notice.created_at);
    return {};
}

// RFC 8030: TTL, Urgency, Topic (a newer message of the same topic takes the place of one that waits).
Outcome Courier::push(const Errand& errand) {
    const auto& subscription = *errand.subscription;
    const auto now = parts_.clock.now();
    const auto wait =
        parts_.limiter.wait(outbound::origin_of(subscription.endpoint, "endpoint"), kPushesPerSecond, now);
    if (wait.count() > 0) return {MessageState::kPlanned, "", wait, false};
    const auto& notice = *errand.notice;
    outbound::PostRequest request;
    request.url = subscription.endpoint;
    const auto ttl = std::chrono::floor<seconds>(errand.dispatch.expires_at - now).count();
    request.headers = {
        {"Content-Type", "application/octet-stream"},
        {"Content-Encoding", "aes128gcm"},
        {"TTL", std::to_string(ttl)},
        {"Urgency", "high"},
        {"Topic", notice.id.text()},
        {"Authorization",
         parts_.push_key.authorization(subscription.endpoint, "mailto:" + parts_.config.mail_from, now)}};
    request.body = web_push::encrypt(
        {base64url_decode(subscription.p256dh, "p256dh"), base64url_decode(subscription.auth, "auth")},
        parts_.writer.write_push(notice, errand.written), parts_.random);
    request.limits = limits_of(parts_.config);
    const auto posted = outbound::post(request);
    if (!is_gone(posted.status)) return answered(errand, posted);
    parts_.database.write([&](store::Tx& tx) { store::push_subscriptions::erase(tx, subscription.id); });
    return {MessageState::kDropped, "the browser subscribes no more"};
}

Outcome Courier::call(const Errand& errand) {
    const auto& hook = *errand.hook;
    const auto now = parts_.clock.now();
    const auto wait = parts_.limiter.wait(outbound::origin_of(hook.url, "url"), kCallsPerSecond, now);
    if (wait.count() > 0) return {MessageState::kPlanned, "", wait, false};
    outbound::PostRequest request;
    request.url = hook.url;
    request.body = parts_.database.read([&](store::Snapshot& snapshot) {
        return parts_.writer.write_webhook(snapshot, *errand.notice, hook);
    });
    request.headers = {{"Content-Type", "application/json"}};
    if (hook.format == store::WebhookFormat::kStandard) {
        std::vector<std::string> secrets{hook.secret};
        if (hook.former_until && now < *hook.former_until) secrets.push_back(hook.former_secret);
        // Tried again it is the same message: receivers know it by this id.
        const auto id = errand.notice->id.text() + "-" + hook.id.text();
        for (auto& header : webhook::sign(id, now, request.body, secrets))
            request.headers.push_back(std::move(header));
    }
    request.limits = limits_of(parts_.config);
    const auto posted = outbound::post(request);
    if (posted.status != 410) return answered(errand, posted);
    parts_.database.write([&](store::Tx& tx) {
        auto stored = store::webhooks::find(tx, hook.id);
        if (!stored) return;
        stored->is_on = false;
        stored->why = "410: it wants no more calls";
        store::webhooks::update(tx, *stored);
    });
    return {MessageState::kDropped, "410: it wants no more calls"};
}

Outcome Courier::answered(const Errand&, const outbound::Posted& posted) {
    if (posted.status < 300) return {};
    const auto why = fmt::format("answered {}", posted.status);
    const bool may_pass = posted.status == 408 || posted.status == 429 || posted.status >= 500;
    if (!may_pass) return {MessageState::kFailed, why};
    Outcome outcome{MessageState::kPlanned, why};
    if (posted.retry_after) outcome.wait = *posted.retry_after;
    return outcome;
}

}  // namespace stagecast::scheduler
