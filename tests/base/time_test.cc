#include "base/time.h"

#include <catch2/catch.hpp>
#include <random>

#include "base/error.h"

using namespace stagecast;

TEST_CASE("a moment survives its ISO 8601 text", "[time]") {
    std::mt19937_64 random(3);
    std::uniform_int_distribution<std::int64_t> ms(-60'000'000'000'000, 250'000'000'000'000);
    for (int i = 0; i < 2000; ++i) {
        const Instant instant{Milliseconds(ms(random))};
        REQUIRE(parse_iso8601(to_iso8601(instant), "at") == instant);
        const LocalTime local{
            std::chrono::seconds((ms(random) + 60'000'000'000'000) % 7'258'000'000'000 / 1000)};
        REQUIRE(parse_local(to_iso8601(local), "at") == local);
    }
}

TEST_CASE("ISO 8601 texts name the moments they should", "[time]") {
    CHECK(parse_iso8601("1970-01-01T00:00:00Z", "at").time_since_epoch().count() == 0);
    CHECK(parse_iso8601("2026-11-24T20:00:00+01:00", "at") == parse_iso8601("2026-11-24T19:00:00Z", "at"));
    CHECK(parse_iso8601("2026-11-24T15:30:00-03:30", "at") == parse_iso8601("2026-11-24T19:00:00Z", "at"));
    CHECK(parse_iso8601("2026-11-24T19:00:00.25Z", "at") - parse_iso8601("2026-11-24T19:00:00Z", "at") ==
          Milliseconds(250));
    CHECK(to_iso8601(parse_iso8601("2026-11-24T19:00:00.25Z", "at")) == "2026-11-24T19:00:00.250Z");
    CHECK(to_iso8601(parse_iso8601("2024-02-29T23:59:59.123456Z", "at")) == "2024-02-29T23:59:59.123Z");
    CHECK(to_iso8601(parse_local("2026-11-24T20:00", "at")) == "2026-11-24T20:00:00");
}

TEST_CASE("a text that is not a moment is refused, naming the field", "[time]") {
    const auto text = GENERATE(as<const char*>(), "", "2026", "2026-11-24", "2026-11-24T19:00:00",
                               "2026-11-24T19:00Z", "2026-11-24 19:00:00Z", "2026-02-29T00:00:00Z",
                               "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z", "2026-01-01T24:00:00Z",
                               "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
                               "2026-01-01T00:00:00+25:00", "2026-01-01T00:00:00+0100",
                               "2026-01-01T00:00:00Zx", " 2026-01-01T00:00:00Z", "-026-01-01T00:00:00Z",
                               "0000-01-01T00:00:00Z", "+2026-01-01T00:00:00Z", "2026-1-01T00:00:00Z");
    INFO(text);
    try {
        parse_iso8601(text, "starts");
        FAIL("taken");
    } catch (const Invalid& error) {
        CHECK(error.field() == "starts");
    }
}

TEST_CASE("a local time has no zone and lies in the years 1970 to 2199", "[time]") {
    const auto text =
        GENERATE(as<const char*>(), "", "2026-11-24T20:00:00Z", "2026-11-24T20", "1969-12-31T23:59",
                 "2200-01-01T00:00", "2026-11-31T20:00", "2026-11-24T20:00:0", "2026-11-24T20:00:00.5");
    INFO(text);
    CHECK_THROWS_AS(parse_local(text, "starts"), Invalid);
}

TEST_CASE("mail and HTTP dates have the right weekday", "[time]") {
    const Instant tuesday = parse_iso8601("2026-11-24T19:00:00.900Z", "at");
    CHECK(to_rfc5322(tuesday) == "Tue, 24 Nov 2026 19:00:00 +0000");
    CHECK(to_http_date(tuesday) == "Tue, 24 Nov 2026 19:00:00 GMT");
    CHECK(to_http_date(parse_iso8601("1994-11-06T08:49:37Z", "at")) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(to_rfc5322(parse_iso8601("2024-02-29T00:00:00Z", "at")) == "Thu, 29 Feb 2024 00:00:00 +0000");
    CHECK(to_rfc5322(parse_iso8601("1969-12-31T23:59:59.5Z", "at")) == "Wed, 31 Dec 1969 23:59:59 +0000");
}

TEST_CASE("a manual clock shows what it was set to", "[time]") {
    ManualClock clock(parse_iso8601("2026-11-24T19:00:00Z", "at"));
    clock.advance(std::chrono::hours(1));
    CHECK(to_iso8601(clock.now()) == "2026-11-24T20:00:00Z");
    clock.set(Instant(Milliseconds(0)));
    CHECK(to_iso8601(clock.now()) == "1970-01-01T00:00:00Z");
    CHECK(SystemClock().now() > parse_iso8601("2020-01-01T00:00:00Z", "at"));
}
