#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "feeds/enclosure.h"

namespace stagecast::feeds {

struct Person {
    std::string name, role;  // "host", "guest"
};

struct PodcastItem {
    std::string guid, title, description_html, url;
    Instant published_at{};
    std::int64_t duration_ms = 0;
    Enclosure enclosure;
    std::vector<Enclosure> alternates;
    std::vector<Person> persons;  // only who agreed
};

enum class LiveStatus { kPending, kLive, kEnded };
struct PodcastLive {
    std::string guid, title, url, stream_url;
    std::string stream_type = "audio/ogg";
    LiveStatus status = LiveStatus::kPending;
    Instant starts_at{}, ends_at{};
    std::vector<Person> persons;
};

struct PodcastInput {
    std::string title, description, link, self_url, language, author, image_url, category, guid, owner_email;
    std::string rrule;  // of the schedule: podcast:updateFrequency
    LocalTime start{};
    bool is_explicit = false;
    Instant updated_at{};
    std::vector<PodcastItem> items;
    std::vector<PodcastLive> live;
};

// RSS 2.0 with the itunes and podcast namespaces (Apple's requirements, PSP-1, Podcasting 2.0). Same input,
// same bytes.
std::string podcast(const PodcastInput& input);

// podcast:guid: UUIDv5 (namespace ead4c236-bf58-58c6-a2c6-a6b28d128cb6) of the feed URL without scheme and
// trailing slash.
std::string podcast_guid(const std::string& feed_url);

}  // namespace stagecast::feeds
