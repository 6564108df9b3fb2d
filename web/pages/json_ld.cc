#include "web/pages/json_ld.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/zone.h"
#include "web/pages/notes.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;
using Entries = std::vector<scheduler::GuideEntry>;

constexpr const char* kContext = "https://schema.org";
constexpr std::size_t kMaxDescription = 500;  // characters

std::string with_offset(Instant instant, const Zone& zone) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(zone.offset_at(instant)).count();
    const auto positive = minutes < 0 ? -minutes : minutes;
    return fmt::format("{}{}{:02}:{:02}", to_iso8601(zone.to_local(instant)), minutes < 0 ? '-' : '+',
                       positive / 60, positive % 60);
}

std::string written(Json thing) {
    thing["@context"] = kContext;
    return thing.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json person(const store::Host& host, const std::string& site_url) {
    const auto url = site_url + "/hosts/" + host.handle;
    return {{"@type", "Person"}, {"@id", url}, {"name", host.name}, {"url", url}};
}

Json station(const std::string& slug, const std::string& title, const std::string& site_url) {
    const auto url = site_url + "/channels/" + slug;
    return {{"@type", "Organization"}, {"@id", url + "#organization"}, {"name", title}, {"url", url}};
}

Json service(const std::string& slug, const std::string& title, const std::string& site_url) {
    const auto url = site_url + "/channels/" + slug;
    return {{"@type", "BroadcastService"},   {"@id", url}, {"name", title},
            {"broadcastDisplayName", title}, {"url", url}, {"provider", station(slug, title, site_url)}};
}

std::string status(const store::Room& room) {
    if (room.state == store::RoomState::kCancelled) return "https://schema.org/EventCancelled";
    const bool is_waited_for =
        room.state == store::RoomState::kScheduled || room.state == store::RoomState::kBackstage;
    if (is_waited_for && room.lateness == store::Lateness::kNotHeld)
        return "https://schema.org/EventPostponed";
    return room.moved_from ? "https://schema.org/EventRescheduled" : "https://schema.org/EventScheduled";
}

void add_people(Json& event, const scheduler::GuideEntry& entry, const std::string& site_url) {
    event["organizer"] = station(entry.channel_slug, entry.channel_title, site_url);
    for (const auto& host : entry.hosts) event["performer"].push_back(person(host, site_url));
    if (entry.hosts.empty()) event["performer"] = event["organizer"];
}

Json airing(const scheduler::GuideEntry& entry, const std::string& site_url, const Zone& zone) {
    const auto& room = entry.room;
    const auto url = site_url + room_path(room.id);
    Json event = {{"@type", Json::array({"BroadcastEvent", "Event"})},
                  {"@id", url},
                  {"url", url},
                  {"name", entry.title},
                  {"inLanguage", entry.language},
                  {"isLiveBroadcast", true},
                  {"startDate", with_offset(room.starts_at, zone)},
                  {"endDate", with_offset(room.ends_at, zone)},
                  {"eventStatus", status(room)},
                  {"eventAttendanceMode", "https://schema.org/OnlineEventAttendanceMode"},
                  {"isAccessibleForFree", true},
                  {"image", Json::array({site_url + "/static/artwork.png"})},
                  {"location", {{"@type", "VirtualLocation"}, {"url", url}}},
                  {"offers",
                   {{"@type", "Offer"},
                    {"price", "0"},
                    {"priceCurrency", "EUR"},
                    {"availability", "https://schema.org/InStock"},
                    {"url", url}}},
                  {"publishedOn", service(entry.channel_slug, entry.channel_title, site_url)}};
    if (room.moved_from) event["previousStartDate"] = with_offset(*room.moved_from, zone);
    if (const auto about = notes_summary(entry.notes, kMaxDescription); !about.empty())
        event["description"] = about;
    if (!entry.show_slug.empty())
        event["about"] = {{"@type", "RadioSeries"}, {"@id", site_url + "/shows/" + entry.show_slug}};
    add_people(event, entry, site_url);
    return event;
}

// ISO 8601: PT1H2M3S.
std::string iso_duration(std::int64_t duration_ms) {
    const auto seconds = (duration_ms + 500) / 1000;
    return fmt::format("PT{}H{}M{}S", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

std::string airing_json_ld(const scheduler::GuideEntry& entry, const std::string& site_url,
                           const Zone& zone) {
    return written(airing(entry, site_url, zone));
}

std::string show_json_ld(const store::Show& show, const std::vector<store::Host>& hosts, const Entries& next,
                         const std::string& site_url) {
    const auto url = site_url + "/shows/" + show.slug;
    Json series = {{"@type", Json::array({"RadioSeries", "PodcastSeries"})},
                   {"@id", url},
                   {"url", url},
                   {"name", show.title},
                   {"inLanguage", show.language},
                   {"genre", show.category},
                   {"image", site_url + "/static/artwork.png"},
                   {"webFeed", url + "/podcast.xml"}};
    if (const auto about = notes_summary(show.notes, kMaxDescription); !about.empty())
        series["description"] = about;
    for (const auto& host : hosts) series["author"].push_back(person(host, site_url));
    const auto zone = Zone::find(show.zone);
    for (const auto& entry : next) series["publication"].push_back(airing(entry, site_url, *zone));
    return written(std::move(series));
}

std::string channel_json_ld(const store::Channel& channel, const Entries& next, const std::string& site_url) {
    auto made = service(channel.slug, channel.title, site_url);
    made["inLanguage"] = channel.language;
    if (const auto about = notes_summary(channel.description, kMaxDescription); !about.empty())
        made["description"] = about;
    Json things = Json::array({std::move(made)});
    const auto utc = Zone::find("UTC");
    for (const auto& entry : next) things.push_back(airing(entry, site_url, *utc));
    return written({{"@graph", std::move(things)}});
}

std::string host_json_ld(const store::Host& host, const Entries& next, const std::string& site_url) {
    auto made = person(host, site_url);
    const auto utc = Zone::find("UTC");
    for (const auto& entry : next) made["performerIn"].push_back(airing(entry, site_url, *utc));
    return written(std::move(made));
}

std::string episode_json_ld(const EpisodeView& view, const std::string& site_url) {
    const auto url = site_url + "/episodes/" + view.episode.id.text();
    Json episode = {{"@type", "PodcastEpisode"},
                    {"@id", url},
                    {"url", url},
                    {"name", view.episode.title},
                    {"duration", iso_duration(view.rendering.duration_ms)}};
    if (view.episode.published_at) episode["datePublished"] = to_iso8601(*view.episode.published_at);
    for (const auto& file : view.files)
        episode["associatedMedia"].push_back({{"@type", "AudioObject"},
                                              {"contentUrl", site_url + file_path(view, file)},
                                              {"encodingFormat", file.type},
                                              {"contentSize", std::to_string(file.size_bytes)}});
    return written(std::move(episode));
}

}  // namespace stagecast::web
