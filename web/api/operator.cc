#include <nlohmann/json.hpp>

#include "base/error.h"
#include "store/outbox.h"
#include "store/words.h"
#include "web/api/body.h"
#include "web/api/routes.h"
#include "web/api/views.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;
constexpr int kNewest = 200;

Response invite(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    const auto email = body.text("email");
    body.done();
    const auto secret = services.accounts.invite(request.actor, email);
    services.delivery.wake();
    return json_of({{"token", secret.text}, {"expires_at", to_iso8601(secret.expires_at)}}, 201);
}

Response pending(Services& services, const Request& request) {
    const auto state = request.query_value("state");
    if (!state.empty() && state != "pending") throw Invalid("state", "only pending accounts are listed");
    auto list = Json::array();
    for (const auto& account : services.accounts.pending(request.actor))
        list.push_back(view_account(account));
    return json_of({{"accounts", list}});
}

Response approve(Services& services, const Request& request) {
    services.accounts.approve(request.actor, AccountId::parse(request.param("id")));
    services.delivery.wake();
    return no_content();
}

Response messages(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, access::Action::kOperate, access::Site{});
        auto list = Json::array();
        for (const auto& message : store::outbox::newest(snapshot, kNewest))
            list.push_back({{"id", message.id.text()},
                            {"by", message.by},
                            {"to", message.to},
                            {"subject", message.subject},
                            {"text", message.text},
                            {"state", store::word(message.state)},
                            {"attempts", message.attempts},
                            {"why", message.why},
                            {"created_at", to_iso8601(message.created_at)}});
        return json_of({{"messages", list}});
    });
}

Response journal(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, access::Action::kOperate, access::Site{});
        auto list = Json::array();
        for (const auto& entry : store::journal::newest(snapshot, kNewest))
            list.push_back({{"at", to_iso8601(entry.at)},
                            {"actor", entry.actor},
                            {"action", entry.action},
                            {"object", entry.object},
                            {"detail", entry.detail}});
        return json_of({{"entries", list}});
    });
}

}  // namespace

void add_operator_routes(Router& router, Services& services) {
    const RouteAdder add(router, services);
    add("POST", "/api/v1/invitations", invite);
    add("GET", "/api/v1/accounts", pending);
    add("POST", "/api/v1/accounts/{id}/approve", approve);
    add("GET", "/api/v1/messages", messages);
    add("GET", "/api/v1/journal", journal);
}

}  // namespace stagecast::web
