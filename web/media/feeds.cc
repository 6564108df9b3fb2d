#include "base/error.h"
#include "web/answer.h"
#include "web/channel_desk.h"
#include "web/media/doors.h"
#include "web/old_slug.h"

namespace stagecast::web {
namespace {

using Make = studio::Document (studio::Documents::*)(const std::string&);

Response published(studio::Document document) {
    Response response;
    response.body = std::move(document.bytes);
    response.with("Content-Type", document.type)
        .with("ETag", document.etag)
        .with("Last-Modified", to_http_date(document.last_modified))
        .with("Cache-Control", "public, no-cache");
    return allow_any_origin(response);
}

Response of_show(Services& services, const Request& request, Make make) {
    const auto& slug = request.param("slug");
    if (auto moved = moved_slug(services, slug, store::SlugKind::kShow, request)) return std::move(*moved);
    services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, access::Action::kSeeShow, show_named(snapshot, slug).id);
    });
    return published((services.documents.*make)(slug));
}

Response of_channel(Services& services, const Request& request, Make make) {
    const auto& slug = request.param("slug");
    if (auto moved = moved_slug(services, slug, store::SlugKind::kChannel, request)) return std::move(*moved);
    services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, access::Action::kSeeChannel,
                        channel_named(snapshot, slug).id);
    });
    return published((services.documents.*make)(slug));
}

Response of_guide(Services& services, const Request& request) {
    services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, access::Action::kSeeGuide, access::Site{});
    });
    return published(services.documents.guide_calendar());
}

}  // namespace

void add_feed_routes(Router& router, Services& services) {
    using Of = Response (*)(Services&, const Request&, Make);
    const auto add = [&](const char* pattern, Of of, Make make) {
        router.add("GET", pattern,
                   [&services, of, make](const Request& request) { return of(services, request, make); });
    };
    add("/shows/{slug}/calendar.ics", of_show, &studio::Documents::show_calendar);
    add("/shows/{slug}/podcast.xml", of_show, &studio::Documents::show_podcast);
    add("/channels/{slug}/calendar.ics", of_channel, &studio::Documents::channel_calendar);
    add("/channels/{slug}/podcast.xml", of_channel, &studio::Documents::channel_podcast);
    router.add("GET", "/guide/calendar.ics",
               [&services](const Request& request) { return of_guide(services, request); });
}

}  // namespace stagecast::web
