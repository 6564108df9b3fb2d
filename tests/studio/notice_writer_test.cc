#include "studio/notice_writer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "feeds/text.h"
#include "scheduler/notices.h"
#include "store/follows.h"
#include "store/recordings.h"
#include "studio/documents.h"
#include "tests/scheduler/house.h"
#include "tests/studio/feed_reader.h"

using namespace stagecast;
using nlohmann::json;
using scheduler::Clashing;
using scheduler::Reader;
using scheduler::Written;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using store::Notice;
using store::NoticeKind;
using store::WebhookFormat;
using test::FeedReader;

namespace {

const Reader kEnglish{"en", "Europe/London"}, kFrench{"fr", "Europe/Paris"};
constexpr std::array kOfAirings{NoticeKind::kReminder, NoticeKind::kLive,      NoticeKind::kDelayed,
                                NoticeKind::kMoved,    NoticeKind::kCancelled, NoticeKind::kRestored,
                                NoticeKind::kReplay};
constexpr std::array kOfShows{NoticeKind::kRescheduled, NoticeKind::kRetired, NoticeKind::kNote};
constexpr std::array kFormats{WebhookFormat::kStandard, WebhookFormat::kDiscord, WebhookFormat::kSlack,
                              WebhookFormat::kMattermost};

// Ana's "Thé du mardi" ("Ferry talk" in English), Tuesdays at 20:00 in Paris; told on 24 November 2026 at
// 12:00 UTC.
struct Desk : House {
    explicit Desk(const std::string& title = "Ferry talk", const std::string& title_fr = "Thé du mardi") {
        database->write([&](store::Tx& tx) {
            auto account = store::accounts::find(tx, host).value();
            account.state = store::AccountState::kActive;
            store::accounts::update(tx, account);
            auto station = store::channels::find(tx, channel).value();
            station.slug = "harbour";
            station.title = "Harbour Radio";
            store::channels::update(tx, station);
        });
        auto planned = plan();
        planned.title = "Ferry talk";
        planned.slug = "ferry-talk";
        planned.texts = {{"fr", "Thé du mardi", ""}};
        show = planner->create(channel, host, planned);
        rename(title, title_fr);
        room = airings(show.id).at(0);
    }
    // As no planner would: what the database holds is written whatever it is.
    void rename(const std::string& title, const std::string& title_fr) {
        database->write([&](store::Tx& tx) {
            auto stored = store::shows::find(tx, show.id).value();
            stored.title = title;
            store::shows::update(tx, stored);
            store::shows::set_texts(tx, show.id, {{"fr", title_fr, ""}});
        });
    }
    store::Room now(const store::Room& which) {
        return database->read([&](store::Snapshot& s) { return store::rooms::find(s, which.id).value(); });
    }
    Notice notice(NoticeKind kind) {
        Notice made;
        made.id = NoticeId::make(random);
        made.kind = kind;
        made.channel = channel;
        made.show = show.id;
        made.created_at = made.due_at = clock.now();
        if (std::ranges::count(kOfShows, kind) > 0) {
            made.by = host;
            if (kind == NoticeKind::kNote) made.text = "Bring a cup.\n\nAnd <b>milk</b>.";
            return made;
        }
        const auto current = now(room);
        made.room = room.id;
        made.starts_at = current.starts_at;
        if (kind == NoticeKind::kReminder) {
            made.minutes_before = 60;
            made.created_at = current.starts_at - hours(1) + std::chrono::seconds(3);
        }
        if (kind == NoticeKind::kLive) made.created_at = current.starts_at;
        if (kind == NoticeKind::kMoved) made.was_at = current.starts_at - hours(25);
        return made;
    }
    Written write(const Notice& made, const Reader& reader) {
        return database->read([&](store::Snapshot& s) { return writer.write(s, made, reader); });
    }
    Written write(NoticeKind kind, const Reader& reader) { return write(notice(kind), reader); }
    std::string hook(const Notice& made, WebhookFormat format) {
        store::Webhook webhook;
        webhook.channel = channel;
        webhook.format = format;
        return database->read([&](store::Snapshot& s) { return writer.write_webhook(s, made, webhook); });
    }
    EpisodeId publish() {
        return database->write([&](store::Tx& tx) {
            store::Episode episode;
            episode.id = EpisodeId::make(random);
            episode.room = room.id;
            episode.show = room.show;
            episode.guid = "guid";
            episode.title = "Heard";
            episode.state = store::EpisodeState::kPublished;
            episode.published_at = episode.updated_at = clock.now();
            store::episodes::insert(tx, episode);
            return episode.id;
        });
    }

    studio::Links links{*database, random};
    studio::NoticeWriter writer{config, links};
    store::Show show;
    store::Room room;
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string show_url() {
    return "https://example.org/shows/ferry-talk";
}

// RFC 5322 and whoever puts it into a header: one line of valid UTF-8 without control characters.
bool is_header(const std::string& text) {
    return !text.empty() && is_utf8(text) && std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

// Everything between tags is text, every tag is one of ours, and what is open is closed but html and body.
void check_html(const std::string& html) {
    REQUIRE(is_utf8(html));
    std::vector<std::string> open;
    for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
        const auto end = html.find_first_of(" >\n", at);
        const auto name = html.substr(at + 1, end - at - 1);
        if (name == "!doctype" || name == "meta" || name == "br") continue;
        if (name.starts_with('/')) {
            REQUIRE(!open.empty());
            REQUIRE(open.back() == name.substr(1));
            open.pop_back();
            continue;
        }
        static const std::set<std::string> kOurs{"html", "head", "title", "style", "body", "div", "h1", "h2",
                                                 "p",    "a",    "table", "tr",    "th",   "td",  "ul", "li"};
        INFO(name);
        REQUIRE(kOurs.contains(name));
        open.push_back(name);
    }
    CHECK(open == std::vector<std::string>{"html", "body"});
}

std::size_t utf16_units(std::string_view text) {
    std::size_t units = 0;
    while (!text.empty()) units += take_utf8(text).value() > 0xffff ? 2 : 1;
    return units;
}

}  // namespace

// --- words

TEST_CASE("every kind says what, when and where, in both languages", "[studio]") {
    Desk desk;
    const bool is_french = GENERATE(false, true);
    const auto reader = is_french ? kFrench : kEnglish;
    const std::string title = is_french ? "Thé du mardi" : "Ferry talk";
    const auto room_url = "https://example.org/rooms/" + desk.room.id.text();
    const auto episode_url = "https://example.org/episodes/" + desk.publish().text();
    for (const auto kind : kOfAirings) {
        const auto written = desk.write(kind, reader);
        INFO(written.text);
        CHECK(has(written.subject, title));
        CHECK(is_header(written.subject));
        CHECK(is_header(written.brief));
        CHECK(written.url == (kind == NoticeKind::kReplay ? episode_url : room_url));
        for (const auto& body : {written.text, written.html}) {
            CHECK(has(body, title));
            CHECK(has(body, written.url));
            CHECK(has(body, "Harbour Radio"));
            CHECK(has(body, "Ana"));
            CHECK(
                has(body,
                    is_french
                        ? "mardi 24 novembre 2026, 20\u202fh\u202f00–21\u202fh\u202f00 (Europe/Paris, UTC+1)"
                        : "Tuesday 24 November 2026, 19:00–20:00 (Europe/London, UTC)"));
        }
        CHECK(written.list_id == "ferry-talk.example.org");
        check_html(written.html);
    }
    for (const auto kind : kOfShows) {
        const auto written = desk.write(kind, reader);
        INFO(written.text);
        CHECK(has(written.subject, title));
        CHECK(is_header(written.subject));
        CHECK(is_header(written.brief));
        CHECK(written.url == show_url());
        for (const auto& body : {written.text, written.html}) {
            CHECK(has(body, title));
            CHECK(has(body, show_url()));
            CHECK(has(body, "Harbour Radio"));
        }
        CHECK(written.calendar.empty());
        check_html(written.html);
    }
}

TEST_CASE("each kind in its words", "[studio]") {
    Desk desk;
    struct Said {
        NoticeKind kind;
        std::string subject, brief;
    };
    const std::vector<Said> english{
        {NoticeKind::kReminder, "Ferry talk begins in 1 hour",
         "Tuesday 24 November 2026 at 19:00, London time on Harbour Radio."},
        {NoticeKind::kLive, "Live now: Ferry talk", "It has begun on Harbour Radio."},
        {NoticeKind::kDelayed, "Ferry talk is late",
         "The host is late; we tell you when it begins. It was planned for Tuesday 24 November 2026 at "
         "19:00, "
         "London time."},
        {NoticeKind::kMoved, "Moved: Ferry talk, now Tuesday 24 November at 19:00",
         "From Monday 23 November 2026 at 18:00 to Tuesday 24 November 2026 at 19:00, London time."},
        {NoticeKind::kCancelled, "Cancelled: Ferry talk, Tuesday 24 November at 19:00",
         "The airing of Tuesday 24 November 2026 at 19:00, London time, will not take place."},
        {NoticeKind::kRestored, "Ferry talk takes place after all, Tuesday 24 November at 19:00",
         "The airing of Tuesday 24 November 2026 at 19:00, London time, is no longer cancelled."},
        {NoticeKind::kReplay, "Listen again: Ferry talk",
         "The airing of Tuesday 24 November 2026 at 19:00, London time, can be heard again."},
        {NoticeKind::kRescheduled, "Ferry talk has a new schedule", "Every Tuesday at 20:00, Paris time."},
        {NoticeKind::kRetired, "Ferry talk is off the programme",
         "No more airings are planned on Harbour Radio. What was published stays."},
        {NoticeKind::kNote, "Ana to the followers of Ferry talk", "Bring a cup. And <b>milk</b>."},
    };
    for (const auto& said : english) {
        const auto written = desk.write(said.kind, kEnglish);
        CHECK(written.subject == said.subject);
        CHECK(written.brief == said.brief);
    }
    const std::vector<Said> french{
        {NoticeKind::kReminder, "Thé du mardi commence dans 1\u00a0heure",
         "Le mardi 24 novembre 2026 à 20\u202fh\u202f00, heure de Paris, sur Harbour Radio."},
        {NoticeKind::kLive, "En direct\u00a0: Thé du mardi", "C’est commencé sur Harbour Radio."},
        {NoticeKind::kDelayed, "Thé du mardi a du retard",
         "La personne qui anime est en retard\u00a0; nous vous dirons quand cela commence. C’était prévu "
         "pour "
         "le mardi 24 novembre 2026 à 20\u202fh\u202f00, heure de Paris."},
        {NoticeKind::kMoved, "Déplacé\u00a0: Thé du mardi, mardi 24 novembre à 20\u202fh\u202f00",
         "Du lundi 23 novembre 2026 à 19\u202fh\u202f00 au mardi 24 novembre 2026 à 20\u202fh\u202f00, heure "
         "de Paris."},
        {NoticeKind::kCancelled, "Annulé\u00a0: Thé du mardi, mardi 24 novembre à 20\u202fh\u202f00",
         "Le direct du mardi 24 novembre 2026 à 20\u202fh\u202f00, heure de Paris, n’aura pas lieu."},
        {NoticeKind::kRestored, "Thé du mardi aura bien lieu, mardi 24 novembre à 20\u202fh\u202f00",
         "Le direct du mardi 24 novembre 2026 à 20\u202fh\u202f00, heure de Paris, n’est plus annulé."},
        {NoticeKind::kReplay, "À réécouter\u00a0: Thé du mardi",
         "Le direct du mardi 24 novembre 2026 à 20\u202fh\u202f00, heure de Paris, peut être réécouté."},
        {NoticeKind::kRescheduled, "Nouvel horaire\u00a0: Thé du mardi",
         "Tous les mardis à 20\u202fh\u202f00, heure de Paris."},
        {NoticeKind::kRetired, "Thé du mardi quitte le programme",
         "Plus aucun direct n’est prévu sur Harbour Radio. Ce qui est paru reste."},
        {NoticeKind::kNote, "Ana vous écrit\u00a0: Thé du mardi", "Bring a cup. And <b>milk</b>."},
    };
    for (const auto& said : french) {
        const auto written = desk.write(said.kind, kFrench);
        CHECK(written.subject == said.subject);
        CHECK(written.brief == said.brief);
        const auto regional = desk.write(said.kind, {"fr-CA", "Europe/Paris"});
        CHECK(regional.subject == said.subject);
    }
}

TEST_CASE("a reminder says how long it is until then, and from far away when", "[studio]") {
    Desk desk;
    auto notice = desk.notice(NoticeKind::kReminder);
    const auto subject = [&](Milliseconds before) {
        notice.created_at = *notice.starts_at - before;
        return desk.write(notice, kEnglish).subject;
    };
    CHECK(subject(minutes(10) - Milliseconds(1'500)) == "Ferry talk begins in 10 minutes");
    CHECK(subject(minutes(1)) == "Ferry talk begins in 1 minute");
    CHECK(subject(minutes(42)) == "Ferry talk begins in 40 minutes");
    CHECK(subject(hours(24)) == "Ferry talk: Tuesday 24 November at 19:00");
    CHECK(!desk.write(notice, kEnglish).calendar.empty());
}

TEST_CASE("an airing that goes live early, or that nobody planned, says so", "[studio]") {
    Desk desk;
    auto notice = desk.notice(NoticeKind::kLive);
    notice.created_at = *notice.starts_at - minutes(11);
    auto written = desk.write(notice, kEnglish);
    CHECK(written.subject == "Live early: Ferry talk");
    CHECK(has(written.brief, "before its time, which is Tuesday 24 November 2026 at 19:00, London time."));
    desk.room = desk.planner->spontaneous(desk.channel, std::nullopt, "Rain", desk.clock.now(), 60,
                                          store::Visibility::kPublic, Clashing::kAccept);
    notice = desk.notice(NoticeKind::kLive);
    notice.show = std::nullopt;
    written = desk.write(notice, kEnglish);
    CHECK(written.subject == "Live now: Rain");
    CHECK(written.brief == "An airing that was not planned has begun on Harbour Radio.");
    CHECK(written.list_id == "harbour.example.org");
    CHECK(has(desk.write(notice, kFrench).brief, "n’était pas prévu"));
}

TEST_CASE("a new schedule is said as a sentence with the next three airings", "[studio]") {
    Desk desk;
    const auto written = desk.write(NoticeKind::kRescheduled, {"en", "America/New_York"});
    CHECK(has(written.text, "Every Tuesday at 20:00, Paris time.\n"));
    for (const auto* day : {"24 November", "1 December", "8 December"})
        CHECK(has(written.text,
                  std::string("Next airing: Tuesday ") + day + " 2026 at 14:00, New York time\n"));
    CHECK_FALSE(has(written.text, "15 December"));
}

TEST_CASE("a note is said whole in the mail, and begun where there is no room", "[studio]") {
    Desk desk;
    auto notice = desk.notice(NoticeKind::kNote);
    CHECK(has(desk.write(notice, kEnglish).text, "\n\nBring a cup.\n\nAnd <b>milk</b>.\n\n"));
    CHECK(has(desk.write(notice, kEnglish).html, "<p>Bring a cup.</p><p>And &lt;b&gt;milk&lt;/b&gt;.</p>"));
    notice.text = std::string(1'999, 'a');
    const auto written = desk.write(notice, kEnglish);
    CHECK(written.brief == std::string(199, 'a') + "…");
    CHECK(has(written.text, notice.text));
    notice.by = std::nullopt;
    CHECK(desk.write(notice, kEnglish).subject == "Harbour Radio to the followers of Ferry talk");
}

TEST_CASE("what is gone since is left out: the message is written all the same", "[studio]") {
    Desk desk;
    auto notice = desk.notice(NoticeKind::kMoved);
    notice.room = RoomId::make(desk.random);
    auto written = desk.write(notice, kEnglish);
    CHECK(has(written.subject, "Ferry talk"));
    CHECK(written.url == show_url());
    CHECK(written.calendar.empty());
    CHECK(json::parse(desk.hook(notice, WebhookFormat::kStandard))["data"]["url"] == show_url());
    notice = desk.notice(NoticeKind::kReplay);  // never published, or no longer
    CHECK(desk.write(notice, kEnglish).url == "https://example.org/rooms/" + desk.room.id.text());
    CHECK(has(desk.write(NoticeKind::kMoved, {"en", "Nowhere/Atall"}).text, "19:00–20:00 (UTC)"));
}

TEST_CASE("the same notice is the same bytes, whatever the time", "[studio]") {
    Desk desk;
    desk.publish();
    for (const auto kind : kOfAirings) {
        const auto notice = desk.notice(kind);
        const auto first = desk.write(notice, kFrench);
        desk.clock.advance(hours(7));
        const auto again = desk.write(notice, kFrench);
        CHECK(first.subject == again.subject);
        CHECK(first.brief == again.brief);
        CHECK(first.text == again.text);
        CHECK(first.html == again.html);
        CHECK(first.calendar == again.calendar);
        for (const auto format : kFormats) CHECK(desk.hook(notice, format) == desk.hook(notice, format));
    }
}

// --- calendars

TEST_CASE("a mail's calendar is the airing's own: the same UID, a higher SEQUENCE with every change",
          "[studio]") {
    Desk desk;
    desk.show =
        desk.database->read([&](store::Snapshot& s) { return store::shows::find(s, desk.show.id).value(); });
    studio::Documents documents(*desk.database, desk.clock, desk.config);
    const auto uid = desk.room.id.text() + "@example.org";
    const auto sequence = [&](const std::string& calendar) {
        return std::stoi(FeedReader(calendar).value(uid, "SEQUENCE"));
    };
    const auto page = "/rooms/" + desk.room.id.text();
    const int before = sequence(*documents.airing_calendar({}, desk.room.id, page, "")->bytes());
    const auto moved = desk.planner->edit(desk.by, desk.room.id, desk.now(desk.room).version,
                                          {.starts_at = desk.room.starts_at + hours(1)});
    const auto told = desk.write(NoticeKind::kMoved, kEnglish);
    CHECK(told.calendar_method == "PUBLISH");
    CHECK(has(told.calendar, "METHOD:PUBLISH\r\n"));
    CHECK(sequence(told.calendar) > before);
    CHECK(FeedReader(told.calendar).value(uid, "STATUS") == "CONFIRMED");
    CHECK(FeedReader(told.calendar).value(uid, "ORGANIZER").empty());
    desk.planner->cancel(desk.by, desk.room.id, moved.version);
    const auto cancelled = desk.write(NoticeKind::kCancelled, kEnglish);
    CHECK(cancelled.calendar_method == "CANCEL");
    CHECK(has(cancelled.calendar, "METHOD:CANCEL\r\n"));
    CHECK(sequence(cancelled.calendar) > sequence(told.calendar));
    CHECK(FeedReader(cancelled.calendar).value(uid, "STATUS") == "CANCELLED");
    CHECK(FeedReader(cancelled.calendar).value(uid, "ORGANIZER") == "mailto:stagecast@localhost");
    desk.planner->restore(desk.by, desk.room.id, desk.now(desk.room).version);
    const auto restored = desk.write(NoticeKind::kRestored, kEnglish);
    CHECK(restored.calendar_method == "PUBLISH");
    CHECK(sequence(restored.calendar) > sequence(cancelled.calendar));
    CHECK(FeedReader(restored.calendar).uids() == std::set<std::string>{uid});
    for (const auto kind :
         {NoticeKind::kReminder, NoticeKind::kLive, NoticeKind::kDelayed, NoticeKind::kReplay})
        CHECK(desk.write(kind, kEnglish).calendar.empty());
}

// --- hostile titles

namespace {

std::string repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

const std::vector<std::string>& hostile_titles() {
    static const std::vector<std::string> kTitles{
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "@everyone @channel @here @all",
        "<!channel> <!everyone> <@U123> <https://evil.example|Harbour>",
        "Line\r\nBcc: victim@example.org\r\n\r\nbody",
        "Two\nlines\u2028three\u2029four",
        "]]> <![CDATA[ & &amp; &#x3c;",
        "🎙️𝕋𝕖𝕒 👩‍👩‍👧 🏴",
        "\u202egnirts\u202d",
        "**bold** _it_ `code` ~~no~~ ||spoiler|| [x](https://evil.example) # h",
        "\x01\x02 broken \x7f \xc2\x85 \xef\xbf\xbf",
        "{0} {} %s $HOME {{x}}",
        "a;b,c\\d:e\"f'",
        repeated("🎙", 400),
        repeated("é", 5'000),
        repeated("@everyone ", 500),
    };
    return kTitles;
}

}  // namespace

TEST_CASE("no title breaks a header, a mail or a calendar", "[studio]") {
    for (const auto& title : hostile_titles()) {
        Desk desk(title, title);
        INFO(title.substr(0, 80));
        const auto kinds = {NoticeKind::kMoved, NoticeKind::kCancelled, NoticeKind::kRescheduled,
                            NoticeKind::kNote};
        for (const auto kind : kinds) {
            auto notice = desk.notice(kind);
            if (kind == NoticeKind::kNote) notice.text = title;
            for (const auto& reader : {kEnglish, kFrench}) {
                const auto written = desk.write(notice, reader);
                CHECK(is_header(written.subject));
                CHECK(utf16_units(written.subject) < 300);
                CHECK(is_header(written.brief));
                CHECK(is_utf8(written.text));
                if (kind != NoticeKind::kNote) CHECK_FALSE(has(written.text, "\nBcc:"));
                check_html(written.html);
                if (written.calendar.empty()) continue;
                const FeedReader calendar(written.calendar);
                CHECK(calendar.uids() == std::set<std::string>{desk.room.id.text() + "@example.org"});
                CHECK_FALSE(has(written.calendar, "\nBcc:"));
            }
        }
    }
}

// --- webhooks

TEST_CASE("a standard webhook says all of it, in the channel's language", "[studio]") {
    Desk desk;
    const auto moved = desk.notice(NoticeKind::kMoved);
    const auto body = json::parse(desk.hook(moved, WebhookFormat::kStandard));
    CHECK(body ==
          json{{"type", "airing.moved"},
               {"timestamp", "2026-11-24T12:00:00Z"},
               {"data",
                {{"channel", "harbour"},
                 {"show", "ferry-talk"},
                 {"room", desk.room.id.text()},
                 {"title", "Ferry talk"},
                 {"subject", "Moved: Ferry talk, now Tuesday 24 November at 20:00"},
                 {"text",
                  "From Monday 23 November 2026 at 19:00 to Tuesday 24 November 2026 at 20:00, Paris time."},
                 {"url", "https://example.org/rooms/" + desk.room.id.text()},
                 {"starts_at", "2026-11-24T19:00:00Z"},
                 {"ends_at", "2026-11-24T20:00:00Z"},
                 {"was_at", "2026-11-23T18:00:00Z"}}}});
    const auto type = [&](NoticeKind kind) {
        return json::parse(desk.hook(desk.notice(kind), WebhookFormat::kStandard))
            .at("type")
            .get<std::string>();
    };
    CHECK(type(NoticeKind::kReminder) == "airing.reminder");
    CHECK(type(NoticeKind::kLive) == "airing.live");
    CHECK(type(NoticeKind::kDelayed) == "airing.delayed");
    CHECK(type(NoticeKind::kCancelled) == "airing.cancelled");
    CHECK(type(NoticeKind::kRestored) == "airing.restored");
    CHECK(type(NoticeKind::kRescheduled) == "show.rescheduled");
    CHECK(type(NoticeKind::kRetired) == "show.retired");
    CHECK(type(NoticeKind::kReplay) == "episode.published");
    const auto note = json::parse(desk.hook(desk.notice(NoticeKind::kNote), WebhookFormat::kStandard));
    CHECK(note["type"] == "show.note");
    CHECK(note["data"]["text"] == "Bring a cup.\n\nAnd <b>milk</b>.");
    CHECK(note["data"]["by"] == "Ana");
    CHECK_FALSE(note["data"].contains("starts_at"));
    desk.database->write([&](store::Tx& tx) {
        auto station = store::channels::find(tx, desk.channel).value();
        station.language = "fr";
        store::channels::update(tx, station);
    });
    CHECK(json::parse(desk.hook(moved, WebhookFormat::kStandard))["data"]["title"] == "Thé du mardi");
}

TEST_CASE("what people read of a webhook says title, time and place", "[studio]") {
    Desk desk;
    const auto notice = desk.notice(NoticeKind::kReminder);
    const std::string when = "Tuesday 24 November 2026, 20:00–21:00 (Europe/Paris, UTC+1)";
    const auto url = "https://example.org/rooms/" + desk.room.id.text();
    const auto discord = json::parse(desk.hook(notice, WebhookFormat::kDiscord));
    CHECK(discord["content"] == "Ferry talk begins in 1 hour");
    CHECK(discord["allowed_mentions"] == json{{"parse", json::array()}});
    CHECK(discord["embeds"][0]["url"] == url);
    CHECK(discord["embeds"][0]["timestamp"] == "2026-11-24T19:00:00Z");
    CHECK(has(discord["embeds"][0]["description"], when));
    const auto slack = json::parse(desk.hook(notice, WebhookFormat::kSlack));
    CHECK(slack["text"] == "Ferry talk begins in 1 hour");
    CHECK(has(slack["blocks"][1]["text"]["text"], when));
    CHECK(slack["blocks"][2]["text"]["text"] == "<" + url + "|Open the room>");
    const auto mattermost = json::parse(desk.hook(notice, WebhookFormat::kMattermost));
    CHECK(has(mattermost["text"], "**Ferry talk begins in 1 hour**\n\n"));
    CHECK(has(mattermost["text"], when));
    CHECK(has(mattermost["text"], "[Open the room](" + url + ")"));
}

TEST_CASE("no title or note calls anybody by a webhook, and none is longer than the service takes",
          "[studio]") {
    for (const auto& title : hostile_titles()) {
        Desk desk(title, title);
        INFO(title.substr(0, 80));
        for (const auto kind : {NoticeKind::kCancelled, NoticeKind::kNote}) {
            auto notice = desk.notice(kind);
            if (kind == NoticeKind::kNote) notice.text = title + repeated("<&>*@here ", 1'900);
            for (const auto format : kFormats) {
                const auto body = desk.hook(notice, format);
                CHECK(json::accept(body));
                if (format == WebhookFormat::kStandard) continue;
                for (const auto* call : {"@everyone", "@channel", "@here", "@all", "@U1"})
                    CHECK_FALSE(has(body, call));
                // Slack's only "<" begins our link; elsewhere each is escaped.
                for (auto at = body.find('<'); at != std::string::npos; at = body.find('<', at + 1))
                    CHECK((format == WebhookFormat::kSlack ? body.substr(at, 5) == "<http"
                                                           : body.substr(at - 2, 2) == R"(\\)"));
            }
            const auto discord = json::parse(desk.hook(notice, WebhookFormat::kDiscord));
            CHECK(utf16_units(discord["content"].get<std::string>()) <= 2'000);
            CHECK(utf16_units(discord["embeds"][0]["title"].get<std::string>()) <= 256);
            CHECK(utf16_units(discord["embeds"][0]["description"].get<std::string>()) <= 4'096);
            const auto slack = json::parse(desk.hook(notice, WebhookFormat::kSlack));
            CHECK(utf16_units(slack["text"].get<std::string>()) <= 3'000);
            CHECK(utf16_units(slack["blocks"][0]["text"]["text"].get<std::string>()) <= 150);
            CHECK(utf16_units(slack["blocks"][1]["text"]["text"].get<std::string>()) <= 3'000);
            const auto mattermost = json::parse(desk.hook(notice, WebhookFormat::kMattermost));
            CHECK(utf16_units(mattermost["text"].get<std::string>()) <= 16'383);
            CHECK(has(mattermost["text"], "](https://example.org/"));
        }
    }
}

TEST_CASE("formatting in a title is shown, not done", "[studio]") {
    Desk desk("**Tea** & <b> [x](https://evil.example)", "");
    const auto notice = desk.notice(NoticeKind::kRetired);
    const auto discord = json::parse(desk.hook(notice, WebhookFormat::kDiscord));
    CHECK(discord["content"] ==
          "\\*\\*Tea\\*\\* & \\<b\\> \\[x\\](https://evil.example) is off the programme");
    const auto slack = json::parse(desk.hook(notice, WebhookFormat::kSlack));
    CHECK(slack["text"] == "**Tea** &amp; &lt;b&gt; [x](https://evil.example) is off the programme");
    CHECK(slack["mrkdwn"] == false);
    CHECK(slack["blocks"][1]["text"]["type"] == "plain_text");
}

// --- feet and digests

TEST_CASE("a mail's foot says why, leads to the settings and ends it with one click", "[studio]") {
    Desk desk;
    const auto notice = desk.notice(NoticeKind::kMoved);
    store::Follower follower;
    follower.id = store::followers::id_of(desk.host);
    follower.account = desk.host;
    const auto foot = desk.writer.foot(notice, follower);
    const std::string before = "https://example.org/unsubscribe/";
    REQUIRE(foot.unsubscribe.starts_with(before));
    const auto link =
        desk.links.open(foot.unsubscribe.substr(before.size()), studio::LinkUse::kEnd, desk.clock.now());
    CHECK(link.follower == follower.id);
    CHECK(link.what == notice.id.text());
    for (const auto& part : {foot.text, foot.html}) {
        CHECK(has(part, foot.unsubscribe));
        CHECK(has(part, "https://example.org/me#telling"));
        CHECK(has(part, "because you follow"));
    }
    check_html(desk.write(notice, kEnglish).html + foot.html);
    follower.account = std::nullopt;
    follower.language = "fr";
    const auto stranger = desk.writer.foot(notice, follower);
    CHECK(has(stranger.text, "parce que vous suivez"));
    const auto at = stranger.text.find("https://example.org/following/");
    REQUIRE(at != std::string::npos);
    const auto token = stranger.text.substr(at + 30, stranger.text.find('\n', at) - at - 30);
    CHECK(desk.links.open(token, studio::LinkUse::kManage, desk.clock.now()).follower == follower.id);
    CHECK(desk.writer.foot(notice, follower).text == stranger.text);
}

namespace {

// One without account who follows the show, and a digest of theirs that holds these notices.
struct Reading : Desk {
    store::Follower follower;
    Notice digest;
    explicit Reading(store::Digest wish, const std::string& language = "en") {
        follower.id = FollowerId::make(random);
        follower.email = "bo@example.org";
        follower.language = language;
        follower.zone = "Europe/Paris";
        follower.digest = wish;
        digest.id = NoticeId::make(random);
        digest.key = "digest";
        digest.kind = NoticeKind::kDigest;
        digest.text = follower.id.text();
        digest.created_at = digest.due_at = clock.now();
        digest.starts_at = clock.now();
        digest.was_at = clock.now() + (wish == store::Digest::kWeekly ? days(7) : days(1));
        digest.expires_at = clock.now() + hours(20);
        database->write([&](store::Tx& tx) {
            store::followers::insert(tx, follower);
            store::follows::add(tx, {follower.id, store::FollowKind::kChannel, channel.text(),
                                     store::kUsualLadder, false, clock.now()});
        });
    }
    void wait(Notice told) {
        told.key = told.id.text();
        told.expires_at = clock.now() + days(3);
        database->write([&](store::Tx& tx) {
            store::notices::insert(tx, told, {});
            store::Dispatch dispatch;
            dispatch.notice = told.id;
            dispatch.follower = follower.id;
            dispatch.way = store::Way::kDigest;
            dispatch.due_at = clock.now();
            dispatch.expires_at = told.expires_at;
            store::dispatches::insert(tx, dispatch);
        });
    }
    Written write_digest() {
        database->write([&](store::Tx& tx) {
            store::notices::insert(tx, digest, {});
            store::dispatches::gather(tx, follower.id, digest.id, clock.now());
        });
        return database->read([&](store::Snapshot& s) { return writer.write_digest(s, digest, follower); });
    }
};

}  // namespace

TEST_CASE("a digest says what waited and what comes, by the reader's days", "[studio]") {
    Reading reading(store::Digest::kWeekly);
    reading.wait(reading.notice(NoticeKind::kNote));
    auto stale = reading.notice(NoticeKind::kMoved);  // moved again since
    stale.starts_at = *stale.starts_at + hours(3);
    reading.wait(stale);
    reading.planner->spontaneous(reading.channel, std::nullopt, "After <b>midnight</b>",
                                 parse_iso8601("2026-11-26T23:30:00Z", "test"), 60,
                                 store::Visibility::kPublic);
    const auto called_off =
        reading.planner->spontaneous(reading.channel, std::nullopt, "Off", reading.clock.now() + hours(30),
                                     60, store::Visibility::kPublic);
    reading.planner->cancel(reading.by, called_off.id, called_off.version);
    const auto written = reading.write_digest();
    INFO(written.text);
    CHECK(written.subject == "Your week from Tuesday 24 November");
    CHECK(has(written.text, "\nNews\n- Ana to the followers of Ferry talk. Bring a cup."));
    CHECK_FALSE(has(written.text, "Moved"));
    CHECK_FALSE(has(written.text, "Off"));
    CHECK(has(written.text, "\nTuesday 24 November 2026\n- 20:00–21:00 Ferry talk · Harbour Radio\n"));
    CHECK(has(written.text,
              "\nFriday 27 November 2026\n- 00:30–01:30 After <b>midnight</b> · Harbour Radio\n"));
    CHECK(has(written.text, "Paris time"));
    CHECK(has(written.html, "After &lt;b&gt;midnight&lt;/b&gt;"));
    CHECK(written.list_id == "digest.example.org");
    check_html(written.html);
    CHECK(written.html == reading.write_digest().html);
    const auto foot = reading.writer.foot(reading.digest, reading.follower);
    CHECK(has(foot.text, "Stop all mail"));
}

TEST_CASE("a digest in French, and one with nothing in it", "[studio]") {
    Reading reading(store::Digest::kDaily, "fr");
    const auto written = reading.write_digest();
    CHECK(written.subject == "Au programme\u00a0: mardi 24 novembre");
    CHECK(has(written.text, "Thé du mardi · Harbour Radio"));
    Reading quiet(store::Digest::kDaily);
    quiet.planner->cancel(quiet.by, quiet.room.id, quiet.room.version);
    CHECK(has(quiet.write_digest().text, "Nothing is planned of what you follow."));
    CHECK(is_header(quiet.write_digest().brief));
}

TEST_CASE("a digest names fifty of each and counts the rest", "[studio]") {
    Reading reading(store::Digest::kDaily);
    for (int i = 0; i < 60; ++i) {
        reading.wait(reading.notice(NoticeKind::kNote));
        reading.planner->spontaneous(reading.channel, std::nullopt, "Talk", reading.clock.now() + minutes(i),
                                     60, store::Visibility::kPublic, Clashing::kAccept);
    }
    const auto written = reading.write_digest();
    CHECK(has(written.text, "- and 10 more\n"));
    CHECK(has(written.text, "- and 11 more\n"));  // with Ferry talk itself
    CHECK(written.text.size() < 40'000);
}
