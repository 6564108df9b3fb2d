#include "web/api/routes.h"

#include "base/error.h"

namespace stagecast::web {

void add_api_routes(Router& router, Services& services) {
    add_account_routes(router, services);
    add_channel_routes(router, services);
    add_show_routes(router, services);
    add_import_routes(router, services);
    add_people_routes(router, services);
    add_room_routes(router, services);
    add_consent_routes(router, services);
    add_episode_routes(router, services);
    add_follow_routes(router, services);
    add_telling_routes(router, services);
    add_webhook_routes(router, services);
    add_guide_routes(router, services);
    add_operator_routes(router, services);
}

void RouteAdder::operator()(const char* method, const char* pattern, Function handler) const {
    router_.add(method, pattern, [&services = services_, handler](const Request& request) {
        return handler(services, request);
    });
}

const AccountId& account_of(const Request& request) {
    if (!request.actor.account) throw Unauthenticated("sign in first");
    return *request.actor.account;
}

Response no_content() {
    Response response;
    response.status = 204;
    return response;
}

}  // namespace stagecast::web
