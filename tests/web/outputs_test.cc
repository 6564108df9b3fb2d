// What is published of the programme, over HTTP.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <regex>

#include "base/gzip.h"
#include "base/text.h"
#include "scheduler/upkeep.h"
#include "site.h"
#include "store/rooms.h"
#include "web/message.h"

using namespace stagecast;
using namespace stagecast::web;
using test::Answer;
using test::ask;
using test::Site;
using Json = nlohmann::json;

namespace {

// A channel "one" of `host` with the show "tea", daily in Paris from tomorrow on; the programme's moment is
// now.
struct Station : Site {
    Station() : host(session("host")) {
        REQUIRE(api("POST", "/channels", host, R"({"title":"One","slug":"one"})").status == 201);
        const auto paris = Zone::find("Europe/Paris");
        const auto tomorrow =
            std::chrono::floor<std::chrono::days>(paris->to_local(clock.now())) + std::chrono::days(1);
        const Json show = {{"channel", "one"},
                           {"title", "Tea & <talk>"},
                           {"slug", "tea"},
                           {"notes", "A *warm* cup, every evening, with somebody who has something to say."},
                           {"schedule",
                            {{"start", to_iso8601(LocalTime(tomorrow) + std::chrono::hours(20))},
                             {"zone", "Europe/Paris"},
                             {"rrule", "FREQ=DAILY"},
                             {"length_minutes", 60}}}};
        const auto made = api("POST", "/shows", host, show.dump());
        INFO(made.body);
        REQUIRE(made.status == 201);
        scheduler::Upkeep(*database, clock, random, config.site_url).tick();
    }
    std::string room(const std::string& visibility) {
        const auto made = api(
            "POST", "/rooms", host,
            R"({"channel":"one","show":"tea","title":"A quiet word","visibility":")" + visibility + "\"}");
        INFO(made.body);
        REQUIRE(made.status == 201);
        return Json::parse(made.body)["id"];
    }
    store::Room first_airing() {
        return database->read([](store::Snapshot& snapshot) {
            const auto show = store::shows::find_by_slug(snapshot, "tea").value();
            return store::rooms::of_show(snapshot, show.id, Instant{}, Instant{} + std::chrono::days(60'000),
                                         1)
                .at(0);
        });
    }
    Answer oembed(const std::string& query) { return get("/oembed?" + query); }
    std::string host;
};

struct Feed {
    const char* path;
    const char* type;
    const char* begins;
    const char* file;
};
constexpr Feed kFeeds[] = {
    {"/shows/tea/calendar.ics", "text/calendar; charset=utf-8", "BEGIN:VCALENDAR\r\n", "tea.ics"},
    {"/channels/one/calendar.ics", "text/calendar; charset=utf-8", "BEGIN:VCALENDAR\r\n", "one.ics"},
    {"/hosts/host/calendar.ics", "text/calendar; charset=utf-8", "BEGIN:VCALENDAR\r\n", "host.ics"},
    {"/guide/calendar.ics", "text/calendar; charset=utf-8", "BEGIN:VCALENDAR\r\n", "guide.ics"},
    {"/shows/tea/podcast.xml", "application/rss+xml; charset=utf-8", "<?xml", "tea.xml"},
    {"/channels/one/podcast.xml", "application/rss+xml; charset=utf-8", "<?xml", "one.xml"},
    {"/guide.xmltv", "application/xml; charset=utf-8", "<?xml", "guide.xmltv"},
    {"/guide.m3u", "audio/x-mpegurl; charset=utf-8", "#EXTM3U", "guide.m3u"},
    {"/guide.atom", "application/atom+xml; charset=utf-8", "<?xml", "guide.atom"},
    {"/guide.json", "application/feed+json; charset=utf-8", "{", "guide.json"},
};

int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
    return found;
}

// The JSON-LD of a page.
Json json_ld(const Answer& page) {
    const std::string opening = "<script type=\"application/ld+json\">";
    const auto begin = page.body.find(opening);
    REQUIRE(begin != std::string::npos);
    const auto end = page.body.find('<', begin + opening.size());
    auto json =
        Json::parse(page.body.substr(begin + opening.size(), end - begin - opening.size()), nullptr, false);
    REQUIRE(json.is_object());
    CHECK(json["@context"] == "https://schema.org");
    return json;
}

}  // namespace

TEST_CASE("every document has its type, a strong tag, a date, a name, and is open to other sites", "[web]") {
    Station site;
    for (const auto& feed : kFeeds) {
        INFO(feed.path);
        const auto answer =
            site.get(feed.path, "Accept: text/html\r\nCookie: lang=fr\r\nAccept-Language: fr\r\n");
        CHECK(answer.status == 200);
        CHECK(answer.header("content-type") == feed.type);
        CHECK(answer.body.starts_with(feed.begins));
        CHECK(answer.header("content-disposition") == std::string("inline; filename=\"") + feed.file + "\"");
        CHECK(answer.header("etag").starts_with("\""));
        CHECK(parse_http_date(answer.header("last-modified")) <= site.clock.now());
        CHECK(answer.header("cache-control") == "public, no-cache");
        CHECK(answer.header("access-control-allow-origin") == "*");
        CHECK(answer.header("vary") == "Accept-Encoding");
        CHECK(answer.header("set-cookie").empty());
        // The same for everybody, whoever asks, in whatever language.
        CHECK(site.get(feed.path).body == answer.body);
        const auto head = ask(site.server.port(), "HEAD", feed.path);
        CHECK(head.status == 200);
        CHECK(head.header("content-length") == std::to_string(answer.body.size()));
        CHECK(head.header("etag") == answer.header("etag"));
    }
}

TEST_CASE("each form of a document's bytes has a tag of its own, and is sent again only when it changed",
          "[web]") {
    Station site;
    for (const auto& feed : kFeeds) {
        INFO(feed.path);
        const std::string packed_form = "Accept-Encoding: br, gzip;q=0.5\r\n";
        const auto plain = site.get(feed.path), packed = site.get(feed.path, packed_form);
        const bool is_large = plain.body.size() >= 1'024;
        CHECK((packed.header("content-encoding") == "gzip") == is_large);
        CHECK((packed.header("etag") == plain.header("etag")) == !is_large);
        if (is_large) CHECK(packed.body == gzip(plain.body));
        CHECK(ask(site.server.port(), "HEAD", feed.path, packed_form).header("content-length") ==
              std::to_string(packed.body.size()));
        for (const auto& [form, answer] : {std::pair(std::string(), plain), {packed_form, packed}}) {
            const auto tag = answer.header("etag");
            for (const auto& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
                const auto again = site.get(feed.path, form + "If-None-Match: " + known + "\r\n");
                CHECK(again.status == 304);
                CHECK(again.body.empty());
                CHECK(again.header("etag") == tag);
                CHECK(again.header("vary") == "Accept-Encoding");
                CHECK(again.header("last-modified") == answer.header("last-modified"));
                CHECK(again.header("cache-control") == "public, no-cache");
            }
        }
        if (is_large)
            CHECK(site.get(feed.path, "If-None-Match: " + packed.header("etag") + "\r\n").status == 200);
    }
}

TEST_CASE("dates are compared as dates, and only where there is no tag", "[web]") {
    Station site;
    const std::string path = "/shows/tea/calendar.ics";
    const auto answer = site.get(path);
    const auto changed = parse_http_date(answer.header("last-modified")).value();
    const auto since = [&](const std::string& date, const std::string& more = "") {
        return site.get(path, "If-Modified-Since: " + date + "\r\n" + more).status;
    };
    CHECK(since(to_http_date(changed)) == 304);
    CHECK(since(to_http_date(changed + std::chrono::hours(1))) == 304);
    CHECK(since(to_http_date(changed - std::chrono::seconds(1))) == 200);
    CHECK(since("yesterday") == 200);
    CHECK(since(to_http_date(changed), "If-None-Match: \"other\"\r\n") == 200);
    CHECK(since("Thu, 01 Jan 1970 00:00:00 GMT", "If-None-Match: " + answer.header("etag") + "\r\n") == 304);
}

TEST_CASE("a document is asked for in a language by its address, and found under its earlier one", "[web]") {
    Station site;
    CHECK(site.get("/shows/tea/calendar.ics?lang=fr").header("etag") !=
          site.get("/shows/tea/calendar.ics").header("etag"));
    const auto refused = site.get("/shows/tea/calendar.ics?lang=%3Cfr%3E");
    CHECK(refused.status == 400);
    CHECK(Json::parse(refused.body)["field"] == "lang");
    for (const auto* path :
         {"/shows/none/calendar.ics", "/channels/tea/calendar.ics", "/hosts/none/calendar.ics"})
        CHECK(site.get(path).status == 404);
    site.database->write([](store::Tx& tx) {
        auto show = store::shows::find_by_slug(tx, "tea").value();
        show.slug = "coffee";
        store::shows::update(tx, show);
    });
    const auto moved = site.get("/shows/tea/calendar.ics?lang=fr");
    CHECK(moved.status == 301);
    CHECK(moved.header("location") == "/shows/coffee/calendar.ics?lang=fr");
    CHECK(site.get("/shows/coffee/calendar.ics").status == 200);
}

TEST_CASE("a channel's stream has one address, which leads to what is on air", "[web]") {
    Station site;
    const auto room = site.room("public"), hidden = site.room("unlisted");
    const auto silent = site.get("/channels/one/listen.ogg");
    CHECK(silent.status == 409);
    CHECK_FALSE(silent.header("retry-after").empty());
    CHECK(silent.header("access-control-allow-origin") == "*");
    CHECK(site.get("/channels/none/listen.ogg").status == 404);
    const auto go_live = [&](const std::string& id) {
        REQUIRE(site.api("POST", "/rooms/" + id + "/backstage", site.host, "{}").status == 200);
        REQUIRE(site.api("POST", "/rooms/" + id + "/live", site.host, "{}").status == 200);
    };
    go_live(hidden);
    CHECK(site.get("/channels/one/listen.ogg").status == 409);
    go_live(room);
    for (const std::string form : {"ogg", "webm"}) {
        const auto on = site.get("/channels/one/listen." + form);
        CHECK(on.status == 307);
        CHECK(on.header("location") == "/rooms/" + room + "/listen." + form);
        CHECK(on.header("cache-control") == "no-store");
    }
    CHECK(site.get("/guide.m3u").body.find("http://radio.test/channels/one/listen.ogg") != std::string::npos);
}

TEST_CASE("a guest's calendar entry leads to their personal link, and to nobody else's room", "[web]") {
    Station site;
    const auto room = site.room("private"), other = site.room("private");
    const auto invited = site.api("POST", "/rooms/" + room + "/speakers", site.host, R"({"name":"Zoe"})");
    INFO(invited.body);
    REQUIRE(invited.status == 201);
    const std::string link = Json::parse(invited.body)["link"];
    const auto path = link.substr(link.find("/rooms/"));
    const auto entry = site.get(path + "/calendar.ics");
    CHECK(entry.status == 200);
    CHECK(entry.header("content-type") == "text/calendar; charset=utf-8");
    CHECK(entry.header("cache-control") == "private, no-cache");
    CHECK(entry.header("referrer-policy") == "no-referrer");
    CHECK(entry.header("access-control-allow-origin").empty());
    std::string unfolded = std::regex_replace(entry.body, std::regex("\r\n "), "");
    CHECK(unfolded.find("\r\nURL:http://radio.test" + path + "\r\n") != std::string::npos);
    CHECK(unfolded.find("UID:" + room + "@radio.test") != std::string::npos);
    const auto tag = entry.header("etag");
    CHECK(site.get(path + "/calendar.ics", "If-None-Match: " + tag + "\r\n").status == 304);
    const auto key = path.substr(path.rfind('/') + 1);
    CHECK(site.get("/rooms/" + other + "/guest/" + key + "/calendar.ics").status == 404);
    CHECK(site.get("/rooms/" + room + "/guest/nokey/calendar.ics").status == 404);
    // Without the link only who may see the room has its entry.
    CHECK(site.get("/rooms/" + room + "/calendar.ics").status == 404);
    const auto own =
        site.get("/rooms/" + room + "/calendar.ics", "Authorization: Bearer " + site.host + "\r\n");
    CHECK(own.status == 200);
    CHECK(own.header("cache-control") == "private, no-cache");
    CHECK(own.body.find("/guest/") == std::string::npos);
    CHECK(site.get("/rooms/" + site.room("public") + "/calendar.ics").header("cache-control") ==
          "public, no-cache");
}

TEST_CASE("oEmbed says how a page is shown elsewhere", "[web]") {
    Station site;
    const auto room = site.room("public"), hidden = site.room("private");
    const std::string home = "http%3A%2F%2Fradio.test";
    for (const auto& path :
         std::vector<std::string>{"/guide", "/channels/one", "/shows/tea", "/rooms/" + room}) {
        INFO(path);
        const auto answer = site.oembed("url=" + home + url_encode(path + "?utm_source=x#now"));
        CHECK(answer.status == 200);
        CHECK(answer.header("content-type") == "application/json; charset=utf-8");
        CHECK(answer.header("access-control-allow-origin") == "*");
        const auto json = Json::parse(answer.body);
        CHECK(json["version"] == "1.0");
        CHECK(json["type"] == "rich");
        CHECK(json["provider_url"] == "http://radio.test");
        const std::string html = json["html"];
        CHECK(html.find("src=\"http://radio.test/embed" + path + "\"") != std::string::npos);
        CHECK(html.find("width=\"" + std::to_string(json["width"].get<int>()) + "\"") != std::string::npos);
        CHECK(site.get("/embed" + path).status == 200);
        // The page itself says where to ask.
        const auto page = site.get(path);
        for (const std::string form : {"json", "xml"})
            CHECK(page.body.find("href=\"http://radio.test/oembed?format=" + form + "&amp;url=" + home +
                                 url_encode(path)) != std::string::npos);
    }
    const auto show = "url=" + home + "%2Fshows%2Ftea";
    const auto small = Json::parse(site.oembed(show + "&maxwidth=300&maxheight=100").body);
    CHECK(small["width"] == 300);
    CHECK(small["height"] == 100);
    CHECK(small["title"] == "Tea & <talk>");
    const auto xml = site.oembed(show + "&format=xml");
    CHECK(xml.header("content-type") == "text/xml; charset=utf-8");
    CHECK(xml.body.find("<title>Tea &amp; &lt;talk&gt;</title>") != std::string::npos);
    CHECK(xml.body.find("<html>&lt;iframe src=&quot;") != std::string::npos);
    CHECK(site.oembed(show + "&format=yaml").status == 501);
    CHECK(site.oembed("").status == 400);
    CHECK(site.oembed(show + "&maxwidth=wide").status == 400);
    for (const std::string foreign :
         {"http%3A%2F%2Fradio.test.evil%2Fshows%2Ftea", "https%3A%2F%2Fexample.org%2Fshows%2Ftea", "tea",
          "http%3A%2F%2Fradio.test%2Fshows%2Fnone", "http%3A%2F%2Fradio.test%2Fme",
          "http%3A%2F%2Fradio.test%2Frooms%2F"})
        CHECK(site.oembed("url=" + foreign).status == 404);
    CHECK(site.oembed("url=" + home + "%2Frooms%2F" + hidden).status == 404);
    const auto tag = site.oembed(show).header("etag");
    CHECK(site.get("/oembed?" + show, "If-None-Match: " + tag + "\r\n").status == 304);
}

TEST_CASE("an embeddable page may be framed by anybody, sets no cookie and leads out of its frame", "[web]") {
    Station site;
    const auto room = site.room("public");
    for (const auto& path : std::vector<std::string>{"/embed/guide", "/embed/channels/one",
                                                     "/embed/shows/tea", "/embed/rooms/" + room}) {
        INFO(path);
        const auto page = site.get(path, "Cookie: lang=fr; theme=dark\r\nAccept-Language: fr\r\n");
        CHECK(page.status == 200);
        CHECK(page.header("content-security-policy").find("frame-ancestors *") != std::string::npos);
        CHECK(page.header("content-security-policy").find("default-src 'none'") != std::string::npos);
        CHECK(page.header("x-frame-options").empty());
        CHECK(page.header("set-cookie").empty());
        CHECK(page.body.find("lang=\"en\"") != std::string::npos);
        CHECK(page.body.find("<form") == std::string::npos);
        CHECK(page.body.find(" style=") == std::string::npos);
        CHECK(count(page.body, "<a ") > 0);
        CHECK(count(page.body, "<a ") == count(page.body, "target=\"_top\""));
        CHECK(site.get(path).body == page.body);
        CHECK(site.get(path, "If-None-Match: " + page.header("etag") + "\r\n").status == 304);
    }
    const auto themed = site.get("/embed/shows/tea?theme=dark&accent=0a0b0c&lang=fr&zone=Asia/Tokyo");
    CHECK(themed.body.find("data-theme=\"dark\"") != std::string::npos);
    CHECK(themed.body.find("fill=\"#0a0b0c\"") != std::string::npos);
    CHECK(themed.body.find("lang=\"fr\"") != std::string::npos);
    CHECK(themed.body.find("Tokyo") != std::string::npos);
    CHECK(site.get("/embed/shows/tea").body.find("Paris") != std::string::npos);
    for (const auto* bad : {"theme=pink", "accent=red", "accent=%22%3E%3Cscript%3E"})
        CHECK(site.get(std::string("/embed/shows/tea?") + bad).status == 400);
    CHECK(site.get("/embed/rooms/" + site.room("private")).status == 404);
    // No other page may be framed.
    for (const auto* path : {"/guide", "/shows/tea", "/channels/one", "/embed/shows/none"}) {
        const auto page = site.get(path, "Accept: text/html\r\n");
        CHECK(page.header("x-frame-options") == "DENY");
        CHECK(page.header("content-security-policy").find("frame-ancestors 'none'") != std::string::npos);
    }
}

TEST_CASE("pages name their feeds, and offer them to the calendars that people have", "[web]") {
    Station site;
    const auto room = site.first_airing().id.text();
    struct Case {
        std::string page, feed;
    };
    for (const auto& [path, feed] : {Case{"/guide", "/guide/calendar.ics"},
                                     {"/channels/one", "/channels/one/calendar.ics"},
                                     {"/shows/tea", "/shows/tea/calendar.ics"},
                                     {"/hosts/host", "/hosts/host/calendar.ics"}}) {
        INFO(path);
        const auto page = site.get(path).body;
        CHECK(page.find("<link rel=\"alternate\" type=\"text/calendar\"") != std::string::npos);
        CHECK(page.find("href=\"webcal://radio.test" + feed + "\"") != std::string::npos);
        CHECK(page.find("https://calendar.google.com/calendar/render?cid=webcal%3A%2F%2Fradio.test" +
                        url_encode(feed)) != std::string::npos);
        for (const auto* outlook : {"outlook.live.com", "outlook.office.com"})
            CHECK(page.find("https://" + std::string(outlook) +
                            "/calendar/0/addfromweb?url=http%3A%2F%2Fradio.test" + url_encode(feed)) !=
                  std::string::npos);
    }
    const auto guide = site.get("/guide").body;
    for (const auto* type : {"application/atom+xml", "application/feed+json", "application/xml"})
        CHECK(guide.find(std::string("rel=\"alternate\" type=\"") + type) != std::string::npos);
    const auto page = site.get("/rooms/" + room).body;
    CHECK(
        page.find(
            "https://calendar.google.com/calendar/render?action=TEMPLATE&amp;text=Tea%20%26%20%3Ctalk%3E") !=
        std::string::npos);
    CHECK(page.find("href=\"/rooms/" + room + "/calendar.ics\"") != std::string::npos);
}

TEST_CASE("robots may read the feeds, not what is personal", "[web]") {
    Station site;
    const auto robots = site.get("/robots.txt").body;
    for (const auto* closed : {"/me/", "/api/", "/rooms/*/guest/"})
        CHECK(robots.find(std::string("Disallow: ") + closed + "\n") != std::string::npos);
    // A rule is a prefix: none of them may be one of a feed's or a file's address.
    for (const auto& line : split(robots, '\n')) {
        if (!line.starts_with("Disallow: ")) continue;
        for (const auto& feed : kFeeds) CHECK_FALSE(std::string(feed.path).starts_with(line.substr(10)));
        CHECK_FALSE(std::string("/media/hash/a.mp3").starts_with(line.substr(10)));
    }
}

TEST_CASE("a room's JSON-LD is an event with all that search engines ask for", "[web]") {
    Station site;
    auto room = site.first_airing();
    const auto path = "/rooms/" + room.id.text();
    const auto url = "http://radio.test" + path;
    const std::regex with_offset("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[+-]\\d\\d:\\d\\d");
    const auto event = json_ld(site.get(path));
    CHECK(event["@type"] == Json({"BroadcastEvent", "Event"}));
    CHECK(event["@id"] == url);
    CHECK(event["url"] == url);
    CHECK(event["name"] == "Tea & <talk>");
    CHECK(event["inLanguage"] == "en");
    for (const auto* date : {"startDate", "endDate"})
        CHECK(std::regex_match(event[date].get<std::string>(), with_offset));
    // In the show's zone, whatever the reader's.
    const std::string start = event["startDate"];
    CHECK(start.substr(11, 8) == "20:00:00");
    CHECK(parse_iso8601(start, "startDate") == room.starts_at);
    CHECK(event["eventStatus"] == "https://schema.org/EventScheduled");
    CHECK_FALSE(event.contains("previousStartDate"));
    CHECK(event["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode");
    CHECK(event["location"]["@type"] == "VirtualLocation");
    CHECK(event["location"]["url"] == url);
    CHECK(event["organizer"]["@type"] == "Organization");
    CHECK(event["performer"][0]["@type"] == "Person");
    CHECK(event["performer"][0]["@id"] == "http://radio.test/hosts/host");
    CHECK(event["offers"]["price"] == "0");
    CHECK(event["isAccessibleForFree"] == true);
    CHECK(event["description"].get<std::string>().starts_with("A warm cup"));
    const auto status_after = [&](const std::function<void(store::Room&)>& change) {
        site.database->write([&](store::Tx& tx) {
            auto stored = store::rooms::find(tx, room.id).value();
            change(stored);
            store::rooms::update(tx, stored);
        });
        return json_ld(site.get(path));
    };
    const auto moved = status_after([](store::Room& it) {
        it.moved_from = it.starts_at;
        it.starts_at += std::chrono::hours(1);
        it.ends_at += std::chrono::hours(1);
    });
    CHECK(moved["eventStatus"] == "https://schema.org/EventRescheduled");
    CHECK(moved["previousStartDate"] == event["startDate"]);
    CHECK(status_after([](store::Room& it) { it.lateness = store::Lateness::kNotHeld; })["eventStatus"] ==
          "https://schema.org/EventPostponed");
    CHECK(status_after([](store::Room& it) { it.state = store::RoomState::kCancelled; })["eventStatus"] ==
          "https://schema.org/EventCancelled");
    CHECK(site.get("/rooms/" + site.room("private"), "Authorization: Bearer " + site.host + "\r\n")
              .body.find("ld+json") == std::string::npos);
}

TEST_CASE("the pages of a show, a channel and a host say in JSON-LD what they are and what comes", "[web]") {
    Station site;
    const auto show = json_ld(site.get("/shows/tea"));
    CHECK(show["@type"] == Json({"RadioSeries", "PodcastSeries"}));
    CHECK(show["@id"] == "http://radio.test/shows/tea");
    CHECK(show["author"][0]["name"] == "host");
    CHECK(show["publication"].size() > 3);
    const auto channel = json_ld(site.get("/channels/one"))["@graph"];
    CHECK(channel[0]["@type"] == "BroadcastService");
    CHECK(channel[0]["@id"] == "http://radio.test/channels/one");
    CHECK(channel[1]["publishedOn"]["@id"] == channel[0]["@id"]);
    const auto host = json_ld(site.get("/hosts/host"));
    CHECK(host["@type"] == "Person");
    CHECK(host["@id"] == "http://radio.test/hosts/host");
    CHECK(host["performerIn"][0]["@id"] == "http://radio.test/rooms/" + site.first_airing().id.text());
}
