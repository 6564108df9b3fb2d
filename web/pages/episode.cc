#include "base/error.h"
#include "web/pages/embeddable.h"
#include "web/pages/entries.h"
#include "web/pages/json_ld.h"
#include "web/pages/notes.h"
#include "web/pages/page.h"

namespace stagecast::web {
namespace {

struct Found {
    EpisodeView view;
    std::optional<store::Show> show;
};

Found look(store::Snapshot& snapshot, const Request& request) {
    const auto episode = store::episodes::find(snapshot, EpisodeId::parse(request.param("id")));
    if (!episode) throw NotFound("episode not found");
    access::require(snapshot, request.actor, access::Action::kSeeRoom, episode->room);
    if (episode->state == store::EpisodeState::kUnpublished)
        throw Gone(Words::in(request.language).text("episode.gone"));
    Found found{view_episode(snapshot, *episode), std::nullopt};
    if (episode->show) found.show = store::shows::find(snapshot, *episode->show);
    return found;
}

Response episode_page(Services& services, const Request& request) {
    const auto found =
        services.database.read([&](store::Snapshot& snapshot) { return look(snapshot, request); });
    const auto& view = found.view;
    const Viewer viewer(request);
    Page page;
    page.template_name = "episode";
    page.title = view.episode.title;
    page.description = notes_summary(view.episode.notes, 200);
    page.path = "/episodes/" + view.episode.id.text();
    page.open_graph_type = "music.song";
    page.data = episode_data(view, viewer);
    page.data["notes"] = notes_html(view.episode.notes);
    page.data["room_url"] = room_path(view.episode.room);
    page.data["is_waiting"] = view.episode.state == store::EpisodeState::kWaiting;
    if (found.show) {
        page.data["show"] = found.show->title;
        page.data["show_url"] = "/shows/" + found.show->slug;
        page.data["language"] = found.show->language;
        page.alternates = {
            {"application/rss+xml", found.show->title, "/shows/" + found.show->slug + "/podcast.xml"}};
    }
    if (view.episode.state == store::EpisodeState::kPublished) add_oembed_links(services, page);
    if (view.episode.state == store::EpisodeState::kPublished)
        page.json_ld = episode_json_ld(view, services.config.site_url);
    return present(services, request, std::move(page));
}

}  // namespace

void add_episode_pages(Router& router, Services& services) {
    router.add("GET", "/episodes/{id}",
               [&services](const Request& request) { return episode_page(services, request); });
}

}  // namespace stagecast::web
