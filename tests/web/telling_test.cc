#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "scheduler/teller.h"
#include "site.h"
#include "store/followers.h"
#include "store/outbox.h"
#include "web/time_of_day.h"

using namespace stagecast;
using namespace stagecast::web;
using test::Answer;
using test::ask;
using test::Client;
using test::Site;
using Json = nlohmann::json;

namespace {

// A channel of one host with a show every day at noon UTC, two listeners and an operator.
struct Stand {
    Stand()
        : host(site.session("host")),
          ana(site.session("ana")),
          ben(site.session("ben")),
          chief(site.session("operator")) {
        made(site.api("POST", "/channels", host, R"({"title":"One","slug":"one"})"));
        made(site.api(
            "POST", "/shows", host,
            R"({"channel":"one","title":"Ferry Talk","slug":"ferry-talk","schedule":)"
            R"({"start":"2026-01-01T12:00","zone":"UTC","rrule":"FREQ=DAILY","length_minutes":30}})"));
    }
    static Json made(const Answer& answer) {
        INFO(answer.body);
        REQUIRE(answer.status / 100 == 2);
        return Json::parse(answer.body);
    }
    Json read(const std::string& path, const std::string& who) { return made(site.api("GET", path, who)); }
    int status(const std::string& method, const std::string& path, const std::string& who,
               const std::string& json = {}) {
        return site.api(method, path, who, json).status;
    }
    // The field that a refused request names.
    std::string refused(const std::string& method, const std::string& path, const std::string& who,
                        const std::string& json) {
        const auto answer = site.api(method, path, who, json);
        INFO(answer.body);
        CHECK(answer.status == 400);
        return Json::parse(answer.body).value("field", "");
    }
    Answer page(const std::string& path, const std::string& who) {
        return site.get(path, "Cookie: stagecast_session=" + who + "\r\nAccept: text/html\r\n");
    }
    Answer seen(const std::string& path) { return site.get(path, "Accept: text/html\r\n"); }
    Answer submit(const std::string& path, const std::string& who, const std::string& form) {
        return ask(site.server.port(), "POST", path,
                   "Cookie: stagecast_session=" + who +
                       "\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\n",
                   "csrf=" + site.accounts.csrf_of(who) + "&" + form);
    }
    // As a browser without any cookie, or a mail program.
    Answer post(const std::string& path, const std::string& form) {
        return ask(site.server.port(), "POST", path, "Content-Type: application/x-www-form-urlencoded\r\n",
                   form);
    }
    // A form of a stranger, who has a visit cookie.
    Answer visit(const std::string& path, const std::string& form) {
        return ask(site.server.port(), "POST", path,
                   "Cookie: stagecast_visit=abc\r\nAccept: text/html\r\n"
                   "Content-Type: application/x-www-form-urlencoded\r\n",
                   "csrf=" + site.accounts.csrf_of("abc") + "&" + form);
    }
    void follow(const std::string& who, const std::string& what, const std::string& json = "{}") {
        CHECK(status("PUT", "/me/follows/" + what, who, json) == 204);
    }
    // A host writes, and it is told.
    void note(const std::string& text) {
        CHECK(status("POST", "/shows/ferry-talk/notes", host, Json{{"text", text}}.dump()) == 204);
        teller.tick();
        clock.advance(std::chrono::hours(13));
    }
    std::string room() { return read("/shows/ferry-talk/airings", host)["airings"][0]["room"]; }
    FollowerId follower(const std::string& handle) {
        return site.database->read([&](store::Snapshot& snapshot) {
            return store::followers::id_of(store::accounts::find_by_handle(snapshot, handle)->id);
        });
    }
    // The path behind /follow/ or /following/ in the newest letter.
    std::string link_of_letter() {
        const auto text = site.database->read(
            [](store::Snapshot& snapshot) { return store::outbox::newest(snapshot, 1).at(0).text; });
        const auto at = text.find("http://radio.test/follow/");
        REQUIRE(at != text.npos);
        return text.substr(at + 17, text.find_first_of(" \n", at) - at - 17);
    }
    // Follows by mail, from the form to the page of one's own.
    std::string door() {
        CHECK(visit("/follow-by-mail", "kind=show&name=ferry-talk&email=eva%40example.org").status == 200);
        const auto confirmed = post(link_of_letter(), "");
        CHECK(confirmed.status == 303);
        return confirmed.header("location");
    }

    ManualClock clock{parse_iso8601("2026-11-24T12:00:30Z", "test")};
    Site site{clock};
    scheduler::Teller teller{*site.database, clock, site.random,
                             [this](const store::Notice& notice, std::span<const FollowerId> who) {
                                 site.bells.ring(notice, who);
                             }};
    std::string host, ana, ben, chief;
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

void check_secret_page(const Answer& answer) {
    CHECK(answer.header("referrer-policy") == "no-referrer");
    CHECK(has(answer.header("x-robots-tag"), "noindex"));
    CHECK(answer.header("cache-control") == "private, no-store");
    CHECK(answer.header("set-cookie").empty());
}

}  // namespace

TEST_CASE("times of the day are taken as forms and people write them, and nothing else", "[telling]") {
    CHECK(minutes_of_day("00:00", "x") == 0);
    CHECK(minutes_of_day("23:59", "x") == 1'439);
    CHECK(minutes_of_day("07:30:00", "x") == 450);
    for (const auto* wrong : {"", "7:30", "24:00", "12:60", "12.30", "-1:00", "12:3a", "12:30:15", "ab:cd"})
        CHECK_THROWS(minutes_of_day(wrong, "x"));
    for (int minutes = 0; minutes < 1'440; ++minutes)
        CHECK(minutes_of_day(time_of_day(minutes), "x") == minutes);
}

TEST_CASE("how one is told is read and changed by the API, field by field", "[telling]") {
    Stand stand;
    const auto usual = stand.read("/me/telling", stand.ana);
    CHECK(usual == Json{{"by_mail", true},
                        {"quiet_from", "00:00"},
                        {"quiet_until", "07:00"},
                        {"digest", "off"},
                        {"next_digest_at", nullptr},
                        {"daily_budget", 20}});
    const auto changed = Stand::made(
        stand.site.api("PATCH", "/me/telling", stand.ana, R"({"quiet_from":"22:30","digest":"daily"})"));
    CHECK(changed["quiet_from"] == "22:30");
    CHECK(changed["quiet_until"] == "07:00");
    CHECK(changed["digest"] == "daily");
    CHECK(changed["next_digest_at"] == "2026-11-25T08:00:00Z");
    CHECK(stand.read("/me/telling", stand.ben)["digest"] == "off");
    for (const auto& [json, field] : {std::pair(R"({"quiet_from":"25:00"})", "quiet_from"),
                                      {R"({"quiet_until":7})", "quiet_until"},
                                      {R"({"digest":"hourly"})", "digest"},
                                      {R"({"daily_budget":101})", "daily_budget"},
                                      {R"({"daily_budget":-1})", "daily_budget"},
                                      {R"({"by_mail":"yes"})", "by_mail"},
                                      {R"({"quiet":true})", "quiet"}})
        CHECK(stand.refused("PATCH", "/me/telling", stand.ana, json) == field);
    CHECK(stand.read("/me/telling", stand.ana) == changed);
    CHECK(stand.status("GET", "/me/telling", "") == 401);
    CHECK(stand.status("PATCH", "/me/telling", "", "{}") == 401);
}

TEST_CASE("the ladder and the attendance of a follow are wished with it, and kept when it is followed again",
          "[telling]") {
    Stand stand;
    stand.follow(stand.ana, "show/ferry-talk");
    CHECK(stand.read("/me/follows/show/ferry-talk", stand.ana)["ladder"] == Json{60, 0});
    stand.follow(stand.ana, "show/ferry-talk", R"({"ladder":[0,1440]})");
    stand.follow(stand.ana, "show/ferry-talk");
    CHECK(stand.read("/me/follows/show/ferry-talk", stand.ana)["ladder"] == Json{1440, 0});
    CHECK(stand.read("/me/follows", stand.ana)["follows"][0]["ladder"] == Json{1440, 0});
    CHECK(stand.refused("PUT", "/me/follows/show/ferry-talk", stand.ana, R"({"ladder":[7]})") == "ladder");
    CHECK(stand.refused("PUT", "/me/follows/show/ferry-talk", stand.ana, R"({"attends":true})") == "attends");
    CHECK(stand.refused("PUT", "/me/follows/show/ferry-talk", stand.ana, R"({"rungs":[0]})") == "rungs");
    const auto room = "room/" + stand.room();
    stand.follow(stand.ana, room, R"({"attends":true})");
    stand.follow(stand.ben, room);
    CHECK(stand.read("/me/follows/" + room, stand.ana)["attends"] == true);
    const auto seen = stand.read("/me/follows/" + room, stand.host);
    CHECK(seen["followers"] == 2);
    CHECK(seen["attending"] == 1);
    CHECK_FALSE(stand.read("/me/follows/" + room, stand.ben).contains("attending"));
}

TEST_CASE(
    "the page of one's own changes ladder and settings without a script, and says what is wrong where it is",
    "[telling]") {
    Stand stand;
    stand.follow(stand.ana, "show/ferry-talk");
    auto page = stand.page("/me", stand.ana).body;
    CHECK(has(page, "id=\"telling\""));
    CHECK(has(page, "How I am told"));
    CHECK(has(page, "name=\"rung\" value=\"60\" checked"));
    CHECK(has(page, "name=\"rung\" value=\"1440\">"));
    CHECK(has(page, "value=\"07:00\""));
    CHECK(has(stand.page("/me?lang=fr", stand.ana).body, "Comment être prévenu"));
    const auto done = stand.submit("/me/follows/show/ferry-talk", stand.ana,
                                   "follow=ladder&rung=1440&rung=10&next=%2Fme%23telling");
    CHECK(done.header("location") == "/me#telling");
    CHECK(stand.read("/me/follows/show/ferry-talk", stand.ana)["ladder"] == Json{1440, 10});
    CHECK(stand.submit("/me/follows/show/ferry-talk", stand.ana, "follow=ladder").status == 303);
    CHECK(stand.read("/me/follows/show/ferry-talk", stand.ana)["ladder"].empty());
    CHECK(has(stand.page("/me", stand.ana).body, "no reminders"));
    const std::string rest = "&quiet_until=06%3A00&digest=weekly&daily_budget=3";
    CHECK(stand.submit("/me/telling", stand.ana, "quiet_from=23%3A00" + rest).status == 303);
    const auto settings = stand.read("/me/telling", stand.ana);
    CHECK(settings["by_mail"] == false);
    CHECK(settings["quiet_from"] == "23:00");
    CHECK(settings["digest"] == "weekly");
    CHECK(settings["daily_budget"] == 3);
    const auto wrong = stand.submit("/me/telling", stand.ana, "by_mail=yes&quiet_from=late" + rest);
    CHECK(wrong.status == 422);
    CHECK(has(wrong.body, "id=\"quiet_from-error\">must be a time of day like 22:30"));
    CHECK(has(wrong.body, "value=\"late\""));
    CHECK(stand.read("/me/telling", stand.ana) == settings);
    CHECK(stand
              .submit("/me/telling?lang=fr", stand.ana,
                      "quiet_from=00%3A00&quiet_until=00%3A00&digest=off&daily_budget=900")
              .body.find("Il faut un nombre de 0 à 100.") != std::string::npos);
    CHECK(stand.visit("/me/telling", rest).header("location") == "/sign-in?next=%2Fme%2Ftelling");
}

TEST_CASE("the bell shows what one was told, marks what is new until it is heard, and is one's own",
          "[telling]") {
    Stand stand;
    stand.follow(stand.ana, "show/ferry-talk");
    CHECK(has(stand.page("/guide", stand.ana).body, "id=\"bell-count\" hidden"));
    CHECK(has(stand.page("/me/bell", stand.ana).body, "Nothing has rung yet"));
    stand.clock.advance(std::chrono::minutes(1));
    stand.note("We have a guest <b>tonight</b>");
    CHECK(has(stand.page("/guide", stand.ana).body, "id=\"bell-count\"><b>1</b>"));
    CHECK(has(stand.page("/guide", stand.ben).body, "id=\"bell-count\" hidden"));
    const auto page = stand.page("/me/bell", stand.ana);
    CHECK(has(page.body, "class=\"is-new\""));
    CHECK(has(page.body, "guest &lt;b&gt;tonight"));
    CHECK(page.header("cache-control") == "private, no-store");
    const auto bell = stand.read("/me/bell", stand.ana);
    CHECK(bell["unheard"] == 1);
    REQUIRE(bell["notices"].size() == 1);
    CHECK(bell["notices"][0]["kind"] == "note");
    CHECK(bell["notices"][0]["new"] == true);
    CHECK(has(bell["notices"][0]["url"], "http://radio.test/"));
    CHECK(stand.read("/me/bell", stand.ben)["notices"].empty());
    CHECK(stand.submit("/me/bell/heard", stand.ana, "").header("location") == "/me/bell");
    CHECK_FALSE(has(stand.page("/me/bell", stand.ana).body, "is-new"));
    CHECK(stand.read("/me/bell", stand.ana)["unheard"] == 0);
    stand.clock.advance(std::chrono::minutes(1));
    stand.note("Once more");
    CHECK(stand.read("/me/bell", stand.ana)["unheard"] == 1);
    CHECK(stand.status("POST", "/me/bell/heard", stand.ana) == 204);
    CHECK(stand.read("/me/bell", stand.ana)["unheard"] == 0);
    CHECK(stand.status("GET", "/me/bell", "") == 401);
    CHECK(stand.status("POST", "/me/bell/heard", "") == 401);
    CHECK(stand.seen("/me/bell").header("location") == "/sign-in?next=%2Fme%2Fbell");
    CHECK(stand.site.get("/me/bell/events").status == 401);
    CHECK_FALSE(has(stand.seen("/guide").body, "id=\"bell\""));
}

TEST_CASE("the bell rings live on every page that is open, with the count for whoever joins", "[telling]") {
    Stand stand;
    stand.follow(stand.ana, "show/ferry-talk");
    stand.clock.advance(std::chrono::minutes(1));
    const auto joined = [&](Client& client, const std::string& who) {
        client.send(
            "GET /me/bell/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nCookie: "
            "stagecast_session=" +
            who + "\r\n\r\n");
        const auto head = client.receive_until("\r\n\r\n");
        CHECK(has(head, "text/event-stream"));
        CHECK(has(head, "no-store"));
        return client.receive_until("\n\n");
    };
    Client first(stand.site.server.port()), second(stand.site.server.port());
    CHECK(has(joined(first, stand.ana), "event: unheard\ndata: 0\n"));
    CHECK(has(joined(second, stand.ana), "event: unheard\ndata: 0\n"));
    stand.note("Tonight");
    const std::string id = stand.read("/me/bell", stand.ana)["notices"][0]["id"];
    for (auto* client : {&first, &second}) {
        const auto event = client->receive_until("\n\n");
        CHECK(has(event, "event: bell\n"));
        CHECK(has(event, id));
    }
    Client third(stand.site.server.port());
    CHECK(has(joined(third, stand.ana), "event: unheard\ndata: 1\n"));
}

TEST_CASE(
    "browsers that take push messages are subscribed, listed without their keys, and removed by their owner",
    "[telling]") {
    Stand stand;
    // The receiver's of RFC 8291, appendix A.
    const std::string p256dh =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const std::string auth = "BTBZMqHH6r4Tts7J_aSIgg";
    const auto wish = [&](const std::string& point, const std::string& secret) {
        return Json{{"endpoint", "https://push.example.org/x"},
                    {"keys", {{"p256dh", point}, {"auth", secret}}},
                    {"label", "Firefox, <Linux>"}}
            .dump();
    };
    CHECK(stand.read("/push-key", "")["key"].get<std::string>().size() == 87);
    const auto made = Stand::made(stand.site.api("POST", "/me/push", stand.ana, wish(p256dh, auth)));
    CHECK_FALSE(made.contains("keys"));
    CHECK(stand.read("/me/push", stand.ana)["subscriptions"] == Json{made});
    CHECK(stand.read("/me/push", stand.ben)["subscriptions"].empty());
    CHECK(stand.refused("POST", "/me/push", stand.ana, wish("AAAA", auth)) == "p256dh");
    CHECK(stand.refused("POST", "/me/push", stand.ana, wish(p256dh, "AAAA")) == "auth");
    CHECK(stand.refused("POST", "/me/push", stand.ana, R"({"endpoint":"https://push.example.org/x"})") ==
          "keys");
    CHECK(stand.refused("POST", "/me/push", stand.ana,
                        R"({"endpoint":"ftp://x","keys":{"p256dh":"","auth":""}})") == "endpoint");
    const auto page = stand.page("/me", stand.ana).body;
    CHECK(has(page, "Firefox, &lt;Linux&gt;"));
    CHECK(has(page, "id=\"push-on\""));
    const std::string id = made["id"];
    CHECK(stand.status("DELETE", "/me/push/" + id, stand.ben) == 404);
    CHECK(stand.submit("/me/push/remove", stand.ben, "id=" + id).status == 404);
    CHECK(stand.submit("/me/push/remove", stand.ana, "id=" + id).header("location") == "/me#push");
    CHECK(stand.status("DELETE", "/me/push/" + id, stand.ana) == 404);
    CHECK(stand.status("POST", "/me/push", "", wish(p256dh, auth)) == 401);
    CHECK(stand.status("GET", "/me/push", "") == 401);
    CHECK(stand.status("DELETE", "/me/push/" + id, "") == 401);
}

TEST_CASE("the site goes on a home screen: a manifest, icons, and a worker for the whole of it",
          "[telling]") {
    Stand stand;
    stand.site.config.site_name = "Harbour \"Radio\"";
    const auto manifest = stand.site.get("/manifest.webmanifest");
    CHECK(manifest.header("content-type") == "application/manifest+json");
    const auto said = Json::parse(manifest.body);
    CHECK(said["name"] == "Harbour \"Radio\"");
    for (const auto& icon : said["icons"]) {
        const auto file = stand.site.get(icon["src"]);
        CHECK(file.status == 200);
        CHECK(file.header("content-type") == icon["type"]);
        if (icon["type"] == "image/png") CHECK(file.body.starts_with("\x89PNG"));
    }
    const auto worker = stand.site.get("/sw.js");
    CHECK(worker.header("content-type") == "text/javascript; charset=utf-8");
    CHECK(worker.header("content-security-policy") == "default-src 'none'");
    CHECK(has(worker.body, "notificationclick"));
    CHECK_FALSE(has(worker.body, "\"fetch\""));
    const auto tag = worker.header("etag");
    CHECK(stand.site.get("/sw.js", "If-None-Match: " + tag + "\r\n").status == 304);
    const auto page = stand.seen("/guide");
    CHECK(has(page.body, "<link rel=\"manifest\" href=\"/manifest.webmanifest\">"));
    CHECK(has(page.header("content-security-policy"), "script-src 'self'; style-src 'self'"));
}

TEST_CASE("a stranger follows by mail: asked by a letter, and nothing before they say yes", "[telling]") {
    Stand stand;
    const auto form = stand.seen("/follow/show/ferry-talk");
    CHECK(has(form.body, "action=\"/follow-by-mail\""));
    const auto wish = [&](const std::string& email) {
        return stand.visit("/follow-by-mail", "kind=show&name=ferry-talk&email=" + email);
    };
    const auto sent = wish("eva%40example.org");
    CHECK(sent.status == 200);
    CHECK(has(sent.body, "A letter is on its way"));
    const auto link = stand.link_of_letter();
    // The same page for an account's address, and for one that asks again.
    const auto without_token = [](std::string body) { return body; };
    CHECK(without_token(wish("ana%40example.org").body) == without_token(sent.body));
    CHECK(wish("eva%40example.org").body == sent.body);
    const auto wrong = wish("nobody");
    CHECK(wrong.status == 422);
    CHECK(has(wrong.body, "id=\"email-error\""));
    CHECK(has(wrong.body, "value=\"nobody\""));
    CHECK(stand.visit("/follow-by-mail", "kind=show&name=none&email=eva%40example.org").status == 404);
    CHECK(stand.visit("/follow-by-mail", "kind=thing&name=x&email=eva%40example.org").status == 404);
    CHECK(stand.post("/follow-by-mail", "kind=show&name=ferry-talk&email=eva%40example.org").status == 403);

    const auto question = stand.seen(link);
    CHECK(question.status == 200);
    CHECK(has(question.body, "Follow Ferry Talk by e-mail?"));
    check_secret_page(question);
    CHECK(stand.read("/me/follows/show/ferry-talk", stand.host)["followers"] == 0);
    const auto confirmed = stand.post(link, "");
    CHECK(confirmed.status == 303);
    CHECK(confirmed.header("location").starts_with("/following/"));
    CHECK(confirmed.header("referrer-policy") == "no-referrer");
    CHECK(stand.read("/me/follows/show/ferry-talk", stand.host)["followers"] == 1);
    stand.clock.advance(std::chrono::days(8));
    CHECK(stand.seen(link).status == 404);
    CHECK(stand.seen("/follow/" + std::string(200, 'a')).status == 404);
    CHECK(stand.post("/follow/abc.def", "").status == 404);
}

TEST_CASE("who follows by mail changes everything by the link, without a cookie", "[telling]") {
    Stand stand;
    const auto door = stand.door();
    const auto page = stand.seen(door);
    CHECK(page.status == 200);
    check_secret_page(page);
    CHECK(has(page.body, "eva@example.org"));
    CHECK(has(page.body, "Ferry Talk"));
    CHECK(has(page.body, "name=\"rung\" value=\"60\" checked"));
    CHECK(stand.post(door + "/show/ferry-talk", "follow=ladder&rung=1440").header("location") == door);
    const auto changed = stand.seen(door).body;
    CHECK(has(changed, "name=\"rung\" value=\"1440\" checked"));
    CHECK_FALSE(has(changed, "name=\"rung\" value=\"60\" checked"));
    const std::string rest = "by_mail=yes&quiet_until=06%3A00&digest=daily&daily_budget=3&language=fr&zone=";
    CHECK(stand.post(door, rest + "Europe%2FParis&quiet_from=23%3A00").header("location") == door);
    const auto french = stand.seen(door).body;
    CHECK(has(french, "Ce que vous suivez par e-mail"));
    CHECK(has(french, "value=\"23:00\""));
    CHECK(has(french, "<option value=\"Europe/Paris\" selected>"));
    CHECK(has(stand.seen(door + "?lang=en").body, "What you follow by e-mail"));
    const auto wrong = stand.post(door, rest + "Europe%2FParis&quiet_from=late");
    CHECK(wrong.status == 422);
    CHECK(has(wrong.body, "id=\"quiet_from-error\">Il faut une heure comme 22:30."));
    check_secret_page(wrong);
    CHECK(has(stand.post(door, rest + "Mars&quiet_from=23%3A00").body, "id=\"zone-error\""));
    CHECK(stand.post(door + "/stop", "").header("location") == door);
    const auto stopped = stand.seen(door + "?lang=en").body;
    CHECK(has(stopped, "Nothing is sent to this address"));
    CHECK_FALSE(has(stopped, "id=\"stop\""));
    CHECK(stand.post(door, rest + "Europe%2FParis&quiet_from=23%3A00").status == 303);
    CHECK(has(stand.seen(door).body, "id=\"stop\""));
    CHECK(stand.post(door + "/show/ferry-talk", "follow=ladder&end=yes").status == 303);
    CHECK(stand.read("/me/follows/show/ferry-talk", stand.host)["followers"] == 0);
    for (const auto* wrong_door : {"/following/x", "/following/x/stop", "/following/x/show/ferry-talk"})
        CHECK(stand.post(wrong_door, "follow=no").status == 404);
    CHECK(stand.seen("/following/x").status == 404);
}

TEST_CASE("the link of a message ends what led to it, by one click, without cookie or question",
          "[telling]") {
    Stand stand;
    stand.follow(stand.ana, "show/ferry-talk");
    stand.clock.advance(std::chrono::minutes(1));
    stand.note("Tonight");
    const auto id = NoticeId::parse(stand.read("/me/bell", stand.ana)["notices"][0]["id"].get<std::string>());
    const auto link = "/unsubscribe/" +
                      stand.site.links.seal({studio::LinkUse::kEnd, stand.follower("ana"), id.text(), {}});
    const auto question = stand.seen(link);
    CHECK(question.status == 200);
    check_secret_page(question);
    CHECK(has(question.body, "Messages about Ferry Talk"));
    CHECK(stand.site.get(link).status == 200);
    CHECK(stand.read("/me/follows/show/ferry-talk", stand.ana)["following"] == true);
    const auto done = stand.post(link, "List-Unsubscribe=One-Click");
    CHECK(done.status == 200);
    check_secret_page(done);
    CHECK(has(done.body, "It is ended"));
    CHECK(stand.read("/me/follows/show/ferry-talk", stand.ana)["following"] == false);
    // Mail providers send it again: it ends nothing more.
    CHECK(stand.post(link, "List-Unsubscribe=One-Click").status == 200);
    CHECK(stand.read("/me/telling", stand.ana)["by_mail"] == true);
    CHECK(stand.post("/unsubscribe/abc.def", "List-Unsubscribe=One-Click").status == 404);
    CHECK(stand.seen("/unsubscribe/abc.def").status == 404);
    // A link of another use opens nothing here.
    const auto other = stand.site.links.seal({studio::LinkUse::kManage, stand.follower("ana"), "", {}});
    CHECK(stand.post("/unsubscribe/" + other, "List-Unsubscribe=One-Click").status == 404);
}

TEST_CASE("an airing has a reminder of its own until it ends, and says who will be there to its hosts",
          "[telling]") {
    Stand stand;
    const auto room = stand.room(), path = "/rooms/" + room;
    const auto before = stand.page(path, stand.ana).body;
    CHECK(has(before, "action=\"/me/follows/room/" + room + "\""));
    CHECK(has(before, "Remind me"));
    CHECK(has(stand.page(path + "?lang=fr", stand.ana).body, "J’y serai"));
    CHECK(has(stand.seen(path).body, "href=\"/follow/room/" + room + "\""));
    CHECK(has(stand.seen("/follow/room/" + room).body, "Remind me of Ferry Talk"));
    const auto done = stand.submit("/me/follows/room/" + room, stand.ana, "follow=attend&next=" + path);
    CHECK(done.header("location") == path);
    CHECK(stand.read("/me/follows/room/" + room, stand.ana)["attends"] == true);
    CHECK(has(stand.page(path, stand.host).body, "1 person will be there."));
    CHECK_FALSE(has(stand.page(path, stand.ana).body, "will be there."));
    stand.submit("/me/follows/room/" + room, stand.ana, "follow=not-attend&next=" + path);
    CHECK(stand.read("/me/follows/room/" + room, stand.ana)["attends"] == false);
    CHECK(stand.read("/me/follows/room/" + room, stand.ana)["following"] == true);
    CHECK(stand.status("POST", "/rooms/" + room + "/cancel", stand.host, "{}") / 100 == 2);
    CHECK_FALSE(has(stand.page(path, stand.ana).body, "Remind me"));
}

TEST_CASE("a channel's owners add webhooks, see each secret once, and nobody else sees any", "[telling]") {
    Stand stand;
    const std::string path = "/channels/one/webhooks";
    const auto made =
        Stand::made(stand.site.api("POST", path, stand.host, R"({"url":"https://hooks.example.org/x"})"));
    const std::string id = made["id"], secret = made["secret"];
    CHECK(secret.starts_with("whsec_"));
    CHECK(made["format"] == "standard");
    CHECK(made["on"] == true);
    CHECK_FALSE(stand.read(path, stand.host)["webhooks"][0].contains("secret"));
    const auto turned = Stand::made(stand.site.api("POST", path + "/" + id + "/secret", stand.host));
    CHECK(turned["secret"] != secret);
    CHECK(turned["former_secret_until"] == "2026-11-25T12:00:30Z");
    const auto off =
        Stand::made(stand.site.api("PATCH", path + "/" + id, stand.host, R"({"on":false,"format":"slack"})"));
    CHECK(off["on"] == false);
    CHECK(off["format"] == "slack");
    CHECK(off["url"] == "https://hooks.example.org/x");
    CHECK(stand.refused("POST", path, stand.host, "{}") == "url");
    CHECK(stand.refused("POST", path, stand.host, R"({"url":"file:///etc/passwd"})") == "url");
    CHECK(stand.refused("PATCH", path + "/" + id, stand.host, R"({"format":"irc"})") == "format");
    CHECK(stand.refused("PATCH", path + "/" + id, stand.host, R"({"secret":"mine"})") == "secret");
    for (const auto& [who, status] : {std::pair(stand.ana, 403), {std::string(), 401}}) {
        CHECK(stand.status("GET", path, who) == status);
        CHECK(stand.status("POST", path, who, R"({"url":"https://hooks.example.org/y"})") == status);
        CHECK(stand.status("PATCH", path + "/" + id, who, "{}") == status);
        CHECK(stand.status("POST", path + "/" + id + "/secret", who) == status);
        CHECK(stand.status("DELETE", path + "/" + id, who) == status);
    }
    CHECK(stand.status("GET", "/channels/none/webhooks", stand.host) == 404);
    CHECK(stand.status("DELETE", path + "/" + id, stand.host) == 204);
    CHECK(stand.status("DELETE", path + "/" + id, stand.host) == 404);
    CHECK(stand.read(path, stand.host)["webhooks"].empty());
}

TEST_CASE("webhooks are forms of the channel's settings", "[telling]") {
    Stand stand;
    const std::string settings = "/studio/channels/one", path = settings + "/webhooks";
    const auto added =
        stand.submit(path, stand.host, "url=https%3A%2F%2Fhooks.example.org%2Fx&format=standard");
    CHECK(added.status == 200);
    CHECK(has(added.body, "whsec_"));
    CHECK(has(added.body, "data-copy=\"webhook-secret\""));
    CHECK(added.header("cache-control") == "private, no-store");
    CHECK_FALSE(has(stand.page(settings, stand.host).body, "whsec_"));
    const auto wrong = stand.submit(path, stand.host, "url=nowhere&format=standard");
    CHECK(wrong.status == 422);
    CHECK(has(wrong.body, "id=\"url-error\""));
    CHECK(has(wrong.body, "value=\"nowhere\""));
    const std::string id = stand.read("/channels/one/webhooks", stand.host)["webhooks"][0]["id"];
    CHECK(has(stand.submit(path + "/" + id, stand.host, "do=turn").body, "24 hours"));
    CHECK(stand.submit(path + "/" + id, stand.host, "do=off").header("location") == settings + "#webhooks");
    stand.site.database->write([&](store::Tx& tx) {
        auto hook = store::webhooks::find(tx, WebhookId::parse(id)).value();
        hook.why = "it answered 410: it is gone";
        store::webhooks::update(tx, hook);
    });
    CHECK(has(stand.page(settings, stand.host).body, "it answered 410"));
    CHECK(stand.submit(path + "/" + id, stand.host, "do=on").status == 303);
    CHECK_FALSE(has(stand.page(settings, stand.host).body, "it answered 410"));
    CHECK(stand.submit(path + "/" + id, stand.host, "do=dance").status == 400);
    CHECK(stand.submit(path, stand.ana, "url=https%3A%2F%2Fa.example&format=slack").status == 403);
    CHECK(stand.submit(path + "/" + id, stand.ana, "do=remove").status == 403);
    CHECK(stand.submit(path + "/" + id, stand.host, "do=remove").status == 303);
    CHECK(stand.read("/channels/one/webhooks", stand.host)["webhooks"].empty());
}

TEST_CASE("hosts write to their followers, not too often, and nobody else does", "[telling]") {
    Stand stand;
    stand.follow(stand.ana, "show/ferry-talk");
    const std::string path = "/studio/shows/ferry-talk/note", api = "/shows/ferry-talk/notes";
    CHECK(has(stand.page("/shows/ferry-talk", stand.host).body, "href=\"" + path + "\""));
    const auto page = stand.page(path, stand.host).body;
    CHECK(has(page, "1 person who follows the show"));
    CHECK(has(page, "Once in 12 hours"));
    const auto empty = stand.submit(path, stand.host, "text=");
    CHECK(empty.status == 422);
    CHECK(has(empty.body, "id=\"text-error\""));
    const auto sent = stand.submit(path, stand.host, "text=Tonight");
    CHECK(sent.header("location") == path + "?sent=yes");
    CHECK(has(stand.page(path + "?sent=yes", stand.host).body, "Sent."));
    const auto again = stand.submit(path, stand.host, "text=And+again");
    CHECK(again.status == 409);
    CHECK(has(again.body, "And again"));
    CHECK(has(again.body, "less than 12 hours"));
    CHECK(stand.status("POST", api, stand.host, R"({"text":"again"})") == 409);
    CHECK(stand.refused("POST", api, stand.host, "{}") == "text");
    CHECK(stand.refused("POST", api, stand.host, R"({"text":""})") == "text");
    CHECK(stand.status("POST", api, stand.ana, R"({"text":"x"})") == 403);
    CHECK(stand.status("POST", api, "", R"({"text":"x"})") == 401);
    CHECK(stand.page(path, stand.ana).status == 403);
    CHECK(stand.submit(path, stand.ana, "text=x").status == 403);
    CHECK(stand.status("POST", "/shows/none/notes", stand.host, R"({"text":"x"})") == 404);
}

TEST_CASE("operators see what was not delivered, to whom and why, and try it again", "[telling]") {
    Stand stand;
    stand.follow(stand.ana, "show/ferry-talk");
    stand.clock.advance(std::chrono::minutes(1));
    stand.note("Tonight");
    CHECK(has(stand.page("/desk", stand.chief).body, "Everything was delivered"));
    const auto follower = stand.follower("ana");
    stand.site.database->write([&](store::Tx& tx) {
        for (auto one : store::dispatches::lease(tx, stand.clock.now(), stand.clock.now(), 10)) {
            one.state = store::MessageState::kFailed;
            one.attempts = 12;
            one.settled_at = stand.clock.now();
            one.why = "550 no such mailbox";
            store::dispatches::settle(tx, one);
        }
    });
    const auto failed = stand.read("/deliveries/failed", stand.chief)["deliveries"];
    REQUIRE(failed.size() == 1);
    CHECK(failed[0]["to"] == "ana@example.org");
    CHECK(failed[0]["kind"] == "note");
    CHECK(failed[0]["about"] == "Ferry Talk");
    CHECK(failed[0]["way"] == "mail");
    CHECK(failed[0]["why"] == "550 no such mailbox");
    CHECK(failed[0]["attempts"] == 12);
    const auto desk = stand.page("/desk", stand.chief).body;
    CHECK(has(desk, "550 no such mailbox"));
    CHECK(has(desk, "ana@example.org"));
    for (const auto& [who, status] : {std::pair(stand.ana, 403), {std::string(), 401}}) {
        CHECK(stand.status("GET", "/deliveries/failed", who) == status);
        CHECK(stand.status("POST", "/deliveries/retry", who) == status);
    }
    CHECK(stand.submit("/desk/deliveries/retry", stand.ana, "").status == 403);
    CHECK(stand.submit("/desk/deliveries/retry", stand.chief, "").header("location") == "/desk#failed");
    CHECK(stand.read("/deliveries/failed", stand.chief)["deliveries"].empty());
    CHECK(Stand::made(stand.site.api("POST", "/deliveries/retry", stand.chief))["retried"] == 0);
}
