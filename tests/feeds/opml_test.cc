#include "feeds/opml.h"

#include <catch2/catch.hpp>

#include "tests/feeds/guide_example.h"
#include "tests/feeds/run_reader.h"

using namespace stagecast;
using namespace stagecast::feeds;

namespace {

OpmlInput example() {
    OpmlInput input;
    input.title = "Shows of Ana";
    input.site_name = "Stagecast";
    input.owner_name = "Ana";
    input.updated_at = utc("2026-11-24T19:00:00Z");
    input.shows = {{"Tea & time", "https://example.org/shows/tea/podcast.xml",
                    "https://example.org/shows/tea", "About *tea*.", "fr"},
                   {"", "https://example.org/shows/x/podcast.xml", "", "", ""}};
    return input;
}

}  // namespace

TEST_CASE("the OPML of the shows one follows holds to version 2.0", "[opml]") {
    const auto facts = run_python("read_opml.py", opml(example()));
    INFO(facts);
    CHECK(has(facts, "head Shows of Ana | Tue, 24 Nov 2026 19:00:00 +0000 | Ana"));
    CHECK(has(facts,
              "rss Tea & time | https://example.org/shows/tea/podcast.xml | https://example.org/shows/tea"));
    CHECK(
        has(facts,
            "rss https://example.org/shows/x/podcast.xml | https://example.org/shows/x/podcast.xml | None"));
}

TEST_CASE("who follows nothing has a valid OPML all the same", "[opml]") {
    auto input = example();
    input.shows.clear();
    CHECK(has(run_python("read_opml.py", opml(input)), "0 shows"));
}

TEST_CASE("hostile text leaves no attribute of the OPML", "[opml]") {
    auto input = example();
    for (auto* text :
         {&input.title, &input.site_name, &input.owner_name, &input.shows[0].title, &input.shows[0].feed_url,
          &input.shows[0].page_url, &input.shows[0].description, &input.shows[0].language})
        *text += kHostile;
    CHECK(has(run_python("read_opml.py", opml(input)), "2 shows"));
}
