#include "feeds/podcast.h"

#include <catch2/catch.hpp>

#include "tests/feeds/run_reader.h"

using namespace stagecast;
using namespace stagecast::feeds;

namespace {

Instant utc(const char* text) {
    return parse_iso8601(text, "test");
}

PodcastInput example() {
    PodcastInput input;
    input.title = "Thé & <amis> \"au\" soir";
    input.description = "About tea.";
    input.link = "https://example.org/shows/tea";
    input.self_url = "https://example.org/shows/tea/podcast.xml";
    input.language = "fr";
    input.author = "Ana";
    input.image_url = "https://example.org/art.png?a=1&b=2";
    input.category = "Society & Culture";
    input.guid = podcast_guid(input.self_url);
    input.rrule = "FREQ=WEEKLY;BYDAY=TU";
    input.start = parse_local("2026-11-24T20:00", "test");
    input.updated_at = utc("2026-11-25T00:00:00Z");
    PodcastItem item;
    item.guid = "episode-1";
    item.title = "One";
    item.description_html = "<p>Tea & ]]> more</p>";
    item.url = "https://example.org/episodes/1";
    item.published_at = utc("2026-11-24T21:00:00Z");
    item.duration_ms = 61'600;
    item.enclosure = {"https://example.org/media/h/one.mp3", "audio/mpeg", 12345};
    item.alternates = {{"https://example.org/media/h/one.opus", "audio/ogg", 999}};
    item.persons = {{"Ana", "host"}};
    input.items = {item};
    PodcastLive live;
    live.guid = "room-1";
    live.title = "Next";
    live.url = "https://example.org/rooms/1";
    live.stream_url = "https://example.org/rooms/1/listen.ogg";
    live.starts_at = utc("2026-12-01T19:00:00Z");
    live.ends_at = utc("2026-12-01T20:00:00Z");
    input.live = {live};
    return input;
}

bool has(const std::string& text, const std::string& wanted) {
    return text.find(wanted) != std::string::npos;
}

}  // namespace

TEST_CASE("independent readers find the channel, the episode and the live item", "[podcast]") {
    const auto facts = run_python("read_podcast.py", podcast(example()));
    INFO(facts);
    CHECK(has(facts, "channel Thé & <amis> \"au\" soir | fr | Ana"));
    CHECK(has(facts, "item episode-1 False https://example.org/media/h/one.mp3 12345 audio/mpeg 62"));
    CHECK(has(facts, "published 2026-11-24T21:00:00"));
    CHECK(has(facts, "summary <p>Tea & ]]> more</p>"));
    CHECK(has(facts,
              "live room-1 pending 2026-12-01T19:00:00Z 2026-12-01T20:00:00Z "
              "https://example.org/rooms/1/listen.ogg "
              "https://example.org/rooms/1"));
    CHECK(has(facts, "updateFrequency Weekly {'rrule': 'FREQ=WEEKLY;BYDAY=TU'"));
    CHECK(has(facts, "person Ana {'role': 'host'}"));
    CHECK(has(facts, "locked no {}"));
}

TEST_CASE("a live item says whether it is pending, live or ended", "[podcast]") {
    auto input = example();
    input.live[0].status = LiveStatus::kLive;
    CHECK(has(podcast(input), "<podcast:liveItem status=\"live\""));
    input.live[0].status = LiveStatus::kEnded;
    CHECK(has(podcast(input), "<podcast:liveItem status=\"ended\""));
}

TEST_CASE("hostile text stays text and the feed well-formed", "[podcast]") {
    auto input = example();
    input.title = "\x01\xff</title><script>\xed\xa0\x80\xef\xbf\xbf";
    input.items[0].enclosure.url = "https://example.org/\"><x a=\"\n";
    input.items[0].persons[0].name = "]]><b>";
    const auto facts = run_python("read_podcast.py", podcast(input));
    CHECK(has(facts, "channel </title><script> |"));
}

TEST_CASE("a description is cut to 4000 bytes, between characters", "[podcast]") {
    auto input = example();
    input.description = "x";
    for (int i = 0; i < 3'000; ++i) input.description += "é";
    const auto text = podcast(input);
    const auto begin = text.find("<description>") + 13;
    const auto size = text.find("</description>") - begin;
    CHECK(size == 3'999);
}

TEST_CASE("the owner's address appears only where the show chose it", "[podcast]") {
    auto input = example();
    CHECK_FALSE(has(podcast(input), "itunes:owner"));
    input.owner_email = "ana@example.org";
    CHECK(has(podcast(input), "<itunes:email>ana@example.org</itunes:email>"));
}

TEST_CASE("the podcast's guid is that of its address without scheme and trailing slash", "[podcast]") {
    // The example of the Podcasting 2.0 specification.
    CHECK(podcast_guid("https://mp3s.nashownotes.com/pc20rss.xml") == "917393e3-1b1e-5cef-ace4-edaa54e1f810");
    CHECK(podcast_guid("http://example.org/feed/") == podcast_guid("https://example.org/feed"));
}
