// Planning by the pages, as a browser without a script sends their forms.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "base/zone.h"
#include "site.h"

using namespace stagecast;
using namespace stagecast::web;
using test::Answer;
using test::ask;
using test::Site;
using Json = nlohmann::json;
using Fields = std::vector<std::pair<std::string, std::string>>;

namespace {

constexpr const char* kTuesdays =
    R"({"start":"2026-01-06T20:00","zone":"Europe/Paris","rrule":"FREQ=WEEKLY;BYDAY=TU","length_minutes":60})";

bool says(const Answer& page, const std::string& text) {
    return page.body.find(text) != page.body.npos;
}

struct StandingClock {
    const ManualClock time{parse_iso8601("2026-11-24T12:00:00Z", "test")};
};

// A channel "one" with the show "talk" every Tuesday, of "host".
struct Station : StandingClock, Site {
    Station() : Site(time) {
        REQUIRE(api("POST", "/channels", host, R"({"title":"One","slug":"one"})").status == 201);
        make_show("Talk", "talk", kTuesdays);
    }
    void make_show(const std::string& title, const std::string& slug, const std::string& schedule) {
        const auto made = api("POST", "/shows", host,
                              R"({"channel":"one","title":")" + title + R"(","slug":")" + slug +
                                  R"(","schedule":)" + schedule + "}");
        INFO(made.body);
        REQUIRE(made.status == 201);
    }
    Json show() { return Json::parse(api("GET", "/shows/talk", "").body); }
    Json airing(std::size_t nth) {
        return Json::parse(api("GET", "/shows/talk/airings", "").body)["airings"].at(nth);
    }
    std::string id(std::size_t nth) { return airing(nth)["room"]; }
    Json room(const std::string& id) { return Json::parse(api("GET", "/rooms/" + id, host).body); }

    static std::string cookie(const std::string& who) {
        return "Cookie: stagecast_session=" + who + "; zone=America%2FSt_Johns\r\nAccept: text/html\r\n";
    }
    Answer page(const std::string& path, const std::string& who) {
        return ask(server.port(), "GET", path, cookie(who));
    }
    Answer post(const std::string& path, const std::string& who, const Fields& fields) {
        auto body = "csrf=" + url_encode(accounts.csrf_of(who));
        for (const auto& [name, value] : fields) body += "&" + name + "=" + url_encode(value);
        return ask(server.port(), "POST", path,
                   cookie(who) + "Content-Type: application/x-www-form-urlencoded\r\n", body);
    }
    // What the form of one airing sends when nothing is changed.
    Fields typed(const std::string& id, const Fields& changed = {}) {
        const auto now = room(id);
        const auto start = parse_iso8601(now["starts_at"].get<std::string>(), "test");
        const auto local = to_iso8601(Zone::find("Europe/Paris")->to_local(start));
        Fields fields{{"version", now["version"].dump()}, {"title", now["own"]["title"]},
                      {"notes", now["own"]["notes"]},     {"language", ""},
                      {"date", local.substr(0, 10)},      {"time", local.substr(11, 5)},
                      {"length_minutes", "60"},           {"host", "host"}};
        for (const auto& [name, value] : changed) {
            const auto found = std::find_if(fields.begin(), fields.end(),
                                            [&](const auto& field) { return field.first == name; });
            if (found == fields.end())
                fields.emplace_back(name, value);
            else
                found->second = value;
        }
        return fields;
    }

    const std::string host = session("host"), other = session("other");
};

// What the planning form sends for a weekly show in Paris.
Fields plan(const std::string& title, const std::string& time, const Fields& more = {}) {
    Fields fields{{"title", title},         {"language", "en"},
                  {"date", "2026-01-06"},   {"time", time},
                  {"zone", "Europe/Paris"}, {"length_minutes", "60"},
                  {"repeat", "rule"},       {"rrule", "FREQ=WEEKLY;BYDAY=TU"},
                  {"every", "1"},           {"category", "Arts"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
}

}  // namespace

TEST_CASE("a plan without anything to say is saved at once", "[web]") {
    Station station;
    const auto saved = station.post("/studio/channels/one/shows/new", station.host, plan("Late", "22:00"));
    CHECK(saved.status == 303);
    CHECK(saved.header("location") == "/shows/late");
}

TEST_CASE("a plan that clashes is looked at before it is saved, with ways out", "[web]") {
    Station station;
    const auto door = "/studio/channels/one/shows/new";
    const auto review = station.post(door, station.host, plan("Second", "20:00"));
    CHECK(review.status == 409);
    CHECK(says(review, "It clashes with what is planned"));
    CHECK(says(review, "/rooms/" + station.id(0)));
    CHECK(says(review, "Start at 21:00 (Paris) instead"));
    CHECK(says(review, "name=\"title\" value=\"Second\""));
    CHECK(station.api("GET", "/shows/second", "").status == 404);

    const auto back = station.post(door, station.host, plan("Second", "20:00", {{"do", "edit"}}));
    CHECK(back.status == 200);
    CHECK(says(back, "id=\"save-show\""));
    CHECK(says(back, "value=\"Second\""));

    const auto start = review.body.find("value=\"start:");
    REQUIRE(start != review.body.npos);
    const auto value = review.body.substr(start + 7, 25);
    const auto moved = station.post(door, station.host, plan("Second", "20:00", {{"do", value}}));
    CHECK(moved.status == 200);
    CHECK(says(moved, "value=\"21:00\""));
    CHECK(says(moved, "value=\"2026-01-06\""));

    CHECK(station.post(door, station.host, plan("Second", "20:00", {{"do", "nonsense"}})).status == 422);
    CHECK(station.api("GET", "/shows/second", "").status == 404);
    const auto accepted = station.post(door, station.host, plan("Second", "20:00", {{"do", "accept"}}));
    CHECK(accepted.header("location") == "/shows/second");
}

TEST_CASE("the one date that clashes is left out by a button", "[web]") {
    Station station;
    const auto third = station.airing(2)["starts_at"].get<std::string>();
    const auto local = to_iso8601(Zone::find("Europe/Paris")->to_local(parse_iso8601(third, "test")));
    const auto once =
        R"({"start":")" + local.substr(0, 10) + R"(T22:00","zone":"Europe/Paris","length_minutes":60})";
    station.make_show("Once", "once", once);
    const auto door = "/studio/channels/one/shows/new";
    const auto review = station.post(door, station.host, plan("Late", "22:00"));
    CHECK(review.status == 409);
    const auto leave = "leave:" + local.substr(0, 10) + "T22:00:00";
    CHECK(says(review, "value=\"" + leave + "\""));
    const auto saved = station.post(door, station.host, plan("Late", "22:00", {{"do", leave}}));
    CHECK(saved.header("location") == "/shows/late");
    const auto made = Json::parse(station.api("GET", "/shows/late", "").body);
    CHECK(made["schedule"]["exdates"] == Json({local.substr(0, 10) + "T22:00:00"}));
}

TEST_CASE("a private airing's title is not in another's review", "[web]") {
    Station station;
    const auto start =
        parse_iso8601(station.airing(0)["starts_at"].get<std::string>(), "test") + std::chrono::hours(2);
    REQUIRE(
        station
            .api(
                "POST", "/rooms", station.host,
                R"({"channel":"one","show":"talk","title":"A quiet word","visibility":"private","length_minutes":60,"starts_at":")" +
                    to_iso8601(start) + "\"}")
            .status == 201);
    REQUIRE(station.api("POST", "/channels", station.other, R"({"title":"Two","slug":"two"})").status == 201);
    REQUIRE(
        station
            .api(
                "POST", "/shows", station.other,
                std::string(R"({"channel":"two","title":"Duo","slug":"duo","schedule":)") +
                    R"({"start":"2026-01-08T09:00","zone":"Europe/Paris","rrule":"FREQ=WEEKLY;BYDAY=TH","length_minutes":60}})")
            .status == 201);
    REQUIRE(station.api("POST", "/shows/duo/hosts", station.other, R"({"handle":"host"})").status == 201);
    REQUIRE(station.api("POST", "/me/invitations/duo", station.host, R"({"answer":"accept"})").status == 204);
    const auto version = Json::parse(station.api("GET", "/shows/duo", "").body)["version"].dump();
    const auto review =
        station.post("/studio/shows/duo", station.other, plan("Duo", "22:00", {{"version", version}}));
    CHECK(review.status == 409);
    CHECK(says(review, "an airing that is not public"));
    CHECK_FALSE(says(review, "A quiet word"));
}

TEST_CASE("a rule that takes airings away, or has no place for one, is looked at first", "[web]") {
    Station station;
    const auto hand = station.id(1);
    REQUIRE(station
                .post("/studio/rooms/" + hand + "/edit", station.host,
                      station.typed(hand, {{"title", "By hand"}}))
                .status == 303);
    const auto version = station.show()["version"].dump();
    const Fields yearly{{"title", "Talk"},   {"language", "en"},       {"date", "2026-01-01"},
                        {"time", "20:00"},   {"zone", "Europe/Paris"}, {"length_minutes", "60"},
                        {"repeat", "rule"},  {"rrule", "FREQ=YEARLY"}, {"category", "Arts"},
                        {"version", version}};
    const auto review = station.post("/studio/shows/talk", station.host, yearly);
    CHECK(review.status == 200);
    CHECK(says(review, "By hand"));
    CHECK(says(review, "airings go"));
    CHECK(station.show()["schedule"]["rrule"] == "FREQ=WEEKLY;BYDAY=TU");
    auto agreed = yearly;
    agreed.emplace_back("do", "save");
    CHECK(station.post("/studio/shows/talk", station.host, agreed).status == 303);
    CHECK(station.show()["schedule"]["rrule"] == "FREQ=YEARLY");
    CHECK(station.room(hand)["title"] == "By hand");
}

TEST_CASE("a stale form keeps what was typed, says who changed what, and can be saved again", "[web]") {
    Station station;
    const auto old = station.show()["version"].dump();
    REQUIRE(
        station.api("PATCH", "/shows/talk", station.host, R"({"version":)" + old + R"(,"title":"Theirs"})")
            .status == 200);
    const auto again =
        station.post("/studio/shows/talk", station.host, plan("Mine", "20:00", {{"version", old}}));
    CHECK(again.status == 409);
    CHECK(says(again, "host changed the title"));
    CHECK(says(again, "value=\"Mine\""));
    CHECK(station.show()["title"] == "Theirs");
    const auto fresh = station.show()["version"].dump();
    CHECK(says(again, "name=\"version\" value=\"" + fresh + "\""));
    CHECK(station.post("/studio/shows/talk", station.host, plan("Mine", "20:00", {{"version", fresh}}))
              .status == 303);
    CHECK(station.show()["title"] == "Mine");

    const auto id = station.id(0);
    const auto typed = station.typed(id, {{"title", "Mine alone"}});
    REQUIRE(station
                .api("PATCH", "/rooms/" + id, station.host,
                     Json{{"version", station.room(id)["version"]}, {"notes", "Theirs"}}.dump())
                .status == 200);
    const auto airing = station.post("/studio/rooms/" + id + "/edit", station.host, typed);
    CHECK(airing.status == 409);
    CHECK(says(airing, "host changed the notes"));
    CHECK(says(airing, "value=\"Mine alone\""));
    CHECK(says(airing, "name=\"version\" value=\"" + station.room(id)["version"].dump() + "\""));
}

TEST_CASE("the form of one airing changes what was typed and nothing else", "[web]") {
    Station station;
    const auto id = station.id(0), edit = "/studio/rooms/" + id + "/edit";
    const auto page = station.page(edit, station.host);
    CHECK(page.status == 200);
    CHECK(says(page, "Only this airing"));
    CHECK(says(page, "/studio/rooms/" + id + "/following"));
    CHECK(says(page, "Times in Paris"));
    CHECK(says(page, "St Johns"));
    const auto before = station.room(id);
    CHECK(station.post(edit, station.host, station.typed(id)).status == 303);
    CHECK(station.room(id) == before);

    CHECK(station
              .post(edit, station.host,
                    station.typed(id, {{"time", "21:15"},
                                       {"notes", "One\r\nTwo"},
                                       {"text_language", "fr"},
                                       {"text_title", "Seulement ici"},
                                       {"text_notes", ""}}))
              .status == 303);
    const auto after = station.room(id);
    CHECK(after["own"]["notes"] == "One\nTwo");
    CHECK(after["own"]["texts"][0]["title"] == "Seulement ici");
    CHECK(after["own"]["hosts"].empty());
    CHECK(parse_iso8601(after["starts_at"].get<std::string>(), "test") ==
          parse_iso8601(before["starts_at"].get<std::string>(), "test") + std::chrono::minutes(75));
    const auto french = station.page("/rooms/" + id + "?lang=fr", station.other);
    CHECK(says(french, "Seulement ici"));
    CHECK(says(french, "Déplacé"));
    CHECK(says(station.page("/rooms/" + id, station.other), "Moved: it was planned for"));

    const auto wrong =
        station.post(edit, station.host, station.typed(id, {{"length_minutes", "long"}, {"title", "Kept"}}));
    CHECK(wrong.status == 422);
    CHECK(says(wrong, "value=\"Kept\""));
    CHECK(station.post(edit, station.host, station.typed(id, {{"host", "other"}})).status == 422);
    CHECK(station
              .post(edit, station.host,
                    station.typed(id, {{"text_title", "x"}, {"text_language", ""}, {"text_notes", ""}}))
              .status == 422);
    CHECK(station.room(id) == after);
}

TEST_CASE("an airing that is moved onto another is looked at first", "[web]") {
    Station station;
    station.make_show(
        "Late", "late",
        R"({"start":"2026-01-06T22:00","zone":"Europe/Paris","rrule":"FREQ=WEEKLY;BYDAY=TU","length_minutes":60})");
    const auto id = station.id(0), edit = "/studio/rooms/" + id + "/edit";
    const auto before = station.room(id);
    const auto review = station.post(edit, station.host, station.typed(id, {{"time", "22:30"}}));
    CHECK(review.status == 409);
    CHECK(says(review, "Save it all the same"));
    CHECK(station.room(id) == before);
    CHECK(station.post(edit, station.host, station.typed(id, {{"time", "22:30"}, {"do", "accept"}})).status ==
          303);
    CHECK(station.room(id)["starts_at"] != before["starts_at"]);
}

TEST_CASE("cancelling is asked first and restored by a button", "[web]") {
    Station station;
    const auto id = station.id(0), cancel = "/studio/rooms/" + id + "/cancel";
    const auto question = station.page(cancel, station.host);
    CHECK(says(question, "Cancel this airing?"));
    CHECK(says(question, "calendars"));
    CHECK(station.room(id)["state"] == "scheduled");
    const auto version = station.room(id)["version"].dump();
    CHECK(station.post(cancel, station.host, {{"version", version}}).header("location") ==
          "/studio/shows/talk/airings");
    CHECK(station.room(id)["state"] == "cancelled");
    CHECK(station.post(cancel, station.host, {{"version", version}}).status == 409);
    const auto restore = "/studio/rooms/" + id + "/restore";
    CHECK(says(station.page("/studio/shows/talk/airings", station.host), restore));
    CHECK(says(station.page("/shows/talk", station.host), restore));
    CHECK_FALSE(says(station.page("/shows/talk", station.other), restore));
    CHECK(station.post(restore, station.host, {{"version", station.room(id)["version"].dump()}}).status ==
          303);
    CHECK(station.room(id)["state"] == "scheduled");
}

TEST_CASE("airings are listed to their hosts, month by month", "[web]") {
    Station station;
    const auto month = station.airing(6)["starts_at"].get<std::string>().substr(0, 7);
    const auto page = station.page("/studio/shows/talk/airings?month=" + month, station.host);
    CHECK(page.status == 200);
    CHECK(says(page, "/studio/rooms/" + station.id(6) + "/edit"));
    CHECK_FALSE(says(page, "/rooms/" + station.id(20)));
    CHECK(station.page("/studio/shows/talk/airings?month=soon", station.host).status == 400);
    CHECK(station.page("/studio/shows/talk/airings", station.other).status == 403);
}

TEST_CASE("a show is taken off the programme after a question", "[web]") {
    Station station;
    const auto question = station.page("/studio/shows/talk/retire", station.host);
    CHECK(says(question, "airings to come are cancelled"));
    const auto version = station.show()["version"].dump();
    CHECK(station.post("/studio/shows/talk/retire", station.host, {{"version", version}}).status == 303);
    CHECK(says(station.page("/shows/talk", station.other), "off the programme since"));
    CHECK_FALSE(says(station.page("/studio", station.host), "/studio/shows/talk"));
    CHECK_FALSE(says(station.page("/channels/one", station.other), "href=\"/shows/talk\""));
}

TEST_CASE("a co-host is asked on the page of people and answers in the studio", "[web]") {
    Station station;
    const auto people = "/studio/shows/talk/people";
    CHECK(station.post(people, station.host, {{"do", "invite"}, {"handle", "nobody"}}).status == 422);
    CHECK(station.post(people, station.host, {{"do", "invite"}, {"handle", "@Other"}}).status == 303);
    CHECK(says(station.page(people, station.host), "Asked, no answer yet"));
    for (const auto* path : {"/studio", "/me"})
        CHECK(says(station.page(path, station.other), "/studio/invitations/talk"));
    CHECK(station.post("/studio/invitations/talk", station.other, {{"do", "maybe"}}).status == 400);
    CHECK(station.post("/studio/invitations/talk", station.other, {{"do", "accept"}}).header("location") ==
          "/shows/talk");
    CHECK(station.show()["hosts"].size() == 2);
    CHECK(says(station.page("/studio", station.other), "/studio/shows/talk/airings"));
    CHECK(station.post(people, station.other, {{"do", "remove"}, {"handle", "other"}}).header("location") ==
          "/shows/talk");
    CHECK(station.post(people, station.host, {{"do", "remove"}, {"handle", "host"}}).status == 409);
    CHECK(station.show()["hosts"].size() == 1);
}

TEST_CASE("a show says its words in a further language, and its page speaks the reader's", "[web]") {
    Station station;
    const auto path = "/studio/shows/talk/languages";
    const auto version = station.show()["version"].dump();
    const auto say = [&](const std::string& language, const std::string& title) {
        return station.post(path, station.host,
                            {{"version", version},
                             {"text_language", language},
                             {"text_title", title},
                             {"text_notes", "Un.\r\nDeux."}});
    };
    CHECK(say("", "Parole").status == 422);
    CHECK(say("en", "Parole").status == 422);
    CHECK(says(say("fr", std::string(201, 'x')), "xxx"));
    CHECK(station.post(path, station.other, {{"version", version}}).status == 403);
    CHECK(say("fr", "Parole").status == 303);
    CHECK(station.show()["texts"][0]["notes"] == "Un.\nDeux.");
    CHECK(say("fr", "Encore").status == 409);
    CHECK(says(station.page("/shows/talk?lang=fr", station.other), "<h1 lang=\"fr\">Parole</h1>"));
    CHECK(says(station.page("/shows/talk?lang=en", station.other), "<h1 lang=\"en\">Talk</h1>"));
    CHECK(says(station.page("/rooms/" + station.id(0) + "?lang=fr", station.other), "Parole"));
    CHECK(station.show()["schedule"]["rrule"] == "FREQ=WEEKLY;BYDAY=TU");
}

TEST_CASE("an owner sets a channel and its members, and nobody else", "[web]") {
    Station station;
    const auto path = std::string("/studio/channels/one");
    CHECK(station.page(path, station.other).status == 403);
    const Fields settings{
        {"title", "First"}, {"description", "It is"}, {"language", "fr"}, {"colour", "#112233"}};
    auto overlapping = settings;
    overlapping.emplace_back("allows_overlap", "yes");
    CHECK(station.post(path, station.host, overlapping).status == 303);
    const auto channel = [&] { return Json::parse(station.api("GET", "/channels/one", "").body); };
    CHECK(channel()["allows_overlap"] == true);
    CHECK(channel()["title"] == "First");
    CHECK(station.post(path, station.host, settings).status == 303);
    CHECK(channel()["allows_overlap"] == false);
    CHECK(
        station.post(path, station.host, {{"title", ""}, {"language", "fr"}, {"colour", "#112233"}}).status ==
        422);
    CHECK(station.post(path, station.other, settings).status == 403);
    const auto members = path + "/members";
    CHECK(station.post(members, station.other, {{"do", "set"}, {"handle", "other"}, {"role", "owner"}})
              .status == 403);
    CHECK(
        station.post(members, station.host, {{"do", "set"}, {"handle", "nobody"}, {"role", "host"}}).status ==
        422);
    CHECK(
        station.post(members, station.host, {{"do", "set"}, {"handle", "@other"}, {"role", "host"}}).status ==
        303);
    CHECK(channel()["members"].size() == 2);
    CHECK(station.post(members, station.host, {{"do", "set"}, {"handle", "host"}, {"role", "host"}}).status ==
          409);
    CHECK(station.post(members, station.host, {{"do", "remove"}, {"handle", "host"}}).status == 409);
    CHECK(station.post(members, station.host, {{"do", "remove"}, {"handle", "other"}}).status == 303);
    CHECK(channel()["members"].size() == 1);
}

TEST_CASE("the planning pages are nobody else's, and need their own form", "[web]") {
    Station station;
    const auto id = station.id(0);
    const auto before = station.room(id);
    for (const auto& path : {"/studio/rooms/" + id + "/edit", "/studio/rooms/" + id + "/cancel",
                             "/studio/rooms/" + id + "/following", std::string("/studio/shows/talk/people"),
                             std::string("/studio/shows/talk/retire"), std::string("/studio/shows/talk")}) {
        INFO(path);
        CHECK(station.page(path, station.other).status == 403);
        CHECK(station.post(path, station.other, {{"version", "1"}, {"do", "remove"}, {"handle", "host"}})
                  .status == 403);
        CHECK(ask(station.server.port(), "POST", path,
                  Station::cookie(station.host) + "Content-Type: application/x-www-form-urlencoded\r\n",
                  "version=1")
                  .status == 403);
    }
    CHECK(station.post("/studio/rooms/" + id + "/restore", station.other, {{"version", "1"}}).status == 403);
    CHECK(station.room(id) == before);
    CHECK(station.show()["version"] == 1);
}
