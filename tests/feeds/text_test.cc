#include "feeds/text.h"

#include <catch2/catch.hpp>

#include "feeds/plain_text.h"
#include "feeds/words.h"
#include "tests/feeds/guide_example.h"

using namespace stagecast;
using namespace stagecast::feeds;

TEST_CASE("one line is one line, whatever ends a line elsewhere", "[feeds-text]") {
    CHECK(one_line(" a\r\n\tb\u2028c\u2029 d\u00a0e \n") == "a b c d e");
    CHECK(one_line("\n \t").empty());
    CHECK(one_line("a\x01\x7f\xff\xc2\x85z") == "az");
}

TEST_CASE("a change of writing direction ends with the text that began it", "[feeds-text]") {
    const std::string embedding{'\xe2', '\x80', '\xab'}, end{'\xe2', '\x80', '\xac'};
    const std::string end_isolate{'\xe2', '\x81', '\xa9'};
    CHECK(one_line(kOverride + "abc") == kOverride + "abc" + end);
    CHECK(one_line(kIsolate + "a" + embedding + "b") == kIsolate + "a" + embedding + "b" + end + end_isolate);
    const auto closed = kIsolate + "a" + embedding + "b" + end_isolate + "c";
    CHECK(one_line(closed) == closed);
    CHECK(one_line(embedding + "a" + end + "b" + end) == embedding + "a" + end + "b" + end);
}

TEST_CASE("a language tag has the shape of BCP 47", "[feeds-text]") {
    for (const auto* good : {"en", "fr-CA", "zh-Hant-TW", "de-1996", "sl-rozaj-biske"})
        CHECK(is_language_tag(good));
    for (const auto* bad :
         {"", "f", "1a", "fr_CA", "fr-", "-fr", "fr--CA", "fr;X=1", "fr:x", "abcdefghi", "fr\r\nX"})
        CHECK_FALSE(is_language_tag(bad));
}

TEST_CASE("only addresses of the web are led to", "[feeds-text]") {
    CHECK(web_uri("HTTPS://example.org/é \"") == "HTTPS://example.org/%C3%A9%20%22");
    CHECK(web_uri("javascript:alert(1)").empty());
    CHECK(web_uri("//example.org").empty());
}

TEST_CASE("notes as plain text keep their words, paragraphs, items and links", "[feeds-text]") {
    CHECK(plain_text(
              "# Tea\n\nWith *Ana* and **Zoé**,\nlive.  \nEver.\n\n- one\n- [two](https://example.org/2)\n\n"
              "<https://example.org/3> &amp; `code` ![cup](https://example.org/c.png)") ==
          "Tea\n\nWith Ana and Zoé, live.\nEver.\n\n- one\n- two (https://example.org/2)\n\n"
          "https://example.org/3 & code cup");
    CHECK(plain_text("[x](javascript:alert(1))") == "x");
    CHECK(plain_text("<b>x</b>") == "<b>x</b>");
    CHECK(plain_text("").empty());
}

TEST_CASE("plain text as HTML is paragraphs and breaks, nothing else", "[feeds-text]") {
    CHECK(text_html("a\nb <i>\n\n\nc & d\n") == "<p>a<br>b &lt;i&gt;</p><p>c &amp; d</p>");
    CHECK(text_html("").empty());
}

TEST_CASE("a title says in its language how the airing stands", "[feeds-text]") {
    const Instant before = utc("2026-11-24T19:00:00Z");
    CHECK(said_title("Tea", Standing::kPlanned, std::nullopt, "en") == "Tea");
    CHECK(said_title("Tea", Standing::kEnded, std::nullopt, "en") == "Tea");
    CHECK(said_title("Tea", Standing::kPlanned, before, "en") == "Tea (moved)");
    CHECK(said_title("Tea", Standing::kCancelled, before, "de") == "Tea (cancelled)");
    CHECK(said_title("Thé", Standing::kNotHeld, std::nullopt, "fr-CA") == "Thé (n’a pas eu lieu)");
    CHECK(said_title("Thé", Standing::kDelayed, std::nullopt, "FR") == "Thé (en retard)");
    CHECK(said_time(before, before + std::chrono::hours(6), *Zone::find("Europe/Paris")) ==
          "2026-11-24 20:00–2026-11-25 02:00 (Europe/Paris)");
}
