#include "base/error.h"
#include "scheduler/rule.h"
#include "web/channel_desk.h"
#include "web/old_slug.h"
#include "web/pages/embeddable.h"
#include "web/pages/entries.h"
#include "web/pages/follow.h"
#include "web/pages/json_ld.h"
#include "web/pages/notes.h"
#include "web/pages/page.h"
#include "web/pages/subscribe.h"

namespace stagecast::web {
namespace {

constexpr int kAiringsShown = 12;
constexpr int kEpisodesShown = 20;
constexpr auto kAhead = std::chrono::days(31);

struct ChannelView {
    store::Channel channel;
    std::vector<store::Show> shows;
    std::vector<store::Member> members;
    std::vector<RoomId> rooms;
    std::vector<EpisodeView> episodes;
    Data follow;
    bool may_make_show = false, may_edit = false;
};

ChannelView look(store::Snapshot& snapshot, const Request& request, Instant now) {
    ChannelView view;
    view.channel = channel_named(snapshot, request.param("slug"));
    const auto& id = view.channel.id;
    access::require(snapshot, request.actor, access::Action::kSeeChannel, id);
    view.shows = store::shows::of_channel(snapshot, id);
    std::erase_if(view.shows, [](const store::Show& show) { return show.retired_at.has_value(); });
    view.members = store::channels::members(snapshot, id);
    const auto from = now - std::chrono::hours(12);
    for (const auto& room : store::rooms::of_channel(snapshot, id, from, now + kAhead, 200)) {
        const bool is_over = room.state == store::RoomState::kEnded ||
                             (room.ends_at < now && room.state != store::RoomState::kLive);
        if (room.visibility == store::Visibility::kPublic && !is_over && view.rooms.size() < kAiringsShown)
            view.rooms.push_back(room.id);
    }
    for (const auto& episode : store::episodes::of_channel(snapshot, id, kEpisodesShown))
        view.episodes.push_back(view_episode(snapshot, episode));
    view.follow = follow_data(snapshot, request, {store::FollowKind::kChannel, view.channel.slug}, id.text(),
                              view.channel.title);
    view.may_make_show = access::allow(snapshot, request.actor, access::Action::kMakeShow, id);
    view.may_edit = access::allow(snapshot, request.actor, access::Action::kEditChannel, id);
    return view;
}

Response channel_page(Services& services, const Request& request) {
    const auto now = services.clock.now();
    if (auto moved = moved_slug(services, request.param("slug"), store::SlugKind::kChannel, request))
        return *moved;
    const auto view =
        services.database.read([&](store::Snapshot& snapshot) { return look(snapshot, request, now); });
    const Viewer viewer(request);
    const auto path = "/channels/" + view.channel.slug;
    Page page;
    page.template_name = "channel";
    page.title = view.channel.title;
    page.description = notes_summary(view.channel.description, 200);
    page.path = path;
    page.alternates = {{"application/rss+xml", view.channel.title, path + "/podcast.xml"},
                       {"text/calendar", view.channel.title, path + "/calendar.ics"}};
    add_oembed_links(services, page);
    auto& data = page.data;
    data["title"] = view.channel.title;
    data["colour"] = view.channel.colour;
    data["notes"] = notes_html(view.channel.description);
    data["path"] = path;
    data["follow"] = view.follow;
    data["subscribe"] = subscribe_links(services, path + "/calendar.ics", view.channel.title);
    data["embed"] = embed_code(services, "/embed" + path, view.channel.title, kListSize);
    std::vector<scheduler::GuideEntry> coming;
    for (const auto& room : view.rooms)
        if (auto entry = services.guide.entry(room)) coming.push_back(std::move(*entry));
    for (const auto& entry : coming) data["airings"].add(airing_data(entry, viewer, now));
    page.json_ld = channel_json_ld(view.channel, coming, services.config.site_url);
    for (const auto& show : view.shows) {
        Data item;
        item["title"] = show.title;
        item["url"] = "/shows/" + show.slug;
        item["sentence"] = scheduler::sentence(scheduler::schedule_of(show), request.language);
        item["summary"] = notes_summary(show.notes, 160);
        data["shows"].add(std::move(item));
    }
    for (const auto& member : view.members) {
        Data item;
        item["name"] = member.name;
        item["url"] = "/hosts/" + member.handle;
        data["members"].add(std::move(item));
    }
    for (const auto& episode : view.episodes) data["episodes"].add(episode_data(episode, viewer));
    if (view.may_edit) data["settings_url"] = "/studio" + path;
    if (view.may_make_show) {
        data["make_show"] = "/studio" + path + "/shows/new";
        data["import"] = "/studio" + path + "/import";
    }
    return present(services, request, std::move(page));
}

// A person who hosts: their shows, and when they are next on air.
Response host_page(Services& services, const Request& request) {
    struct HostView {
        store::Account account;
        std::vector<store::Show> shows;
        Data follow;
    };
    const auto host = services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, access::Action::kSeeGuide, access::Site{});
        const auto account = store::accounts::find_by_handle(snapshot, request.param("handle"));
        if (!account || account->state != store::AccountState::kActive) throw NotFound("host not found");
        return HostView{*account, store::shows::of_host(snapshot, account->id),
                        follow_data(snapshot, request, {store::FollowKind::kHost, account->handle},
                                    account->id.text(), account->name)};
    });
    const Viewer viewer(request);
    const auto now = services.clock.now();
    Page page;
    page.template_name = "host";
    page.title = host.account.name;
    page.path = "/hosts/" + host.account.handle;
    page.open_graph_type = "profile";
    page.alternates = {{"text/calendar", host.account.name, page.path + "/calendar.ics"}};
    page.data["subscribe"] = subscribe_links(services, page.path + "/calendar.ics", host.account.name);
    std::vector<scheduler::GuideEntry> coming;
    page.data["name"] = host.account.name;
    page.data["handle"] = host.account.handle;
    page.data["follow"] = host.follow;
    for (const auto& show : host.shows) {
        if (show.retired_at) continue;
        Data item;
        item["title"] = show.title;
        item["url"] = "/shows/" + show.slug;
        item["sentence"] = scheduler::sentence(scheduler::schedule_of(show), request.language);
        if (const auto next = services.guide.upcoming(show.id, 1); !next.empty()) {
            item["next"] = airing_data(next.front(), viewer, now);
            coming.push_back(next.front());
        }
        page.data["shows"].add(std::move(item));
    }
    page.json_ld = host_json_ld({host.account.id, host.account.handle, host.account.name}, coming,
                                services.config.site_url);
    return present(services, request, std::move(page));
}

}  // namespace

void add_channel_pages(Router& router, Services& services) {
    router.add("GET", "/channels/{slug}",
               [&services](const Request& request) { return channel_page(services, request); });
    router.add("GET", "/hosts/{handle}",
               [&services](const Request& request) { return host_page(services, request); });
}

}  // namespace stagecast::web
