#include "feeds/podcast.h"

#include <fmt/format.h>

#include "base/text.h"
#include "feeds/text.h"
#include "feeds/xml.h"

namespace stagecast::feeds {
namespace {

constexpr std::size_t kMaxDescriptionBytes =
    4'000;  // Apple's limit for a channel's and an item's description
constexpr std::string_view kPodcastNamespace = "ead4c236-bf58-58c6-a2c6-a6b28d128cb6";

std::string yes_or_no(bool value) {
    return value ? "true" : "false";
}

void write_persons(Xml& xml, const std::vector<Person>& persons) {
    for (const auto& person : persons) xml.element("podcast:person", person.name, {{"role", person.role}});
}

void write_alternate(Xml& xml, const Enclosure& alternate) {
    Xml::Attributes attributes{{"type", alternate.type}};
    if (alternate.size_bytes > 0) attributes.emplace_back("length", std::to_string(alternate.size_bytes));
    xml.open("podcast:alternateEnclosure", attributes);
    xml.empty("podcast:source", {{"uri", clean_uri(alternate.url)}});
    xml.close();
}

void write_guid(Xml& xml, const std::string& guid) {
    xml.element("guid", guid, {{"isPermaLink", "false"}});
}

void write_item(Xml& xml, const PodcastItem& item, bool is_explicit) {
    xml.open("item");
    xml.element("title", item.title);
    write_guid(xml, item.guid);
    xml.element("link", clean_uri(item.url));
    xml.element("pubDate", to_rfc5322(item.published_at));
    if (!item.description_html.empty())
        xml.element("description", cut(item.description_html, kMaxDescriptionBytes));
    xml.empty("enclosure", {{"url", clean_uri(item.enclosure.url)},
                            {"length", std::to_string(item.enclosure.size_bytes)},
                            {"type", item.enclosure.type}});
    xml.element("itunes:title", item.title);
    xml.element("itunes:duration", std::to_string((item.duration_ms + 500) / 1000));
    xml.element("itunes:explicit", yes_or_no(is_explicit));
    xml.element("itunes:episodeType", "full");
    write_persons(xml, item.persons);
    for (const auto& alternate : item.alternates) write_alternate(xml, alternate);
    xml.close();
}

std::string status_text(LiveStatus status) {
    switch (status) {
        case LiveStatus::kPending:
            return "pending";
        case LiveStatus::kLive:
            return "live";
        case LiveStatus::kEnded:
            return "ended";
    }
    return "ended";
}

void write_live(Xml& xml, const PodcastLive& live) {
    xml.open("podcast:liveItem", {{"status", status_text(live.status)},
                                  {"start", to_iso8601(live.starts_at)},
                                  {"end", to_iso8601(live.ends_at)}});
    xml.element("title", live.title);
    write_guid(xml, live.guid);
    xml.element("link", clean_uri(live.url));
    // A stream has no length: RSS says 0 for an unknown one.
    xml.empty("enclosure",
              {{"url", clean_uri(live.stream_url)}, {"length", "0"}, {"type", live.stream_type}});
    write_persons(xml, live.persons);
    write_alternate(xml, {live.stream_url, live.stream_type, 0});
    xml.element("podcast:contentLink", live.title, {{"href", clean_uri(live.url)}});
    xml.close();
}

std::string_view frequency_text(const std::string& rrule) {
    const auto upper_has = [&](std::string_view word) {
        return lower_ascii(rrule).find(word) != std::string::npos;
    };
    if (upper_has("freq=daily")) return "Daily";
    if (upper_has("freq=weekly")) return "Weekly";
    return upper_has("freq=monthly") ? "Monthly" : "Yearly";
}

void write_itunes(Xml& xml, const PodcastInput& input) {
    xml.element("itunes:author", input.author);
    xml.element("itunes:type", "episodic");
    xml.element("itunes:explicit", yes_or_no(input.is_explicit));
    if (!input.category.empty()) xml.empty("itunes:category", {{"text", input.category}});
    if (!input.image_url.empty()) xml.empty("itunes:image", {{"href", clean_uri(input.image_url)}});
    if (!input.owner_email.empty()) {
        xml.open("itunes:owner");
        xml.element("itunes:name", input.author);
        xml.element("itunes:email", input.owner_email);
        xml.close();
    }
}

void write_podcast(Xml& xml, const PodcastInput& input) {
    xml.element("podcast:guid", input.guid);
    Xml::Attributes owner;
    if (!input.owner_email.empty()) owner.emplace_back("owner", input.owner_email);
    xml.element("podcast:locked", "no", owner);
    xml.element("podcast:medium", "podcast");
    if (!input.rrule.empty()) {
        xml.element("podcast:updateFrequency", frequency_text(input.rrule),
                    {{"rrule", input.rrule}, {"dtstart", to_iso8601(input.start)}});
    }
}

void write_channel(Xml& xml, const PodcastInput& input) {
    xml.element("title", input.title);
    xml.element("link", clean_uri(input.link));
    // Empty is refused by directories: the title says at least what it is.
    const auto& description = input.description.empty() ? input.title : input.description;
    xml.element("description", cut(description, kMaxDescriptionBytes));
    xml.element("language", input.language);
    xml.element("lastBuildDate", to_rfc5322(input.updated_at));
    xml.element("generator", "Stagecast");
    xml.empty("atom:link",
              {{"href", clean_uri(input.self_url)}, {"rel", "self"}, {"type", "application/rss+xml"}});
    if (!input.image_url.empty()) {
        xml.open("image");
        xml.element("url", clean_uri(input.image_url));
        xml.element("title", input.title);
        xml.element("link", clean_uri(input.link));
        xml.close();
    }
    write_itunes(xml, input);
    write_podcast(xml, input);
}

}  // namespace

std::string podcast(const PodcastInput& input) {
    Xml xml;
    xml.open("rss", {{"version", "2.0"},
                     {"xmlns:atom", "http://www.w3.org/2005/Atom"},
                     {"xmlns:itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"},
                     {"xmlns:podcast", "https://podcastindex.org/namespace/1.0"}});
    xml.open("channel");
    write_channel(xml, input);
    for (const auto& live : input.live) write_live(xml, live);
    for (const auto& item : input.items) write_item(xml, item, input.is_explicit);
    return xml.take();
}

std::string podcast_guid(const std::string& feed_url) {
    std::string_view name = feed_url;
    if (const auto scheme = name.find("://"); scheme != std::string_view::npos)
        name.remove_prefix(scheme + 3);
    while (name.ends_with('/')) name.remove_suffix(1);
    return uuid_v5(kPodcastNamespace, name);
}

}  // namespace stagecast::feeds
