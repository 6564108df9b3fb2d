#include "base/error.h"
#include "web/pages/page.h"

// The bell: what a person was told, newest first, and what of it is new. Its live stream is in web/media.
namespace stagecast::web {
namespace {

Response bell_page(Services& services, const Request& request) {
    if (!request.account) return ask_to_sign_in(request);
    const Viewer viewer(request);
    Page page;
    page.template_name = "bell";
    page.title = viewer.words().text("bell.title");
    auto& data = page.data;
    bool has_new = false;
    for (const auto& notice :
         services.telling.bell(request.actor, {request.language, viewer.zone().name()})) {
        Data item;
        item["subject"] = notice.subject;
        item["brief"] = notice.brief;
        item["url"] = notice.url;
        item["at"] = to_iso8601(notice.at);
        item["when"] = viewer.moment(notice.at);
        item["is_new"] = notice.is_new;
        has_new = has_new || notice.is_new;
        data["notices"].add(std::move(item));
    }
    data["has_new"] = has_new;
    return present(services, request, std::move(page));
}

Response hear(Services& services, const Request& request) {
    if (!request.account) return ask_to_sign_in(request);
    services.telling.hear(request.actor);
    return redirect("/me/bell");
}

}  // namespace

void add_bell_pages(Router& router, Services& services) {
    router.add("GET", "/me/bell",
               [&services](const Request& request) { return bell_page(services, request); });
    router.add("POST", "/me/bell/heard",
               [&services](const Request& request) { return hear(services, request); });
}

}  // namespace stagecast::web
