#include "scheduler/rule.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/random.h"
#include "hostile_rules.h"
#include "scheduler/recurrence.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using stagecast::scheduler::test::hostile_rules;

namespace {

LocalTime local(const char* text) {
    return parse_local(text, "test");
}
Instant utc(const char* text) {
    return parse_iso8601(text, "test");
}

Schedule schedule(const char* start, const char* zone, const char* rrule) {
    Schedule result;
    result.start = local(start);
    result.zone = zone;
    result.rrule = rrule;
    return result;
}

const Instant kFrom = utc("1970-01-01T00:00:00Z");
const Instant kTo = utc("2199-12-31T00:00:00Z");

std::vector<std::string> starts(const Schedule& plan, int limit) {
    std::vector<std::string> texts;
    for (const auto& slot : expand(plan, kFrom, kTo, limit)) texts.push_back(to_iso8601(slot.starts_at));
    return texts;
}

std::string reason(const Schedule& plan) {
    try {
        check(plan);
    } catch (const Invalid& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a rule keeps its wall-clock time through daylight saving, in zones of every kind", "[rule]") {
    struct Row {
        const char *what, *start, *zone, *rrule;
        std::vector<std::string> expected;
    };
    const Row row = GENERATE(values<Row>({
        {"Paris, spring gap: shifted by the offset before it, that day only",
         "2026-03-28T02:30",
         "Europe/Paris",
         "FREQ=DAILY",
         {"2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"}},
        {"Paris, autumn overlap: the first of the two",
         "2026-10-24T02:30",
         "Europe/Paris",
         "FREQ=DAILY",
         {"2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}},
        {"Paris, weekly across spring",
         "2026-03-24T20:00",
         "Europe/Paris",
         "FREQ=WEEKLY;BYDAY=TU",
         {"2026-03-24T19:00:00Z", "2026-03-31T18:00:00Z", "2026-04-07T18:00:00Z"}},
        {"New York, spring gap",
         "2026-03-07T02:30",
         "America/New_York",
         "FREQ=DAILY",
         {"2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"}},
        {"New York, autumn overlap",
         "2026-10-31T01:30",
         "America/New_York",
         "FREQ=DAILY",
         {"2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"}},
        {"Cairo, a gap at midnight",
         "2026-04-23T00:15",
         "Africa/Cairo",
         "FREQ=DAILY",
         {"2026-04-22T22:15:00Z", "2026-04-23T22:15:00Z", "2026-04-24T21:15:00Z"}},
        {"Lord Howe, half an hour",
         "2026-10-03T02:15",
         "Australia/Lord_Howe",
         "FREQ=DAILY",
         {"2026-10-02T15:45:00Z", "2026-10-03T15:45:00Z", "2026-10-04T15:15:00Z"}},
        {"Apia, the day that never was: one airing, not two",
         "2011-12-29T20:00",
         "Pacific/Apia",
         "FREQ=DAILY",
         {"2011-12-30T06:00:00Z", "2011-12-31T06:00:00Z", "2012-01-01T06:00:00Z"}},
        {"Casablanca, Ramadan's pause",
         "2026-02-14T20:00",
         "Africa/Casablanca",
         "FREQ=DAILY",
         {"2026-02-14T19:00:00Z", "2026-02-15T20:00:00Z", "2026-02-16T20:00:00Z"}},
    }));
    INFO(row.what);
    CHECK(starts(schedule(row.start, row.zone, row.rrule), 3) == row.expected);
}

TEST_CASE("a window shows what the whole shows, whichever window it is", "[rule]") {
    const auto rrule =
        GENERATE("FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
                 "FREQ=MONTHLY;BYDAY=-1TU;INTERVAL=5", "FREQ=MONTHLY;BYMONTHDAY=31,-2",
                 "FREQ=YEARLY;INTERVAL=2;BYMONTH=2,11;BYDAY=4TU", "FREQ=WEEKLY;COUNT=300;BYDAY=TU");
    auto plan = schedule("2020-11-24T20:00", "Europe/Paris", rrule);
    for (int day = 24; !reason(plan).empty() && day < 31; ++day) plan.start += std::chrono::days(1);
    REQUIRE(reason(plan).empty());
    plan.rdates = {local("2026-05-05T05:05")};
    plan.exdates = {plan.start};
    const auto all = expand(plan, kFrom, utc("2032-01-01T00:00:00Z"));
    REQUIRE(all.size() > 10);
    for (auto from = utc("2020-01-03T19:00:00Z"); from < utc("2031-01-01T00:00:00Z");
         from += std::chrono::days(97)) {
        const auto to = from + std::chrono::days(120);
        std::vector<Slot> expected;
        for (const auto& slot : all)
            if (slot.starts_at >= from && slot.starts_at < to) expected.push_back(slot);
        REQUIRE(expand(plan, from, to) == expected);
        if (expected.size() > 2) expected.resize(2);
        REQUIRE(expand(plan, from, to, 2) == expected);
    }
}

TEST_CASE("exceptions take away, additions add, and one instant is one airing", "[rule]") {
    auto plan = schedule("2026-11-24T20:00", "Europe/Paris", "FREQ=WEEKLY;COUNT=3");
    plan.exdates = {local("2026-12-01T20:00")};
    plan.rdates = {local("2026-12-02T18:00"), local("2026-12-08T20:00")};
    CHECK(starts(plan, 10) ==
          std::vector<std::string>{"2026-11-24T19:00:00Z", "2026-12-02T17:00:00Z", "2026-12-08T19:00:00Z"});
}

TEST_CASE("UNTIL includes the last moment in each of its three forms", "[rule]") {
    const auto until = GENERATE("20261208", "20261208T200000", "20261208T190000Z");
    const auto plan = schedule("2026-11-24T20:00", "Europe/Paris", "");
    auto bounded = plan;
    bounded.rrule = std::string("FREQ=WEEKLY;UNTIL=") + until;
    CHECK(starts(bounded, 10).size() == 3);
}

TEST_CASE("a schedule without rule airs once", "[rule]") {
    const auto slots = expand(schedule("2026-11-24T20:00", "Europe/Paris", ""), kFrom, kTo);
    REQUIRE(slots.size() == 1);
    CHECK(to_iso8601(slots[0].local) == "2026-11-24T20:00:00");
    CHECK(slots[0].ends_at - slots[0].starts_at == std::chrono::minutes(60));
}

TEST_CASE("a start that its rule does not give is refused with the first that fits", "[rule]") {
    const auto why = reason(schedule("2026-11-25T20:00", "Europe/Paris", "FREQ=WEEKLY;BYDAY=TU"));
    CHECK(why.find("start: ") == 0);
    CHECK(why.find("2026-12-01T20:00:00") != std::string::npos);
}

TEST_CASE("what cannot be a programme's rule is refused by field", "[rule]") {
    const auto rrule = GENERATE(
        "", ";", "FREQ", "FREQ=", "FREQ=HOURLY", "FREQ=MINUTELY;BYMONTH=2", "INTERVAL=2",
        "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=1001",
        "FREQ=DAILY;INTERVAL=99999999999999999999", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=4001",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101", "FREQ=DAILY;UNTIL=20270230", "FREQ=DAILY;UNTIL=20270101T250000Z",
        "FREQ=DAILY;UNTIL=tomorrow", "FREQ=DAILY;UNTIL=20200101", "FREQ=DAILY;BYHOUR=3",
        "FREQ=DAILY;X-NAME=3", "FREQ=DAILY;BYDAY=2MO", "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;BYDAY=MO,", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=54MO",
        "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTH=-1", "FREQ=MONTHLY;BYWEEKNO=3", "FREQ=DAILY;BYYEARDAY=3",
        "FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=MONTHLY;BYSETPOS=1", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31", "RRULE:FREQ=DAILY", "FREQ=DAILY\r\nATTENDEE:x",
        "FREQ=DAILY;\xff=1");
    CAPTURE(rrule);
    const auto why = reason(schedule("2026-11-24T20:00", "Europe/Paris", *rrule == '\0' ? ";;" : rrule));
    CHECK(why.find("rrule: ") == 0);
}

TEST_CASE("the other fields are refused by name", "[rule]") {
    const auto good = schedule("2026-11-24T20:00", "Europe/Paris", "FREQ=DAILY");
    REQUIRE(reason(good).empty());
    auto plan = good;
    plan.zone = "Mars/Olympus";
    CHECK(reason(plan).find("zone: ") == 0);
    plan = good;
    plan.length_minutes = 4;
    CHECK(reason(plan).find("length_minutes: ") == 0);
    plan.length_minutes = 1'441;
    CHECK(reason(plan).find("length_minutes: ") == 0);
    plan = good;
    plan.exdates.assign(401, good.start);
    CHECK(reason(plan).find("exdates: ") == 0);
    plan = good;
    plan.rdates = {good.start - std::chrono::days(1)};
    CHECK(reason(plan).find("rdates: ") == 0);
    plan = good;
    plan.start = LocalTime::max();
    CHECK(reason(plan).find("start: ") == 0);
    plan = good;
    plan.rrule = "FREQ=YEARLY;BYYEARDAY=1" + std::string(500, '1');
    CHECK(reason(plan).find("rrule: ") == 0);
}

TEST_CASE("any rule is taken or refused within a counted bound of work", "[rule]") {
    REQUIRE(hostile_rules().size() >= 60);
    for (const auto& row : hostile_rules()) {
        INFO(row.rrule.substr(0, 100));
        auto plan = schedule("1970-01-01T00:00", "Europe/Paris", "");
        plan.rrule = row.rrule;
        const auto why = reason(plan);
        if (row.why == nullptr) {
            CHECK(why.empty());
            CHECK(expand(plan, kFrom, kTo).size() <= kMaxSlots);
            CHECK(expand(plan, utc("2199-01-01T00:00:00Z"), kTo).size() <= 366);
            CHECK_FALSE(sentence(plan, "fr").empty());
        } else {
            CHECK(why.find(row.why) != std::string::npos);
        }
        try {
            const auto rule = parse_recurrence(row.rrule);
            const auto tested =
                for_each_day(rule, kFirstDay, kFirstDay, kLastDay, [](LocalDays) { return true; });
            CHECK(tested > 0);
            CHECK(tested <= kMaxDaysTested);
        } catch (const Invalid& error) {
            CHECK(error.field() == "rrule");
        }
    }
}

TEST_CASE("what lies before the window is not worked through", "[rule]") {
    const auto rrule = GENERATE("FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY",
                                "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=1;BYDAY=1TH");
    const LocalDays from{std::chrono::year(2199) / 1 / 1};
    const auto tested =
        for_each_day(parse_recurrence(rrule), kFirstDay, from, kLastDay, [](LocalDays) { return true; });
    CHECK(tested <= 366);
}

TEST_CASE("a refused start names the first that fits, and that one is taken", "[rule]") {
    const auto rrule =
        GENERATE("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO", "FREQ=MONTHLY;BYMONTHDAY=-1",
                 "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
                 "FREQ=YEARLY;BYWEEKNO=53", "FREQ=YEARLY;BYMONTH=3", "FREQ=DAILY;INTERVAL=4;BYDAY=SA");
    auto plan = schedule("2026-11-25T20:00", "Europe/Paris", rrule);
    try {
        check(plan);
        FAIL("it was taken");
    } catch (const Invalid& refusal) {
        CHECK(refusal.field() == "start");
        REQUIRE(refusal.first_fitting());
        CHECK(refusal.why().find(*refusal.first_fitting()) != std::string::npos);
        plan.start = parse_local(*refusal.first_fitting(), "start");
    }
    CHECK(reason(plan).empty());
}

TEST_CASE("a rule that ends before its first airing is refused for its end", "[rule]") {
    CHECK(reason(schedule("2026-11-25T20:00", "UTC", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261124")) ==
          "rrule: UNTIL is before the start");
    CHECK(reason(schedule("2026-11-25T20:00", "UTC", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261130")) ==
          "rrule: UNTIL is before the first date that fits, 2026-12-01");
    CHECK(reason(schedule("2026-11-25T20:00", "UTC", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201"))
              .starts_with("start: "));
}

TEST_CASE("UNTIL in UTC ends by the zone's clock, in gaps and overlaps too", "[rule]") {
    // 02:30 of 29 March is 01:30 UTC, of 25 October the first of two, 00:30 UTC.
    const auto [until, last] = GENERATE(table<const char*, const char*>({
        {"20260329T013000Z", "2026-03-29T01:30:00Z"},
        {"20260329T012959Z", "2026-03-28T01:30:00Z"},
        {"20261025T003000Z", "2026-10-25T00:30:00Z"},
        {"20261025T002959Z", "2026-10-24T00:30:00Z"},
    }));
    const auto plan =
        schedule("2026-03-01T02:30", "Europe/Paris", (std::string("FREQ=DAILY;UNTIL=") + until).c_str());
    CHECK(starts(plan, kMaxSlots).back() == last);
}

TEST_CASE("a seeded storm of rule texts is answered, each by an error or an expansion", "[rule]") {
    constexpr std::string_view kPieces[] = {"FREQ=",  "DAILY",    "WEEKLY", "YEARLY",    ";",         ",",
                                            "BYDAY=", "MO",       "-1FR",   "BYSETPOS=", "366",       "-",
                                            "UNTIL=", "20270101", "T",      "Z",         "BYWEEKNO=", "53",
                                            "COUNT=", "\xc3",     "="};
    SeededRandom random(7);
    int accepted = 0;
    for (int i = 0; i < 5'000; ++i) {
        std::byte bytes[12];
        random.fill(bytes);
        auto plan = schedule("2026-11-24T20:00", "UTC", "");
        plan.rrule = i % 2 ? "FREQ=DAILY;" : "FREQ=YEARLY;";
        for (const auto byte : bytes)
            plan.rrule += kPieces[std::to_integer<std::size_t>(byte) % std::size(kPieces)];
        if (i % 5 == 0) plan.rrule = plan.rrule.substr(0, 11);
        try {
            expand(plan, kFrom, kTo, 3);
            ++accepted;
        } catch (const Invalid& error) {
            REQUIRE_FALSE(error.field().empty());
        }
    }
    CHECK(accepted > 0);
}
