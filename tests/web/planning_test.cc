// Planning by the API: shows, single airings, reviews, clashes, stale edits, people.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "site.h"

using namespace stagecast;
using namespace stagecast::web;
using test::Answer;
using test::Site;
using Json = nlohmann::json;

namespace {

constexpr const char* kTuesdays =
    R"({"start":"2026-01-06T20:00","zone":"Europe/Paris","rrule":"FREQ=WEEKLY;BYDAY=TU","length_minutes":60})";

struct StandingClock {
    ManualClock time{parse_iso8601("2026-11-24T12:00:00Z", "test")};
};

// A channel "one" with the show "talk" every Tuesday, of "host"; "other" hosts nothing.
struct Station : StandingClock, Site {
    Station() : Site(time) {
        REQUIRE(api("POST", "/channels", host, R"({"title":"One","slug":"one"})").status == 201);
        make_show("one", "Talk", "talk", kTuesdays);
    }

    void make_show(const std::string& channel, const std::string& title, const std::string& slug,
                   const std::string& schedule, const std::string& more = {}) {
        const auto made = try_show(channel, title, slug, schedule, more);
        INFO(made.body);
        REQUIRE(made.status == 201);
    }
    Answer try_show(const std::string& channel, const std::string& title, const std::string& slug,
                    const std::string& schedule, const std::string& more = {}) {
        return api("POST", "/shows", host,
                   R"({"channel":")" + channel + R"(","title":")" + title + R"(","slug":")" + slug +
                       R"(","schedule":)" + schedule + more + "}");
    }
    Json show(const std::string& slug = "talk") { return Json::parse(api("GET", "/shows/" + slug, "").body); }
    Json airing(std::size_t nth, const std::string& slug = "talk") {
        return Json::parse(api("GET", "/shows/" + slug + "/airings", "").body)["airings"].at(nth);
    }
    std::string id(std::size_t nth, const std::string& slug = "talk") { return airing(nth, slug)["room"]; }
    Json room(const std::string& id) { return Json::parse(api("GET", "/rooms/" + id, host).body); }
    Answer patch_room(const std::string& id, Json change) {
        if (!change.contains("version")) change["version"] = room(id)["version"];
        return api("PATCH", "/rooms/" + id, host, change.dump());
    }
    Answer patch_show(Json change, const std::string& slug = "talk") {
        if (!change.contains("version")) change["version"] = show(slug)["version"];
        return api("PATCH", "/shows/" + slug, host, change.dump());
    }

    const std::string host = session("host"), other = session("other");
};

Json taken(const Answer& answer, int status = 200) {
    INFO(answer.body);
    REQUIRE(answer.status == status);
    return Json::parse(answer.body);
}

Json refused(const Answer& answer, int status, const std::string& field = {}) {
    INFO(answer.body);
    CHECK(answer.status == status);
    CHECK(answer.header("content-type") == "application/problem+json");
    auto body = Json::parse(answer.body, nullptr, false);
    REQUIRE(body.is_object());
    CHECK(body.value("status", 0) == status);
    CHECK(body.value("field", "") == field);
    return body;
}

Instant start_of(const Json& airing) {
    return parse_iso8601(airing["starts_at"].get<std::string>(), "test");
}

}  // namespace

TEST_CASE("one airing has words, hosts and a time of its own, and goes back to its show's", "[web]") {
    Station station;
    station.session("bea");
    const auto id = station.id(1);
    const auto start = start_of(station.airing(1));
    const auto changed =
        taken(station.patch_room(id, {{"title", "The long one"},
                                      {"notes", "Bring tea."},
                                      {"texts", {{{"language", "fr"}, {"title", "La longue"}}}},
                                      {"hosts", {"bea"}},
                                      {"starts_at", to_iso8601(start + std::chrono::hours(2))},
                                      {"length_minutes", 90}}));
    CHECK(changed["title"] == "The long one");
    CHECK(changed["own"]["notes"] == "Bring tea.");
    CHECK(changed["own"]["texts"][0]["title"] == "La longue");
    CHECK(changed["hosts"][0]["handle"] == "bea");
    CHECK(start_of(changed) == start + std::chrono::hours(2));
    CHECK(changed["ends_at"] == to_iso8601(start + std::chrono::minutes(120 + 90)));
    CHECK(changed["slot"] == to_iso8601(start));
    CHECK(station.airing(0)["title"] == "Talk");
    const auto back = taken(station.patch_room(id, {{"title", ""},
                                                    {"texts", Json::array()},
                                                    {"hosts", Json::array()},
                                                    {"starts_at", to_iso8601(start)}}));
    CHECK(back["title"] == "Talk");
    CHECK(back["own"]["texts"].empty());
    CHECK(back["hosts"][0]["handle"] == "host");
    CHECK(back["room"] == id);
}

TEST_CASE("an airing's time is a moment, or a local time with its zone", "[web]") {
    Station station;
    const auto id = station.id(2);
    const auto day = to_iso8601(start_of(station.airing(2))).substr(0, 10);
    const auto moved =
        taken(station.patch_room(id, {{"local", day + "T15:30"}, {"zone", "America/St_Johns"}}));
    const auto hour = moved["starts_at"].get<std::string>().substr(11);
    CHECK((hour == "19:00:00Z" || hour == "18:00:00Z"));
    refused(station.patch_room(id, {{"local", day + "T15:30"}}), 400, "zone");
    refused(station.patch_room(id, {{"zone", "Europe/Paris"}}), 400, "local");
    refused(station.patch_room(
                id, {{"local", day + "T15:30"}, {"zone", "Europe/Paris"}, {"starts_at", day + "T15:30:00Z"}}),
            400, "starts_at");
    CHECK(station.room(id)["starts_at"] == moved["starts_at"]);
}

TEST_CASE("what cannot be taken of an airing is named, and changes nothing", "[web]") {
    Station station;
    const auto id = station.id(0);
    const auto before = station.room(id);
    refused(station.api("PATCH", "/rooms/" + id, station.host, R"({"title":"x"})"), 400, "version");
    refused(station.patch_room(id, {{"titel", "x"}}), 400, "titel");
    refused(station.patch_room(id, {{"title", std::string(201, 'x')}}), 400, "title");
    refused(station.patch_room(id, {{"language", "<fr>"}}), 400, "language");
    refused(station.patch_room(id, {{"texts", {{{"title", "no language"}}}}}), 400, "texts[0].language");
    refused(station.patch_room(id, {{"texts", {{{"language", "fr"}, {"titel", "x"}}}}}), 400,
            "texts[0].titel");
    refused(station.patch_room(id, {{"texts", "fr"}}), 400, "texts");
    refused(station.patch_room(id, {{"hosts", {"nobody-here"}}}), 400, "hosts");
    refused(station.patch_room(id, {{"hosts", std::vector<std::string>(1'000, "host")}}), 400, "hosts");
    refused(station.patch_room(id, {{"starts_at", "2020-01-01T00:00:00Z"}}), 400, "starts_at");
    refused(station.patch_room(id, {{"starts_at", "tomorrow"}}), 400, "starts_at");
    refused(station.patch_room(id, {{"length_minutes", 0}}), 400, "length_minutes");
    refused(station.patch_room(id, {{"accept_clashes", "yes"}}), 400, "accept_clashes");
    CHECK(station.room(id) == before);
}

TEST_CASE("an edit of an older version is refused with what was changed since", "[web]") {
    Station station;
    const auto id = station.id(0);
    const auto version = station.room(id)["version"];
    taken(station.patch_room(id, {{"title", "Renamed"}, {"notes", "New"}}));
    const auto problem = refused(station.patch_room(id, {{"version", version}, {"title", "Mine"}}), 409);
    CHECK(problem["type"] == "/api/v1/openapi.json#/components/schemas/StaleProblem");
    REQUIRE(problem["changes"].size() == 1);
    CHECK(problem["changes"][0]["by"] == "host");
    CHECK(problem["changes"][0]["version"] == version.get<int>() + 1);
    CHECK(problem["changes"][0]["fields"] == Json({"title", "notes"}));
    CHECK(station.room(id)["title"] == "Renamed");
    for (const auto* action : {"/cancel", "/move"}) {
        Json body{{"version", version}};
        if (action == std::string("/move"))
            body.update({{"starts_at", "2030-01-01T00:00:00Z"}, {"length_minutes", 60}});
        CHECK(refused(station.api("POST", "/rooms/" + id + action, station.host, body.dump()), 409)
                  .contains("changes"));
    }
    const auto show = station.show()["version"];
    taken(station.patch_show({{"title", "Talk again"}}));
    CHECK(refused(station.patch_show({{"version", show}, {"title", "Mine"}}), 409)["changes"][0]["fields"] ==
          Json({"title"}));
    CHECK(refused(station.api("DELETE", "/shows/talk?version=" + show.dump(), station.host), 409)
              .contains("changes"));
    CHECK(station.show()["title"] == "Talk again");
}

TEST_CASE("a plan that clashes is refused with what it clashes with and a way out", "[web]") {
    Station station;
    const auto same_time = std::string(kTuesdays);
    const auto problem = refused(station.try_show("one", "Second", "second", same_time), 409);
    CHECK(problem["type"] == "/api/v1/openapi.json#/components/schemas/ClashProblem");
    CHECK_FALSE(problem["title"].get<std::string>().empty());
    std::set<std::string> kinds;
    for (const auto& clash : problem["clashes"]) kinds.insert(clash["kind"]);
    CHECK(kinds == std::set<std::string>{"channel_busy", "host_elsewhere"});
    CHECK(problem["clashes"][0]["with"]["title"] == "Talk");
    CHECK(problem["clashes"][0]["starts_at"] == station.airing(0)["starts_at"]);
    CHECK(problem["free_start"].get<std::string>().substr(11, 5) == "21:00");
    CHECK(station.api("GET", "/shows/second", "").status == 404);
    station.make_show("one", "Second", "second", same_time, R"(,"accept_clashes":true)");
    CHECK(station.airing(0, "second")["starts_at"] == station.airing(0)["starts_at"]);
    // The same plan with other words is not asked again.
    taken(station.patch_show({{"title", "The second"}}, "second"));
    refused(station.patch_show({{"schedule", {{"length_minutes", 75}}}}, "second"), 409);
    CHECK(station.show("second")["schedule"]["length_minutes"] == 60);
}

TEST_CASE("a channel that allows it has two airings on at once", "[web]") {
    Station station;
    const auto channel =
        taken(station.api("PATCH", "/channels/one", station.host, R"({"allows_overlap":true})"));
    CHECK(channel["allows_overlap"] == true);
    const auto problem = refused(station.try_show("one", "Second", "second", kTuesdays), 409);
    for (const auto& clash : problem["clashes"]) CHECK(clash["kind"] == "host_elsewhere");
    refused(station.api("PATCH", "/channels/one", station.host, R"({"allows_overlap":"yes"})"), 400,
            "allows_overlap");
}

TEST_CASE("a show that runs into its own next airing is a clash", "[web]") {
    Station station;
    const auto day = station.airing(1)["starts_at"].get<std::string>().substr(0, 10);
    const auto problem = refused(
        station.try_show("one", "Long", "long",
                         R"({"start":"2026-01-05T02:00","zone":"UTC","rrule":"FREQ=DAILY","rdates":[")" +
                             day + R"(T02:45"],"length_minutes":60})"),
        409);
    REQUIRE(problem["clashes"].size() == 1);
    CHECK(problem["clashes"][0]["kind"] == "overrun");
    CHECK(problem["clashes"][0]["starts_at"] == day + "T02:00:00Z");
    CHECK(problem["clashes"][0]["with"].is_null());
    // Many clashes are cut off, not endless.
    const auto all_day = refused(
        station.try_show(
            "one", "Long", "long",
            R"({"start":"2026-01-05T02:00","zone":"UTC","rrule":"FREQ=DAILY","length_minutes":1440})"),
        409);
    CHECK(all_day["clashes"].size() == 50);
}

TEST_CASE("a clash with an airing that is not public says no more than that something is there", "[web]") {
    Station station;
    REQUIRE(station.api("POST", "/channels", station.other, R"({"title":"Two","slug":"two"})").status == 201);
    const auto start = start_of(station.airing(0)) + std::chrono::hours(24);
    const auto secret = station.api(
        "POST", "/rooms", station.host,
        R"({"channel":"one","show":"talk","title":"A quiet word","visibility":"private","length_minutes":60,"starts_at":")" +
            to_iso8601(start) + "\"}");
    REQUIRE(secret.status == 201);
    // Another's show, which the host of the private room co-hosts.
    REQUIRE(station
                .api("POST", "/shows", station.other,
                     R"({"channel":"two","title":"Duo","slug":"duo","schedule":{"start":")" +
                         to_iso8601(start + std::chrono::hours(72)).substr(0, 19) +
                         R"(","zone":"UTC","length_minutes":60}})")
                .status == 201);
    REQUIRE(station.api("POST", "/shows/duo/hosts", station.other, R"({"handle":"host"})").status == 201);
    REQUIRE(station.api("POST", "/me/invitations/duo", station.host, R"({"answer":"accept"})").status == 204);
    const auto id = station.id(0, "duo");
    const auto move = [&](const std::string& by) {
        return refused(station.api("PATCH", "/rooms/" + id, by,
                                   Json{{"version", 1}, {"starts_at", to_iso8601(start)}}.dump()),
                       409);
    };
    const auto seen = move(station.other);
    REQUIRE(seen["clashes"].size() == 1);
    CHECK(seen["clashes"][0]["kind"] == "host_elsewhere");
    CHECK(seen["clashes"][0]["with"].is_null());
    CHECK(move(station.host)["clashes"][0]["with"]["title"] == "A quiet word");
}

TEST_CASE("a review says what saving would do, and saves nothing", "[web]") {
    Station station;
    const auto before = station.show();
    const auto kept = station.id(3);
    taken(station.patch_room(kept, {{"title", "By hand"}}));
    const auto& version = before["version"];
    const auto change =
        Json{{"version", version},
             {"schedule", {{"start", "2026-01-02T20:00"}, {"rrule", "FREQ=MONTHLY;BYDAY=1FR"}}}};
    const auto review = taken(station.api("POST", "/shows/talk/review", station.host, change.dump()));
    CHECK(review["next"].size() == 5);
    CHECK(review["removed"].get<int>() > 0);
    CHECK(review["clashes"].empty());
    CHECK(review["free_start"].is_null());
    CHECK(station.show() == before);
    CHECK(station.id(3) == kept);
    const auto fresh =
        taken(station.api("POST", "/shows/review", station.host,
                          std::string(R"({"channel":"one","title":"New","schedule":)") + kTuesdays + "}"));
    CHECK(fresh["added"].get<int>() > 50);
    CHECK_FALSE(fresh["clashes"].empty());
    CHECK(station.api("GET", "/shows/new", "").status == 404);
    refused(station.api("POST", "/shows/talk/review", station.host,
                        Json{{"version", version}, {"schedule", {{"rrule", "FREQ=HOURLY"}}}}.dump()),
            400, "rrule");
}

TEST_CASE("what was changed by hand and has no place in a new rule is shown, and stays", "[web]") {
    Station station;
    const auto moved = station.id(1);
    taken(station.patch_room(moved, {{"title", "By hand"}}));
    const auto change = Json{{"version", station.show()["version"]},
                             {"schedule", {{"start", "2026-01-01T20:00"}, {"rrule", "FREQ=YEARLY"}}}};
    const auto review = taken(station.api("POST", "/shows/talk/review", station.host, change.dump()));
    REQUIRE(review["misfits"].size() == 1);
    CHECK(review["misfits"][0]["room"] == moved);
    taken(station.api("PATCH", "/shows/talk", station.host, change.dump()));
    CHECK(station.room(moved)["title"] == "By hand");
}

TEST_CASE("this and following leaves those before as they were", "[web]") {
    Station station;
    const auto first = station.airing(0), third = station.airing(2);
    const auto start = third["starts_at"].get<std::string>();
    const Json change{{"from", third["room"]},
                      {"schedule", {{"start", start.substr(0, 10) + "T21:30"}, {"length_minutes", 45}}}};
    taken(station.patch_show(change));
    CHECK(station.airing(0) == first);
    CHECK(station.airing(1)["room"] == station.id(1));
    const auto now = station.room(third["room"]);
    CHECK(start_of(now) == start_of(third) + std::chrono::minutes(90));
    CHECK(start_of(station.airing(3)) == start_of(now) + std::chrono::hours(7 * 24));
    refused(station.patch_show({{"from", "nonsense"}, {"title", "x"}}), 400, "from");
    refused(station.patch_show({{"from", std::string(26, 'a')}, {"title", "x"}}), 400, "from");
    CHECK(station.show()["title"] == "Talk");
}

TEST_CASE("a show says its words in several languages, and pauses", "[web]") {
    Station station;
    const auto third = station.airing(2)["starts_at"].get<std::string>().substr(0, 10);
    const auto before = start_of(station.airing(2));
    const auto changed = taken(
        station.patch_show({{"texts", {{{"language", "fr"}, {"title", "Parole"}, {"notes", "On parle."}}}},
                            {"schedule", {{"pauses", {{{"first", third}, {"last", third}}}}}}}));
    CHECK(changed["texts"][0]["title"] == "Parole");
    CHECK(changed["schedule"]["pauses"][0]["first"] == third);
    CHECK(changed["retired_at"].is_null());
    CHECK(start_of(station.airing(2)) == before + std::chrono::hours(7 * 24));
    const auto kept = taken(station.patch_show({{"notes", "Words only."}}));
    CHECK(kept["texts"] == changed["texts"]);
    CHECK(kept["schedule"]["pauses"] == changed["schedule"]["pauses"]);
    refused(station.patch_show({{"schedule", {{"pauses", {{{"first", "soon"}, {"last", third}}}}}}}), 400,
            "pauses");
    refused(station.patch_show({{"schedule", {{"pauses", {{{"first", third}}}}}}}), 400,
            "schedule.pauses[0].last");
    refused(station.patch_show({{"texts", {{{"language", "en"}, {"title", "twice"}}}}}), 400, "texts");
}

TEST_CASE("a cancelled airing is restored as it was", "[web]") {
    Station station;
    const auto id = station.id(0);
    const auto before = station.room(id);
    const auto cancelled = taken(station.api("POST", "/rooms/" + id + "/cancel", station.host, "{}"));
    CHECK(cancelled["state"] == "cancelled");
    CHECK(station.id(0) != id);
    refused(station.api("POST", "/rooms/" + id + "/cancel", station.host, "{}"), 409);
    const auto restored = taken(station.api("POST", "/rooms/" + id + "/restore", station.host, "{}"));
    CHECK(restored["state"] == "scheduled");
    CHECK(restored["starts_at"] == before["starts_at"]);
    CHECK(station.id(0) == id);
    refused(station.api("POST", "/rooms/" + id + "/restore", station.host, "{}"), 409);
}

TEST_CASE("a show that is taken off the programme has its airings cancelled and keeps what was", "[web]") {
    Station station;
    const auto id = station.id(0);
    refused(station.api("DELETE", "/shows/talk", station.host), 400, "version");
    refused(station.api("DELETE", "/shows/talk?version=one", station.host), 400, "version");
    refused(station.api("DELETE", "/shows/talk?version=1", station.other), 403);
    const auto retired =
        taken(station.api("DELETE", "/shows/talk?version=" + station.show()["version"].dump(), station.host));
    CHECK(retired["retired_at"].is_string());
    CHECK(station.room(id)["state"] == "cancelled");
    CHECK(Json::parse(station.api("GET", "/shows/talk/airings", "").body)["airings"].empty());
    refused(station.api("POST", "/rooms/" + id + "/restore", station.host, "{}"), 409);
    refused(station.patch_show({{"title", "Back"}}), 409);
    CHECK(station.get("/shows/talk", "Accept: text/html\r\n").status == 200);
}

TEST_CASE("who is asked to host a show accepts or declines, and can be taken off", "[web]") {
    Station station;
    // A day after the question before.
    const auto ask = [&](const std::string& handle) {
        station.time.advance(std::chrono::hours(24));
        return station.api("POST", "/shows/talk/hosts", station.host, Json{{"handle", handle}}.dump());
    };
    const auto answer = [&](const std::string& by, const char* said) {
        return station.api("POST", "/me/invitations/talk", by, Json{{"answer", said}}.dump());
    };
    const auto mine = [&] {
        return Json::parse(station.api("GET", "/me/invitations", station.other).body)["invitations"];
    };
    refused(ask("nobody"), 400, "handle");
    refused(ask("host"), 409);
    refused(answer(station.other, "accept"), 404);
    CHECK(taken(ask("@other"), 201)["invited"][0]["handle"] == "other");
    refused(station.api("POST", "/shows/talk/hosts", station.host, R"({"handle":"other"})"), 409);
    REQUIRE(mine().size() == 1);
    CHECK(mine()[0]["show"] == "talk");
    CHECK(mine()[0]["by"]["handle"] == "host");
    refused(answer(station.other, "perhaps"), 400, "answer");
    refused(station.api("PATCH", "/shows/talk", station.other, R"({"version":1,"title":"Mine"})"), 403);
    CHECK(answer(station.other, "decline").status == 204);
    CHECK(mine().empty());
    refused(answer(station.other, "accept"), 404);
    CHECK(ask("other").status == 201);
    CHECK(answer(station.other, "accept").status == 204);
    CHECK(station.show()["hosts"].size() == 2);
    CHECK(station.api("DELETE", "/shows/talk/hosts/other", station.host).status == 204);
    CHECK(station.show()["hosts"].size() == 1);
    refused(station.api("DELETE", "/shows/talk/hosts/host", station.host), 409);
    refused(station.api("DELETE", "/shows/talk/hosts/other", station.host), 404);
    // A question that was taken back has no answer.
    CHECK(ask("other").status == 201);
    CHECK(station.api("DELETE", "/shows/talk/hosts/other", station.host).status == 204);
    refused(answer(station.other, "accept"), 404);
    CHECK(station.show()["hosts"].size() == 1);
}

TEST_CASE("nobody else changes a plan, at any door", "[web]") {
    Station station;
    const auto id = station.id(0);
    const auto room = station.room(id), show = station.show();
    const Json edit{{"version", 1}, {"title", "Mine"}};
    const auto try_all = [&](const std::string& by, int status) {
        const auto no = [&](const char* method, const std::string& path, const std::string& body) {
            INFO(method << " " << path);
            refused(station.api(method, path, by, body), status);
        };
        no("PATCH", "/rooms/" + id, edit.dump());
        no("POST", "/rooms/" + id + "/cancel", "{}");
        no("POST", "/rooms/" + id + "/restore", "{}");
        no("POST", "/rooms/" + id + "/move",
           R"({"version":1,"starts_at":"2030-01-01T00:00:00Z","length_minutes":60})");
        no("PATCH", "/shows/talk", edit.dump());
        no("POST", "/shows/talk/review", edit.dump());
        no("DELETE", "/shows/talk?version=1", "");
        no("GET", "/shows/talk/hosts", "");
        no("POST", "/shows/talk/hosts", R"({"handle":"other"})");
        no("DELETE", "/shows/talk/hosts/host", "");
        no("PATCH", "/channels/one", R"({"allows_overlap":true})");
    };
    try_all("", 401);
    try_all(station.other, 403);
    refused(station.api("GET", "/me/invitations", ""), 401);
    CHECK(station.room(id) == room);
    CHECK(station.show() == show);
}

TEST_CASE("who hosts one airing changes that one", "[web]") {
    Station station;
    const auto id = station.id(0);
    taken(station.patch_room(id, {{"hosts", {"other"}}}));
    const auto version = station.room(id)["version"];
    taken(station.api("PATCH", "/rooms/" + id, station.other,
                      Json{{"version", version}, {"title", "Stand-in"}}.dump()));
    refused(station.api("PATCH", "/rooms/" + station.id(1), station.other, R"({"version":1,"title":"x"})"),
            403);
    refused(station.api("PATCH", "/shows/talk", station.other, R"({"version":1,"title":"x"})"), 403);
}

TEST_CASE("a guest's link has the airing as a calendar entry beside it", "[web]") {
    Station station;
    const auto made = taken(
        station.api("POST", "/rooms/" + station.id(0) + "/speakers", station.host, R"({"name":"Gus"})"), 201);
    CHECK(made["calendar"] == made["link"].get<std::string>() + "/calendar.ics");
}

TEST_CASE("a start that its rule does not give is refused with the first that would be taken", "[web]") {
    Station station;
    const auto preview = [&](const std::string& start) {
        return station.api(
            "POST", "/shows/preview", station.host,
            R"({"schedule":{"zone":"UTC","rrule":"FREQ=WEEKLY;BYDAY=TU","length_minutes":60,"start":")" +
                start + "\"}}");
    };
    const auto problem = refused(preview("2099-03-04T20:00"), 400, "start");
    REQUIRE(problem["first_fitting"] == "2099-03-10T20:00:00");
    CHECK(taken(preview(problem["first_fitting"]))["airings"].size() == 5);
    CHECK_FALSE(refused(station.api("PATCH", "/shows/talk", station.host, "{}"), 400, "version")
                    .contains("first_fitting"));
}
