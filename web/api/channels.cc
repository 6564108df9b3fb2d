#include <nlohmann/json.hpp>

#include "base/error.h"
#include "web/api/body.h"
#include "web/api/routes.h"
#include "web/api/views.h"
#include "web/channel_desk.h"
#include "web/old_slug.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;

ChannelWish read_wish(const Request& request) {
    Body body(request);
    ChannelWish wish{body.optional_text("title"),       body.optional_text("slug"),
                     body.optional_text("description"), body.optional_text("language"),
                     body.optional_text("colour"),      body.optional_flag("allows_overlap")};
    body.done();
    return wish;
}

store::ChannelRole role_named(const std::string& name) {
    if (name == "owner") return store::ChannelRole::kOwner;
    if (name == "host") return store::ChannelRole::kHost;
    if (name == "moderator") return store::ChannelRole::kModerator;
    throw Invalid("role", "it must be owner, host or moderator");
}

Json view(Services& services, const store::Channel& channel) {
    return services.database.read([&](store::Snapshot& snapshot) {
        return view_channel(channel, store::channels::members(snapshot, channel.id));
    });
}

Response all(Services& services, const Request&) {
    return services.database.read([&](store::Snapshot& snapshot) {
        auto list = Json::array();
        for (const auto& channel : store::channels::all(snapshot))
            list.push_back(view_channel(channel, store::channels::members(snapshot, channel.id)));
        return json_of({{"channels", list}});
    });
}

Response make(Services& services, const Request& request) {
    account_of(request);
    return json_of(view(services, make_channel(services, request.actor, read_wish(request))), 201);
}

Response one(Services& services, const Request& request) {
    const auto& slug = request.param("slug");
    if (auto moved = moved_slug(services, slug, store::SlugKind::kChannel, request)) return std::move(*moved);
    const auto channel = services.database.read([&](store::Snapshot& snapshot) {
        auto found = channel_named(snapshot, slug);
        access::require(snapshot, request.actor, access::Action::kSeeChannel, found.id);
        return found;
    });
    return json_of(view(services, channel));
}

Response change(Services& services, const Request& request) {
    return json_of(
        view(services, change_channel(services, request.actor, request.param("slug"), read_wish(request))));
}

Response set_member(Services& services, const Request& request) {
    Body body(request);
    const auto role = role_named(body.text("role"));
    body.done();
    set_channel_member(services, request.actor, request.param("slug"), request.param("handle"), role);
    return no_content();
}

Response remove_member(Services& services, const Request& request) {
    remove_channel_member(services, request.actor, request.param("slug"), request.param("handle"));
    return no_content();
}

}  // namespace

void add_channel_routes(Router& router, Services& services) {
    const RouteAdder add(router, services);
    add("GET", "/api/v1/channels", all);
    add("POST", "/api/v1/channels", make);
    add("GET", "/api/v1/channels/{slug}", one);
    add("PATCH", "/api/v1/channels/{slug}", change);
    add("PUT", "/api/v1/channels/{slug}/members/{handle}", set_member);
    add("DELETE", "/api/v1/channels/{slug}/members/{handle}", remove_member);
}

}  // namespace stagecast::web
