#include <nlohmann/json.hpp>

#include "base/error.h"
#include "store/words.h"
#include "web/api/body.h"
#include "web/api/routes.h"
#include "web/api/views.h"
#include "web/channel_desk.h"
#include "web/telling_words.h"

// Addresses that a channel's owners have told of what its followers are told of.
namespace stagecast::web {
namespace {

using Json = nlohmann::json;

ChannelId channel_of(Services& services, const Request& request) {
    account_of(request);
    return services.database.read(
        [&](store::Snapshot& snapshot) { return channel_named(snapshot, request.param("slug")).id; });
}

WebhookId webhook_of(const Request& request) {
    return WebhookId::parse(request.param("id"));
}

Json view(const store::Webhook& hook) {
    return {{"id", hook.id.text()},
            {"url", hook.url},
            {"format", store::word(hook.format)},
            {"on", hook.is_on},
            {"why", hook.why},
            {"former_secret_until", hook.former_until ? Json(to_iso8601(*hook.former_until)) : Json(nullptr)},
            {"created_at", to_iso8601(hook.created_at)}};
}

// Once: where it was made.
Json view_with_secret(const store::Webhook& hook) {
    auto shown = view(hook);
    shown["secret"] = hook.secret;
    return shown;
}

studio::WebhookWish wish_of(const Request& request) {
    Body body(request);
    studio::WebhookWish wish;
    wish.url = body.optional_text("url");
    if (const auto format = body.optional_text("format")) wish.format = webhook_format_named(*format);
    wish.is_on = body.optional_flag("on");
    body.done();
    return wish;
}

Response webhooks(Services& services, const Request& request) {
    auto list = Json::array();
    for (const auto& hook : services.telling.webhooks(request.actor, channel_of(services, request)))
        list.push_back(view(hook));
    return json_of({{"webhooks", list}});
}

Response add_one(Services& services, const Request& request) {
    const auto channel = channel_of(services, request);
    return json_of(view_with_secret(services.telling.add_webhook(request.actor, channel, wish_of(request))),
                   201);
}

Response change(Services& services, const Request& request) {
    const auto channel = channel_of(services, request);
    return json_of(
        view(services.telling.change_webhook(request.actor, channel, webhook_of(request), wish_of(request))));
}

Response turn(Services& services, const Request& request) {
    const auto channel = channel_of(services, request);
    Body(request).done();
    return json_of(
        view_with_secret(services.telling.turn_secret(request.actor, channel, webhook_of(request))));
}

Response remove(Services& services, const Request& request) {
    services.telling.remove_webhook(request.actor, channel_of(services, request), webhook_of(request));
    return no_content();
}

}  // namespace

void add_webhook_routes(Router& router, Services& services) {
    const RouteAdder add(router, services);
    add("GET", "/api/v1/channels/{slug}/webhooks", webhooks);
    add("POST", "/api/v1/channels/{slug}/webhooks", add_one);
    add("PATCH", "/api/v1/channels/{slug}/webhooks/{id}", change);
    add("DELETE", "/api/v1/channels/{slug}/webhooks/{id}", remove);
    add("POST", "/api/v1/channels/{slug}/webhooks/{id}/secret", turn);
}

}  // namespace stagecast::web
