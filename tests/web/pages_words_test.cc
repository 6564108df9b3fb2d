#include <catch2/catch.hpp>

#include "base/error.h"
#include "web/embed.h"
#include "web/pages/page.h"

using namespace stagecast;
using namespace stagecast::web;

namespace {

Viewer viewer(const std::string& language, const std::string& zone) {
    Request request;
    request.language = language;
    request.zone = zone;
    return Viewer(request);
}

}  // namespace

TEST_CASE("times are said in the visitor's zone and language", "[web]") {
    const auto instant = parse_iso8601("2027-03-02T19:05:00Z", "at");
    const auto now = parse_iso8601("2027-03-02T08:00:00Z", "at");
    CHECK(viewer("en", "Europe/Paris").when(instant, now) == "Today, 20:05");
    CHECK(viewer("fr", "Europe/Paris").when(instant, now) == "Aujourd’hui, 20:05");
    CHECK(viewer("en", "Asia/Tokyo").when(instant, now) == "Tomorrow, 04:05");
    CHECK(viewer("fr", "UTC").moment(instant) == "2 mars 2027, 19:05");
    CHECK(viewer("en", "Nowhere/Atlantis").clock(instant) == "19:05");
}

TEST_CASE("one and many follow the language", "[web]") {
    CHECK(Words::in("en").count("room.listeners", 0) == "0 people are listening");
    CHECK(Words::in("en").count("room.listeners", 1) == "1 person is listening");
    CHECK(Words::in("fr").count("room.listeners", 0) == "0 personne écoute");
    CHECK(Words::in("fr").count("room.listeners", 2) == "2 personnes écoutent");
}

TEST_CASE("a template escapes what it is filled with, and {{t.}} is the catalogue", "[web]") {
    Data data;
    data["title"] = "<script>alert(1)</script> & \"quotes\"";
    data["detail"] = "";
    data["status"] = 404;
    const auto html = fill("error", data, Words::in("fr"));
    CHECK(html.find("<script>") == std::string::npos);
    CHECK(html.find("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;") != std::string::npos);
    CHECK(html.find("Au programme") != std::string::npos);
}

TEST_CASE("JSON in a page cannot end its script element", "[web]") {
    CHECK(script_safe(R"({"a":"</script><script>"})").find('<') == std::string::npos);
}

TEST_CASE("only paths of this site are led back to", "[web]") {
    CHECK(own_path("/rooms/abc", "/guide") == "/rooms/abc");
    for (const auto* hostile :
         {"//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nSet-Cookie: x"})
        CHECK(own_path(hostile, "/guide") == "/guide");
}
