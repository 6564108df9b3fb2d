#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "site.h"
#include "store/followers.h"
#include "store/follows.h"
#include "tests/feeds/run_reader.h"

using namespace stagecast;
using namespace stagecast::web;
using test::Answer;
using test::ask;
using test::Site;
using Json = nlohmann::json;
using std::chrono::hours;

namespace {

// Two channels of one host, each with a show every day at noon UTC, and two listeners.
struct Stand {
    Stand() : host(site.session("host")), ana(site.session("ana")), ben(site.session("ben")) {
        for (const auto* name : {"one", "two"}) {
            make("/channels", {{"title", name}, {"slug", name}});
            make("/shows", {{"channel", name},
                            {"title", std::string("Talk ") + name},
                            {"slug", std::string("talk-") + name},
                            {"accept_clashes", true},
                            {"schedule",
                             {{"start", "2026-01-01T12:00"},
                              {"zone", "UTC"},
                              {"rrule", "FREQ=DAILY"},
                              {"length_minutes", 30}}}});
        }
    }
    Json make(const std::string& path, const Json& body) {
        const auto made = site.api("POST", path, host, body.dump());
        INFO(made.body);
        REQUIRE(made.status == 201);
        return Json::parse(made.body);
    }
    std::string spontaneous(const std::string& channel, const std::string& title,
                            const std::string& visibility) {
        return make("/rooms", {{"channel", channel}, {"title", title}, {"visibility", visibility}})["id"];
    }
    int follow(const std::string& who, const std::string& what) {
        return site.api("PUT", "/me/follows/" + what, who).status;
    }
    Json link(const std::string& who, const std::string& body = "{}") {
        const auto made = site.api("POST", "/me/calendar-links", who, body);
        INFO(made.body);
        REQUIRE(made.status == 201);
        return Json::parse(made.body);
    }
    // The path of a link's calendar.
    std::string path(const Json& link) {
        const auto url = link["url"].get<std::string>();
        REQUIRE(url.starts_with(site.config.site_url + "/me/calendar/"));
        return url.substr(site.config.site_url.size());
    }
    std::string feed(const std::string& path) {
        const auto answer = site.get(path);
        REQUIRE(answer.status == 200);
        return answer.body;
    }
    Json list(const std::string& path, const std::string& who) {
        const auto answer = site.api("GET", path, who);
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        return Json::parse(answer.body);
    }
    // A form of the pages, by the session's cookie.
    Answer submit(const std::string& path, const std::string& who, const std::string& form) {
        return ask(
            site.server.port(), "POST", path,
            "Cookie: stagecast_session=" + who + "\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            "csrf=" + site.accounts.csrf_of(who) + "&" + form);
    }
    Answer page(const std::string& path, const std::string& who) {
        return site.get(path, "Cookie: stagecast_session=" + who + "\r\nAccept: text/html\r\n");
    }

    ManualClock clock{parse_iso8601("2026-11-24T12:00:30Z", "test")};
    Site site{clock};
    std::string host, ana, ben;
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

}  // namespace

TEST_CASE("one follows a show, a channel and a host by its name, and no longer", "[follows]") {
    Stand stand;
    CHECK(stand.follow(stand.ana, "show/talk-one") == 204);
    CHECK(stand.follow(stand.ana, "show/talk-one") == 204);
    CHECK(stand.follow(stand.ana, "channel/two") == 204);
    CHECK(stand.follow(stand.ana, "host/host") == 204);
    const auto list = stand.list("/me/follows", stand.ana)["follows"];
    REQUIRE(list.size() == 3);
    CHECK(list[0]["kind"] == "show");
    CHECK(list[0]["title"] == "Talk one");
    CHECK(list[0]["url"] == "/shows/talk-one");
    CHECK(list[1]["url"] == "/channels/two");
    CHECK(list[2]["url"] == "/hosts/host");
    CHECK(stand.list("/me/follows", stand.ben)["follows"].empty());
    CHECK(stand.list("/me/follows/show/talk-one", stand.ana)["following"] == true);
    CHECK(stand.list("/me/follows/show/talk-two", stand.ana)["following"] == false);
    const auto unfollow = [&](const std::string& what) {
        return stand.site.api("DELETE", "/me/follows/" + what, stand.ana).status;
    };
    CHECK(unfollow("show/talk-one") == 204);
    CHECK(unfollow("show/talk-one") == 204);
    CHECK(stand.list("/me/follows", stand.ana)["follows"].size() == 2);
}

TEST_CASE("a thing that was renamed is followed by either name, and listed by the new one", "[follows]") {
    Stand stand;
    CHECK(stand.follow(stand.ana, "show/talk-one") == 204);
    stand.site.database->write([](store::Tx& tx) {
        auto show = store::shows::find_by_slug(tx, "talk-one").value();
        show.slug = "talk-anew";
        store::shows::update(tx, show);
    });
    CHECK(stand.list("/me/follows", stand.ana)["follows"][0]["name"] == "talk-anew");
    CHECK(stand.follow(stand.ben, "show/talk-one") == 204);
    CHECK(stand.site.api("DELETE", "/me/follows/show/talk-anew", stand.ben).status == 204);
    CHECK(stand.list("/me/follows", stand.ben)["follows"].empty());
}

TEST_CASE("only who has an account follows, and only what is there", "[follows]") {
    Stand stand;
    for (const auto* what :
         {"show/none", "channel/talk-one", "show/one", "host/nobody", "room/x", "show/%00"})
        CHECK((stand.follow(stand.ana, what) == 404 || stand.follow(stand.ana, what) == 400));
    CHECK(stand.follow("", "show/talk-one") == 401);
    CHECK(stand.site.api("DELETE", "/me/follows/show/talk-one", "").status == 401);
    for (const auto* path :
         {"/me/follows", "/me/follows/show/talk-one", "/me/reminders", "/me/calendar-links"})
        CHECK(stand.site.api("GET", path, "").status == 401);
    CHECK(stand.site.api("POST", "/me/calendar-links", "", "{}").status == 401);
    // A guest's key opens one room and nothing else.
    const auto room = stand.spontaneous("one", "Open house", "public");
    const std::string key = Json::parse(
        stand.site.api("POST", "/rooms/" + room + "/speakers", stand.host, R"({"name":"Gus"})").body)["key"];
    CHECK(stand.follow(key, "show/talk-one") == 401);
    CHECK(stand.site.api("GET", "/me/follows", key).status == 401);
}

TEST_CASE("a host who is suspended cannot be followed, and can be left", "[follows]") {
    Stand stand;
    CHECK(stand.follow(stand.ana, "host/host") == 204);
    stand.site.database->write([](store::Tx& tx) {
        auto account = store::accounts::find_by_handle(tx, "host").value();
        account.state = store::AccountState::kSuspended;
        account.name = "A name that is gone";
        store::accounts::update(tx, account);
    });
    CHECK(stand.follow(stand.ben, "host/host") == 404);
    CHECK(stand.list("/me/follows", stand.ana)["follows"][0]["title"] == "host");
    CHECK(stand.site.api("DELETE", "/me/follows/host/host", stand.ana).status == 204);
    CHECK(stand.list("/me/follows", stand.ana)["follows"].empty());
}

TEST_CASE("how many follow is told to those who run it, and to nobody else", "[follows]") {
    Stand stand;
    for (const auto* what : {"show/talk-one", "channel/one", "host/host"}) {
        stand.follow(stand.ana, what);
        stand.follow(stand.ben, what);
        const auto path = std::string("/me/follows/") + what;
        CHECK(stand.list(path, stand.host)["followers"] == 2);
        CHECK_FALSE(stand.list(path, stand.ana).contains("followers"));
    }
    CHECK(has(stand.page("/shows/talk-one", stand.host).body, "2 people follow"));
    CHECK(has(stand.page("/channels/one", stand.host).body, "2 people follow"));
    CHECK(has(stand.page("/hosts/host", stand.host).body, "2 people follow"));
    CHECK_FALSE(has(stand.page("/shows/talk-one", stand.ana).body, "people follow"));
    CHECK_FALSE(has(stand.page("/hosts/host", stand.ana).body, "people follow"));
}

TEST_CASE("nobody follows more than a thousand things", "[follows]") {
    Stand stand;
    stand.site.database->write([&](store::Tx& tx) {
        const auto account = store::accounts::find_by_handle(tx, "ana")->id;
        const auto follower = store::followers::of_account(tx, account, {}).id;
        for (int i = 0; i < studio::kMaxFollows; ++i)
            store::follows::add(tx, {.follower = follower,
                                     .kind = store::FollowKind::kShow,
                                     .target_id = RoomId::make(stand.site.random).text()});
    });
    CHECK(stand.follow(stand.ana, "show/talk-one") == 409);
    CHECK(stand.follow(stand.ben, "show/talk-one") == 204);
}

TEST_CASE("reminders by the API: public airings of what one follows, with their due times", "[follows]") {
    Stand stand;
    stand.follow(stand.ana, "show/talk-one");
    stand.follow(stand.ana, "channel/one");
    stand.spontaneous("one", "A private word", "private");
    stand.spontaneous("one", "An unlisted word", "unlisted");
    const auto open = stand.spontaneous("one", "Open house", "public");
    const auto tomorrow =
        to_iso8601(std::chrono::floor<std::chrono::days>(stand.site.clock.now()) + std::chrono::days(1));
    const auto after =
        to_iso8601(std::chrono::floor<std::chrono::days>(stand.site.clock.now()) + std::chrono::days(4));
    const auto page = stand.list("/me/reminders?from=" + tomorrow + "&to=" + after, stand.ana);
    REQUIRE(page["airings"].size() == 3);
    CHECK(page["next"].is_null());
    for (const auto& airing : page["airings"]) {
        CHECK(airing["show"] == "talk-one");
        const auto start = parse_iso8601(airing["starts_at"].get<std::string>(), "test");
        REQUIRE(airing["due"].size() == 2);
        CHECK(airing["due"][0]["minutes_before"] == 60);
        CHECK(airing["due"][0]["at"] == to_iso8601(start - hours(1)));
        CHECK(airing["due"][1]["at"] == airing["starts_at"]);
    }
    const auto today = to_iso8601(stand.site.clock.now() - hours(2));
    const auto now = stand.site.api("GET", "/me/reminders?from=" + today + "&to=" + tomorrow, stand.ana).body;
    CHECK(has(now, open));
    CHECK_FALSE(has(now, "private word"));
    CHECK_FALSE(has(now, "unlisted word"));
    CHECK(stand.list("/me/reminders", stand.ben)["airings"].empty());
    const auto wide =
        stand.site.api("GET", "/me/reminders?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z", stand.ana);
    CHECK(wide.status == 400);
    CHECK(Json::parse(wide.body)["field"] == "to");
}

TEST_CASE("a personal calendar holds what its owner follows, each once, and nothing private", "[follows]") {
    Stand stand;
    const auto path = stand.path(stand.link(stand.ana));
    CHECK(count(stand.feed(path), "BEGIN:VEVENT") == 0);
    stand.follow(stand.ana, "show/talk-one");
    const auto show_feed = stand.feed("/shows/talk-one/calendar.ics");
    const auto uid = show_feed.substr(
        show_feed.find("UID:"), show_feed.find("\r\n", show_feed.find("UID:")) - show_feed.find("UID:"));
    auto feed = stand.feed(path);
    CHECK(count(feed, "BEGIN:VEVENT") == 1);
    CHECK(has(feed, uid + "\r\n"));
    // The same show by its channel and by its host: still one; the host's other show comes with them.
    stand.follow(stand.ana, "channel/one");
    stand.follow(stand.ana, "host/host");
    stand.spontaneous("one", "A private word", "private");
    stand.spontaneous("one", "An unlisted word", "unlisted");
    stand.spontaneous("one", "Open house", "public");
    stand.spontaneous("two", "Elsewhere", "public");
    feed = stand.feed(path);
    CHECK(count(feed, uid + "\r\n") == 1);
    CHECK(has(feed, "Talk two"));
    CHECK(has(feed, "Open house"));
    CHECK_FALSE(has(feed, "private word"));
    CHECK_FALSE(has(feed, "unlisted word"));
    CHECK_FALSE(has(feed, "Elsewhere"));
    CHECK_FALSE(has(feed, "VALARM"));
    CHECK(count(stand.feed(stand.path(stand.link(stand.ben))), "BEGIN:VEVENT") == 0);
    stand.site.api("DELETE", "/me/follows/host/host", stand.ana);
    CHECK_FALSE(has(stand.feed(path), "Talk two"));
}

TEST_CASE("a private room of a channel's own member is in no feed, not even theirs", "[follows]") {
    Stand stand;
    stand.follow(stand.host, "channel/one");
    stand.spontaneous("one", "A private word", "private");
    CHECK_FALSE(has(stand.feed(stand.path(stand.link(stand.host))), "private word"));
    CHECK_FALSE(has(stand.site.api("GET", "/me/reminders", stand.host).body, "private word"));
    CHECK_FALSE(has(stand.page("/me", stand.host).body, "private word"));
}

TEST_CASE("a personal calendar has the alarms that its owner chose for that address", "[follows]") {
    Stand stand;
    stand.follow(stand.ana, "show/talk-one");
    const auto loud = stand.link(stand.ana, R"({"alarms":[0,60,1440]})");
    CHECK(loud["alarms"] == Json({1440, 60, 0}));
    const auto quiet = stand.link(stand.ana);
    CHECK(run_python("read_alarms.py", stand.feed(stand.path(loud))) ==
          "alarm Talk one -1 day, 0:00:00\nalarm Talk one -1 day, 23:00:00\nalarm Talk one 0:00:00\n");
    CHECK(run_python("read_alarms.py", stand.feed(stand.path(quiet))).empty());
    const auto wrong = [&](const char* body) {
        return Json::parse(stand.site.api("POST", "/me/calendar-links", stand.ana, body).body)
            .value("field", "");
    };
    CHECK(wrong(R"({"alarms":[5]})") == "alarms");
    CHECK(wrong(R"({"alarms":["60"]})") == "alarms");
    CHECK(wrong(R"({"alarms":60})") == "alarms");
    CHECK(wrong(R"({"alarm":[60]})") == "alarm");
}

TEST_CASE("an address of a calendar is told once, made anew, and ended by its owner alone", "[follows]") {
    Stand stand;
    const auto first = stand.link(stand.ana, R"({"alarms":[10]})");
    const std::string id = first["id"];
    const auto listed = stand.list("/me/calendar-links", stand.ana)["links"];
    REQUIRE(listed.size() == 1);
    CHECK(listed[0]["id"] == id);
    CHECK_FALSE(listed[0].contains("url"));
    // What is stored opens nothing.
    CHECK(stand.site.get("/me/calendar/" + id + ".ics").status == 404);
    CHECK(stand.site.api("DELETE", "/me/calendar-links/" + id, stand.ben).status == 404);
    CHECK(stand.site.api("POST", "/me/calendar-links", stand.ben, Json{{"replaces", id}}.dump()).status ==
          404);
    CHECK(stand.site.get(stand.path(first)).status == 200);
    const auto second = stand.link(stand.ana, Json{{"replaces", id}}.dump());
    CHECK(second["alarms"] == Json({10}));
    CHECK(stand.site.get(stand.path(first)).status == 404);
    CHECK(stand.site.get(stand.path(second)).status == 200);
    CHECK(stand.list("/me/calendar-links", stand.ana)["links"].size() == 1);
    CHECK(
        stand.site.api("DELETE", "/me/calendar-links/" + second["id"].get<std::string>(), stand.ana).status ==
        204);
    CHECK(stand.site.get(stand.path(second)).status == 404);
}

TEST_CASE("one person has at most five addresses, the fifth can still be made anew", "[follows]") {
    Stand stand;
    Json last;
    for (int i = 0; i < studio::kMaxCalendarLinks; ++i) last = stand.link(stand.ana);
    CHECK(stand.site.api("POST", "/me/calendar-links", stand.ana, "{}").status == 409);
    stand.link(stand.ana, Json{{"replaces", last["id"]}}.dump());
    CHECK(stand.list("/me/calendar-links", stand.ana)["links"].size() == studio::kMaxCalendarLinks);
    stand.link(stand.ben);
}

TEST_CASE("a personal calendar is private to caches, and asked for again only when it changed", "[follows]") {
    Stand stand;
    stand.follow(stand.ana, "show/talk-one");
    const auto path = stand.path(stand.link(stand.ana));
    const auto first = stand.site.get(path);
    CHECK(first.header("content-type") == "text/calendar; charset=utf-8");
    CHECK(first.header("cache-control") == "private, no-cache");
    CHECK(first.header("set-cookie").empty());
    CHECK(first.header("access-control-allow-origin").empty());
    const auto tag = first.header("etag");
    REQUIRE(tag.starts_with('"'));
    const auto again = stand.site.get(path, "If-None-Match: " + tag + "\r\n");
    CHECK(again.status == 304);
    CHECK(again.header("etag") == tag);
    const auto head = ask(stand.site.server.port(), "HEAD", path);
    CHECK(head.status == 200);
    CHECK(head.header("content-length") == std::to_string(first.body.size()));
    CHECK(stand.site.get(path, "Accept-Encoding: gzip\r\n").header("content-encoding") == "gzip");
    stand.clock.advance(std::chrono::seconds(5));
    stand.follow(stand.ana, "show/talk-two");
    CHECK(stand.site.get(path, "If-None-Match: " + tag + "\r\n").status == 200);
    stand.clock.advance(std::chrono::seconds(5));
    stand.site.api("DELETE", "/me/follows/show/talk-two", stand.ana);
    CHECK(stand.site.get(path, "If-None-Match: " + tag + "\r\n").status == 304);
    // Who asks by date alone sees that it changed, although what changed it left no date.
    CHECK(stand.site.get(path, "If-Modified-Since: " + first.header("last-modified") + "\r\n").status == 200);
}

TEST_CASE("a token that is wrong, long, strange or of a suspended account opens no calendar", "[follows]") {
    Stand stand;
    const auto path = stand.path(stand.link(stand.ana));
    for (const auto& wrong :
         {std::string("/me/calendar/.ics"), std::string("/me/calendar/x.ics"),
          "/me/calendar/" + std::string(4'000, 'a') + ".ics",
          std::string("/me/calendar/%27%22%3Cscript%3E.ics"), path.substr(0, path.size() - 4),
          path.substr(0, path.size() - 5) + ".ics", path + ".ics", path + "x"}) {
        INFO(wrong);
        CHECK(stand.site.get(wrong).status == 404);
    }
    stand.site.database->write([](store::Tx& tx) {
        auto account = store::accounts::find_by_handle(tx, "ana").value();
        account.state = store::AccountState::kSuspended;
        store::accounts::update(tx, account);
    });
    CHECK(stand.site.get(path).status == 404);
}

TEST_CASE("a personal calendar speaks its owner's language", "[follows]") {
    Stand stand;
    stand.site.database->write([](store::Tx& tx) {
        auto account = store::accounts::find_by_handle(tx, "ana").value();
        account.language = "fr";
        store::accounts::update(tx, account);
    });
    CHECK(has(stand.feed(stand.path(stand.link(stand.ana))), "mon programme"));
    CHECK(has(stand.feed(stand.path(stand.link(stand.ben))), "my programme"));
}

TEST_CASE("OPML holds the podcasts of all shows that following brings, each once", "[follows]") {
    Stand stand;
    stand.follow(stand.ana, "show/talk-one");
    stand.follow(stand.ana, "channel/one");
    const auto file = stand.page("/me/follows.opml", stand.ana);
    CHECK(file.status == 200);
    CHECK(file.header("cache-control") == "private, no-cache");
    CHECK(count(file.body, "xmlUrl=\"http://radio.test/shows/talk-one/podcast.xml\"") == 1);
    CHECK_FALSE(has(file.body, "talk-two"));
    CHECK(stand.site.get("/me/follows.opml", "Accept: text/html\r\n").status == 303);
    CHECK_FALSE(has(stand.page("/me/follows.opml", stand.ben).body, "talk-one"));
}

TEST_CASE("the button follows in one tap without a script, and leads back", "[follows]") {
    Stand stand;
    const auto before = stand.page("/shows/talk-one", stand.ana).body;
    CHECK(has(before, "action=\"/me/follows/show/talk-one\""));
    CHECK(has(before, "aria-pressed=\"false\""));
    const auto done =
        stand.submit("/me/follows/show/talk-one", stand.ana, "follow=yes&next=%2Fguide%3Fdate%3D2026-11-24");
    CHECK(done.status == 303);
    CHECK(done.header("location") == "/guide?date=2026-11-24");
    CHECK(has(stand.page("/shows/talk-one", stand.ana).body, "aria-pressed=\"true\""));
    const auto undone =
        stand.submit("/me/follows/show/talk-one", stand.ana, "follow=no&next=https%3A%2F%2Felsewhere.test");
    CHECK(undone.header("location") == "/shows/talk-one");
    CHECK(stand.list("/me/follows", stand.ana)["follows"].empty());
    // Without the token of the session nothing happens.
    CHECK(ask(stand.site.server.port(), "POST", "/me/follows/show/talk-one",
              "Cookie: stagecast_session=" + stand.ana +
                  "\r\nContent-Type: application/x-www-form-urlencoded\r\n",
              "follow=yes")
              .status == 403);
    CHECK(stand.list("/me/follows", stand.ana)["follows"].empty());
}

TEST_CASE("a stranger who taps is told how without an account, led to sign in, and back", "[follows]") {
    Stand stand;
    const auto show = stand.site.get("/shows/talk-one", "Accept: text/html\r\n");
    CHECK(has(show.body, "href=\"/follow/show/talk-one\""));
    CHECK(show.header("set-cookie").empty());
    const auto page = stand.site.get("/follow/show/talk-one", "Accept: text/html\r\n");
    CHECK(page.status == 200);
    CHECK(has(page.body, "href=\"/sign-in?next=%2Ffollow%2Fshow%2Ftalk-one\""));
    CHECK(has(page.body, "webcal://radio.test/shows/talk-one/calendar.ics"));
    CHECK(has(page.body, "/shows/talk-one/podcast.xml"));
    CHECK(stand.site.get("/follow/show/none", "Accept: text/html\r\n").status == 404);
    CHECK(stand.site.get("/follow/thing/talk-one", "Accept: text/html\r\n").status == 404);
    CHECK(has(stand.page("/follow/show/talk-one", stand.ana).body, "action=\"/me/follows/show/talk-one\""));
}

TEST_CASE("the page of one's own shows what one follows, what comes of it, and the calendar's addresses",
          "[follows]") {
    Stand stand;
    CHECK(has(stand.page("/me", stand.ana).body, "You follow nothing yet"));
    stand.follow(stand.ana, "show/talk-one");
    const auto page = stand.page("/me", stand.ana).body;
    CHECK(count(page, ">Talk one</a>") >= 14);
    CHECK_FALSE(has(page, "Talk two"));
    const auto made = stand.submit("/me/calendar-links", stand.ana, "alarm=60&alarm=0");
    CHECK(made.status == 200);
    CHECK(made.header("cache-control") == "private, no-store");
    const auto at = made.body.find("http://radio.test/me/calendar/");
    REQUIRE(at != made.body.npos);
    const auto path = made.body.substr(at + 17, made.body.find(".ics", at) + 4 - at - 17);
    CHECK(count(stand.feed(path), "BEGIN:VALARM") == 2);
    CHECK_FALSE(has(stand.page("/me", stand.ana).body, "/me/calendar/"));
    const std::string id = stand.list("/me/calendar-links", stand.ana)["links"][0]["id"];
    CHECK(stand.submit("/me/calendar-links/revoke", stand.ben, "id=" + id).status == 404);
    CHECK(stand.submit("/me/calendar-links", stand.ana, "replaces=" + id).status == 200);
    CHECK(stand.site.get(path).status == 404);
    const std::string next = stand.list("/me/calendar-links", stand.ana)["links"][0]["id"];
    CHECK(stand.submit("/me/calendar-links/revoke", stand.ana, "id=" + next).status == 303);
    CHECK(stand.list("/me/calendar-links", stand.ana)["links"].empty());
    CHECK(stand.submit("/me/calendar-links", stand.ana, "alarm=7").status == 400);
}
