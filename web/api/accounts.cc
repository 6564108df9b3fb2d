#include <nlohmann/json.hpp>

#include "base/error.h"
#include "recorder/ledger.h"
#include "store/recordings.h"
#include "store/rooms.h"
#include "web/api/body.h"
#include "web/api/routes.h"
#include "web/api/views.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;
constexpr int kMaxAppearances = 200;

Response sign_up(Services& services, const Request& request) {
    Body body(request);
    access::SignUpRequest wish;
    wish.email = body.text("email");
    wish.password = body.text("password");
    wish.name = body.text("name");
    wish.handle = body.text("handle");
    wish.language = body.text_or("language", request.language);
    wish.zone = body.text_or("zone", request.zone);
    wish.invitation = body.text_or("invitation", "");
    body.done();
    const auto account = services.accounts.sign_up(wish);
    services.delivery.wake();
    return json_of(view_account(account), 201);
}

Response confirm(Services& services, const Request& request) {
    Body body(request);
    const auto token = body.text("token");
    body.done();
    const auto account = services.accounts.confirm(token);
    services.delivery.wake();
    return json_of(view_account(account));
}

Response session_of(Services& services, const access::Secret& secret) {
    const auto actor = services.accounts.actor_of_session(secret.text);
    if (!actor || !actor->account) throw Unauthenticated("the session has ended already");
    return json_of({{"token", secret.text},
                    {"expires_at", to_iso8601(secret.expires_at)},
                    {"account", view_account(services.accounts.find(*actor->account).value())}},
                   201);
}

Response sign_in(Services& services, const Request& request) {
    Body body(request);
    const auto email = body.text("email"), password = body.text("password");
    body.done();
    return session_of(services, services.accounts.sign_in(email, password));
}

Response sign_in_by_link(Services& services, const Request& request) {
    Body body(request);
    const auto token = body.text("token");
    body.done();
    return session_of(services, services.accounts.sign_in_by_link(token));
}

Response sign_out(Services& services, const Request& request) {
    account_of(request);
    const auto bearer = request.bearer();
    const auto cookie_value = request.cookies.find(kSessionCookie);
    if (!bearer.empty())
        services.accounts.sign_out(bearer);
    else if (cookie_value != request.cookies.end())
        services.accounts.sign_out(cookie_value->second);
    return no_content().with("Set-Cookie",
                             cookie(services.config, kSessionCookie, "", std::chrono::seconds(0)));
}

Response ask_for_reset(Services& services, const Request& request) {
    Body body(request);
    const auto email = body.text("email");
    body.done();
    services.accounts.request_reset(email);
    services.delivery.wake();
    return json_of(Json::object(), 202);
}

Response reset(Services& services, const Request& request) {
    Body body(request);
    const auto token = body.text("token"), password = body.text("password");
    body.done();
    services.accounts.reset(token, password);
    return no_content();
}

Response me(Services& services, const Request& request) {
    return json_of(view_account(services.accounts.find(account_of(request)).value()));
}

Response change_me(Services& services, const Request& request) {
    const auto now = services.accounts.find(account_of(request)).value();
    Body body(request);
    const auto name = body.text_or("name", now.name), language = body.text_or("language", now.language),
               zone = body.text_or("zone", now.zone);
    body.done();
    return json_of(view_account(services.accounts.update_profile(request.actor, name, language, zone)));
}

// Every place on a stage that is the asker's, with what stands of their consent. A guest's key opens one.
Response appearances(Services& services, const Request& request) {
    const auto& actor = request.actor;
    if (!actor.account && !actor.guest) throw Unauthenticated("sign in, or open your personal link");
    return services.database.read([&](store::Snapshot& snapshot) {
        std::vector<store::Speaker> speakers;
        if (actor.account) speakers = store::rooms::appearances(snapshot, *actor.account, kMaxAppearances);
        if (actor.guest)
            if (auto guest = store::rooms::find_speaker(snapshot, *actor.guest)) speakers.push_back(*guest);
        auto list = Json::array();
        for (const auto& speaker : speakers) {
            auto receipts = Json::array();
            for (const auto& receipt : store::receipts::of_speaker(snapshot, speaker.id))
                receipts.push_back(view_receipt(receipt));
            list.push_back({{"speaker", view_speaker(speaker)},
                            {"room", speaker.room.text()},
                            {"standing", view_purposes(recorder::standing(snapshot, speaker.id))},
                            {"asked", recorder::was_asked(snapshot, speaker.id)},
                            {"receipts", receipts}});
        }
        return json_of(list);
    });
}

Response make_token(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    const auto label = body.text("label");
    body.done();
    const auto secret = services.accounts.make_api_token(request.actor, label);
    return json_of({{"token", secret.text}, {"label", label}, {"expires_at", to_iso8601(secret.expires_at)}},
                   201);
}

}  // namespace

void add_account_routes(Router& router, Services& services) {
    const RouteAdder add(router, services);
    add("POST", "/api/v1/accounts", sign_up);
    add("POST", "/api/v1/accounts/confirm", confirm);
    add("POST", "/api/v1/session", sign_in);
    add("POST", "/api/v1/session/link", sign_in_by_link);
    add("DELETE", "/api/v1/session", sign_out);
    add("POST", "/api/v1/password-reset", ask_for_reset);
    add("POST", "/api/v1/password-reset/confirm", reset);
    add("GET", "/api/v1/me", me);
    add("PATCH", "/api/v1/me", change_me);
    add("GET", "/api/v1/me/appearances", appearances);
    add("POST", "/api/v1/tokens", make_token);
}

}  // namespace stagecast::web
