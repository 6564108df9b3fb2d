#include <catch2/catch.hpp>

#include "web/pages/notes.h"

using namespace stagecast::web;

TEST_CASE("show notes keep their emphasis, lists and links", "[web]") {
    CHECK(notes_html("**one** *two*") == "<p><strong>one</strong> <em>two</em></p>\n");
    CHECK(notes_html("- a\n- b") == "<ul><li>a</li>\n<li>b</li>\n</ul>\n");
    CHECK(notes_html("[home](https://example.org/?a=1&b=2)") ==
          "<p><a href=\"https://example.org/?a=1&amp;b=2\" rel=\"nofollow ugc noopener\">home</a></p>\n");
    CHECK(notes_html("# Title") == "<h3>Title</h3>\n");
}

TEST_CASE("nothing in show notes becomes markup, a script or a request", "[web]") {
    const auto hostile = {"<script>alert(1)</script>",
                          "<img src=x onerror=alert(1)>",
                          "[x](javascript:alert(1))",
                          "[x](JaVaScRiPt:alert(1))",
                          "[x](data:text/html,hello)",
                          "[x](//elsewhere.example/)",
                          "![picture](https://elsewhere.example/p.png)",
                          "[x](https://a.example/\"onclick=\"alert(1))",
                          "```\n<script>\n```"};
    for (const auto* markdown : hostile) {
        const auto html = notes_html(markdown);
        INFO(html);
        CHECK(html.find("<script") == std::string::npos);
        CHECK(html.find("<img") == std::string::npos);
        CHECK(html.find("\"onclick") == std::string::npos);
        CHECK(html.find("href=\"//") == std::string::npos);
        CHECK(html.find("href=\"data:") == std::string::npos);
        CHECK(html.find("src=") == html.find("src=x"));
        CHECK(html.find("avascript:alert(1)\"") == std::string::npos);
    }
}

TEST_CASE("the summary is the first paragraph, cut between characters", "[web]") {
    CHECK(notes_summary("# Title\n\nÉtés *et* hivers\nensemble\n\nmore", 100) == "Étés et hivers ensemble");
    CHECK(notes_summary("éééé", 2) == "éé…");
    CHECK(notes_summary("", 10).empty());
}
