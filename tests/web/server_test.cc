#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "site.h"
#include "store/recordings.h"
#include "web/embed.h"

using namespace stagecast;
using namespace stagecast::web;
using test::Answer;
using test::ask;
using test::Client;
using test::Site;
using Json = nlohmann::json;

namespace {

constexpr const char* kSchedule =
    R"({"start":"2026-01-06T20:00","zone":"Europe/Paris","rrule":"FREQ=WEEKLY;BYDAY=TU","length_minutes":60})";

// A channel "one" with the show "talk", of `host`.
void make_station(Site& site, const std::string& host) {
    REQUIRE(site.api("POST", "/channels", host, R"({"title":"One","slug":"one"})").status == 201);
    const auto made = site.api(
        "POST", "/shows", host,
        std::string(R"({"channel":"one","title":"Talk","slug":"talk","schedule":)") + kSchedule + "}");
    INFO(made.body);
    REQUIRE(made.status == 201);
}

std::string make_room(Site& site, const std::string& host, const std::string& visibility = "public") {
    const auto made = site.api(
        "POST", "/rooms", host,
        R"({"channel":"one","show":"talk","title":"A quiet word","visibility":")" + visibility + "\"}");
    INFO(made.body);
    REQUIRE(made.status == 201);
    return Json::parse(made.body)["id"];
}

void check_problem(const Answer& answer, int status, const std::string& field = {}) {
    INFO(answer.body);
    CHECK(answer.status == status);
    CHECK(answer.header("content-type") == "application/problem+json");
    const auto body = Json::parse(answer.body, nullptr, false);
    REQUIRE(body.is_object());
    CHECK(body.value("status", 0) == status);
    CHECK(body.value("type", "") == "about:blank");
    CHECK_FALSE(body.value("title", "").empty());
    CHECK(body.value("field", "") == field);
}

}  // namespace

TEST_CASE("the description of the API lists every door of it, and no other", "[web]") {
    Site site;
    Router router;
    add_api_routes(router, site.services);
    std::set<std::string> doors, described;
    for (const auto& [method, pattern] : router.routes()) doors.insert(lower_ascii(method) + " " + pattern);
    const auto description = Json::parse(embedded("api/openapi.json"));
    for (const auto& [path, operations] : description["paths"].items())
        for (const auto& [method, operation] : operations.items()) described.insert(method + " " + path);
    CHECK(doors == described);
    CHECK(Json::parse(site.api("GET", "/openapi.json", "").body)["openapi"] == "3.1.0");
}

TEST_CASE("operators see that it is well, and figures", "[web]") {
    Site site;
    CHECK(site.get("/healthz").status == 200);
    const auto metrics = site.get("/metrics");
    CHECK(metrics.body.find("stagecast_http_responses_total{status=\"2xx\"} 1\n") != metrics.body.npos);
}

TEST_CASE("bad input is answered by a problem document that names the field, and changes nothing", "[web]") {
    Site site;
    const auto host = site.session("host");
    const auto channel = [&](const std::string& json) { return site.api("POST", "/channels", host, json); };
    check_problem(channel(R"({"slug":"x"})"), 400, "title");
    check_problem(channel(R"({"title":7})"), 400, "title");
    check_problem(channel(R"({"title":"a","colour":"red"})"), 400, "colour");
    check_problem(channel(R"({"title":"a","slug":"A B"})"), 400, "slug");
    check_problem(channel(R"({"title":"a","titel":"b"})"), 400, "titel");
    check_problem(channel("[1]"), 400, "body");
    check_problem(channel("{"), 400, "body");
    check_problem(channel(std::string(100'000, '[')), 400, "body");
    check_problem(
        ask(site.server.port(), "POST", "/api/v1/channels",
            "Authorization: Bearer " + host + "\r\nContent-Type: text/plain\r\n", R"({"title":"a"})"),
        400, "body");
    check_problem(site.api("GET", "/guide?from=yesterday", ""), 400, "from");
    check_problem(site.api("GET", "/rooms/../etc", ""), 404);
    check_problem(site.api("GET", "/nothing", ""), 404);
    check_problem(site.api("GET", "/me", ""), 401);
    check_problem(site.api("GET", "/guide", "nobodys-token"), 401);
    const auto wrong = site.api("DELETE", "/guide", "");
    check_problem(wrong, 405);
    CHECK(wrong.header("allow") == "GET, HEAD, OPTIONS");
    check_problem(ask(site.server.port(), "GET", "/api/v1/guide?from=%zz"), 400);
    CHECK(Json::parse(site.api("GET", "/channels", "").body)["channels"].empty());
}

TEST_CASE("a change by cookie needs the token of that session, a bearer needs none", "[web]") {
    Site site;
    const auto session = site.session("host");
    const auto post = [&](const std::string& slug, const std::string& head) {
        return ask(site.server.port(), "POST", "/api/v1/channels",
                   head + "Content-Type: application/json\r\n", R"({"title":"A","slug":")" + slug + "\"}");
    };
    const auto cookie = "Cookie: stagecast_session=" + session + "\r\n";
    check_problem(post("a", cookie), 403);
    check_problem(post("a", cookie + "X-CSRF-Token: " + site.accounts.csrf_of("another") + "\r\n"), 403);
    CHECK(post("a", cookie + "X-CSRF-Token: " + site.accounts.csrf_of(session) + "\r\n").status == 201);
    CHECK(post("b", "Authorization: Bearer " + session + "\r\n").status == 201);
    check_problem(post("c", ""), 401);
    CHECK(ask(site.server.port(), "POST", "/sign-in", "Content-Type: application/x-www-form-urlencoded\r\n",
              "email=a%40example.org&password=b")
              .status == 403);
}

TEST_CASE("what is private is nobody else's at any door", "[web]") {
    Site site;
    const auto host = site.session("host"), other = site.session("other");
    make_station(site, host);
    const auto room = make_room(site, host, "private");
    const auto guest =
        Json::parse(site.api("POST", "/rooms/" + room + "/speakers", host, R"({"name":"Gus"})").body);
    const std::string key = guest["key"], speaker = guest["speaker"]["id"];
    const auto refused = [&](const std::string& method, const std::string& path, const std::string& bearer,
                             const std::string& head = {}, const std::string& body = {}) {
        INFO(method << " " << path << " by " << (bearer.empty() ? "a stranger" : "another"));
        const auto by = bearer.empty() ? "" : "Authorization: Bearer " + bearer + "\r\n";
        const auto answer = ask(site.server.port(), method, path, by + head, body);
        CHECK((answer.status == 401 || answer.status == 403 || answer.status == 404));
        CHECK(answer.body.find("quiet word") == answer.body.npos);
        CHECK(answer.body.find("Gus") == answer.body.npos);
    };
    const auto api = "/api/v1/rooms/" + room, page = "/rooms/" + room;
    for (const auto& bearer : {std::string(), other}) {
        for (const auto& path :
             {api, api + "/stage", api + "/episode", page + "/events", page + "/listen.ogg",
              page + "/listen.webm", "/api/v1/speakers/" + speaker + "/consents"})
            refused("GET", path, bearer);
        for (const auto* action : {"/backstage", "/live", "/end", "/cancel"})
            refused("POST", api + action, bearer, "Content-Type: application/json\r\n", "{}");
        refused("POST", page + "/whep", bearer, "Content-Type: application/sdp\r\n", "v=0\r\n");
        refused("POST", page + "/whip", bearer, "Content-Type: application/sdp\r\n", "v=0\r\n");
        refused("POST", "/api/v1/speakers/" + speaker + "/withdraw", bearer,
                "Content-Type: application/json\r\n", "{}");
        for (const auto* path : {"/api/v1/messages", "/api/v1/journal", "/api/v1/accounts"})
            refused("GET", path, bearer);
    }
    refused("GET", page, "");
    CHECK(site.api("GET", "/rooms/" + room, host).status == 200);
    CHECK(site.api("GET", "/rooms/" + room + "/stage", key).status == 200);
    CHECK(site.api("GET", "/speakers/" + speaker + "/consents", key).status == 200);
    check_problem(site.api("GET", "/speakers/" + speaker + "/consents", host), 403);
    CHECK(site.api("GET", "/guide", "").body.find("quiet word") == std::string::npos);
}

TEST_CASE("a room's life by the API, who watches it is told", "[web]") {
    Site site;
    const auto host = site.session("host");
    make_station(site, host);
    const auto room = make_room(site, host);
    Client watcher(site.server.port());
    watcher.send("GET /rooms/" + room + "/events HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(watcher.receive_until("event: stage\n").find("text/event-stream") != std::string::npos);
    check_problem(site.api("POST", "/rooms/" + room + "/live", host, "{}"), 409);
    CHECK(Json::parse(site.api("POST", "/rooms/" + room + "/backstage", host, "{}").body)["state"] ==
          "backstage");
    watcher.receive_until("\"state\":\"backstage\"");
    const auto pass = Json::parse(site.api("POST", "/rooms/" + room + "/consent", host,
                                           R"({"purposes":[],"wording":"2026-1","language":"en"})")
                                      .body);
    CHECK(pass["whip_url"] == "/rooms/" + room + "/whip");
    CHECK(pass["purposes"].empty());
    check_problem(site.api("POST", "/rooms/" + room + "/consent", host,
                           R"({"purposes":["podcast"],"wording":"2026-1","language":"en"})"),
                  400, "purposes");
    check_problem(site.get("/rooms/" + room + "/listen.ogg"), 503);
    CHECK(site.api("POST", "/rooms/" + room + "/live", host, "{}").status == 200);
    Client listener(site.server.port());
    listener.send("GET /rooms/" + room + "/listen.ogg HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(listener.receive_until("OpusHead").find("audio/ogg") != std::string::npos);
    CHECK(site.api("POST", "/rooms/" + room + "/end", host, "{}").status == 200);
    listener.receive_rest();
    watcher.receive_until("\"state\":\"ended\"");
}

TEST_CASE("the doors of WebRTC answer as their standards say", "[web]") {
    Site site;
    const auto host = site.session("host");
    make_station(site, host);
    const auto room = make_room(site, host);
    const auto door = [&](const char* method, const std::string& path, const std::string& head,
                          const std::string& body) {
        auto answer = ask(site.server.port(), method, "/rooms/" + room + path, head, body);
        CHECK(answer.header("access-control-allow-origin") == "*");
        CHECK(answer.header("access-control-expose-headers").find("Location") != std::string::npos);
        return answer;
    };
    const std::string sdp = "Content-Type: application/sdp\r\n",
                      fragment = "Content-Type: application/trickle-ice-sdpfrag\r\n";
    const auto preflight =
        door("OPTIONS", "/whip", "Origin: https://a\r\nAccess-Control-Request-Method: POST\r\n", "");
    CHECK(preflight.status == 204);
    CHECK(preflight.header("accept-post") == "application/sdp");
    CHECK(door("OPTIONS", "/whep/x", "", "").status == 204);
    check_problem(door("POST", "/whip", "Content-Type: text/plain\r\n", "v=0\r\n"), 415, "Content-Type");
    check_problem(door("POST", "/whip", sdp, ""), 400, "sdp");
    check_problem(door("POST", "/whip", sdp, "v=0\r\n"), 401);
    const auto early = door("POST", "/whep", sdp, "v=0\r\n");
    check_problem(early, 409);
    CHECK_FALSE(early.header("retry-after").empty());
    REQUIRE(site.api("POST", "/rooms/" + room + "/backstage", host, "{}").status == 200);
    REQUIRE(site.api("POST", "/rooms/" + room + "/live", host, "{}").status == 200);
    check_problem(door("POST", "/whep", sdp, "this is no sdp\r\n"), 400, "sdp");
    check_problem(door("PATCH", "/whep/x", sdp, "a"), 415, "Content-Type");
    check_problem(door("PATCH", "/whep/x", fragment, "a"), 428, "If-Match");
    check_problem(door("PATCH", "/whep/x", fragment + "If-Match: \"e\"\r\n", "a"), 404);
    check_problem(door("DELETE", "/whep/x", "", ""), 404);
}

TEST_CASE("a feed is asked for again only when it changed, compressed or not", "[web]") {
    Site site;
    make_station(site, site.session("host"));
    const auto path = std::string("/shows/talk/calendar.ics");
    const auto plain = site.get(path), packed = site.get(path, "Accept-Encoding: gzip\r\n");
    CHECK(plain.header("content-type") == "text/calendar; charset=utf-8");
    CHECK(plain.body.starts_with("BEGIN:VCALENDAR"));
    CHECK(packed.header("content-encoding") == "gzip");
    CHECK(packed.body.size() < plain.body.size());
    CHECK(plain.header("vary") == "Accept-Encoding");
    const auto tag = plain.header("etag");
    CHECK(packed.header("etag") == tag.substr(0, tag.size() - 1) + "-gz\"");
    for (const auto& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
        INFO(known);
        const auto again = site.get(path, "If-None-Match: " + known + "\r\n");
        CHECK(again.status == 304);
        CHECK(again.header("etag") == tag);
    }
    // The tag of the compressed form is of other bytes: it holds where those would be sent.
    const auto known_packed = "If-None-Match: " + packed.header("etag") + "\r\n";
    CHECK(site.get(path, known_packed).status == 200);
    CHECK(site.get(path, known_packed + "Accept-Encoding: gzip\r\n").status == 304);
    const auto date = plain.header("last-modified");
    CHECK(site.get(path, "If-Modified-Since: " + date + "\r\n").status == 304);
    CHECK(site.get(path, "If-None-Match: \"other\"\r\nIf-Modified-Since: " + date + "\r\n").status == 200);
    const auto head = ask(site.server.port(), "HEAD", path);
    CHECK(head.status == 200);
    CHECK(head.header("content-length") == std::to_string(plain.body.size()));
    check_problem(site.get("/shows/none/calendar.ics"), 404);
}

TEST_CASE("an episode's file is sent in ranges, and its earlier address leads to the current one", "[web]") {
    Site site;
    const auto host = site.session("host");
    make_station(site, host);
    const auto room = RoomId::parse(make_room(site, host));
    std::string sound(700'000, '\0');
    for (std::size_t i = 0; i < sound.size(); ++i) sound[i] = static_cast<char>(i * 31 % 251);
    const std::string current(64, 'a'), earlier(64, 'b');
    store::Episode episode;
    site.database->write([&](store::Tx& tx) {
        const auto now = site.clock.now();
        episode.id = EpisodeId::make(site.random);
        episode.room = room;
        episode.show = store::shows::find_by_slug(tx, "talk")->id;
        episode.guid = "guid";
        episode.title = "First";
        episode.state = store::EpisodeState::kPublished;
        episode.rendering = current;
        episode.published_at = episode.updated_at = now;
        store::episodes::insert(tx, episode);
        for (const auto& hash : {current, earlier}) {
            store::Rendering rendering;
            rendering.hash = hash;
            rendering.episode = episode.id;
            rendering.state = hash == current ? store::RenderingState::kDone : store::RenderingState::kErased;
            rendering.created_at = now;
            store::episodes::insert_rendering(tx, rendering,
                                              {{"mp3", "episodes/a.mp3", "audio/mpeg", 700'000}});
        }
    });
    site.blobs.put("episodes/a.mp3", sound);
    const auto path = "/media/" + current + "/first.mp3";
    const auto whole = site.get(path);
    CHECK(whole.body == sound);
    CHECK(whole.header("content-type") == "audio/mpeg");
    CHECK(whole.header("accept-ranges") == "bytes");
    const auto part = site.get(path, "Range: bytes=300000-599999\r\n");
    CHECK(part.status == 206);
    CHECK(part.body == sound.substr(300'000, 300'000));
    CHECK(part.header("content-range") == "bytes 300000-599999/700000");
    CHECK(site.get(path, "Range: bytes=0-1\r\nIf-Range: \"other\"\r\n").status == 200);
    CHECK(site.get(path, "Range: bytes=700000-\r\n").status == 416);
    CHECK(site.get(path, "If-None-Match: " + whole.header("etag") + "\r\n").status == 304);
    CHECK(ask(site.server.port(), "HEAD", path).header("content-length") == "700000");
    const auto moved = site.get("/media/" + earlier + "/first.mp3");
    CHECK(moved.status == 307);
    CHECK(moved.header("location") == path);
    CHECK(moved.header("cache-control") == "public, no-cache");
    check_problem(site.get("/media/" + current + "/first.exe"), 404);
    check_problem(site.get("/media/" + std::string(64, 'c') + "/first.mp3"), 404);
    check_problem(site.get("/media/..%2f..%2fsite.db/first.mp3"), 404);
    site.database->write([&](store::Tx& tx) {
        episode.state = store::EpisodeState::kUnpublished;
        store::episodes::update(tx, episode);
    });
    check_problem(site.get(path), 410);
}

TEST_CASE("an old slug leads to the current one", "[web]") {
    Site site;
    const auto host = site.session("host");
    make_station(site, host);
    REQUIRE(site.api("PATCH", "/channels/one", host, R"({"slug":"first"})").status == 200);
    for (const auto* path : {"/api/v1/channels/one", "/channels/one/calendar.ics?x=1"}) {
        const auto answer = site.get(path);
        CHECK(answer.status == 301);
        CHECK(answer.header("location").find("/channels/first") != std::string::npos);
    }
    check_problem(site.api("POST", "/channels", host, R"({"title":"Two","slug":"one"})"), 409);
}

TEST_CASE("a page lets nothing in from other sites and tells them nothing", "[web]") {
    Site site;
    const auto page = site.get("/sign-in", "Accept: text/html\r\n");
    REQUIRE(page.status == 200);
    CHECK(page.header("content-security-policy").find("script-src 'self'") != std::string::npos);
    CHECK(page.header("content-security-policy").find("unsafe") == std::string::npos);
    CHECK(page.header("referrer-policy") == "same-origin");
    CHECK(page.header("x-frame-options") == "DENY");
    CHECK(page.header("x-content-type-options") == "nosniff");
    CHECK(page.header("set-cookie").find("stagecast_visit=") != std::string::npos);
    CHECK(page.header("set-cookie").find("HttpOnly; SameSite=Lax") != std::string::npos);
    const auto lost = site.get("/nothing", "Accept: text/html\r\n");
    CHECK(lost.status == 404);
    CHECK(lost.header("content-type") == "text/html; charset=utf-8");
    const auto closed = site.get("/me?a=b", "Accept: text/html\r\n");
    CHECK(closed.status == 303);
    CHECK(closed.header("location").starts_with("/sign-in?next="));
}
