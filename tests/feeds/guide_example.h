#pragma once
#include "feeds/guide.h"

// A guide in which an airing stands in each way there is.
namespace stagecast::feeds {

inline Instant utc(const char* text) {
    return parse_iso8601(text, "test");
}

// U+202E and U+2067: text from here on runs from right to left. In pieces, as a literal would turn the
// source.
inline const std::string kOverride{'\xe2', '\x80', '\xae'}, kIsolate{'\xe2', '\x81', '\xa7'};

// Texts that would leave their place: marks of XML, JSON, M3U and iCalendar, every kind of line end, control
// characters, bytes that are not UTF-8, a change of direction that never ends, characters of four bytes.
inline const std::string kHostile =
    "]]></title><script>\"x\"</"
    "script>&amp;&bogus;\r\n#EXTINF:-1,evil\nATTENDEE:mailto:x\t\x01\x1b\x7f\xc2\x85"
    "\xe2\x80\xa8\xe2\x80\xa9\xff\xed\xa0\x80\xef\xbf\xbf " +
    kOverride + "evil" + kIsolate + " \xf0\x9f\x8e\x99,{\"a\":'b'}\\";

inline GuideAiring airing_of(const std::string& id, const char* starts_at) {
    GuideAiring airing;
    airing.room_id = id;
    airing.uid = "show@example.org";
    airing.channel_slug = "tea";
    airing.show_slug = "tea-time";
    airing.title = {{"fr", "L’heure du thé"}, {"en", "Tea time"}};
    airing.notes = {{"fr", "Du *thé* & des amis."}, {"en", "Tea & [friends](https://example.org/f)."}};
    airing.url = "https://example.org/rooms/" + id;
    airing.language = "fr";
    airing.starts_at = utc(starts_at);
    airing.ends_at = airing.starts_at + std::chrono::minutes(90);
    airing.hosts = {{"Ana", "https://example.org/hosts/ana"}, {"Zoé", ""}};
    airing.category = {"en", "Society & Culture"};
    airing.created_at = utc("2026-10-01T10:00:00Z");
    airing.updated_at = utc("2026-11-02T10:00:00Z");
    return airing;
}

inline GuideInput guide_example() {
    GuideInput input;
    input.title = "What is coming";
    input.description = "The next days";
    input.site_name = "Stagecast & friends";
    input.site_url = "https://radio.example.org:8443/";
    input.page_url = "https://radio.example.org/guide";
    input.self_url = "https://radio.example.org/guide.xml";
    input.xmltv_url = "https://radio.example.org/guide.xmltv?a=1,2";
    input.icon_url = "https://radio.example.org/icon.png";
    input.language = "en";
    input.zone = "Europe/Paris";
    input.updated_at = utc("2026-11-03T10:00:00Z");
    input.channels = {{"tea",
                       "Tea, \"live\"",
                       "About tea",
                       "fr",
                       "#7a4a1f",
                       "https://radio.example.org/channels/tea",
                       "https://radio.example.org/tea.png",
                       {{"https://radio.example.org/channels/tea/listen.mp3", "audio/mpeg"},
                        {"https://radio.example.org/channels/tea/listen.ogg", "audio/ogg"}}},
                      {"quiet",
                       "Quiet",
                       "",
                       "en",
                       "",
                       "https://radio.example.org/channels/quiet",
                       "",
                       {{"https://radio.example.org/channels/quiet/listen.mp3", "audio/mpeg"}}},
                      {"dumb", "Without a stream", "", "", "", "", "", {}}};
    auto planned = airing_of("planned", "2026-11-24T19:00:00Z");
    planned.is_new = true;
    planned.episode_number = 7;
    auto retitled = airing_of("retitled", "2026-11-25T19:00:00Z");
    retitled.show_title = retitled.title;
    retitled.title = {{"fr", "Spéciale Oolong"}, {"en", "Oolong special"}};
    auto moved = airing_of("moved", "2026-11-26T21:00:00Z");
    moved.previous_start = utc("2026-11-26T19:00:00Z");
    auto cancelled = airing_of("cancelled", "2026-11-27T19:00:00Z");
    cancelled.standing = Standing::kCancelled;
    cancelled.notes.clear();
    auto delayed = airing_of("delayed", "2026-11-24T09:50:00Z");
    delayed.standing = Standing::kDelayed;
    auto not_held = airing_of("not-held", "2026-07-01T09:00:00Z");
    not_held.standing = Standing::kNotHeld;
    auto ended = airing_of("ended", "2026-11-01T19:00:00Z");
    ended.standing = Standing::kEnded;
    ended.replay_url = "https://radio.example.org/episodes/e";
    ended.replay = Enclosure{"https://radio.example.org/media/h/e.mp3", "audio/mpeg", 12345};
    auto elsewhere = airing_of("elsewhere", "2026-11-24T19:00:00Z");
    elsewhere.channel_slug = "gone";
    input.airings = {planned, retitled, moved, cancelled, delayed, not_held, ended, elsewhere};
    return input;
}

inline GuideInput hostile_guide() {
    auto input = guide_example();
    input.airings.resize(1);
    for (auto* text : {&input.title, &input.description, &input.site_name, &input.page_url, &input.icon_url,
                       &input.xmltv_url, &input.language, &input.self_url})
        *text += kHostile;
    auto& channel = input.channels.front();
    for (auto* text : {&channel.title, &channel.language, &channel.page_url, &channel.icon_url,
                       &channel.streams.front().url})
        *text += kHostile;
    auto& airing = input.airings.front();
    for (auto* text : {&airing.room_id, &airing.url, &airing.language, &airing.category.text,
                       &airing.category.language, &airing.replay_url, &airing.hosts.front().name,
                       &airing.hosts.front().url, &airing.title.front().text, &airing.title.front().language,
                       &airing.notes.front().text, &airing.notes.back().text, &airing.notes.front().language})
        *text += kHostile;
    airing.show_title = {{kHostile, kHostile}};
    airing.image_url = "javascript:alert(1)";
    airing.replay = Enclosure{"https://example.org/" + kHostile, "audio/mpeg" + kHostile, 1};
    return input;
}

inline bool has(const std::string& text, const std::string& wanted) {
    return text.find(wanted) != std::string::npos;
}

}  // namespace stagecast::feeds
