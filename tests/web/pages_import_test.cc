#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "feeds/calendar_import.h"
#include "site.h"
#include "web/import_words.h"

using namespace stagecast;
using namespace stagecast::web;
using stagecast::web::test::Answer;
using stagecast::web::test::ask;
using stagecast::web::test::Site;
using Json = nlohmann::json;

namespace {

const std::string kIcs = R"(BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:Station <b>
BEGIN:VEVENT
UID:tea
SUMMARY:Tea & Toast
DTSTART;TZID=Europe/Paris:20270105T200000
DURATION:PT1H
RRULE:FREQ=WEEKLY
END:VEVENT
BEGIN:VEVENT
UID:day
SUMMARY:Holiday
DTSTART;VALUE=DATE:20270101
END:VEVENT
END:VCALENDAR
)";

// A site with a host, their channel, and the session that their browser holds.
struct Desk {
    Desk() {
        session = site.session("host");
        site.api("POST", "/channels", session, R"({"title":"Harbour","slug":"harbour"})");
    }
    Answer get(const std::string& path) {
        return site.get(path, "Cookie: stagecast_session=" + session + "\r\n");
    }
    Answer post(std::string form) {
        form += "&csrf=" + url_encode(site.accounts.csrf_of(session));
        return ask(site.server.port(), "POST", "/studio/channels/harbour/import",
                   "Cookie: stagecast_session=" + session +
                       "\r\nContent-Type: application/x-www-form-urlencoded\r\n",
                   form);
    }
    std::size_t shows() { return Json::parse(site.api("GET", "/shows", "").body)["shows"].size(); }
    const ManualClock time{parse_iso8601("2026-11-24T12:00:00Z", "test")};
    Site site{time};
    std::string session;
};

bool has(const Answer& answer, const std::string& text) {
    return answer.body.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("a pasted calendar is looked at first, then taken, without a script", "[web]") {
    Desk desk;
    CHECK(has(desk.get("/channels/harbour"), "/studio/channels/harbour/import"));
    CHECK_FALSE(has(desk.site.get("/channels/harbour"), "/studio/channels/harbour/import"));
    const auto empty = desk.get("/studio/channels/harbour/import");
    CHECK(empty.status == 200);
    CHECK(has(empty, "<textarea id=\"ics\""));
    const auto preview = desk.post("ics=" + url_encode(kIcs));
    CHECK(preview.status == 200);
    CHECK(has(preview, "Tea &amp; Toast"));
    CHECK(has(preview, "Every Tuesday at 20:00, Paris time"));
    CHECK(has(preview, "1 show · 0 rooms · 1 event not taken"));
    CHECK(has(preview, "It lasts whole days"));
    CHECK(has(preview, "import-take"));
    CHECK_FALSE(has(preview, "Station <b>"));
    CHECK(desk.shows() == 0);
    const auto taken = desk.post("step=take&ics=" + url_encode(kIcs));
    CHECK(taken.status == 200);
    CHECK(has(taken, "href=\"/shows/tea-toast\""));
    CHECK_FALSE(has(taken, "import-take"));
    CHECK(desk.shows() == 1);
    CHECK(has(desk.post("step=take&ics=" + url_encode(kIcs)),
              "It came to this channel before: Tea &amp; Toast"));
    CHECK(desk.shows() == 1);
}

TEST_CASE("what is no calendar, and an address that is not public, are told of at their fields", "[web]") {
    Desk desk;
    const auto text = desk.post("ics=hello");
    CHECK(text.status == 422);
    CHECK(has(text, "id=\"ics-error\">this is no iCalendar text"));
    const auto address =
        desk.post("url=" + url_encode("http://127.0.0.1:" + std::to_string(desk.site.server.port())));
    CHECK(address.status == 422);
    CHECK(has(address, "id=\"url-error\">leads to an address that is not public"));
    CHECK(desk.post("").status == 422);
    CHECK(ask(desk.site.server.port(), "POST", "/studio/channels/harbour/import",
              "Content-Type: application/x-www-form-urlencoded\r\n", "ics=x")
              .status == 403);
}

TEST_CASE("a feed is taken as it was shown, or shown again", "[web]") {
    Desk desk;
    desk.site.config.outbound_addresses = AddressPolicy::kAny;
    desk.site.api("POST", "/channels", desk.session, R"({"title":"Source","slug":"source"})");
    const auto plan = [&](const std::string& title) {
        return desk.site.api(
            "POST", "/shows", desk.session,
            R"({"channel":"source","title":")" + title +
                R"(","schedule":{"start":"2027-01-05T20:00","zone":"Europe/Paris","rrule":"FREQ=WEEKLY","length_minutes":60}})");
    };
    CHECK(plan("First").status == 201);
    const auto url =
        "http://127.0.0.1:" + std::to_string(desk.site.server.port()) + "/channels/source/calendar.ics";
    const auto preview = desk.post("accept_clashes=yes&url=" + url_encode(url));
    CHECK(has(preview, "First"));
    const std::string mark = "name=\"digest\" value=\"";
    const auto digest = preview.body.substr(preview.body.find(mark) + mark.size(), 64);
    CHECK(plan("Second").status == 409);  // the same hour
    desk.site.api("POST", "/rooms", desk.session,
                  R"({"channel":"source","title":"Second","starts_at":"2027-01-06T20:00:00Z"})");
    const auto changed =
        desk.post("step=take&accept_clashes=yes&digest=" + digest + "&url=" + url_encode(url));
    CHECK(has(changed, "The feed has changed since you looked"));
    CHECK(has(changed, "import-take"));
    CHECK(desk.shows() == 1);
    const auto now = changed.body.substr(changed.body.find(mark) + mark.size(), 64);
    CHECK(has(desk.post("step=take&accept_clashes=yes&digest=" + now + "&url=" + url_encode(url)),
              "What was taken"));
    CHECK(desk.shows() == 2);
}

TEST_CASE("the API imports, previews, and names what it refuses", "[web]") {
    Desk desk;
    const auto import = [&](const Json& body, const std::string& bearer) {
        return desk.site.api("POST", "/channels/harbour/import", bearer, body.dump());
    };
    const auto preview = import({{"ics", kIcs}, {"preview", true}, {"zone", "Europe/Paris"}}, desk.session);
    REQUIRE(preview.status == 200);
    const auto report = Json::parse(preview.body);
    CHECK(report["preview"] == true);
    CHECK(report["calendar"] == "Station <b>");
    CHECK(report["shows"] == 1);
    CHECK(report["not_taken"] == 1);
    REQUIRE(report["events"].size() == 2);
    CHECK(report["events"][0]["taken"] == "show");
    CHECK(report["events"][0]["show"] == "tea-toast");
    CHECK(report["events"][0]["starts_at"] == "2027-01-05T19:00:00Z");
    CHECK(report["events"][1]["remarks"][0]["code"] == "all_day");
    CHECK(desk.shows() == 0);
    CHECK(Json::parse(import({{"ics", kIcs}}, desk.session).body)["shows"] == 1);
    CHECK(desk.shows() == 1);
    CHECK(import({{"ics", "x"}}, desk.session).status == 400);
    CHECK(import({{"ics", kIcs}, {"url", "https://example.org/"}}, desk.session).status == 400);
    CHECK(import(Json::object(), desk.session).status == 400);
    CHECK(import({{"ics", kIcs}, {"zone", "Mars"}}, desk.session).status == 400);
    CHECK(Json::parse(import({{"url", "http://10.0.0.1/"}}, desk.session).body)["field"] == "url");
    CHECK(import({{"ics", kIcs}}, "").status == 401);
    CHECK(import({{"ics", kIcs}}, desk.site.session("stranger")).status == 403);
    CHECK(desk.site.api("POST", "/channels/nowhere/import", desk.session, R"({"ics":"x"})").status == 404);
}

TEST_CASE("every remark has its sentence in both languages", "[web]") {
    for (const auto* language : {"en", "fr"}) {
        const auto& words = Words::in(language);
        for (int i = 0; i < feeds::kImportIssues; ++i)
            CHECK_FALSE(
                say_remark(words, {std::string(feeds::word(static_cast<feeds::ImportIssue>(i))), "x", {}})
                    .empty());
        for (int i = 0; i < studio::kImportReasons; ++i)
            CHECK_FALSE(
                say_remark(words, {std::string(studio::word(static_cast<studio::ImportReason>(i))), "x", {}})
                    .empty());
    }
    CHECK(say_remark(Words::in("en"), {"private", "", parse_local("2027-01-05T20:00", "slot")}) ==
          "Airing of 2027-01-05 20:00: It is marked as private or confidential.");
}
