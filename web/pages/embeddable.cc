#include "web/pages/embeddable.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/guide.h"
#include "studio/said.h"
#include "web/channel_desk.h"
#include "web/old_slug.h"
#include "web/pages/assets.h"
#include "web/pages/entries.h"
#include "web/pages/page.h"
#include "web/pages/subscribe.h"

namespace stagecast::web {
namespace {

constexpr std::size_t kMaxListed = 12;
constexpr auto kListAhead = std::chrono::days(7);

// Framed by anybody, and therefore without anything that a frame could be tricked into: no forms, no cookies.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *";

// What the address of the frame chose.
struct Style {
    std::string theme, accent;  // empty: the device's, the channel's
    bool has_zone = false;
};

Style style_of(const Request& request) {
    Style style;
    style.theme = request.query_value("theme");
    if (!style.theme.empty() && style.theme != "light" && style.theme != "dark" && style.theme != "auto")
        throw Invalid("theme", "must be light, dark or auto");
    if (style.theme == "auto") style.theme.clear();
    style.accent = lower_ascii(request.query_value("accent"));
    if (style.accent.starts_with('#')) style.accent.erase(0, 1);
    const bool is_hex =
        style.accent.size() == 6 && style.accent.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!style.accent.empty() && !is_hex) throw Invalid("accent", "must be six hex digits, such as 7a4a1f");
    if (is_hex) style.accent.insert(0, "#");
    style.has_zone = !request.query_value("zone").empty();
    return style;
}

// The same for everybody who loads the same address: what cookies and headers say does not count.
Request impersonal(const Request& request, const std::string& zone, const std::string& language,
                   const Config& config) {
    Request plain;
    plain.method = request.method;
    plain.path = request.path;
    plain.query = request.query;
    plain.zone = request.query_value("zone");
    if (plain.zone.empty()) plain.zone = zone;
    const auto wish = request.query_value("lang");
    const auto is_known = [](const std::string& code) { return code == "en" || code == "fr"; };
    plain.language = is_known(wish) ? wish : is_known(language) ? language : config.site_language;
    return plain;
}

struct EmbedPage {
    std::string title, path;  // of the page that it stands for
    std::string colour;
    Data data;
};

Response framed(const Services& services, const Request& request, const Viewer& viewer, EmbedPage page) {
    const auto style = style_of(request);
    auto& data = page.data;
    data["language"] = viewer.words().language();
    data["theme"] = style.theme;
    data["title"] = page.title;
    data["site"] = services.config.site_name;
    data["canonical"] = absolute(services, page.path);
    data["colour"] = style.accent.empty() ? page.colour : style.accent;
    data["zone_city"] = viewer.zone_city();
    data["fixed_zone"] = style.has_zone;
    data["style"] = asset("embed.css");
    data["module"] = asset("embed.js");
    auto body = fill("embed", data, viewer.words());
    auto response = html(std::move(body));
    return response.with("ETag", studio::etag_of(response.body))
        .with("Content-Language", viewer.words().language())
        .with("Content-Security-Policy", kPolicy)
        .with("Cross-Origin-Resource-Policy", "cross-origin")
        .with("Cache-Control", "public, max-age=60")
        .with("X-Robots-Tag", "noindex");
}

// What is said of an airing that is not as planned.
std::string remark(const store::Room& room, const Words& words) {
    switch (studio::standing_of(room)) {
        case feeds::Standing::kCancelled:
            return words.text("embed.cancelled");
        case feeds::Standing::kDelayed:
            return words.text("embed.delayed");
        case feeds::Standing::kNotHeld:
            return words.text("embed.not_held");
        default:
            return room.moved_from ? words.text("embed.moved") : "";
    }
}

Data airing_of(const scheduler::GuideEntry& entry, const Viewer& viewer, Instant now) {
    auto data = airing_data(entry, viewer, now);
    const auto said = scheduler::text_for(entry, viewer.words().language());
    data["title"] = said.title;
    data["language"] = said.language;
    data["when"] =
        viewer.short_day(viewer.day_of(entry.room.starts_at)) + ", " + viewer.clock(entry.room.starts_at);
    data["remark"] = remark(entry.room, viewer.words());
    return data;
}

Data list_of(const std::vector<scheduler::GuideEntry>& entries, const Viewer& viewer, Instant now) {
    Data list{Data::List{}};
    for (const auto& entry : entries) list.add(airing_of(entry, viewer, now));
    return list;
}

// What is on and what comes, of a channel or (with an empty slug) of all.
std::vector<scheduler::GuideEntry> coming(Services& services, const std::string& channel, Instant now) {
    scheduler::GuideQuery query;
    query.from = now;
    query.to = now + kListAhead;
    query.channel = channel;
    query.limit = kMaxListed;
    return services.guide.page(query).entries;
}

Response guide_frame(Services& services, const Request& asked) {
    services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, access::Actor{}, access::Action::kSeeGuide, access::Site{});
    });
    const auto request = impersonal(asked, "UTC", services.config.site_language, services.config);
    const Viewer viewer(request);
    const auto now = services.clock.now();
    EmbedPage page{services.config.site_name, "/guide", "#1c1915", {}};
    page.data["list"]["airings"] = list_of(coming(services, "", now), viewer, now);
    page.data["list"]["with_channel"] = true;
    return framed(services, request, viewer, std::move(page));
}

Response channel_frame(Services& services, const Request& asked) {
    if (auto moved = moved_slug(services, asked.param("slug"), store::SlugKind::kChannel, asked))
        return *moved;
    const auto channel = services.database.read([&](store::Snapshot& snapshot) {
        auto found = channel_named(snapshot, asked.param("slug"));
        access::require(snapshot, access::Actor{}, access::Action::kSeeChannel, found.id);
        return found;
    });
    const auto request = impersonal(asked, "UTC", channel.language, services.config);
    const Viewer viewer(request);
    const auto now = services.clock.now();
    EmbedPage page{channel.title, "/channels/" + channel.slug, channel.colour, {}};
    page.data["list"]["airings"] = list_of(coming(services, channel.slug, now), viewer, now);
    return framed(services, request, viewer, std::move(page));
}

Response show_frame(Services& services, const Request& asked) {
    if (auto moved = moved_slug(services, asked.param("slug"), store::SlugKind::kShow, asked)) return *moved;
    struct Found {
        store::Show show;
        store::Channel channel;
        std::vector<store::Text> texts;
    };
    const auto found = services.database.read([&](store::Snapshot& snapshot) {
        auto show = show_named(snapshot, asked.param("slug"));
        access::require(snapshot, access::Actor{}, access::Action::kSeeShow, show.id);
        auto channel = store::channels::find(snapshot, show.channel).value();
        auto texts = store::shows::texts(snapshot, show.id);
        return Found{std::move(show), std::move(channel), std::move(texts)};
    });
    const auto request = impersonal(asked, found.show.zone, found.show.language, services.config);
    const Viewer viewer(request);
    const auto said = studio::said_of(found.show, found.texts, viewer.words().language());
    EmbedPage page{said.title, "/shows/" + found.show.slug, found.channel.colour, {}};
    auto& card = page.data["card"];
    card["kicker"] = found.channel.title;
    card["title"] = said.title;
    card["language"] = said.language;
    if (const auto next = services.guide.upcoming(found.show.id, 1); !next.empty())
        card["airing"] = airing_of(next.front(), viewer, services.clock.now());
    card["subscribe"] = subscribe_links(services, page.path + "/calendar.ics", said.title);
    return framed(services, request, viewer, std::move(page));
}

Response room_frame(Services& services, const Request& asked) {
    const auto id = RoomId::parse(asked.param("id"));
    auto zone = services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, access::Actor{}, access::Action::kSeeRoom, id);
        const auto room = store::rooms::find(snapshot, id).value();
        return room.show ? store::shows::find(snapshot, *room.show).value().zone : std::string("UTC");
    });
    const auto entry = services.guide.entry(id);
    if (!entry) throw NotFound("room not found");
    const auto request = impersonal(asked, zone, entry->language, services.config);
    const Viewer viewer(request);
    EmbedPage page{entry->title, room_path(id), entry->channel_colour, {}};
    auto& card = page.data["card"];
    const auto airing = airing_of(*entry, viewer, services.clock.now());
    card["kicker"] = entry->channel_title;
    card["title"] = scheduler::text_for(*entry, viewer.words().language()).title;
    card["language"] = entry->language;
    card["airing"] = airing;
    return framed(services, request, viewer, std::move(page));
}

Response episode_frame(Services& services, const Request& asked) {
    struct Found {
        EpisodeView view;
        std::string show, language, colour;
    };
    const auto found = services.database.read([&](store::Snapshot& snapshot) {
        const auto episode = store::episodes::find(snapshot, EpisodeId::parse(asked.param("id")));
        if (!episode || episode->state != store::EpisodeState::kPublished)
            throw NotFound("episode not found");
        access::require(snapshot, access::Actor{}, access::Action::kSeeRoom, episode->room);
        const auto room = store::rooms::find(snapshot, episode->room).value();
        const auto channel = store::channels::find(snapshot, room.channel).value();
        Found made{view_episode(snapshot, *episode), channel.title, channel.language, channel.colour};
        if (episode->show)
            if (const auto show = store::shows::find(snapshot, *episode->show)) {
                made.show = show->title;
                made.language = show->language;
            }
        return made;
    });
    const auto request = impersonal(asked, "UTC", found.language, services.config);
    const Viewer viewer(request);
    EmbedPage page{found.view.episode.title, "/episodes/" + found.view.episode.id.text(), found.colour, {}};
    auto& card = page.data["card"];
    card["kicker"] = found.show;
    card["title"] = found.view.episode.title;
    card["language"] = found.language;
    card["episode"] = episode_data(found.view, viewer);
    return framed(services, request, viewer, std::move(page));
}

}  // namespace

std::string iframe_html(const std::string& url, const std::string& title, const EmbedSize& size) {
    return fmt::format(
        "<iframe src=\"{}\" width=\"{}\" height=\"{}\" title=\"{}\" loading=\"lazy\" "
        "style=\"border:0;max-width:100%\"></iframe>",
        xml_escape(url), size.width_px, size.height_px, xml_escape(title));
}

Data embed_code(const Services& services, const std::string& embed_path, const std::string& title,
                const EmbedSize& size) {
    Data made;
    made["code"] = iframe_html(absolute(services, embed_path), title, size);
    made["preview"] = embed_path;
    return made;
}

void add_oembed_links(const Services& services, Page& page) {
    const auto url = url_encode(absolute(services, page.path));
    for (const std::string form : {"json", "xml"})
        page.alternates.push_back({form == "json" ? "application/json+oembed" : "text/xml+oembed", page.title,
                                   absolute(services, "/oembed?format=" + form + "&url=" + url)});
}

void add_embed_pages(Router& router, Services& services) {
    using Frame = Response (*)(Services&, const Request&);
    const auto add = [&](const char* pattern, Frame frame) {
        router.add("GET", pattern,
                   [&services, frame](const Request& request) { return frame(services, request); });
    };
    add("/embed/guide", guide_frame);
    add("/embed/channels/{slug}", channel_frame);
    add("/embed/shows/{slug}", show_frame);
    add("/embed/rooms/{id}", room_frame);
    add("/embed/episodes/{id}", episode_frame);
}

}  // namespace stagecast::web
