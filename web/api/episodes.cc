#include <nlohmann/json.hpp>

#include "base/error.h"
#include "store/recordings.h"
#include "web/api/routes.h"
#include "web/api/views.h"

namespace stagecast::web {
namespace {

Response of_room(Services& services, const Request& request) {
    const auto room = RoomId::parse(request.param("id"));
    return services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, access::Action::kSeeRoom, room);
        const auto episode = store::episodes::of_room(snapshot, room);
        if (!episode) throw NotFound("this room has no episode");
        return json_of(view_episode(snapshot, *episode));
    });
}

Response one(Services& services, const Request& request) {
    const auto id = EpisodeId::parse(request.param("id"));
    return services.database.read([&](store::Snapshot& snapshot) {
        const auto episode = store::episodes::find(snapshot, id);
        if (!episode) throw NotFound("episode not found");
        access::require(snapshot, request.actor, access::Action::kSeeRoom, episode->room);
        return json_of(view_episode(snapshot, *episode));
    });
}

}  // namespace

void add_episode_routes(Router& router, Services& services) {
    router.add("GET", "/api/v1/rooms/{id}/episode",
               [&services](const Request& request) { return of_room(services, request); });
    router.add("GET", "/api/v1/episodes/{id}",
               [&services](const Request& request) { return one(services, request); });
}

}  // namespace stagecast::web
