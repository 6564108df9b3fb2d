#include "feeds/json_feed.h"

#include <nlohmann/json.hpp>

#include "feeds/plain_text.h"
#include "feeds/text.h"
#include "feeds/words.h"

namespace stagecast::feeds {
namespace {

using Json = nlohmann::ordered_json;

// Keys without a value are left out, as the format has it.
void put(Json& object, const char* key, std::string text) {
    if (!text.empty()) object[key] = std::move(text);
}

std::string standing_word(Standing standing) {
    switch (standing) {
        case Standing::kPlanned:
            return "planned";
        case Standing::kLive:
            return "live";
        case Standing::kDelayed:
            return "delayed";
        case Standing::kNotHeld:
            return "not held";
        case Standing::kCancelled:
            return "cancelled";
        case Standing::kEnded:
            return "ended";
    }
    return "planned";
}

Json author(const std::string& name, const std::string& url) {
    Json object = Json::object();
    put(object, "name", one_line(name));
    put(object, "url", web_uri(url));
    return object;
}

Json ours(const GuideAiring& airing) {
    Json object = Json::object();
    object["starts_at"] = to_iso8601(airing.starts_at);
    object["ends_at"] = to_iso8601(airing.ends_at);
    if (airing.previous_start) object["previous_start"] = to_iso8601(*airing.previous_start);
    object["standing"] = standing_word(airing.standing);
    put(object, "channel", one_line(airing.channel_slug));
    put(object, "show", one_line(airing.show_slug));
    return object;
}

void put_texts(Json& object, const GuideAiring& airing, const GuideInput& input, const Zone& zone) {
    const auto* title = text_in(airing.title, input.language);
    put(object, "title", said_title(title->text, airing.standing, airing.previous_start, input.language));
    const auto time = said_time(airing.starts_at, airing.ends_at, zone);
    const auto* found = text_in(airing.notes, input.language);
    const auto notes = found == nullptr ? "" : plain_text(found->text);
    const auto text = said_text({.first = said_standing(airing.standing, input.language),
                                 .previous_start = airing.previous_start,
                                 .notes = notes,
                                 .hosts = host_names(airing)},
                                zone, input.language);
    object["content_text"] = text.empty() ? time : time + "\n\n" + text;
    put(object, "summary", time);
    const auto& language = found == nullptr ? title->language : found->language;
    if (is_language_tag(language)) put(object, "language", language);
}

Json item(const GuideAiring& airing, const GuideInput& input, const Zone& zone) {
    Json object = Json::object();
    object["id"] = one_line(airing.room_id);
    put(object, "url", web_uri(airing.url));
    put(object, "external_url", web_uri(airing.replay_url));
    put_texts(object, airing, input, zone);
    put(object, "image", web_uri(airing.image_url));
    object["date_published"] = to_iso8601(airing.created_at);
    object["date_modified"] = to_iso8601(airing.updated_at);
    for (const auto& host : airing.hosts)
        if (auto who = author(host.name, host.url); !who.empty()) object["authors"].push_back(std::move(who));
    if (const auto tag = one_line(airing.category.text); !tag.empty()) object["tags"].push_back(tag);
    if (airing.replay)
        if (auto uri = web_uri(airing.replay->url); !uri.empty())
            object["attachments"].push_back({{"url", std::move(uri)},
                                             {"mime_type", one_line(airing.replay->type)},
                                             {"size_in_bytes", airing.replay->size_bytes}});
    object["_stagecast"] = ours(airing);
    return object;
}

}  // namespace

std::string json_feed(const GuideInput& input) {
    const auto zone = Zone::find(input.zone);
    Json feed = Json::object();
    feed["version"] = "https://jsonfeed.org/version/1.1";
    feed["title"] = one_line(input.title);
    put(feed, "home_page_url", web_uri(input.page_url));
    put(feed, "feed_url", web_uri(input.self_url));
    put(feed, "description", one_line(input.description));
    put(feed, "icon", web_uri(input.icon_url));
    if (auto who = author(input.site_name, input.site_url); !who.empty())
        feed["authors"].push_back(std::move(who));
    if (is_language_tag(input.language)) feed["language"] = input.language;
    feed["items"] = Json::array();
    for (const auto& airing : input.airings) feed["items"].push_back(item(airing, input, *zone));
    return feed.dump(1) + "\n";
}

}  // namespace stagecast::feeds
