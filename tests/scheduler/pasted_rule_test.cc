#include "scheduler/pasted_rule.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "scheduler/recurrence.h"

using namespace stagecast;
using namespace stagecast::scheduler;

namespace {

Schedule typed() {
    Schedule schedule;
    schedule.start = parse_local("2026-11-24T20:00", "start");
    schedule.zone = "Europe/Paris";
    return schedule;
}

PastedRule read(std::string_view text) {
    return read_pasted(text, typed());
}

std::string field_of(std::string_view text) {
    try {
        const auto pasted = read(text);
        if (pasted.rrule) parse_recurrence(*pasted.rrule);
        return "taken";
    } catch (const Invalid& refusal) {
        CHECK_FALSE(refusal.why().empty());
        return refusal.field();
    }
}

std::vector<std::string> texts(const std::vector<LocalTime>& times) {
    std::vector<std::string> found;
    for (const auto time : times) found.push_back(to_iso8601(time));
    return found;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a rule is read with and without its name, in any case and spacing", "[pasted]") {
    const auto text = GENERATE(
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
        "rrule:freq=weekly;interval=2;byday=tu,th",
        "  RRULE : FREQ = WEEKLY ; INTERVAL = 2 ; BYDAY = TU, TH ;  \r\n",
        "RRULE:FREQ=WEEKLY;INTE\r\n RVAL=2;BYDAY=TU\r\n ,TH\r\n", "FREQ=WEEKLY;\nINTERVAL=2;\nBYDAY=TU,\nTH",
        "FREQ=WEEKLY\nINTERVAL=2\nBYDAY=TU,TH", "\n\n\tRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;\n",
        "RRULE;X-WHY=\"a:b;c\":FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
        "RRULE:FREQ=WEEKLY;\u00a0INTERVAL=2;\u00a0BYDAY=TU,TH");
    INFO(text);
    const auto pasted = read(text);
    CHECK(pasted.rrule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH");
    CHECK_FALSE(pasted.start);
    CHECK_FALSE(pasted.zone);
    CHECK(pasted.exdates.empty());
    CHECK(pasted.rdates.empty());
}

TEST_CASE("an event's lines give what they say of its schedule", "[pasted]") {
    const auto* indentation = GENERATE("", "    ", "\t");
    std::string text;
    for (const auto* line : {"BEGIN:VCALENDAR",
                             "BEGIN:VTIMEZONE",
                             "TZID:America/New_York",
                             "BEGIN:STANDARD",
                             "DTSTART:19701101T020000",
                             "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
                             "END:STANDARD",
                             "END:VTIMEZONE",
                             "BEGIN:VEVENT",
                             "DTSTART;TZID=America/New_York:20260303T190000",
                             "DTEND;TZID=America/New_York:20260303T200000",
                             "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270",
                             " 401T000000Z",
                             "SUMMARY:Talk; RRULE:no",
                             "X-WR-NOTE:any",
                             "EXDATE;TZID=America/New_York:20260310T190000,20260317T190000",
                             "EXDATE:20260324T230000Z",
                             "EXDATE;VALUE=DATE:20260407",
                             "RDATE;TZID=Europe/Paris:20260401T010000",
                             "BEGIN:VALARM",
                             "DURATION:PT5M",
                             "END:VALARM",
                             "END:VEVENT",
                             "END:VCALENDAR"})
        text += std::string(indentation) + line + "\r\n";
    const auto pasted = read(text);
    CHECK(pasted.zone == "America/New_York");
    CHECK(to_iso8601(pasted.start.value()) == "2026-03-03T19:00:00");
    CHECK(pasted.rrule == "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270401T000000Z");
    CHECK(texts(pasted.exdates) ==
          Texts{"2026-03-10T19:00:00", "2026-03-17T19:00:00", "2026-03-24T19:00:00", "2026-04-07T19:00:00"});
    CHECK(texts(pasted.rdates) == Texts{"2026-03-31T19:00:00"});
}

TEST_CASE("a start in UTC, floating or without a time finds its zone and hour", "[pasted]") {
    CHECK(read("DTSTART:20261124T190000Z").zone == "UTC");
    CHECK(to_iso8601(read("DTSTART:20261124T190000Z").start.value()) == "2026-11-24T19:00:00");
    CHECK_FALSE(read("DTSTART:20261124T190000").zone);
    CHECK(to_iso8601(read("dtstart;value=date:20261201").start.value()) == "2026-12-01T20:00:00");
    const auto vendor = read("DTSTART;TZID=\"/example.org/20260101/America/St_Johns\":20261124T190000");
    CHECK(vendor.zone == "America/St_Johns");
}

TEST_CASE("dates alone are in the zone and at the hour that were typed", "[pasted]") {
    CHECK(texts(read("EXDATE:20261222,20261229T183000\nRDATE:20270101T180000Z").exdates) ==
          Texts{"2026-12-22T20:00:00", "2026-12-29T18:30:00"});
    CHECK(texts(read("RDATE:20270101T180000Z").rdates) == Texts{"2027-01-01T19:00:00"});
}

TEST_CASE("what cannot be read is refused by field", "[pasted]") {
    CHECK(field_of("FREQ=WEEKLY") == "taken");
    for (const auto* text : {"", " \n ", "every Tuesday", "RRULE:FREQ=WEEKLY\nRRULE:FREQ=DAILY",
                             "EXRULE:FREQ=DAILY\nRRULE:FREQ=DAILY", "RRULE:FREQ=DAILY\nEXDAT:20261224",
                             "RECURRENCE-ID:20261124T190000Z\nDTSTART:20261124T190000Z",
                             "RRULE:", "BEGIN:VEVENT\nRRULE:FREQ=DAILY\nEND:VEVENT\nBEGIN:VEVENT\nEND:VEVENT",
                             "SUMMARY:Talk", "FREQ=WEEKLY;x"})
        CHECK(field_of(text) == "rrule");
    for (const auto* text :
         {"DTSTART:20261124T190000Z\nDTSTART:20261124T190000Z", "DTSTART:", "DTSTART:tomorrow",
          "DTSTART:20261124T190000,20261125T190000", "DTSTART:20261324T190000", "DTSTART:18991124T190000"})
        CHECK(field_of(text) == "start");
    CHECK(field_of("DTSTART;TZID=Mars/Olympus:20261124T190000") == "zone");
    CHECK(field_of("DTSTART;TZID=/../../etc/passwd:20261124T190000") == "zone");
    CHECK(field_of("EXDATE:20261124T1900") == "exdates");
    CHECK(field_of("RDATE;VALUE=PERIOD:20261124T190000Z/PT1H") == "rdates");
    CHECK(field_of("RDATE;TZID=Mars/Olympus:20261124T190000") == "rdates");
    std::string many = "EXDATE:20261124";
    for (int i = 0; i < kMaxDates; ++i) many += ",20261124";
    CHECK(field_of(many) == "exdates");
    CHECK(field_of(std::string(kMaxPastedBytes + 1, ' ')) == "rrule");
}

TEST_CASE("a local time is read as people and as calendars write it", "[pasted]") {
    CHECK(parse_either_local("20261224T200000", "start") == parse_either_local("2026-12-24T20:00", "start"));
    for (const auto* wrong :
         {"20261224T2000", "20261324T200000", "20261224T200000Z", "2026-12-24", "20261224T2000é"})
        CHECK_THROWS_AS(parse_either_local(wrong, "start"), Invalid);
}
