#include "feeds/json_feed.h"

#include <catch2/catch.hpp>

#include "tests/feeds/guide_example.h"
#include "tests/feeds/run_reader.h"

using namespace stagecast;
using namespace stagecast::feeds;

TEST_CASE("python reads the JSON Feed, and what version 1.1 requires is there", "[json-feed]") {
    const auto facts = run_python("read_json_feed.py", json_feed(guide_example()));
    INFO(facts);
    CHECK(has(facts,
              "feed What is coming | https://radio.example.org/guide | https://radio.example.org/guide.xml"));
    CHECK(has(facts, "item planned | Tea time | https://example.org/rooms/planned | Ana, Zoé"));
    CHECK(
        has(facts,
            "text 2026-11-24 20:00–21:30 (Europe/Paris) // Tea & friends (https://example.org/f). // With"));
    CHECK(has(facts, "ours 2026-11-24T19:00:00Z 2026-11-24T20:30:00Z None planned tea tea-time"));
    CHECK(has(facts,
              "ours 2026-11-26T21:00:00Z 2026-11-26T22:30:00Z 2026-11-26T19:00:00Z planned tea tea-time"));
    CHECK(has(facts, "item cancelled | Tea time (cancelled)"));
    CHECK(has(facts, "Z None not held tea"));
    CHECK(has(facts, "attachment https://radio.example.org/media/h/e.mp3 audio/mpeg 12345"));
    CHECK(has(facts, "8 items"));
}

TEST_CASE("hostile text leaves no string of the JSON Feed", "[json-feed]") {
    const auto facts = run_python("read_json_feed.py", json_feed(hostile_guide()));
    INFO(facts);
    CHECK(has(facts, "1 items"));
}

TEST_CASE("a JSON Feed of nothing is a feed", "[json-feed]") {
    auto input = guide_example();
    input.airings.clear();
    CHECK(has(run_python("read_json_feed.py", json_feed(input)), "0 items"));
}
