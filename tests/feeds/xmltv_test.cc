#include "feeds/xmltv.h"

#include <catch2/catch.hpp>

#include "tests/feeds/guide_example.h"
#include "tests/feeds/run_reader.h"

using namespace stagecast;
using namespace stagecast::feeds;

TEST_CASE("both validators take the XMLTV, and a reader finds channels, times, titles and hosts", "[xmltv]") {
    const auto facts = run_python("read_xmltv.py", xmltv(guide_example()));
    INFO(facts);
    CHECK(has(facts, "channel tea.radio.example.org fr Tea, \"live\" | https://radio.example.org/tea.png"));
    CHECK_FALSE(has(facts, "channel quiet"));
    CHECK(has(facts,
              "programme tea.radio.example.org 20261124200000 +0100 20261124213000 +0100\n"
              "  title fr L’heure du thé\n  title en Tea time\n"
              "  desc fr Du thé & des amis.\n  desc en Tea & friends (https://example.org/f).\n"
              "  presenter Ana\n  presenter Zoé\n  date 20261124\n  category en Society & Culture\n"
              "  language fr\n  length minutes 90\n  url https://example.org/rooms/planned\n"
              "  episode-num onscreen 7\n  new\n"));
    CHECK(has(facts,
              "20261125200000 +0100 20261125213000 +0100\n"
              "  title fr L’heure du thé\n  title en Tea time\n"
              "  sub-title fr Spéciale Oolong\n  sub-title en Oolong special\n"));
    CHECK(has(facts, "20260701110000 +0200"));
    CHECK(has(facts, "  url replay https://radio.example.org/episodes/e\n"));
    CHECK_FALSE(has(facts, "elsewhere"));
    CHECK_FALSE(has(facts, "previously-shown"));
}

TEST_CASE("the XMLTV says in each language what was moved, cancelled, delayed and not held", "[xmltv]") {
    const auto facts = run_python("read_xmltv.py", xmltv(guide_example()));
    INFO(facts);
    for (const auto* said :
         {"  title fr L’heure du thé (déplacé)\n  title en Tea time (moved)\n",
          "  desc fr Déplacé : d’abord prévu pour 2026-11-26 20:00 (Europe/Paris).",
          "  desc en Moved: first planned for 2026-11-26 20:00 (Europe/Paris).",
          "  title fr L’heure du thé (annulé)\n  title en Tea time (cancelled)\n",
          "  desc fr Ce direct est annulé.\n", "  title en Tea time (delayed)\n",
          "  desc en This airing is delayed: its host is not there yet. // Tea",
          "  title en Tea time (not held)\n", "  desc fr Ce direct n’a pas eu lieu. // Du thé"})
        CHECK(has(facts, said));
}

TEST_CASE("hostile text leaves no element of the XMLTV", "[xmltv]") {
    const auto facts = run_python("read_xmltv.py", xmltv(hostile_guide()));
    INFO(facts);
    CHECK(has(facts, "presenter Ana]]></title><script>\"x\"</script>&amp;&bogus; #EXTINF:-1,evil ATTENDEE"));
    CHECK(has(facts, "1 channels 1 programmes"));
}

TEST_CASE("times of XMLTV keep the zone's offset, whole hours or not", "[xmltv]") {
    auto input = guide_example();
    input.zone = "America/St_Johns";
    CHECK(has(xmltv(input), "start=\"20261124153000 -0330\""));
    input.zone = "UTC";
    CHECK(has(xmltv(input), "start=\"20261124190000 +0000\""));
}

TEST_CASE("a channel's id looks like a domain name whatever its slug and the site", "[xmltv]") {
    CHECK(guide_channel_id("tea", "https://example.org") == "tea.example.org");
    CHECK(guide_channel_id("tea", "http://localhost:8080/x") == "tea.localhost");
    CHECK(guide_channel_id("tea", "http://[::1]:8080") == "tea.---1-");
    CHECK(guide_channel_id("t\"e<a", "") == "t-e-a.-");
}
