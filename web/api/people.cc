#include <nlohmann/json.hpp>

#include "base/error.h"
#include "web/api/body.h"
#include "web/api/routes.h"
#include "web/api/views.h"
#include "web/channel_desk.h"
#include "web/people_desk.h"

// Who hosts a show: those who do, those who were asked, and their answers.
namespace stagecast::web {
namespace {

using Json = nlohmann::json;

Json person(const store::Host& host) {
    return {{"handle", host.handle}, {"name", host.name}};
}

store::Answer answer_named(const std::string& name) {
    if (name == "accept") return store::Answer::kAccepted;
    if (name == "decline") return store::Answer::kDeclined;
    throw Invalid("answer", "it must be accept or decline");
}

Json people_of(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        const auto show = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, access::Action::kEditShow, show.id);
        auto hosts = Json::array(), invited = Json::array();
        for (const auto& host : store::shows::hosts(snapshot, show.id)) hosts.push_back(person(host));
        for (const auto& pending : pending_cohosts(snapshot, show.id)) {
            auto shown = person(pending.person);
            shown["invited_at"] = to_iso8601(pending.at);
            invited.push_back(std::move(shown));
        }
        return Json{{"hosts", hosts}, {"invited", invited}};
    });
}

Response all(Services& services, const Request& request) {
    return json_of(people_of(services, request));
}

Response invite(Services& services, const Request& request) {
    Body body(request);
    const auto handle = body.text("handle");
    body.done();
    invite_cohost(services, request, request.param("slug"), handle);
    return json_of(people_of(services, request), 201);
}

Response remove(Services& services, const Request& request) {
    remove_cohost(services, request, request.param("slug"), request.param("handle"));
    return no_content();
}

Response mine(Services& services, const Request& request) {
    const auto& me = account_of(request);
    return services.database.read([&](store::Snapshot& snapshot) {
        auto list = Json::array();
        for (const auto& invitation : invitations_to(snapshot, me))
            list.push_back({{"show", invitation.show.slug},
                            {"title", invitation.show.title},
                            {"url", "/shows/" + invitation.show.slug},
                            {"by", person(invitation.by)},
                            {"invited_at", to_iso8601(invitation.at)}});
        return json_of({{"invitations", list}});
    });
}

Response answer(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    const auto given = answer_named(body.text("answer"));
    body.done();
    answer_cohost_invitation(services, request, request.param("slug"), given);
    return no_content();
}

}  // namespace

void add_people_routes(Router& router, Services& services) {
    const RouteAdder add(router, services);
    add("GET", "/api/v1/shows/{slug}/hosts", all);
    add("POST", "/api/v1/shows/{slug}/hosts", invite);
    add("DELETE", "/api/v1/shows/{slug}/hosts/{handle}", remove);
    add("GET", "/api/v1/me/invitations", mine);
    add("POST", "/api/v1/me/invitations/{slug}", answer);
}

}  // namespace stagecast::web
