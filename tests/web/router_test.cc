#include <catch2/catch.hpp>

#include "base/error.h"
#include "web/http.h"

using namespace stagecast;
using web::Request;
using web::Router;

namespace {

web::Handler says(const std::string& text) {
    return [text](const Request&) { return web::html(text); };
}

std::string asked(const Router& router, const std::string& method, const std::string& path) {
    const auto match = router.match(method, path);
    return match.handler ? (*match.handler)({}).body : "";
}

}  // namespace

TEST_CASE("the literal path wins over the pattern, whatever was added first", "[web]") {
    const bool literal_first = GENERATE(true, false);
    Router router;
    if (literal_first) router.add("GET", "/shows/preview", says("literal"));
    router.add("GET", "/shows/{slug}", says("pattern"));
    router.add("GET", "/{rest*}", says("tail"));
    if (!literal_first) router.add("GET", "/shows/preview", says("literal"));
    CHECK(asked(router, "GET", "/shows/preview") == "literal");
    CHECK(asked(router, "GET", "/shows/other") == "pattern");
    CHECK(asked(router, "GET", "/shows/a/b") == "tail");
}

TEST_CASE("a parameter is one segment, never empty, a tail is the rest, never empty", "[web]") {
    Router router;
    router.add("GET", "/rooms/{id}/whip/{session}", says("session"));
    router.add("GET", "/static/{file*}", says("file"));
    const auto match = router.match("GET", "/rooms/abc/whip/x.y");
    REQUIRE(match.handler);
    CHECK(match.params == std::map<std::string, std::string>{{"id", "abc"}, {"session", "x.y"}});
    CHECK(router.match("GET", "/static/a/b.css").params.at("file") == "a/b.css");
    for (const auto* path : {"/rooms//whip/x", "/rooms/abc/whip/", "/rooms/abc/whip", "/rooms/abc/whip/x/y",
                             "/static/", "/static", "rooms/abc/whip/x", ""})
        CHECK(asked(router, "GET", path).empty());
}

TEST_CASE("a path that is there for other methods says which", "[web]") {
    Router router;
    router.add("GET", "/a", says("get"));
    router.add("DELETE", "/a", says("delete"));
    CHECK_FALSE(router.match("POST", "/a").handler);
    CHECK(router.match("POST", "/a").allowed == std::vector<std::string>{"GET", "DELETE"});
    CHECK(router.match("POST", "/b").allowed.empty());
}

TEST_CASE("a request finds its headers, its first values and its bearer", "[web]") {
    Request request;
    request.headers = {{"authorization", "bearer  abc "}};
    request.query.emplace("zone", "UTC");
    request.query.emplace("zone", "Europe/Paris");
    CHECK(request.bearer() == "abc");
    CHECK(request.query_value("zone") == "UTC");
    CHECK(request.query_value("none").empty());
    CHECK_THROWS_AS(request.param("id"), NotFound);
    for (const auto* other : {"Basic abc", "Bearer", "Bearer ", ""}) {
        request.headers["authorization"] = other;
        CHECK(request.bearer().empty());
    }
}

TEST_CASE("a cookie is for this site and for its server only, and for https where the site is", "[web]") {
    Config config;
    config.site_url = "http://localhost";
    CHECK(web::cookie(config, "a", "b", std::chrono::seconds(60)) ==
          "a=b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
    config.site_url = "https://radio.example";
    CHECK(web::cookie(config, "a", "b", std::chrono::seconds(0))
              .ends_with("Max-Age=0; HttpOnly; SameSite=Lax; Secure"));
}
