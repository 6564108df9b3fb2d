#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/entry_reader.h"
#include "store/recordings.h"
#include "web/answer.h"
#include "web/pages/embeddable.h"
#include "web/pages/page.h"

// oEmbed 1.0: says for a page's address how another site shows it.
namespace stagecast::web {
namespace {

constexpr int kCacheSeconds = 3'600;

// One page of ours that can be shown elsewhere.
struct Embeddable {
    std::string title, author, author_path;
    std::string embed_path;
    EmbedSize size = kCardSize;
};

// Where a slug leads now: pages keep working under their earlier addresses, and so does what quotes them.
std::string target_of(store::Snapshot& snapshot, const std::string& slug, store::SlugKind kind) {
    const auto target = store::channels::resolve_slug(snapshot, slug);
    if (!target || target->kind != kind) throw NotFound("there is no such page");
    return target->target_id;
}

Embeddable of_channel(store::Snapshot& snapshot, const std::string& slug) {
    const auto id = ChannelId::trusted(target_of(snapshot, slug, store::SlugKind::kChannel));
    access::require(snapshot, access::Actor{}, access::Action::kSeeChannel, id);
    const auto channel = store::channels::find(snapshot, id).value();
    const auto path = "/channels/" + channel.slug;
    return {channel.title, channel.title, path, "/embed" + path, kListSize};
}

Embeddable of_show(store::Snapshot& snapshot, const std::string& slug) {
    const auto id = ShowId::trusted(target_of(snapshot, slug, store::SlugKind::kShow));
    access::require(snapshot, access::Actor{}, access::Action::kSeeShow, id);
    const auto show = store::shows::find(snapshot, id).value();
    const auto channel = store::channels::find(snapshot, show.channel).value();
    return {show.title, channel.title, "/channels/" + channel.slug, "/embed/shows/" + show.slug, kCardSize};
}

Embeddable of_room(store::Snapshot& snapshot, const std::string& text) {
    const auto id = RoomId::parse(text);
    access::require(snapshot, access::Actor{}, access::Action::kSeeRoom, id);
    const auto entry = scheduler::EntryReader(snapshot).read(store::rooms::find(snapshot, id).value());
    return {entry.title, entry.channel_title, "/channels/" + entry.channel_slug, "/embed/rooms/" + text,
            kCardSize};
}

Embeddable of_episode(store::Snapshot& snapshot, const std::string& text) {
    const auto episode = store::episodes::find(snapshot, EpisodeId::parse(text));
    if (!episode || episode->state != store::EpisodeState::kPublished) throw NotFound("episode not found");
    access::require(snapshot, access::Actor{}, access::Action::kSeeRoom, episode->room);
    const auto room = store::rooms::find(snapshot, episode->room).value();
    const auto channel = store::channels::find(snapshot, room.channel).value();
    return {episode->title, channel.title, "/channels/" + channel.slug, "/embed/episodes/" + text, kCardSize};
}

// The path of a page of ours; NotFound for any other address.
std::string own_page(const std::string& url, const std::string& site_url) {
    const bool is_ours =
        url.starts_with(site_url) && url.size() > site_url.size() && url[site_url.size()] == '/';
    if (!is_ours) throw NotFound("only pages of " + site_url + " can be embedded from here");
    auto path = url.substr(site_url.size());
    path = path.substr(0, path.find_first_of("?#"));
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

Embeddable find(store::Snapshot& snapshot, const std::string& path, const Config& config) {
    if (path == "/guide") return {config.site_name, config.site_name, "/guide", "/embed/guide", kListSize};
    const auto parts = split(path, '/');  // "", "shows", "tea"
    if (parts.size() == 3 && !parts[2].empty()) {
        if (parts[1] == "channels") return of_channel(snapshot, parts[2]);
        if (parts[1] == "shows") return of_show(snapshot, parts[2]);
        if (parts[1] == "rooms") return of_room(snapshot, parts[2]);
        if (parts[1] == "episodes") return of_episode(snapshot, parts[2]);
    }
    throw NotFound("this page cannot be embedded");
}

int limited(int wished_px, const Request& request, const char* name) {
    const auto text = request.query_value(name);
    if (text.empty()) return wished_px;
    int limit = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, limit);
    if (read.ec != std::errc() || read.ptr != end || limit < 1)
        throw Invalid(name, "must be a number of pixels");
    return std::min(wished_px, limit);
}

nlohmann::json described(const Embeddable& page, const EmbedSize& size, const Config& config) {
    return {{"version", "1.0"},
            {"type", "rich"},
            {"title", page.title},
            {"author_name", page.author},
            {"author_url", config.site_url + page.author_path},
            {"provider_name", config.site_name},
            {"provider_url", config.site_url},
            {"cache_age", kCacheSeconds},
            {"width", size.width_px},
            {"height", size.height_px},
            {"html", iframe_html(config.site_url + page.embed_path, page.title, size)}};
}

std::string as_xml(const nlohmann::json& answer) {
    std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<oembed>\n";
    for (const auto& [name, value] : answer.items())
        xml += fmt::format("  <{0}>{1}</{0}>\n", name,
                           xml_escape(value.is_string() ? value.get<std::string>() : value.dump()));
    return xml + "</oembed>\n";
}

Response say_how(Services& services, const Request& request) {
    const auto format = request.query_value("format");
    if (!format.empty() && format != "json" && format != "xml")
        return problem(501, "only json and xml are spoken here", "format");
    const auto& config = services.config;
    const auto url = request.query_value("url");
    if (url.empty()) throw Invalid("url", "name the page to embed");
    const auto page = services.database.read([&](store::Snapshot& snapshot) {
        try {
            return find(snapshot, own_page(url, config.site_url), config);
        } catch (const Unauthenticated&) {
            throw NotFound("this page cannot be embedded");
        }
    });
    const EmbedSize size{limited(page.size.width_px, request, "maxwidth"),
                         limited(page.size.height_px, request, "maxheight")};
    const auto answer = described(page, size, config);
    Response response;
    response.body = format == "xml" ? as_xml(answer)
                                    : answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    response
        .with("Content-Type", format == "xml" ? "text/xml; charset=utf-8" : "application/json; charset=utf-8")
        .with("ETag", studio::etag_of(response.body))
        .with("Cache-Control", fmt::format("public, max-age={}", kCacheSeconds));
    return response;
}

// Another site's script must be able to read why it was refused.
Response answer(Services& services, const Request& request) {
    Response response;
    try {
        response = say_how(services, request);
    } catch (const Invalid& error) {
        response = problem(400, error.why(), error.field());
    } catch (const NotFound& error) {
        response = problem(404, error.what());
    }
    return allow_any_origin(response);
}

}  // namespace

void add_oembed_routes(Router& router, Services& services) {
    router.add("GET", "/oembed", [&services](const Request& request) { return answer(services, request); });
}

}  // namespace stagecast::web
