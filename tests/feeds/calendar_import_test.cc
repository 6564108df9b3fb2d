#include "feeds/calendar_import.h"

#include <libical/ical.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "base/zone.h"
#include "feeds/calendar.h"

using namespace stagecast;
using namespace stagecast::feeds;

namespace {

Instant utc(const char* text) {
    return parse_iso8601(text, "test");
}
LocalTime local(const char* text) {
    return parse_local(text, "test");
}

const ImportOptions kOptions{"Europe/Paris", utc("2026-11-01T00:00:00Z")};
const std::filesystem::path kCorpus =
    std::filesystem::path(STAGECAST_TEST_DATA).parent_path() / "fuzz" / "corpus" / "calendar_import";

std::string file(const std::string& name) {
    std::ifstream stream(kCorpus / name, std::ios::binary);
    REQUIRE(stream);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// Lines of one event, or more, in a calendar.
std::string calendar_of(const std::string& lines) {
    std::string text = "BEGIN:VCALENDAR\nVERSION:2.0\n" + lines + "END:VCALENDAR\n";
    return text;
}
std::string event(const std::string& lines) {
    return "BEGIN:VEVENT\nUID:u\nSUMMARY:Tea\n" + lines + "END:VEVENT\n";
}

ImportedCalendar read(const std::string& lines) {
    return read_calendar(calendar_of(lines), kOptions);
}

ImportedSingle single_of(const std::string& lines) {
    auto calendar = read(event(lines));
    REQUIRE(calendar.singles.size() == 1);
    return calendar.singles.front();
}
ImportedSeries series_of(const std::string& lines) {
    auto calendar = read(event(lines));
    REQUIRE(calendar.series.size() == 1);
    return calendar.series.front();
}

// The word of the reason that the one event is not taken for, and its detail.
std::string why_not(const std::string& lines) {
    const auto calendar = read(lines);
    if (calendar.skipped.size() != 1 || calendar.skipped[0].text.notes.size() != 1) return "taken";
    const auto& note = calendar.skipped[0].text.notes[0];
    return std::string(word(note.issue)) + (note.detail.empty() ? "" : ": " + note.detail);
}

std::string said(const std::vector<ImportNote>& notes) {
    std::string all;
    for (const auto& note : notes)
        all += std::string(word(note.issue)) + (note.detail.empty() ? "" : ": " + note.detail) + "\n";
    return all;
}

std::string refusal(const std::string& bytes) {
    try {
        read_calendar(bytes, kOptions);
        return "taken";
    } catch (const Invalid& error) {
        CHECK(error.field() == "ics");
        return error.why();
    }
}

constexpr const char* kAt = "DTSTART;TZID=Europe/Paris:20261124T200000\n";

}  // namespace

TEST_CASE("a calendar of Google's is read with its rule, dates off and changed airing", "[import]") {
    const auto calendar = read_calendar(file("google.ics"), kOptions);
    CHECK(calendar.name == "Harbour Radio");
    REQUIRE(calendar.series.size() == 1);
    const auto& fish = calendar.series[0];
    CHECK(fish.text.title == "Fish at Nine");
    CHECK(fish.text.uid == "5k2m9p0aa1fish@google.com");
    CHECK(fish.text.description ==
          "Fish, boats & weather.\nThe log (https://harbour.example/fish)\nEvery Thursday.");
    CHECK(fish.text.sequence == 1);
    CHECK(fish.zone == "Europe/Lisbon");
    CHECK(fish.start == local("2026-11-05T21:00"));
    CHECK(fish.length_minutes == 90);
    CHECK(fish.rrule == "FREQ=WEEKLY;UNTIL=20270625T225959Z;BYDAY=TH");
    CHECK(fish.exdates == std::vector{local("2026-12-24T21:00"), local("2026-12-31T21:00")});
    REQUIRE(fish.overrides.size() == 1);
    CHECK(fish.overrides[0].slot_local == local("2026-11-12T21:00"));
    CHECK(fish.overrides[0].starts_at == utc("2026-11-13T20:00:00Z"));
    CHECK(fish.overrides[0].length_minutes == 60);
    CHECK(fish.overrides[0].title == "Fish on a Friday");
    CHECK_FALSE(fish.overrides[0].cancelled);
    REQUIRE(calendar.singles.size() == 1);
    CHECK(calendar.singles[0].starts_at == utc("2026-12-20T18:00:00Z"));
    REQUIRE(calendar.skipped.size() == 2);
    CHECK(said(calendar.skipped[0].text.notes) == "all_day\n");
    CHECK(calendar.skipped[0].text.title == "Station closed");
    CHECK(calendar.skipped[0].text.line == 68);
    CHECK(said(calendar.skipped[1].text.notes) == "private\n");
}

TEST_CASE("Outlook's zones are known by their Windows names, or by their offsets", "[import]") {
    const auto outlook = read_calendar(file("outlook.ics"), kOptions);
    REQUIRE(outlook.series.size() == 1);
    CHECK(outlook.series[0].zone == "Europe/Berlin");
    CHECK(outlook.series[0].text.title == "Montagsgespräch");
    REQUIRE(outlook.series[0].overrides.size() == 1);
    CHECK(outlook.series[0].overrides[0].slot_local == local("2026-12-07T20:00"));
    CHECK(outlook.series[0].overrides[0].title.empty());
    CHECK(said(outlook.notes) == "zone_by_name: W. Europe Standard Time: Europe/Berlin\n");

    const auto exchange = read_calendar(file("exchange_custom_zone.ics"), kOptions);
    REQUIRE(exchange.series.size() == 1);
    CHECK(exchange.series[0].zone == "America/Los_Angeles");
    CHECK(said(exchange.notes) == "zone_by_offsets: Customized Time Zone: America/Los_Angeles\n");
}

TEST_CASE("calendars of Apple, Evolution, Thunderbird and ours are read", "[import]") {
    const auto apple = read_calendar(file("apple.ics"), {"Asia/Tokyo", kOptions.now});
    REQUIRE(apple.series.size() == 1);
    CHECK(apple.series[0].text.url == "https://radio.example/reveil");
    CHECK(apple.series[0].overrides.size() == 1);
    REQUIRE(apple.singles.size() == 1);
    CHECK(apple.singles[0].starts_at == utc("2026-11-30T18:00:00Z"));
    CHECK(said(apple.notes) == "floating: Europe/Paris\n");

    const auto evolution = read_calendar(file("evolution.ics"), kOptions);
    REQUIRE(evolution.series.size() == 1);
    CHECK(evolution.series[0].zone == "America/New_York");
    CHECK(evolution.series[0].length_minutes == 90);
    CHECK(evolution.series[0].rdates.size() == 2);
    CHECK(evolution.series[0].text.categories == std::vector<std::string>{"Music", "Talk, long"});
    REQUIRE(evolution.skipped.size() == 1);
    CHECK(said(evolution.skipped[0].text.notes) == "not_an_event: VTODO\n");
    CHECK(evolution.notes.empty());

    const auto thunderbird = read_calendar(file("thunderbird.ics"), kOptions);
    REQUIRE(thunderbird.series.size() == 1);
    CHECK(thunderbird.series[0].zone == "Europe/Berlin");
    CHECK(thunderbird.series[0].rrule == "FREQ=WEEKLY;BYDAY=TU");
    CHECK(thunderbird.series[0].exdates == std::vector{local("2026-11-10T19:00"), local("2026-11-17T19:00")});

    const auto ours = read_calendar(file("ours.ics"), kOptions);
    REQUIRE(ours.series.size() == 1);
    CHECK(ours.series[0].text.title == "Night ferry, with guests");
    REQUIRE(ours.series[0].overrides.size() == 1);
    CHECK(ours.series[0].overrides[0].cancelled);
    CHECK(ours.series[0].overrides[0].title.empty());
    CHECK(ours.singles.size() == 1);
}

// Another reader of the same bytes. Only well-formed files: it takes over a minute for some others.
TEST_CASE("libical reads the same events from the same files", "[import]") {
    for (const auto& entry : std::filesystem::directory_iterator(kCorpus)) {
        if (entry.path().extension() != ".ics") continue;
        INFO(entry.path());
        const auto bytes = file(entry.path().filename());
        const auto calendar = read_calendar(bytes, kOptions);
        std::multiset<std::string> ours, theirs;
        for (const auto& series : calendar.series) {
            ours.insert(series.text.uid + series.text.title);
            for (const auto& airing : series.overrides)
                ours.insert(series.text.uid + (airing.title.empty() ? series.text.title : airing.title));
        }
        for (const auto& single : calendar.singles) ours.insert(single.text.uid + single.text.title);
        for (const auto& skip : calendar.skipped)
            if (skip.text.notes[0].issue != ImportIssue::kNotAnEvent)
                ours.insert(skip.text.uid + skip.text.title);
        icalcomponent* parsed = icalparser_parse_string(bytes.c_str());
        REQUIRE(parsed != nullptr);
        for (auto* c = icalcomponent_get_first_component(parsed, ICAL_VEVENT_COMPONENT); c != nullptr;
             c = icalcomponent_get_next_component(parsed, ICAL_VEVENT_COMPONENT))
            theirs.insert(std::string(icalcomponent_get_uid(c)) + icalcomponent_get_summary(c));
        CHECK(ours == theirs);
        icalcomponent_free(parsed);
    }
    icaltimezone_free_builtin_timezones();
}

TEST_CASE("a time is in its TZID's zone, in UTC, or in the zone given", "[import]") {
    CHECK(single_of("DTSTART:20261124T190000Z\n").starts_at == utc("2026-11-24T19:00:00Z"));
    CHECK(single_of(kAt).starts_at == utc("2026-11-24T19:00:00Z"));
    CHECK(single_of("DTSTART;TZID=\"America/New_York\":20261124T190000\n").starts_at ==
          utc("2026-11-25T00:00:00Z"));
    CHECK(single_of("DTSTART;TZID=GMT Standard Time:20260724T190000\n").starts_at ==
          utc("2026-07-24T18:00:00Z"));
    CHECK(single_of("DTSTART;TZID=gmt standard time:20260724T190000\n").zone == "Europe/London");
    CHECK(single_of("DTSTART;TZID=/citadel.org/20210210_1/Asia/Tokyo:20260724T190000\n").zone ==
          "Asia/Tokyo");
    CHECK(single_of("DTSTART:20261124T200000\n").starts_at == utc("2026-11-24T19:00:00Z"));
    const auto floating = read("X-WR-TIMEZONE:Asia/Tokyo\n" + event("DTSTART:20261124T200000\n"));
    CHECK(floating.singles.at(0).starts_at == utc("2026-11-24T11:00:00Z"));
    CHECK(said(floating.notes) == "floating: Asia/Tokyo\n");
    CHECK(why_not(event("DTSTART;TZID=Mars/Olympus:20261124T200000\n")) == "unknown_zone: Mars/Olympus");
    CHECK(why_not(event("DTSTART;TZID=../../etc/passwd:20261124T200000\n")).starts_with("unknown_zone"));
}

TEST_CASE("a zone that only its definition tells is the one with the same offsets, or unknown", "[import]") {
    const auto zone_of = [](const std::string& observances) {
        const auto calendar = read("BEGIN:VTIMEZONE\nTZID:Ours\n" + observances + "END:VTIMEZONE\n" +
                                   event("DTSTART;TZID=Ours:20261124T200000\n"));
        return calendar.singles.empty() ? "unknown" : calendar.singles[0].zone;
    };
    const auto part = [](const char* name, const std::string& start, const std::string& from,
                         const std::string& to, const std::string& more) {
        return std::string("BEGIN:") + name + "\nDTSTART:" + start + "\nTZOFFSETFROM:" + from +
               "\nTZOFFSETTO:" + to + "\n" + more + "END:" + name + "\n";
    };
    const std::string summer =
        part("DAYLIGHT", "19810329T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\n");
    const std::string winter =
        part("STANDARD", "19961027T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\n");
    CHECK(zone_of(summer + winter) == "Europe/Paris");  // that of the caller, of many
    CHECK(zone_of(winter + summer) == "Europe/Paris");
    const std::string by_dates =
        part("DAYLIGHT", "20260329T020000", "+0100", "+0200",
             "RDATE:20270328T020000,20280326T020000\nRDATE:20290325T020000\n") +
        part("STANDARD", "20251026T030000", "+0200", "+0100",
             "RDATE:20261025T030000,20271031T030000,20281029T030000,20291028T030000\n");
    CHECK(zone_of(by_dates) == "Europe/Paris");
    const std::string by_month_days =
        part("DAYLIGHT", "19810329T020000", "+0100", "+0200",
             "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=SU\n");
    CHECK(zone_of(by_month_days + winter) == "Europe/Paris");
    CHECK(zone_of(part("STANDARD", "19700101T000000", "+0545", "+0545", "")) == "Asia/Kathmandu");
    // Summer time that ended long ago.
    CHECK(zone_of(part("DAYLIGHT", "19900325T020000", "+0300", "+0400",
                       "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20100327T230000Z\n") +
                  part("STANDARD", "20110327T020000", "+0300", "+0300", "")) != "unknown");
    CHECK(zone_of(part("STANDARD", "19700101T000000", "+0123", "+0123", "")) == "unknown");
    CHECK(zone_of(part("STANDARD", "19700101T000000", "+0100", "+0100", "RRULE:FREQ=HOURLY\n")) == "unknown");
    CHECK(zone_of(part("STANDARD", "19700101T000000", "+01", "+0100", "")) == "unknown");
    CHECK(zone_of("") == "unknown");
    CHECK(zone_of("X-LIC-LOCATION:Asia/Tokyo\n" + part("STANDARD", "x", "x", "x", "")) == "Asia/Tokyo");
}

TEST_CASE("every Windows name has a zone of this system", "[import]") {
    int known = 0;
    for (const char* name : {"Romance Standard Time", "Eastern Standard Time", "Lord Howe Standard Time",
                             "Samoa Standard Time", "Nepal Standard Time", "FLE Standard Time", "UTC"})
        known += single_of("DTSTART;TZID=" + std::string(name) + ":20261124T200000\n").zone.empty() ? 0 : 1;
    CHECK(known == 7);
}

TEST_CASE("an event is as long as it says, from 5 minutes to a day", "[import]") {
    const auto length = [](const std::string& lines) {
        const auto single = single_of(kAt + lines);
        return std::to_string(single.length_minutes) + " " + said(single.text.notes);
    };
    CHECK(length("DTEND;TZID=Europe/Paris:20261124T211500\n") == "75 ");
    CHECK(length("DTEND:20261124T201500Z\n") == "75 ");
    CHECK(length("DURATION:PT1H15M\n") == "75 ");
    CHECK(length("DURATION:P1D\n") == "1440 ");
    CHECK(length("DURATION:+PT90M\n") == "90 ");
    CHECK(length("") == "60 no_length: 60\n");
    CHECK(length("DURATION:PT0S\n") == "60 no_length: 60\n");
    CHECK(length("DURATION:PT2M\n") == "5 length: 5\n");
    CHECK(length("DURATION:PT59M30S\n") == "60 length: 60\n");
    CHECK(why_not(event(std::string(kAt) + "DURATION:P1DT1M\n")) == "too_long: 1441");
    CHECK(why_not(event(std::string(kAt) + "DURATION:P99999999W\n")).starts_with("bad_time"));
    CHECK(why_not(event(std::string(kAt) + "DURATION:PT\n")) == "bad_time: DURATION:PT");
    CHECK(why_not(event(std::string(kAt) + "DURATION:-PT1H\n")) == "ends_before");
    CHECK(why_not(event(std::string(kAt) + "DTEND:20261124T185959Z\n")) == "ends_before");
    CHECK(why_not(event(std::string(kAt) + "DTEND:20261224T185959Z\n")).starts_with("too_long"));
}

TEST_CASE("a series ends when its clocks say so, also over a night that is an hour longer", "[import]") {
    CHECK(series_of("DTSTART;TZID=Europe/Paris:20261024T230000\nDTEND;TZID=Europe/Paris:20261025T050000\n"
                    "RRULE:FREQ=WEEKLY\n")
              .length_minutes == 360);
}

TEST_CASE("what is no show is not taken, and says why", "[import]") {
    CHECK(why_not(event("DTSTART;VALUE=DATE:20261124\n")) == "all_day");
    CHECK(why_not(event("")) == "bad_time: DTSTART");
    CHECK(why_not(event("DTSTART:2026-11-24T20:00\n")) == "bad_time: DTSTART:2026-11-24T20:00");
    CHECK(why_not(event("DTSTART:20260230T200000\n")).starts_with("bad_time"));
    CHECK(why_not(event("DTSTART:20261124T250000Z\n")).starts_with("bad_time"));
    CHECK(why_not(event(std::string(kAt) + "CLASS:CONFIDENTIAL\n")) == "private");
    CHECK(why_not(event(std::string(kAt) + "STATUS:cancelled\n")) == "cancelled");
    CHECK(why_not(event(std::string(kAt) + "RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY\n")) == "many_rules");
    CHECK(why_not(event(std::string(kAt) + "RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY\n")) == "many_rules");
    CHECK(why_not(event(std::string(kAt) + "RDATE;VALUE=PERIOD:20261125T190000Z/PT1H\n")) == "periods");
    CHECK(why_not(event(std::string(kAt) + "RRULE:FREQ=DAILY\nEXDATE:tomorrow\n")) ==
          "bad_time: EXDATE:tomorrow");
    CHECK(why_not("BEGIN:VEVENT\nUID:u\n" + std::string(kAt) + "END:VEVENT\n") == "no_title");
    CHECK(why_not("BEGIN:VEVENT\nUID:u\nSUMMARY: \\n \n" + std::string(kAt) + "END:VEVENT\n") == "no_title");
    CHECK(why_not("BEGIN:VJOURNAL\nSUMMARY:Diary\nEND:VJOURNAL\n") == "not_an_event: VJOURNAL");
    CHECK(why_not(event(std::string(kAt) + "RRULE:FREQ=DAILY\n") +
                  event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261125T190000Z\nDTSTART:20261125T200000Z\n")) ==
          "and_following");
}

TEST_CASE("of two events with one UID the newer is taken", "[import]") {
    const std::string older =
        "BEGIN:VEVENT\nUID:u\nSEQUENCE:1\nSUMMARY:Old\n" + std::string(kAt) + "END:VEVENT\n";
    const std::string newer =
        "BEGIN:VEVENT\nUID:u\nSEQUENCE:2\nSUMMARY:New\n" + std::string(kAt) + "END:VEVENT\n";
    for (const auto& text : {older + newer, newer + older}) {
        const auto calendar = read(text);
        REQUIRE(calendar.singles.size() == 1);
        CHECK(calendar.singles[0].text.title == "New");
        REQUIRE(calendar.skipped.size() == 1);
        CHECK(said(calendar.skipped[0].text.notes) == "repeated_uid\n");
    }
}

TEST_CASE("an airing that cannot be read does not air at its old time", "[import]") {
    const auto calendar =
        read(event(std::string(kAt) + "RRULE:FREQ=DAILY\n") +
             event("RECURRENCE-ID;TZID=Europe/Paris:20261125T200000\nDTSTART;VALUE=DATE:20261126\n"));
    REQUIRE(calendar.series.size() == 1);
    REQUIRE(calendar.series[0].overrides.size() == 1);
    CHECK(calendar.series[0].overrides[0].cancelled);
    REQUIRE(calendar.series[0].text.notes.size() == 2);
    CHECK(calendar.series[0].text.notes[1].issue == ImportIssue::kAllDay);
    CHECK(calendar.series[0].text.notes[1].slot == local("2026-11-25T20:00"));
}

TEST_CASE("a changed airing without its series is an event of its own, its newest version counts",
          "[import]") {
    const auto alone = read(event("RECURRENCE-ID:20261125T190000Z\nDTSTART:20261125T200000Z\n"));
    REQUIRE(alone.singles.size() == 1);
    CHECK(alone.singles[0].text.uid == "u 20261125T190000Z");
    const auto twice = read(event(std::string(kAt) + "RRULE:FREQ=DAILY\n") +
                            event("RECURRENCE-ID:20261125T190000Z\nSEQUENCE:2\nDTSTART:20261125T200000Z\n") +
                            event("RECURRENCE-ID:20261125T190000Z\nSEQUENCE:1\nDTSTART:20261125T210000Z\n"));
    REQUIRE(twice.series.at(0).overrides.size() == 1);
    CHECK(twice.series[0].overrides[0].starts_at == utc("2026-11-25T20:00:00Z"));
}

TEST_CASE("a rule is left as it is but for what says nothing", "[import]") {
    const auto rule = [](const std::string& text) { return series_of(kAt + ("RRULE:" + text + "\n")).rrule; };
    CHECK(rule("freq=weekly;byday=tu;") == "FREQ=WEEKLY;BYDAY=TU");
    CHECK(rule("FREQ=DAILY;BYHOUR=20;BYMINUTE=0;BYSECOND=0") == "FREQ=DAILY");
    CHECK(rule("FREQ=DAILY;BYHOUR=8,20") == "FREQ=DAILY;BYHOUR=8,20");
    CHECK(rule("FREQ=DAILY;UNTIL=99991231T235959Z") == "FREQ=DAILY");
    CHECK(rule("RSCALE=GREGORIAN;FREQ=DAILY;SKIP=OMIT") == "FREQ=DAILY");
    CHECK(rule("FREQ=SECONDLY") == "FREQ=SECONDLY");
}

TEST_CASE("texts are cut, cleaned and told", "[import]") {
    const auto long_one = read("BEGIN:VEVENT\nUID:u\nSUMMARY:" + std::string(500, 'x') +
                               "\nDESCRIPTION:" + std::string(30'000, 'y') + "\n" + kAt + "END:VEVENT\n");
    REQUIRE(long_one.singles.size() == 1);
    CHECK(long_one.singles[0].text.title == std::string(200, 'x'));
    CHECK(long_one.singles[0].text.description == std::string(20'000, 'y'));
    CHECK(said(long_one.singles[0].text.notes) == "text_cut\nno_length: 60\n");
    const auto odd = read("BEGIN:VEVENT\nUID:u\nSUMMARY:a\x01\\nb\\;c\\,d\\\\e \nURL:javascript:alert(1)\n" +
                          std::string(kAt) + "END:VEVENT\n");
    CHECK(odd.singles.at(0).text.title == "a b;c,d\\e");
    CHECK(odd.singles.at(0).text.url.empty());
}

TEST_CASE("an event without a UID is known again by what it says", "[import]") {
    const std::string text = "BEGIN:VEVENT\nSUMMARY:a\n" + std::string(kAt) + "END:VEVENT\n";
    const auto uid = read(text).singles.at(0).text.uid;
    CHECK(uid.starts_with("sha256:"));
    CHECK(read(text).singles.at(0).text.uid == uid);
    CHECK(read("BEGIN:VEVENT\nSUMMARY:b\n" + std::string(kAt) + "END:VEVENT\n").singles.at(0).text.uid !=
          uid);
}

TEST_CASE("text that is no calendar is refused with its line", "[import]") {
    CHECK(refusal("") == "this is no iCalendar text: that begins with BEGIN:VCALENDAR");
    CHECK(refusal("<!doctype html><title>Calendar</title>").starts_with("this is no iCalendar text"));
    CHECK(refusal("BEGIN:VEVENT\nEND:VEVENT\n").starts_with("this is no iCalendar text"));
    CHECK(refusal("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n") ==
          "it ends within VEVENT, begun in line 2: it is cut short");
    CHECK(refusal("BEGIN:VCALENDAR\nEND:VEVENT\n") == "line 2: END:VEVENT without its BEGIN");
    CHECK(refusal("BEGIN:VCALENDAR\nBEGIN:VCALENDAR\n") == "line 2: a calendar within a calendar");
    CHECK(refusal("BEGIN:VCALENDAR\nVERSION:1.0\nEND:VCALENDAR\n").find("vCalendar 1.0") !=
          std::string::npos);
    CHECK(refusal("BEGIN:VCALENDAR\nX:\xff\nEND:VCALENDAR\n") == "line 2 is not UTF-8");
    CHECK(refusal(std::string("BEGIN:VCALENDAR\nX:\0\nEND:VCALENDAR\n", 34)).find("zero byte") !=
          std::string::npos);
    CHECK(refusal("\xef\xbb\xbf\r\n\r\nbegin:vcalendar\r\nend:vcalendar\r\n\r\nsome list's footer\r\n") ==
          "taken");
    CHECK(refusal("BEGIN:VCALENDAR\nX:caf\xc3\n \xa9\nEND:VCALENDAR\n") ==
          "taken");  // folded within a character
}

TEST_CASE("lines that are none are counted, and the rest is taken", "[import]") {
    const auto calendar =
        read("nonsense\n:\n;=:\n" + event(std::string(kAt) + "X;Y:1\nDESCRIPTION;X=\"a:b:c\nZ\n"));
    CHECK(calendar.singles.size() == 1);
    CHECK(said(calendar.notes) == "bad_line: 6\n");
}

namespace {

std::string repeated(const std::string& piece, std::size_t count) {
    std::string text;
    text.reserve(piece.size() * count);
    for (std::size_t i = 0; i < count; ++i) text += piece;
    return text;
}

double cpu_seconds_of(const std::string& bytes) {
    const auto begin = std::clock();
    try {
        read_calendar(bytes, kOptions);
    } catch (const Invalid&) {
        // Refused is as good as read, here.
    }
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

// As much of it as a file may hold.
std::string full_of(const std::string& begin, const std::string& piece, const std::string& end) {
    return begin + repeated(piece, (kMaxImportBytes - begin.size() - end.size()) / piece.size()) + end;
}

}  // namespace

// long: a table
TEST_CASE("no file is slow, whatever it holds", "[import]") {
    const std::string head = "BEGIN:VCALENDAR\nVERSION:2.0\n", foot = "END:VCALENDAR\n";
    const std::string open = head + "BEGIN:VEVENT\nUID:u\nSUMMARY:Tea\n" + kAt, close = "END:VEVENT\n" + foot;
    const std::string daily = open + "RRULE:FREQ=DAILY\n";
    const std::string zone = "BEGIN:VTIMEZONE\nTZID:Z\n";
    const std::string observance =
        "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ="
        "YEARLY\nEND:STANDARD\n";
    std::string tzids = head, dense = head;
    for (int i = 0; i < 1'990; ++i) {
        const auto name = "Z" + std::to_string(i);
        dense += "BEGIN:VEVENT\nUID:" + name + "\nSUMMARY:x\nDTSTART;TZID=/a/b/c/d/e/f/g/" + name +
                 ":20261124T200000\n" +
                 "RRULE:FREQ=WEEKLY\nEXDATE:20261201T190000Z,20261208T190000Z\nEND:VEVENT\n";
        if (i % 2 == 0)
            tzids += "BEGIN:VTIMEZONE\nTZID:" + name + "\n" + observance + "END:VTIMEZONE\n";
        else
            tzids += event("DTSTART;TZID=Z" + std::to_string(i - 1) + ":20261124T200000\n");
    }
    const std::vector<std::pair<const char*, std::string>> files{
        {"nested without end", full_of("", "BEGIN:VCALENDAR\n", "")},
        {"events nested", full_of(head, "BEGIN:VEVENT\n", "")},
        {"unknown properties", full_of(open, "X-A:1\n", close)},
        {"broken starts", full_of(open, "DTSTART:x\n", close)},
        {"one line", full_of(open + "SUMMARY:", "x", "\n" + close)},
        {"one description of tags", full_of(open + "DESCRIPTION:<br>", "<", "\n" + close)},
        {"one description of links", full_of(open + "DESCRIPTION:", "<a href=\"x\">", "\n" + close)},
        {"one line of escapes", full_of(open + "SUMMARY:", "\\n", "\n" + close)},
        {"folded at every character", full_of(open + "SUMMARY:", "\n x", "\n" + close)},
        {"empty lines", full_of(open, "\n", close)},
        {"parameters", full_of(open + "DTSTART", ";X=1", ":20261124T200000\n" + close)},
        {"quotes", full_of(open + "DTSTART;X=", "\"", ":20261124T200000\n" + close)},
        {"a huge rule", full_of(open + "RRULE:FREQ=DAILY;BYDAY=MO", ",MO", "\n" + close)},
        {"a rule of many parts", full_of(open + "RRULE:", "A=1;", "\n" + close)},
        {"dates off, on one line",
         full_of(daily + "EXDATE:", "20261124T190000Z,", "20261124T190000Z\n" + close)},
        {"dates off, a line each", full_of(daily, "EXDATE:20261124T190000Z\n", close)},
        {"commas", full_of(daily + "RDATE:", ",", "\n" + close)},
        {"categories", full_of(open + "CATEGORIES:", "a,", "b\n" + close)},
        {"events without an end", full_of(head, "BEGIN:VEVENT\nEND:VEVENT\n", foot)},
        {"a big event, then its repetitions",
         open + "DESCRIPTION:" + std::string(900'000, '<') + "\nEND:VEVENT\n" +
             repeated("BEGIN:VEVENT\nUID:u\nEND:VEVENT\n", 1'998) + foot},
        {"a zone within a zone", full_of(head, zone, "")},
        {"a zone of many changes",
         full_of(head + zone, observance,
                 "END:VTIMEZONE\n" + event("DTSTART;TZID=Z:20261124T200000\n") + foot)},
        {"a zone of many dates",
         full_of(head + zone +
                     "BEGIN:STANDARD\nDTSTART:20200101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRDATE:",
                 "20261124T190000,",
                 "20261124T190000\nEND:STANDARD\nEND:VTIMEZONE\n" +
                     event("DTSTART;TZID=Z:20261124T200000\n") + foot)},
        {"a thousand zones", tzids + foot},
        {"two thousand series in zones that are none", dense + foot},
        {"no text", std::string(kMaxImportBytes, '\xff')},
        {"too large", std::string(kMaxImportBytes + 1, 'x')},
    };
    for (const auto& [name, bytes] : files) {
        const double cpu_s = cpu_seconds_of(bytes);
        INFO(name << ": " << cpu_s * 1'000 << " ms");
        CHECK(cpu_s < 1.0);
        if (const char* show = std::getenv("STAGECAST_TEST_TIMES"); show != nullptr)
            WARN(name << ": " << cpu_s * 1'000 << " ms");
    }
}
