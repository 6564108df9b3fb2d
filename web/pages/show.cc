#include "base/error.h"
#include "scheduler/rule.h"
#include "web/channel_desk.h"
#include "web/old_slug.h"
#include "web/pages/embeddable.h"
#include "web/pages/entries.h"
#include "web/pages/follow.h"
#include "web/pages/json_ld.h"
#include "web/pages/notes.h"
#include "web/pages/own_airings.h"
#include "web/pages/page.h"
#include "web/pages/subscribe.h"

namespace stagecast::web {
namespace {

constexpr int kAiringsShown = 6;
constexpr int kOwnAiringsShown = 8;  // for hosts
constexpr int kEpisodesShown = 50;
constexpr std::size_t kPlayersShown = 10;  // the newest have a player on the page, older ones a link

struct ShowView {
    store::Show show;
    store::Channel channel;
    std::vector<store::Host> hosts;
    std::vector<store::Text> texts;
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
    view.texts = store::shows::texts(snapshot, id);
    for (const auto& episode : store::episodes::of_show(snapshot, id, kEpisodesShown))
        view.episodes.push_back(view_episode(snapshot, episode));
    view.follow = follow_data(snapshot, request, {store::FollowKind::kShow, view.show.slug}, id.text(),
                              view.show.title);
    view.may_edit = access::allow(snapshot, request.actor, access::Action::kEditShow, id);
    return view;
}

// What the show says in the reader's language, else in its main one.
store::Text words_of(const ShowView& view, const std::string& language) {
    for (const auto& text : view.texts)
        if (text.language == language && view.show.language != language)
            return {text.language, text.title, text.notes.empty() ? view.show.notes : text.notes};
    return {view.show.language, view.show.title, view.show.notes};
}

void add_host_tools(Data& data, Services& services, const Request& request, const ShowView& view) {
    const auto& show = view.show;
    if (!view.may_edit || show.retired_at) return;
    const auto path = "/studio/shows/" + show.slug;
    data["edit_url"] = path;
    data["airings_url"] = path + "/airings";
    data["people_url"] = path + "/people";
    data["languages_url"] = path + "/languages";
    data["note_url"] = path + "/note";
    data["retire_url"] = path + "/retire";
    data["own_airings"] = own_airings(services, request, show, kOwnAiringsShown);
}

void add_words(Data& data, const ShowView& view, const store::Text& said, const Viewer& viewer) {
    const auto& words = viewer.words();
    data["title"] = said.title;
    data["language"] = said.language;
    data["notes"] = notes_html(said.notes);
    data["sentence"] = scheduler::sentence(scheduler::schedule_of(view.show), words.language());
    data["length"] = say_duration(words, std::chrono::minutes(view.show.length_minutes));
    data["is_retired"] = view.show.retired_at.has_value();
    if (view.show.retired_at)
        data["retired"] = words.text("airing.retired_on", {{"day", viewer.moment(*view.show.retired_at)}});
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
    const auto said = words_of(view, viewer.words().language());
    page.title = said.title;
    page.description = notes_summary(said.notes, 200);
    page.path = path;
    page.alternates = {{"application/rss+xml", view.show.title, path + "/podcast.xml"},
                       {"text/calendar", view.show.title, path + "/calendar.ics"}};
    add_oembed_links(services, page);
    page.json_ld = show_json_ld(view.show, view.hosts, upcoming, services.config.site_url);
    auto& data = page.data;
    add_words(data, view, said, viewer);
    data["channel"] = view.channel.title;
    data["channel_url"] = "/channels/" + view.channel.slug;
    data["colour"] = view.channel.colour;
    data["follow"] = view.follow;
    data["hosts"] = host_links(view.hosts);
    data["path"] = path;
    data["subscribe"] = subscribe_links(services, path + "/calendar.ics", view.show.title);
    data["embed"] = embed_code(services, "/embed" + path, view.show.title, kCardSize);
    data["feed_url"] = absolute(services, path) + "/podcast.xml";
    data["zone_city"] = viewer.zone_city();
    if (!upcoming.empty()) {
        data["next"] = airing_data(upcoming.front(), viewer, now);
        upcoming.erase(upcoming.begin());
        data["later"] = airings_data(upcoming, viewer, now);
    }
    data["episodes"] = episodes_data(view.episodes, viewer);
    add_host_tools(data, services, request, view);
    return present(services, request, std::move(page));
}

}  // namespace

void add_show_pages(Router& router, Services& services) {
    router.add("GET", "/shows/{slug}",
               [&services](const Request& request) { return show_page(services, request); });
}

}  // namespace stagecast::web
