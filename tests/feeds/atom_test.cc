#include "feeds/atom.h"

#include <catch2/catch.hpp>

#include "tests/feeds/guide_example.h"
#include "tests/feeds/run_reader.h"

using namespace stagecast;
using namespace stagecast::feeds;

TEST_CASE("feedparser reads the Atom feed, and RFC 4287's rules hold", "[atom]") {
    const auto facts = run_python("read_atom.py", atom(guide_example()));
    INFO(facts);
    CHECK(has(facts, "feed What is coming | The next days | en | https://radio.example.org/guide"));
    CHECK(has(facts,
              "entry Tea time | https://example.org/rooms/planned | 2026-10-01T10:00:00 | "
              "2026-11-02T10:00:00 | Ana, Zoé | Society & Culture"));
    CHECK(has(facts, "summary 2026-11-24 20:00–21:30 (Europe/Paris) / With Ana, Zoé"));
    CHECK(has(facts,
              "content <p>2026-11-24 20:00–21:30 (Europe/Paris)<br />Tea &amp; friends "
              "(https://example.org/f).</p><p>With Ana, Zoé</p>"));
    CHECK(has(facts, "entry Tea time (moved)"));
    CHECK(has(facts, "Moved: first planned for 2026-11-26 20:00 (Europe/Paris)."));
    CHECK(has(facts, "entry Tea time (cancelled)"));
    CHECK(has(facts, "entry Tea time (not held)"));
    CHECK(has(facts, "enclosure https://radio.example.org/media/h/e.mp3 12345 audio/mpeg"));
}

TEST_CASE("an Atom entry keeps its id whatever else changes", "[atom]") {
    auto input = guide_example();
    input.airings.resize(1);
    const auto id_of = [](const std::string& text) {
        const auto at = text.find("<id>", text.find("<entry>"));
        return text.substr(at, text.find("</id>", at) - at);
    };
    const auto before = id_of(atom(input));
    input.airings[0] = airing_of("planned", "2027-01-01T00:00:00Z");
    input.airings[0].title = {{"en", "Other"}};
    input.site_url = input.self_url = "https://elsewhere.example.org/";
    CHECK(id_of(atom(input)) == before);
    input.airings[0].room_id = "other";
    CHECK(id_of(atom(input)) != before);
}

TEST_CASE("an Atom feed speaks its own language, and names the language of what it has not in it", "[atom]") {
    auto input = guide_example();
    input.language = "fr-CA";
    CHECK(has(atom(input), "xml:lang=\"fr\" type=\"text\">L’heure du thé (annulé)</title>"));
    input.language = "de";
    CHECK(has(atom(input), "xml:lang=\"fr\" type=\"text\">L’heure du thé (cancelled)</title>"));
}

TEST_CASE("hostile text leaves no element of the Atom feed", "[atom]") {
    const auto facts = run_python("read_atom.py", atom(hostile_guide()));
    INFO(facts);
    CHECK(has(facts, "1 entries"));
    CHECK_FALSE(has(facts, "content <p>2026-11-24 20:00–21:30 (Europe/Paris)<br /><script"));
}
