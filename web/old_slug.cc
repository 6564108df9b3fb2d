#include "web/old_slug.h"

namespace stagecast::web {

std::optional<Response> moved_slug(Services& services, const std::string& slug, store::SlugKind kind,
                                   const Request& request) {
    const auto target = services.database.read(
        [&](store::Snapshot& snapshot) { return store::channels::resolve_slug(snapshot, slug); });
    if (!target || target->kind != kind || target->current_slug == slug) return std::nullopt;
    auto location = request.target;
    const auto at = location.find("/" + slug);
    if (at == location.npos) return std::nullopt;
    location.replace(at + 1, slug.size(), target->current_slug);
    return redirect(std::move(location), 301).with("Cache-Control", "no-cache");
}

}  // namespace stagecast::web
