#include "base/error.h"
#include "scheduler/rule.h"
#include "web/channel_desk.h"
#include "web/old_slug.h"
#include "web/pages/entries.h"
#include "web/pages/follow.h"
#include "web/pages/json_ld.h"
#include "web/pages/notes.h"
#include "web/pages/page.h"

namespace stagecast::web {
namespace {

constexpr int kAiringsShown = 6;
constexpr int kEpisodesShown = 50;
constexpr std::size_t kPlayersShown = 10;  // the newest have a player on the page, older ones a link

struct ShowView {
    store::Show show;
    store::Channel channel;
    std::vector<store::Host> hosts;
    std::vector<EpisodeView> episodes;
    Data follow;
    bool may_edit = false;
};

ShowView look(store::Snapshot& snapshot, const Request& request) {
    ShowView view;
    view.show = show_named(snapshot, request.param("slug"));
    const auto& id = view.show.id;
    access::require(snapshot, request.actor, access::Action::kSeeShow, id);
    view.channel = store::channels::find(snapshot, view.show.channel).value();
    view.hosts = store::shows::hosts(snapshot, id);
    for (const auto& episode : store::episodes::of_show(snapshot, id, kEpisodesShown))
        view.episodes.push_back(view_episode(snapshot, episode));
    view.follow = follow_data(snapshot, request, {store::FollowKind::kShow, view.show.slug}, id.text(),
                              view.show.title);
    view.may_edit = access::allow(snapshot, request.actor, access::Action::kEditShow, id);
    return view;
}

Data episodes_data(const std::vector<EpisodeView>& episodes, const Viewer& viewer) {
    Data list;
    for (const auto& episode : episodes) {
        const bool has_player = &episode - episodes.data() < static_cast<std::ptrdiff_t>(kPlayersShown);
        auto& item = list.add(episode_data(episode, viewer));
        item["has_player"] = has_player;
    }
    return list;
}

Response show_page(Services& services, const Request& request) {
    if (auto moved = moved_slug(services, request.param("slug"), store::SlugKind::kShow, request))
        return *moved;
    const auto view =
        services.database.read([&](store::Snapshot& snapshot) { return look(snapshot, request); });
    const Viewer viewer(request);
    const auto now = services.clock.now();
    const auto path = "/shows/" + view.show.slug;
    auto upcoming = services.guide.upcoming(view.show.id, kAiringsShown);
    Page page;
    page.template_name = "show";
    page.title = view.show.title;
    page.description = notes_summary(view.show.notes, 200);
    page.path = path;
    page.alternates = {{"application/rss+xml", view.show.title, path + "/podcast.xml"},
                       {"text/calendar", view.show.title, path + "/calendar.ics"}};
    page.json_ld = show_json_ld(view.show, view.hosts, upcoming, services.config.site_url);
    auto& data = page.data;
    data["title"] = view.show.title;
    data["language"] = view.show.language;
    data["channel"] = view.channel.title;
    data["channel_url"] = "/channels/" + view.channel.slug;
    data["colour"] = view.channel.colour;
    data["notes"] = notes_html(view.show.notes);
    data["follow"] = view.follow;
    data["sentence"] = scheduler::sentence(scheduler::schedule_of(view.show), request.language);
    data["length"] = say_duration(viewer.words(), std::chrono::minutes(view.show.length_minutes));
    data["hosts"] = host_links(view.hosts);
    data["path"] = path;
    data["webcal"] =
        "webcal" + absolute(services, path).substr(services.config.site_url.find(':')) + "/calendar.ics";
    data["feed_url"] = absolute(services, path) + "/podcast.xml";
    data["zone_city"] = viewer.zone_city();
    if (!upcoming.empty()) {
        data["next"] = airing_data(upcoming.front(), viewer, now);
        upcoming.erase(upcoming.begin());
        data["later"] = airings_data(upcoming, viewer, now);
    }
    data["episodes"] = episodes_data(view.episodes, viewer);
    if (view.may_edit) data["edit_url"] = "/studio" + path;
    return present(services, request, std::move(page));
}

}  // namespace

void add_show_pages(Router& router, Services& services) {
    router.add("GET", "/shows/{slug}",
               [&services](const Request& request) { return show_page(services, request); });
}

}  // namespace stagecast::web
