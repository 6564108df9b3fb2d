#include <nlohmann/json.hpp>

#include "base/error.h"
#include "store/words.h"
#include "web/api/body.h"
#include "web/api/routes.h"
#include "web/api/views.h"
#include "web/channel_desk.h"
#include "web/deliveries.h"
#include "web/telling_words.h"
#include "web/time_of_day.h"

// How the account that asks is told, its bell, its browsers; a host's words to followers; what was not
// delivered.
namespace stagecast::web {
namespace {

using Json = nlohmann::json;

Json view_settings(const store::Follower& follower) {
    return {{"by_mail", follower.by_mail},
            {"quiet_from", time_of_day(follower.quiet_from_minutes)},
            {"quiet_until", time_of_day(follower.quiet_until_minutes)},
            {"digest", store::word(follower.digest)},
            {"next_digest_at",
             follower.next_digest_at ? Json(to_iso8601(*follower.next_digest_at)) : Json(nullptr)},
            {"daily_budget", follower.daily_budget}};
}

Response settings(Services& services, const Request& request) {
    return json_of(view_settings(services.telling.settings(request.actor)));
}

std::optional<int> optional_time(Body& body, const std::string& field) {
    const auto text = body.optional_text(field);
    return text ? std::optional(minutes_of_day(*text, field)) : std::nullopt;
}

Response change_settings(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    studio::TellingWish wish;
    wish.by_mail = body.optional_flag("by_mail");
    wish.quiet_from_minutes = optional_time(body, "quiet_from");
    wish.quiet_until_minutes = optional_time(body, "quiet_until");
    if (const auto digest = body.optional_text("digest")) wish.digest = digest_named(*digest);
    wish.daily_budget = body.optional_number("daily_budget");
    body.done();
    services.telling.set(request.actor, wish);
    return settings(services, request);
}

Response bell(Services& services, const Request& request) {
    const auto items = services.telling.bell(request.actor, {request.language, request.zone});
    auto notices = Json::array();
    for (const auto& item : items)
        notices.push_back({{"id", item.id.text()},
                           {"kind", store::word(item.kind)},
                           {"subject", item.subject},
                           {"brief", item.brief},
                           {"url", item.url},
                           {"at", to_iso8601(item.at)},
                           {"new", item.is_new}});
    return json_of({{"unheard", services.telling.unheard(request.actor)}, {"notices", notices}});
}

Response hear(Services& services, const Request& request) {
    Body(request).done();
    services.telling.hear(request.actor);
    return no_content();
}

Response push_key(Services& services, const Request&) {
    return json_of({{"key", services.telling.push_key()}});
}

// Not its keys: they are the browser's.
Json view_subscription(const store::PushSubscription& subscription) {
    return {{"id", subscription.id.text()},
            {"endpoint", subscription.endpoint},
            {"label", subscription.label},
            {"created_at", to_iso8601(subscription.created_at)}};
}

Response subscriptions(Services& services, const Request& request) {
    auto list = Json::array();
    for (const auto& subscription : services.telling.subscriptions(request.actor))
        list.push_back(view_subscription(subscription));
    return json_of({{"subscriptions", list}});
}

Response subscribe(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    studio::PushWish wish;
    wish.endpoint = body.text("endpoint");
    auto keys = body.optional_object("keys");
    if (!keys) throw Invalid("keys", "it is missing");
    wish.p256dh = keys->text("p256dh");
    wish.auth = keys->text("auth");
    keys->done();
    wish.label = body.text_or("label", "");
    // Of PushSubscription.toJSON() as it is; null in every browser, and 410 says the same.
    body.ignore("expirationTime");
    body.done();
    return json_of(view_subscription(services.telling.subscribe(request.actor, wish)), 201);
}

Response unsubscribe(Services& services, const Request& request) {
    account_of(request);
    services.telling.unsubscribe(request.actor, SubscriptionId::parse(request.param("id")));
    return no_content();
}

Response note(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    const auto text = body.text("text");
    body.done();
    const auto show = services.database.read(
        [&](store::Snapshot& snapshot) { return show_named(snapshot, request.param("slug")).id; });
    services.telling.note(request.actor, show, text);
    return no_content();
}

Response failed(Services& services, const Request& request) {
    auto list = Json::array();
    for (const auto& one : failed_deliveries(services, request.actor))
        list.push_back({{"notice", one.dispatch.notice.text()},
                        {"kind", store::word(one.kind)},
                        {"about", one.about},
                        {"way", store::word(one.dispatch.way)},
                        {"to", one.to},
                        {"due_at", to_iso8601(one.dispatch.due_at)},
                        {"attempts", one.dispatch.attempts},
                        {"why", one.dispatch.why}});
    return json_of({{"deliveries", list}});
}

Response retry(Services& services, const Request& request) {
    Body(request).done();
    return json_of({{"retried", services.telling.retry_failed(request.actor)}});
}

}  // namespace

void add_telling_routes(Router& router, Services& services) {
    const RouteAdder add(router, services);
    add("GET", "/api/v1/me/telling", settings);
    add("PATCH", "/api/v1/me/telling", change_settings);
    add("GET", "/api/v1/me/bell", bell);
    add("POST", "/api/v1/me/bell/heard", hear);
    add("GET", "/api/v1/push-key", push_key);
    add("GET", "/api/v1/me/push", subscriptions);
    add("POST", "/api/v1/me/push", subscribe);
    add("DELETE", "/api/v1/me/push/{id}", unsubscribe);
    add("POST", "/api/v1/shows/{slug}/notes", note);
    add("GET", "/api/v1/deliveries/failed", failed);
    add("POST", "/api/v1/deliveries/retry", retry);
}

}  // namespace stagecast::web
