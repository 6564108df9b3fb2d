#include "feeds/calendar.h"

#include <libical/ical.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "base/error.h"
#include "base/text.h"
#include "base/zone.h"
#include "tests/feeds/guide_example.h"
#include "tests/feeds/run_reader.h"

using namespace stagecast;
using namespace stagecast::feeds;

namespace {

LocalTime local(const char* text) {
    return parse_local(text, "test");
}

CalendarSeries weekly(const std::string& zone) {
    CalendarSeries series;
    series.uid = "show@example.org";
    series.title = "Tea; with, friends \\ and\nmore";
    series.url = "https://example.org/shows/tea";
    series.conference_url = series.url;
    series.zone = zone;
    series.start = local("2026-11-24T20:00");
    series.rrule = "FREQ=WEEKLY;BYDAY=TU";
    series.created_at = utc("2026-10-01T10:00:00Z");
    series.updated_at = utc("2026-10-02T10:00:00Z");
    return series;
}

CalendarInput input_of(const CalendarSeries& series) {
    CalendarInput input;
    input.name = "Programme";
    input.language = "en";
    input.colour = "#7a4a1f";
    input.source_url = "https://example.org/shows/tea/calendar.ics";
    input.series = {series};
    return input;
}

std::vector<std::string> unfolded(const std::string& bytes) {
    std::vector<std::string> lines;
    std::size_t at = 0;
    while (at < bytes.size()) {
        const auto end = bytes.find("\r\n", at);
        REQUIRE(end != std::string::npos);
        REQUIRE(end - at <= 75);
        const auto line = bytes.substr(at, end - at);
        REQUIRE(is_utf8(line));
        REQUIRE(line.find_first_of("\r\n") == std::string::npos);
        if (line.starts_with(' '))
            lines.back() += line.substr(1);
        else
            lines.push_back(line);
        at = end + 2;
    }
    return lines;
}

int count(const std::vector<std::string>& lines, const std::string& wanted) {
    return static_cast<int>(std::count(lines.begin(), lines.end(), wanted));
}

}  // namespace

TEST_CASE("every line ends in CRLF, is at most 75 octets, and is whole UTF-8", "[calendar]") {
    auto series = weekly("Europe/Paris");
    for (int i = 0; i < 90; ++i) {
        series.title =
            std::string(static_cast<std::size_t>(i), 'x') + "ééé 日本語 🎙 " + std::string(200, 'y');
        const auto lines = unfolded(calendar(input_of(series)));
        REQUIRE(count(lines, "SUMMARY:" + series.title) == 1);
    }
}

TEST_CASE("no text can leave its line", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.title = "a\r\nATTENDEE:mailto:x@example.org\nb;c,d\\e\x01\xff";
    series.url = "https://example.org/\r\nX-EVIL:1";
    const auto lines = unfolded(calendar(input_of(series)));
    CHECK(count(lines, "SUMMARY:a\\nATTENDEE:mailto:x@example.org\\nb\\;c\\,d\\\\e") == 1);
    CHECK(count(lines, "URL:https://example.org/%0D%0AX-EVIL:1") == 1);
    for (const auto& line : lines) CHECK_FALSE(line.starts_with("ATTENDEE"));
}

TEST_CASE("the same input gives the same bytes", "[calendar]") {
    const auto input = input_of(weekly("America/New_York"));
    CHECK(calendar(input) == calendar(input));
}

TEST_CASE("dates of a series take the form of its start", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.exdates = {local("2026-12-08T20:00"), local("2026-12-01T20:00")};
    series.rdates = {local("2026-12-02T18:00")};
    series.rrule =
        GENERATE("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261215", "freq=weekly;byday=tu;until=20261215T235959",
                 "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261215T225959Z");
    series.overrides = {{local("2026-12-15T20:00"), utc("2026-12-16T19:30:00Z"), 30, "Moved",
                         Standing::kPlanned, 2, utc("2026-12-01T00:00:00Z")}};
    const auto lines = unfolded(calendar(input_of(series)));
    CHECK(count(lines, "DTSTART;TZID=Europe/Paris:20261124T200000") == 1);
    CHECK(count(lines, "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261215T225959Z") == 1);
    CHECK(count(lines, "EXDATE;TZID=Europe/Paris:20261201T200000,20261208T200000") == 1);
    CHECK(count(lines, "RDATE;TZID=Europe/Paris:20261202T180000") == 1);
    CHECK(count(lines, "RECURRENCE-ID;TZID=Europe/Paris:20261215T200000") == 1);
    CHECK(count(lines, "DTSTART;TZID=Europe/Paris:20261216T203000") == 1);
    CHECK(count(lines, "SEQUENCE:2") == 1);
    CHECK(count(lines, "UID:show@example.org") == 2);
}

TEST_CASE("a moved airing in the repeated hour keeps its instant", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.overrides = {{local("2026-12-15T20:00"), utc("2026-10-25T01:30:00Z"), 30, "", Standing::kPlanned,
                         1, series.updated_at}};
    CHECK(count(unfolded(calendar(input_of(series))), "DTSTART:20261025T013000Z") == 1);
}

TEST_CASE("UTC needs no zone, and a cancelled show says so", "[calendar]") {
    auto series = weekly("UTC");
    series.cancelled = true;
    auto input = input_of(series);
    input.singles = {{"room@example.org", "Once", "", "https://example.org/rooms/x",
                      utc("2026-11-24T19:00:00Z"), 90, Standing::kPlanned, 0, utc("2026-10-01T10:00:00Z"),
                      utc("2026-10-01T10:00:00Z")}};
    const auto lines = unfolded(calendar(input));
    CHECK(count(lines, "BEGIN:VTIMEZONE") == 0);
    CHECK(count(lines, "DTSTART:20261124T200000Z") == 1);
    CHECK(count(lines, "STATUS:CANCELLED") == 1);
    CHECK(count(lines, "DURATION:PT1H30M") == 1);
}

TEST_CASE("libical reads each zone's definition as the system's zone database has it", "[calendar]") {
    const auto name = GENERATE(as<std::string>{}, "Europe/Paris", "America/New_York", "Africa/Cairo",
                               "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Jerusalem", "Europe/Dublin",
                               "Asia/Tokyo", "America/Santiago", "Asia/Beirut", "Pacific/Apia");
    const auto text = calendar(input_of(weekly(name)));
    icalcomponent* parsed = icalparser_parse_string(text.c_str());
    REQUIRE(parsed != nullptr);
    CHECK(icalcomponent_count_errors(parsed) == 0);
    icaltimezone* zone = icaltimezone_new();
    auto* component = icalcomponent_get_first_component(parsed, ICAL_VTIMEZONE_COMPONENT);
    REQUIRE(icaltimezone_set_component(zone, icalcomponent_new_clone(component)) == 1);
    const auto ours = Zone::find(name);
    int wrong = 0;
    for (auto at = utc("2025-11-24T00:00:00Z"); at < utc("2034-01-01T00:00:00Z");
         at += std::chrono::minutes(210)) {
        auto time = icaltime_from_timet_with_zone(
            std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count(), 0,
            icaltimezone_get_utc_timezone());
        int is_daylight = 0;
        if (icaltimezone_get_utc_offset_of_utc_time(zone, &time, &is_daylight) != ours->offset_at(at).count())
            ++wrong;
    }
    CAPTURE(name);
    CHECK(wrong == 0);
    icaltimezone_free(zone, 1);
    icalcomponent_free(parsed);
}

TEST_CASE("an independent reader finds the zones right and the airings where the rule puts them",
          "[calendar]") {
    auto input = input_of(weekly("Europe/Paris"));
    input.series[0].start = local("2026-03-24T20:00");
    input.series[0].exdates = {local("2026-04-07T20:00")};
    input.series[0].overrides = {{local("2026-03-31T20:00"), utc("2026-04-01T17:00:00Z"), 60, "Moved",
                                  Standing::kPlanned, 1, utc("2026-03-01T00:00:00Z")},
                                 {local("2026-04-14T20:00"), utc("2026-04-14T18:00:00Z"), 60, "",
                                  Standing::kCancelled, 1, utc("2026-03-01T00:00:00Z")}};
    for (const auto* zone :
         {"Africa/Cairo", "Africa/Casablanca", "America/New_York", "Australia/Lord_Howe"}) {
        auto series = weekly(zone);
        series.uid = zone;
        series.rrule = "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261130";
        input.series.push_back(series);
    }
    const auto facts = run_python("read_calendar.py", calendar(input), "2026 2027 2035");
    INFO(facts);
    for (const auto* expected :
         {"airing show@example.org 2026-03-24T19:00:00Z CONFIRMED",
          "airing show@example.org 2026-04-01T17:00:00Z CONFIRMED",
          "airing show@example.org 2026-04-14T18:00:00Z CANCELLED",
          "airing show@example.org 2026-04-21T18:00:00Z CONFIRMED",
          "airing Africa/Cairo 2026-11-24T18:00:00Z CONFIRMED",
          "airing America/New_York 2026-11-25T01:00:00Z CONFIRMED", "zone Africa/Casablanca 2035",
          "zone Africa/Cairo 2035", "zone Europe/Paris 2026", "zone Australia/Lord_Howe 2027"})
        CHECK(facts.find(expected) != std::string::npos);
    CHECK(facts.find("2026-04-07") == std::string::npos);
    CHECK(facts.find("airing Africa/Cairo 2026-12-01") == std::string::npos);
}

namespace {

// The lines of the nth event, from BEGIN to END.
std::vector<std::string> event(const std::vector<std::string>& lines, int number) {
    auto begin = lines.begin();
    for (int i = 0; i <= number; ++i) begin = std::find(begin + (i > 0 ? 1 : 0), lines.end(), "BEGIN:VEVENT");
    REQUIRE(begin != lines.end());
    return {begin, std::find(begin, lines.end(), "END:VEVENT")};
}

bool begins_with(const std::vector<std::string>& lines, const std::string& wanted) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.starts_with(wanted); });
}

Override standing(const char* slot, Standing how) {
    const auto local_slot = local(slot);
    return {local_slot,
            Zone::find("Europe/Paris")->to_utc(local_slot),
            60,
            "",
            how,
            3,
            utc("2026-11-02T10:00:00Z")};
}

}  // namespace

TEST_CASE("an airing says how it stands, by status and in the feed's language", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.description = "About *tea*.";
    series.hosts = {"Ana", "Zoé"};
    series.overrides = {
        standing("2026-12-01T20:00", Standing::kDelayed), standing("2026-12-08T20:00", Standing::kNotHeld),
        standing("2026-12-15T20:00", Standing::kCancelled), standing("2026-12-22T20:00", Standing::kLive)};
    auto input = input_of(series);
    const auto english = unfolded(calendar(input));
    CHECK(count(event(english, 0),
                "DESCRIPTION:About tea.\\n\\nWith Ana\\, Zoé\\nListen: "
                "https://example.org/shows/tea") == 1);
    CHECK(count(event(english, 1), "STATUS:TENTATIVE") == 1);
    CHECK(count(event(english, 1),
                "COMMENT;LANGUAGE=en:This airing is delayed: its host is not there yet.") == 1);
    CHECK(begins_with(event(english, 1),
                      "DESCRIPTION:This airing is delayed: its host is not there yet.\\n\\nAbout"));
    CHECK(count(event(english, 2), "STATUS:CANCELLED") == 1);
    CHECK(begins_with(event(english, 2), "DESCRIPTION:This airing was not held.\\n"));
    CHECK(count(event(english, 3), "STATUS:CANCELLED") == 1);
    CHECK(begins_with(event(english, 3), "DESCRIPTION:This airing is cancelled.\\n"));
    CHECK(count(event(english, 4), "STATUS:CONFIRMED") == 1);
    CHECK_FALSE(begins_with(event(english, 4), "COMMENT"));
    for (int i = 1; i <= 4; ++i) CHECK_FALSE(begins_with(event(english, i), "RRULE"));
    input.language = "fr";
    CHECK(begins_with(event(unfolded(calendar(input)), 3), "DESCRIPTION:Ce direct est annulé.\\n"));
}

TEST_CASE("a removed show is cancelled with all its airings", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.cancelled = true;
    series.overrides = {standing("2026-12-01T20:00", Standing::kDelayed)};
    const auto lines = unfolded(calendar(input_of(series)));
    CHECK(count(lines, "STATUS:CANCELLED") == 2);
    CHECK(begins_with(event(lines, 0), "DESCRIPTION:This show is cancelled.\\n"));
}

TEST_CASE("an airing has its own text, page, hosts and replay, and says where it was", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.hosts = {"Ana"};
    series.language = "en";
    auto airing = standing("2026-12-01T20:00", Standing::kEnded);
    airing.starts_at = utc("2026-12-02T18:00:00Z");
    airing.title = "Thé";
    airing.description = "Oolong";
    airing.url = "https://example.org/rooms/r";
    airing.replay_url = "https://example.org/episodes/e";
    airing.language = "fr";
    airing.hosts = std::vector<std::string>{"Zoé"};
    series.overrides = {airing};
    const auto lines = unfolded(calendar(input_of(series)));
    CHECK(begins_with(event(lines, 0), "SUMMARY;LANGUAGE=en:Tea"));
    const auto own = event(lines, 1);
    CHECK(count(own, "SUMMARY;LANGUAGE=fr:Thé") == 1);
    CHECK(
        count(own,
              "DESCRIPTION;LANGUAGE=fr:Moved: first planned for 2026-12-01 20:00 (Europe/Paris).\\n\\nOolong"
              "\\n\\nWith Zoé\\nListen: https://example.org/rooms/r\\nReplay: "
              "https://example.org/episodes/e") == 1);
    CHECK(count(own, "URL:https://example.org/rooms/r") == 1);
    CHECK(count(own, "CONFERENCE;VALUE=URI;FEATURE=AUDIO:https://example.org/rooms/r") == 1);
    CHECK(count(own, "ATTACH:https://example.org/episodes/e") == 1);
}

TEST_CASE("every slot that an override speaks of is an instance, and dates off are not", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.exdates = {local("2026-12-01T20:00")};
    series.paused_dates = {local("2026-12-08T20:00"), local("2026-12-15T20:00"), local("2026-12-01T20:00")};
    series.extra_slots = {local("2026-12-17T20:00")};
    series.overrides = {standing("2026-12-15T20:00", Standing::kPlanned),
                        standing("2026-12-17T20:00", Standing::kCancelled)};
    const auto master = event(unfolded(calendar(input_of(series))), 0);
    CHECK(count(master, "EXDATE;TZID=Europe/Paris:20261201T200000,20261208T200000") == 1);
    CHECK(count(master, "RDATE;TZID=Europe/Paris:20261217T200000") == 1);
}

TEST_CASE("a series that was cut ends one second before", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.rdates = {local("2026-12-09T20:00"), local("2026-12-16T20:00")};
    series.exdates = {local("2026-12-08T20:00"), local("2026-12-22T20:00")};
    series.rule_until = utc("2026-12-15T19:00:00Z");
    series.related_uid = "before@example.org";
    const auto [before, after] = GENERATE(table<const char*, const char*>({
        {"FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261215T185959Z"},
        {"FREQ=WEEKLY;COUNT=40;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261215T185959Z"},
        {"FREQ=WEEKLY;UNTIL=20270101;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261215T185959Z"},
        {"FREQ=WEEKLY;UNTIL=20261201;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201T225959Z"},
        {"FREQ=WEEKLY;UNTIL=20261201T190000Z", "FREQ=WEEKLY;UNTIL=20261201T190000Z"},
    }));
    series.rrule = before;
    const auto master = event(unfolded(calendar(input_of(series))), 0);
    CHECK(count(master, "RRULE:" + std::string(after)) == 1);
    CHECK(count(master, "RDATE;TZID=Europe/Paris:20261209T200000") == 1);
    CHECK(count(master, "EXDATE;TZID=Europe/Paris:20261208T200000") == 1);
    CHECK(count(master, "RELATED-TO;RELTYPE=SIBLING:before@example.org") == 1);
}

TEST_CASE("a series that was cut before it began is not written, nor its zone", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.rule_until = utc("2026-11-24T19:00:00Z");
    series.overrides = {standing("2026-12-15T20:00", Standing::kPlanned)};
    const auto lines = unfolded(calendar(input_of(series)));
    CHECK(count(lines, "BEGIN:VEVENT") == 0);
    CHECK(count(lines, "BEGIN:VTIMEZONE") == 0);
}

TEST_CASE("alarms are written where the feed asks for them, not for what is cancelled", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.overrides = {standing("2026-12-15T20:00", Standing::kCancelled)};
    auto input = input_of(series);
    CHECK(count(unfolded(calendar(input)), "BEGIN:VALARM") == 0);
    input.alarms = {0, 90, 10, 90};
    const auto lines = unfolded(calendar(input));
    CHECK(count(lines, "BEGIN:VALARM") == 3);
    CHECK(count(lines, "TRIGGER:-PT1H30M") == 1);
    CHECK(count(lines, "TRIGGER:-PT10M") == 1);
    CHECK(count(lines, "TRIGGER:PT0S") == 1);
    input.alarms =
        GENERATE(std::vector<int>{-1}, std::vector<int>{40'321}, std::vector<int>{1, 2, 3, 4, 5, 6});
    CHECK_THROWS_AS(calendar(input), Invalid);
}

TEST_CASE("categories and images are written, and no text of them leaves its line", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.categories = {"Tea, talk; more", "x\r\nATTENDEE:mailto:x", " \n"};
    series.image_url = "https://example.org/a.png\r\nX-EVIL:1";
    series.hosts = {"A\nB", kHostile};
    series.description = kHostile;
    series.related_uid = "x\r\nX-EVIL:1";
    series.language = "fr;X=1:";
    auto input = input_of(series);
    input.language = "en\r\nX-EVIL:1";
    input.image_url = "https://example.org/b.png";
    input.description = kHostile;
    const auto lines = unfolded(calendar(input));
    CHECK(count(lines, "CATEGORIES:Tea\\, talk\\; more,x ATTENDEE:mailto:x") == 1);
    CHECK(count(lines, "IMAGE;VALUE=URI;DISPLAY=BADGE:https://example.org/a.png%0D%0AX-EVIL:1") == 1);
    CHECK(count(lines, "IMAGE;VALUE=URI;DISPLAY=BADGE:https://example.org/b.png") == 1);
    for (const auto& line : lines) {
        CHECK_FALSE(line.starts_with("ATTENDEE"));
        CHECK_FALSE(line.starts_with("X-EVIL"));
        CHECK(line.find("LANGUAGE") == std::string::npos);
    }
}

TEST_CASE("a single room says in its zone where it was", "[calendar]") {
    CalendarInput input;
    CalendarSingle single;
    single.uid = "room@example.org";
    single.title = "Once";
    single.starts_at = utc("2026-11-24T19:00:00Z");
    single.previous_start = utc("2026-11-23T19:00:00Z");
    single.zone = "Europe/Paris";
    single.standing = Standing::kNotHeld;
    input.singles = {single};
    const auto lines = unfolded(calendar(input));
    CHECK(begins_with(lines,
                      "DESCRIPTION:This airing was not held.\\nMoved: first planned for 2026-11-23 20:00"));
    CHECK(count(lines, "STATUS:CANCELLED") == 1);
}

TEST_CASE("an independent reader takes the deepened calendar as a calendar", "[calendar]") {
    auto series = weekly("Europe/Paris");
    series.rrule = "FREQ=WEEKLY;BYDAY=TU;COUNT=40";
    series.rule_until = utc("2026-12-29T19:00:00Z");
    series.paused_dates = {local("2026-12-08T20:00")};
    series.extra_slots = {local("2026-12-17T20:00")};
    series.categories = {"Tea, talk", "More"};
    series.hosts = {kHostile};
    series.description = kHostile;
    series.overrides = {standing("2026-12-01T20:00", Standing::kDelayed),
                        standing("2026-12-17T20:00", Standing::kNotHeld)};
    auto input = input_of(series);
    input.alarms = {10};
    const auto facts = run_python("read_calendar.py", calendar(input), "2026");
    INFO(facts);
    for (const auto* expected : {"airing show@example.org 2026-11-24T19:00:00Z CONFIRMED",
                                 "airing show@example.org 2026-12-01T19:00:00Z TENTATIVE",
                                 "airing show@example.org 2026-12-15T19:00:00Z CONFIRMED",
                                 "airing show@example.org 2026-12-17T19:00:00Z CANCELLED",
                                 "airing show@example.org 2026-12-22T19:00:00Z CONFIRMED"})
        CHECK(facts.find(expected) != std::string::npos);
    CHECK(facts.find("2026-12-08") == std::string::npos);
    CHECK(facts.find("2026-12-29") == std::string::npos);
}
