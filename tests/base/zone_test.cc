#include "base/zone.h"

#include <catch2/catch.hpp>
#include <random>

#include "base/error.h"
#include "base/tzif.h"

using namespace stagecast;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

Instant utc(const char* text) {
    return parse_iso8601(text, "instant");
}

LocalTime local(const char* text) {
    return parse_local(text, "local");
}

struct Fact {
    const char* zone;
    const char* instant;
    const char* local;
    const char* abbreviation;
};

}  // namespace

TEST_CASE("a zone shows the known local time of known instants", "[zone]") {
    const auto fact = GENERATE(values<Fact>({
        {"UTC", "2026-11-24T19:00:00Z", "2026-11-24T19:00:00", "UTC"},
        {"Europe/Paris", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59", "CET"},
        {"Europe/Paris", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00", "CEST"},
        {"Europe/Paris", "2026-10-25T00:59:59Z", "2026-10-25T02:59:59", "CEST"},
        {"Europe/Paris", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00", "CET"},
        {"Europe/Paris", "2150-07-01T12:00:00Z", "2150-07-01T14:00:00", "CEST"},
        {"America/New_York", "2026-03-08T07:00:00Z", "2026-03-08T03:00:00", "EDT"},
        {"America/New_York", "2026-11-01T06:00:00Z", "2026-11-01T01:00:00", "EST"},
        {"Asia/Kolkata", "2026-06-01T00:00:00Z", "2026-06-01T05:30:00", "IST"},
        {"Asia/Kathmandu", "2026-06-01T00:00:00Z", "2026-06-01T05:45:00", "+0545"},
        {"Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T23:59:59", "-10"},
        {"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00", "+14"},
        {"Pacific/Kiritimati", "2026-01-01T00:00:00Z", "2026-01-01T14:00:00", "+14"},
        {"Australia/Lord_Howe", "2026-01-15T00:00:00Z", "2026-01-15T11:00:00", "+11"},
        {"Australia/Lord_Howe", "2026-07-15T00:00:00Z", "2026-07-15T10:30:00", "+1030"},
        {"Africa/Cairo", "2025-04-24T22:00:00Z", "2025-04-25T01:00:00", "EEST"},
        {"Europe/Dublin", "2026-01-15T12:00:00Z", "2026-01-15T12:00:00", "GMT"},
        {"Europe/Dublin", "2150-07-15T12:00:00Z", "2150-07-15T13:00:00", "IST"},
        {"Europe/London", "1970-06-01T00:00:00Z", "1970-06-01T01:00:00", "BST"},
        {"Asia/Tokyo", "2199-12-31T00:00:00Z", "2199-12-31T09:00:00", "JST"},
    }));
    const auto zone = Zone::find(fact.zone);
    INFO(fact.zone << " at " << fact.instant);
    CHECK(to_iso8601(zone->to_local(utc(fact.instant))) == fact.local);
    CHECK(zone->abbreviation_at(utc(fact.instant)) == fact.abbreviation);
}

TEST_CASE("a local time in a gap is shifted by the offset before it, in an overlap the first is taken",
          "[zone]") {
    struct Case {
        const char* zone;
        const char* local;
        const char* instant;
    };
    const auto c = GENERATE(values<Case>({
        {"Europe/Paris", "2026-03-29T02:30:00", "2026-03-29T01:30:00Z"},      // gap of an hour
        {"Europe/Paris", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"},      // overlap: summer time
        {"Europe/Paris", "2120-10-27T02:30:00", "2120-10-27T00:30:00Z"},      // overlap after the table's end
        {"America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:30:00Z"},  // gap
        {"America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00Z"},  // overlap
        {"Africa/Cairo", "2025-04-25T00:00:00", "2025-04-24T22:00:00Z"},      // gap at midnight
        {"Africa/Cairo", "2025-04-25T00:30:00", "2025-04-24T22:30:00Z"},
        {"Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:45:00Z"},  // gap of half an hour
        {"Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00Z"},  // overlap of half an hour
        {"Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00Z"},         // a day that never was
        {"Africa/Casablanca", "2025-02-23T02:30:00",
         "2025-02-23T01:30:00Z"},  // overlap at the start of Ramadan
        {"Africa/Casablanca", "2025-04-06T02:30:00", "2025-04-06T02:30:00Z"},  // gap at its end
    }));
    INFO(c.zone << " at " << c.local);
    CHECK(to_iso8601(Zone::find(c.zone)->to_utc(local(c.local))) == c.instant);
}

TEST_CASE("outside gaps a local time survives the way to UTC and back, in every zone", "[zone]") {
    std::mt19937_64 random(7);
    std::uniform_int_distribution<std::int64_t> seconds_to_2199(0, 7'258'000'000);
    for (const std::string& name : Zone::names()) {
        const auto zone = Zone::find(name);
        for (int i = 0; i < 60; ++i) {
            const Instant instant{std::chrono::seconds(seconds_to_2199(random))};
            const LocalTime there = zone->to_local(instant);  // a local time that exists
            const Instant back = zone->to_utc(there);
            INFO(name << " at " << to_iso8601(instant));
            REQUIRE(zone->to_local(back) == there);
            REQUIRE(back <= instant);  // in an overlap the first
        }
    }
}

TEST_CASE("around every change a zone's local times and instants agree", "[zone]") {
    for (const std::string& name : Zone::names()) {
        const auto zone = Zone::find(name);
        for (const auto& change :
             zone->transitions(utc("1970-01-02T00:00:00Z"), utc("2150-01-01T00:00:00Z"))) {
            INFO(name << " at " << to_iso8601(change.at));
            REQUIRE(zone->offset_at(change.at - Milliseconds(1)) == change.offset_before);
            REQUIRE(zone->offset_at(change.at) == change.offset_after);
            REQUIRE(zone->abbreviation_at(change.at) == change.abbreviation_after);
            const LocalTime from =
                zone->to_local(change.at - std::chrono::seconds(1)) + std::chrono::seconds(1);
            // The local time at which the old offset ends: jumped over, it is the change itself; doubled, it
            // comes again once the clocks have been put back and have made up for it.
            const auto put_back =
                std::max(change.offset_before - change.offset_after, std::chrono::seconds(0));
            REQUIRE(zone->to_utc(from) == change.at + put_back);
        }
    }
}

TEST_CASE("a zone lists its changes between two instants, the first included, the last not", "[zone]") {
    const auto paris = Zone::find("Europe/Paris");
    const auto changes = paris->transitions(utc("2026-03-29T01:00:00Z"), utc("2027-03-28T01:00:00Z"));
    REQUIRE(changes.size() == 2);
    CHECK(to_iso8601(changes[0].at) == "2026-03-29T01:00:00Z");
    CHECK(changes[0].offset_before == hours(1));
    CHECK(changes[0].offset_after == hours(2));
    CHECK(changes[0].abbreviation_after == "CEST");
    CHECK(changes[0].daylight_after);
    CHECK(to_iso8601(changes[1].at) == "2026-10-25T01:00:00Z");
    CHECK_FALSE(changes[1].daylight_after);
    CHECK(paris->transitions(utc("1970-01-01T00:00:00Z"), utc("9999-01-01T00:00:00Z")).size() == 800);
    CHECK(Zone::find("Asia/Tokyo")
              ->transitions(utc("1970-01-01T00:00:00Z"), utc("2199-01-01T00:00:00Z"))
              .empty());
}

TEST_CASE("a name that is not a zone of the database is refused, naming the field", "[zone]") {
    const std::string name =
        GENERATE(as<std::string>(), "", "Europe/Atlantis", "../../etc/passwd", "Europe/../Europe/Paris",
                 "/etc/localtime", "posix/Europe/Paris", "right/Europe/Paris", "posixrules", "localtime",
                 "tzdata.zi", "Europe", "Europe/", "Europe//Paris", "europe/paris", "Europe/Paris ",
                 std::string("UTC\0x", 5), std::string(5000, 'A'));
    try {
        Zone::find(name, "start_zone");
        FAIL("taken: " << name);
    } catch (const Invalid& error) {
        CHECK(error.field() == "start_zone");
    }
}

TEST_CASE("the names begin with UTC, are sorted, and hold cities and their old names", "[zone]") {
    const auto& names = Zone::names();
    REQUIRE(names.size() > 300);
    CHECK(names[0] == "UTC");
    CHECK(std::is_sorted(names.begin() + 1, names.end()));
    for (const char* name :
         {"Europe/Paris", "Europe/Oslo", "America/New_York", "Asia/Kolkata", "Africa/Casablanca"})
        CHECK(std::find(names.begin(), names.end(), name) != names.end());
}

namespace {

std::string big_endian(std::int64_t value, int size_bytes) {
    std::string out;
    for (int shift = (size_bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
    return out;
}

struct FileParts {
    std::vector<std::int64_t> changes_s;
    std::string types;  // an index for each change
    std::int64_t offset_s = 3600;
    std::string footer;
    int leap_seconds = 0;
};

// Two types: 0 is offset_s "AAA", 1 is an hour more "BBB".
std::string tzif(const FileParts& parts) {
    const std::string empty_block = std::string("TZif2") + std::string(15, '\0') + std::string(24, '\0');
    std::string out = empty_block + std::string("TZif2") + std::string(15, '\0');
    for (const std::int64_t count :
         {std::int64_t{0}, std::int64_t{0}, std::int64_t{parts.leap_seconds},
          static_cast<std::int64_t>(parts.changes_s.size()), std::int64_t{2}, std::int64_t{8}})
        out += big_endian(count, 4);
    for (const std::int64_t at_s : parts.changes_s) out += big_endian(at_s, 8);
    out += parts.types;
    out += big_endian(parts.offset_s, 4) + std::string("\0\0", 2);
    out += big_endian(parts.offset_s + 3600, 4) + std::string("\1\4", 2);
    out += std::string("AAA\0BBB\0", 8);
    out += std::string(static_cast<std::size_t>(parts.leap_seconds) * 12, '\0');
    return out + "\n" + parts.footer + "\n";
}

std::int64_t offset_s(const TzTable& table, const char* instant) {
    return table.type(table.type_at(utc(instant).time_since_epoch().count() / 1000)).offset_s;
}

}  // namespace

TEST_CASE("a zone file's rule decides after its table in each of its forms", "[zone]") {
    struct Case {
        const char* footer;
        const char* instant;
        std::int64_t offset_s;
    };
    const auto c = GENERATE(values<Case>({
        {"XXX-3", "2030-01-01T00:00:00Z", 10'800},
        {"<+0330>-3:30", "2030-01-01T00:00:00Z", 12'600},
        {"XXX-1YYY,J60/0,J300/0", "2028-02-29T22:59:59Z", 3600},  // J60 is 1 March, leap year or not
        {"XXX-1YYY,J60/0,J300/0", "2028-02-29T23:00:00Z", 7200},
        {"XXX-1YYY,59/0,300/0", "2028-02-28T23:00:00Z", 7200},  // day 59 counts from 0: 29 February 2028
        {"XXX-1YYY,M10.1.0,M4.1.0/3", "2030-01-01T00:00:00Z", 7200},  // southern summer
        {"XXX-1YYY,M10.1.0,M4.1.0/3", "2030-06-01T00:00:00Z", 3600},
        {"XXX3EDT4,0/0,J365/23", "2030-12-31T23:30:00Z", -14'400},  // daylight time all year long
        {"XXX3EDT4,0/0,J365/23", "2031-01-01T03:30:00Z", -14'400},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", "2030-01-01T00:00:00Z", 0},  // negative daylight saving
        {"IST-1GMT0,M10.5.0,M3.5.0/1", "2030-07-01T00:00:00Z", 3600},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T00:59:59Z", -7200},  // 22:59:59 on the day before
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T01:00:00Z", -3600},
    }));
    INFO(c.footer << " at " << c.instant);
    CHECK(offset_s(TzTable(tzif({{}, "", 3600, c.footer, 0})), c.instant) == c.offset_s);
}

TEST_CASE("a zone file without a rule keeps its last offset for ever", "[zone]") {
    const TzTable table(tzif({{0, 1000}, std::string("\0\1", 2), 3600, "", 0}));
    CHECK(table.type(table.type_at(-1)).offset_s == 3600);
    CHECK(table.type(table.type_at(999)).offset_s == 3600);
    CHECK(table.type(table.type_at(1000)).offset_s == 7200);
    CHECK(offset_s(table, "2199-01-01T00:00:00Z") == 7200);
    CHECK_FALSE(table.next_change(1000).has_value());
}

TEST_CASE("a zone file that contradicts itself is refused", "[zone]") {
    CHECK_THROWS_AS(TzTable(""), Invalid);
    CHECK_THROWS_AS(TzTable("TZif"), Invalid);
    CHECK_THROWS_AS(TzTable(tzif({{10, 10}, std::string("\0\1", 2), 3600, "", 0})), Invalid);  // not in order
    CHECK_THROWS_AS(TzTable(tzif({{10}, "\2", 3600, "", 0})), Invalid);                        // no such type
    CHECK_THROWS_AS(TzTable(tzif({{}, "", 100'000, "", 0})), Invalid);  // absurd offset
    CHECK_THROWS_AS(TzTable(tzif({{}, "", 3600, "", 1})), Invalid);     // leap seconds
    for (const char* footer : {"X", "XXX", "XXX25", "XXX1YYY", "XXX1YYY,M3.5.0", "XXX1YYY,M13.1.0,M10.5.0",
                               "XXX1YYY,M3.6.0,M10.5.0", "XXX1YYY,J0,J5", "XXX1YYY,M3.5.0,M10.5.0x", "<XXX1",
                               "XXX1YYY,M3.5.0/168,M10.5.0"})
        CHECK_THROWS_AS(TzTable(tzif({{}, "", 3600, footer, 0})), Invalid);
}

TEST_CASE(
    "a zone file cut anywhere, or with any byte changed, is read or refused, never followed out of bounds",
    "[zone]") {
    const std::string good =
        tzif({{0, 1000, 2000}, std::string("\0\1\0", 3), 3600, "XXX-1YYY,M3.5.0,M10.5.0/3", 0});
    REQUIRE_NOTHROW(TzTable(good));
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK_THROWS_AS(TzTable(good.substr(0, size)), Invalid);
    std::mt19937 random(11);
    for (int i = 0; i < 20'000; ++i) {
        std::string bad = good;
        bad[random() % bad.size()] = static_cast<char>(random());
        try {
            const TzTable table(bad);
            const auto next = table.next_change(INT64_MIN);
            table.type(table.type_at(next ? next->at_s : INT64_MAX));
        } catch (const Invalid&) {
        }
    }
    SUCCEED("no crash; the sanitizer build watches the bounds");
}
