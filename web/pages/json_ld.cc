#include "web/pages/json_ld.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/zone.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;

std::string with_offset(Instant instant, const Zone& zone) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(zone.offset_at(instant)).count();
    const auto positive = minutes < 0 ? -minutes : minutes;
    return fmt::format("{}{}{:02}:{:02}", to_iso8601(zone.to_local(instant)), minutes < 0 ? '-' : '+',
                       positive / 60, positive % 60);
}

Json person(const store::Host& host, const std::string& site_url) {
    return {{"@type", "Person"}, {"name", host.name}, {"url", site_url + "/hosts/" + host.handle}};
}

std::string status(const store::Room& room) {
    if (room.state == store::RoomState::kCancelled) return "https://schema.org/EventCancelled";
    const bool is_moved = room.slot && *room.slot != room.starts_at;
    return is_moved ? "https://schema.org/EventRescheduled" : "https://schema.org/EventScheduled";
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
                  {"location", {{"@type", "VirtualLocation"}, {"url", url}}},
                  {"publishedOn",
                   {{"@type", "BroadcastService"},
                    {"name", entry.channel_title},
                    {"url", site_url + "/channels/" + entry.channel_slug}}}};
    if (room.slot && *room.slot != room.starts_at) event["previousStartDate"] = with_offset(*room.slot, zone);
    for (const auto& host : entry.hosts) event["performer"].push_back(person(host, site_url));
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
    auto event = airing(entry, site_url, zone);
    event["@context"] = "https://schema.org";
    return event.dump();
}

std::string show_json_ld(const store::Show& show, const std::vector<store::Host>& hosts,
                         const std::vector<scheduler::GuideEntry>& next, const std::string& site_url) {
    const auto url = site_url + "/shows/" + show.slug;
    Json series = {{"@context", "https://schema.org"},
                   {"@type", Json::array({"RadioSeries", "PodcastSeries"})},
                   {"@id", url},
                   {"url", url},
                   {"name", show.title},
                   {"inLanguage", show.language},
                   {"webFeed", url + "/podcast.xml"}};
    for (const auto& host : hosts) series["author"].push_back(person(host, site_url));
    const auto zone = Zone::find(show.zone);
    for (const auto& entry : next) series["subjectOf"].push_back(airing(entry, site_url, *zone));
    return series.dump();
}

std::string episode_json_ld(const EpisodeView& view, const std::string& site_url) {
    const auto url = site_url + "/episodes/" + view.episode.id.text();
    Json episode = {{"@context", "https://schema.org"},
                    {"@type", "PodcastEpisode"},
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
    return episode.dump();
}

}  // namespace stagecast::web
