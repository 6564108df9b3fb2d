// The guide over HTTP: its API and its pages.
#include <catch2/catch.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "site.h"
#include "store/programme.h"
#include "store/recordings.h"
#include "web/cursor.h"
#include "web/pages/guide_address.h"

using namespace stagecast;
using namespace stagecast::web;
using namespace stagecast::web::test;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

Instant utc(const char* text) {
    return parse_iso8601(text, "test");
}

// A site whose clock stands at noon of 24 November 2026, a Tuesday, with a channel, a show and what a test
// adds.
struct Programme {
    Programme() {
        site.database->write([&](store::Tx& tx) {
            store::Account account;
            account.id = host = AccountId::make(site.random);
            account.handle = "ana";
            account.email = "ana@example.org";
            account.name = "Ana Lima";
            account.state = store::AccountState::kActive;
            store::accounts::insert(tx, account);
            store::Channel made;
            made.id = channel = ChannelId::make(site.random);
            made.slug = "harbour";
            made.title = "Harbour & Sea";
            store::channels::insert(tx, made);
            store::programme::set_now(tx, clock.now());
        });
        show = add_show("tea", "Tea");
    }
    ShowId add_show(const std::string& slug, const std::string& title, const std::string& language = "en") {
        store::Show made;
        made.id = ShowId::make(site.random);
        made.channel = channel;
        made.slug = slug;
        made.title = title;
        made.language = language;
        made.podcast_guid = slug;
        site.database->write([&](store::Tx& tx) {
            store::shows::insert(tx, made);
            store::shows::add_host(tx, made.id, host);
        });
        return made.id;
    }
    store::Room add(
        Instant starts_at, const std::function<void(store::Room&)>& change = [](store::Room&) {}) {
        store::Room room;
        room.id = RoomId::make(site.random);
        room.channel = channel;
        room.show = show;
        room.starts_at = starts_at;
        room.ends_at = starts_at + 1h;
        change(room);
        site.database->write([&](store::Tx& tx) { store::rooms::insert(tx, room); });
        return room;
    }
    Answer api(const std::string& query, const std::string& head = {}) {
        return ask(site.server.port(), "GET", "/api/v1/guide?" + query, head);
    }
    std::string page(const std::string& query) { return site.get("/guide?zone=UTC&lang=en" + query).body; }

    ManualClock clock{utc("2026-11-24T12:00:00Z")};
    Site site{clock};
    AccountId host;
    ChannelId channel;
    ShowId show;
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const std::string kDay = "from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z";

}  // namespace

TEST_CASE("the guide's API says of an airing what is known of it", "[guide]") {
    Programme programme;
    const auto room = programme.add(utc("2026-11-24T20:00:00Z"), [](auto& made) {
        made.title = "Tea \"for\" two\\";
        made.lateness = store::Lateness::kDelayed;
        made.moved_from = utc("2026-11-24T19:00:00Z");
    });
    programme.site.database->write([&](store::Tx& tx) {
        store::rooms::set_texts(tx, room.id, {{"fr", "Le thé à deux", ""}});
    });
    const auto body = Json::parse(programme.api(kDay).body);
    CHECK(body["next_cursor"].is_null());
    REQUIRE(body["airings"].size() == 1);
    const auto& airing = body["airings"][0];
    CHECK(airing["room"] == room.id.text());
    CHECK(airing["url"] == "/rooms/" + room.id.text());
    CHECK(airing["title"] == "Tea \"for\" two\\");
    CHECK(airing["channel"]["title"] == "Harbour & Sea");
    CHECK(airing["show"] == "tea");
    CHECK(airing["category"] == "Society & Culture");
    CHECK(airing["starts_at"] == "2026-11-24T20:00:00Z");
    CHECK(airing["lateness"] == "delayed");
    CHECK(airing["moved_from"] == "2026-11-24T19:00:00Z");
    CHECK(airing["languages"] == Json::array({"en", "fr"}));
    CHECK(airing["hosts"][0]["handle"] == "ana");
}

TEST_CASE("the guide's API writes moments as everything else does", "[guide]") {
    Programme programme;
    const auto moment = GENERATE("1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "2026-11-24T20:00:00.250Z",
                                 "2199-12-31T09:08:07Z");
    programme.add(utc(moment));
    const auto day = std::chrono::floor<std::chrono::days>(utc(moment));
    const auto body = Json::parse(
        programme.api("from=" + to_iso8601(Instant(day)) + "&to=" + to_iso8601(Instant(day) + 24h)).body);
    REQUIRE(body["airings"].size() == 1);
    CHECK(body["airings"][0]["starts_at"] == moment);
    CHECK(body["airings"][0]["ends_at"] == to_iso8601(utc(moment) + 1h));
}

TEST_CASE("the guide's API says at once what a show or a channel says anew", "[guide]") {
    Programme programme;
    programme.add(utc("2026-11-24T20:00:00Z"));
    const auto spoken = [&] { return Json::parse(programme.api(kDay).body)["airings"][0]; };
    CHECK(spoken()["title"] == "Tea");
    programme.site.database->write([&](store::Tx& tx) {
        auto changed = store::shows::find(tx, programme.show).value();
        changed.title = "Coffee, \"black\"";
        store::shows::update(tx, changed);
    });
    CHECK(spoken()["title"] == "Coffee, \"black\"");
    programme.site.database->write([&](store::Tx& tx) {
        auto changed = store::channels::find(tx, programme.channel).value();
        changed.title = "Quay";
        store::channels::update(tx, changed);
    });
    CHECK(spoken()["channel"]["title"] == "Quay");
    CHECK(spoken()["hosts"] == Json::parse(R"([{"handle":"ana","name":"Ana Lima"}])"));
}

TEST_CASE("the guide's API is read page by page, each airing once", "[guide]") {
    Programme programme;
    for (int i = 0; i < 10; ++i) programme.add(utc("2026-11-24T10:00:00Z") + i / 3 * 1h);
    std::vector<std::string> seen;
    std::string cursor;
    do {
        const auto part = cursor.empty() ? "" : "&cursor=" + cursor;
        const auto body = Json::parse(programme.api(kDay + "&limit=3" + part).body);
        CHECK(body["airings"].size() <= 3);
        for (const auto& airing : body["airings"]) seen.push_back(airing["room"]);
        cursor = body["next_cursor"].is_null() ? "" : body["next_cursor"].get<std::string>();
    } while (!cursor.empty());
    CHECK(seen.size() == 10);
    std::ranges::sort(seen);
    CHECK(std::ranges::adjacent_find(seen) == seen.end());
}

TEST_CASE("the guide's API is answered with 304 until the programme changes", "[guide]") {
    Programme programme;
    programme.add(utc("2026-11-24T10:00:00Z"));
    const auto first = programme.api(kDay);
    const auto etag = first.header("etag");
    REQUIRE(etag.starts_with("\""));
    CHECK(first.header("cache-control") == "public, no-cache");
    CHECK(first.header("access-control-allow-origin") == "*");
    const auto fits = "If-None-Match: " + etag + "\r\n";
    CHECK(programme.api(kDay, fits).status == 304);
    programme.add(utc("2026-12-24T10:00:00Z"));  // is not shown
    CHECK(programme.api(kDay, fits).status == 304);
    CHECK(programme.api("from=2026-11-24T00:00:00Z&to=2026-11-24T01:00:00Z", fits).status == 200);
    programme.add(utc("2026-11-24T11:00:00Z"));
    const auto changed = programme.api(kDay, fits);
    CHECK(changed.status == 200);
    CHECK(changed.header("etag") != etag);
}

TEST_CASE("the guide's API begins at the programme's moment, not at the clock's", "[guide]") {
    Programme programme;
    programme.add(utc("2026-11-24T12:30:00Z"));
    const auto etag = programme.api("").header("etag");
    programme.clock.advance(24h);
    CHECK(programme.api("").header("etag") == etag);
}

TEST_CASE("the guide's API refuses by field", "[guide]") {
    Programme programme;
    const auto field = [&](const std::string& query) {
        const auto answer = programme.api(query);
        CHECK(answer.status == 400);
        return Json::parse(answer.body).value("field", "");
    };
    CHECK(field("from=yesterday") == "from");
    CHECK(field(kDay + "&limit=0") == "limit");
    CHECK(field(kDay + "&limit=5001") == "limit");
    CHECK(field(kDay + "&limit=1e3") == "limit");
    CHECK(field(kDay + "&channel=nowhere") == "channel");
    CHECK(field(kDay + "&q=" + std::string(101, 'x')) == "q");
    CHECK(field("from=2026-11-24T00:00:00Z&to=2027-11-24T00:00:00Z") == "to");
    for (const auto* cursor : {"x", "MTIz", "MS4y"}) CHECK(field(kDay + "&cursor=" + cursor) == "cursor");
    CHECK(field(kDay + "&cursor=" + base64url("99999999999999999999." + std::string(26, 'a'))) == "cursor");
}

TEST_CASE("a moment of an address is in UTC, with an offset, or the viewer's", "[guide]") {
    Request request;
    request.zone = "Europe/Paris";
    request.language = "en";
    const Viewer viewer(request);
    for (const auto* text : {"2026-11-27T20:00Z", "2026-11-27T20:00:00Z", "2026-11-27T21:00+01:00",
                             "2026-11-27T21:00 01:00", "2026-11-27T21:00", "2026-11-27T15:00-05:00"})
        CHECK(parse_moment(text, viewer, "at") == utc("2026-11-27T20:00:00Z"));
    for (const auto* text :
         {"", "now", "2026-11-27", "2026-11-27T25:00Z", "2026-11-27T20:00Zulu", "2026-11-27T20:0"})
        CHECK_THROWS_AS(parse_moment(text, viewer, "at"), Invalid);
}

TEST_CASE("a link to a moment opens its day in the viewer's zone, with the moment marked", "[guide]") {
    Programme programme;
    programme.add(utc("2026-11-27T23:30:00Z"));
    const auto answer = programme.site.get("/guide?zone=Europe/Paris&at=2026-11-27T23:30Z");
    CHECK(answer.status == 303);
    CHECK(answer.header("location") ==
          "/guide?date=2026-11-28&at=2026-11-27T23%3A30%3A00Z&zone=Europe%2FParis#at");
    CHECK(has(programme.site.get("/guide?zone=Europe/Paris&date=2026-11-28&at=2026-11-27T23%3A30%3A00Z").body,
              "id=at><span>00:30</span>"));
}

TEST_CASE("a day of the guide says where things were moved, what is off and what is late", "[guide]") {
    Programme programme;
    programme.add(utc("2026-11-26T20:00:00Z"),
                  [](auto& room) { room.moved_from = utc("2026-11-24T20:00:00Z"); });
    programme.add(utc("2026-11-24T18:00:00Z"), [](auto& room) { room.state = store::RoomState::kCancelled; });
    programme.add(utc("2026-11-24T11:45:00Z"), [](auto& room) { room.lateness = store::Lateness::kDelayed; });
    programme.add(utc("2026-11-24T10:00:00Z"), [](auto& room) { room.lateness = store::Lateness::kNotHeld; });
    const auto today = programme.page("");
    CHECK(has(today, "<b>20:00</b> Tea <em>Moved to Thu 26 Nov, 20:00</em>"));
    CHECK(has(today, "<b>18:00</b> Tea <em>Cancelled</em>"));
    CHECK(has(today, "<b>11:45</b> Tea <em>Delayed</em>"));
    CHECK(has(today, "<b>10:00</b> Tea <em>Not held</em>"));
    CHECK(has(programme.page("&date=2026-11-26"), "<b>20:00</b> Tea <em>Moved from Tue 24 Nov, 20:00</em>"));
}

TEST_CASE("an ended airing leads to its episode, a hidden room has no short address", "[guide]") {
    Programme programme;
    const auto room =
        programme.add(utc("2026-11-24T08:00:00Z"), [](auto& made) { made.state = store::RoomState::kEnded; });
    const auto coming = programme.add(utc("2026-11-24T18:00:00Z"));
    const auto hidden = programme.add(utc("2026-11-24T18:00:00Z"),
                                      [](auto& made) { made.visibility = store::Visibility::kUnlisted; });
    store::Episode episode;
    episode.id = EpisodeId::make(programme.site.random);
    episode.room = room.id;
    episode.guid = room.id.text();
    episode.state = store::EpisodeState::kPublished;
    programme.site.database->write([&](store::Tx& tx) { store::episodes::insert(tx, episode); });
    CHECK(has(programme.page(""),
              "<a href=/episodes/" + episode.id.text() + "><b>08:00</b> Tea <em>Listen again</em>"));
    const auto led = [&](const RoomId& id) { return programme.site.get("/r/" + id.text().substr(0, 12)); };
    CHECK(led(room.id).header("location") == "/episodes/" + episode.id.text());
    CHECK(led(coming.id).header("location") == "/rooms/" + coming.id.text());
    CHECK(led(hidden.id).status == 404);
    for (const auto* wrong : {"abc", "ABCDEFGHIJKL", "aaaaaaaaaaaa", "aaaaaaaaaaaaa"})
        CHECK(programme.site.get(std::string("/r/") + wrong).status == 404);
}

TEST_CASE("the week, the filters and the search of the guide are pages of their own", "[guide]") {
    Programme programme;
    programme.add(utc("2026-11-23T20:00:00Z"));
    programme.add(utc("2026-11-29T20:00:00Z"));
    const auto maps = programme.add_show("maps", "Vieilles cartes", "fr");
    programme.add(utc("2027-01-20T20:00:00Z"), [&](auto& room) { room.show = maps; });
    const auto week = programme.page("&view=week");
    CHECK(has(week, "<h1>Mon 23 Nov to Sun 29 Nov</h1>"));
    CHECK(has(week, "class=\"r1 a0"));
    CHECK(has(week, "class=\"r1 a6"));
    CHECK(has(week, "/guide?date=2026-11-16&amp;view=week"));
    CHECK(has(programme.page("&view=week&language=fr"), "Show everything"));
    const auto found = programme.page("&q=CARTES%20ana");
    CHECK(has(found, "<h1>Found: CARTES ana</h1>"));
    CHECK(has(found, "Wednesday 20 January"));
    CHECK(has(programme.page("&q=nothing+of+it"), "has all of these words"));
    CHECK(programme.site.get("/guide?channel=nowhere").status == 400);
    CHECK(programme.site.get("/guide?q=tea&cursor=x").status == 400);
}

TEST_CASE("titles are in the reader's language, and say theirs where it is another", "[guide]") {
    Programme programme;
    programme.add(utc("2026-11-24T20:00:00Z"));
    CHECK(has(programme.site.get("/guide?zone=UTC&lang=fr").body, "<span lang=en>Tea</span>"));
    programme.site.database->write([&](store::Tx& tx) {
        store::shows::set_texts(tx, programme.show, {{"fr", "Le thé", ""}});
    });
    CHECK(has(programme.site.get("/guide?zone=UTC&lang=fr").body, "</b> Le thé <i>"));
}

TEST_CASE("new voices stand in today's guide with their rule, and nowhere else", "[guide]") {
    Programme programme;
    programme.add(utc("2026-11-24T20:00:00Z"));
    CHECK(has(programme.page(""),
              "Hosts who were on air at most 5 times so far and have a show in the next 14 days"));
    CHECK_FALSE(has(programme.page("&date=2026-11-25"), "Nothing else decides"));
    CHECK_FALSE(has(programme.page("&view=week"), "Nothing else decides"));
}
