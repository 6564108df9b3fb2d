#include "studio/notice_times.h"

#include <catch2/catch.hpp>

using namespace stagecast;
using studio::NoticeTimes;

namespace {

Instant at(const char* text) {
    return parse_iso8601(text, "test");
}

}  // namespace

TEST_CASE("times are said in the reader's zone, and an hour that comes twice by its offset", "[studio]") {
    const NoticeTimes paris("en", "Europe/Paris");
    const auto hour = std::chrono::hours(1);
    const auto first = at("2026-10-25T00:30:00Z"), second = at("2026-10-25T01:30:00Z");
    CHECK(paris.span(first, first + hour) == "Sunday 25 October 2026, 02:30–02:30 (Europe/Paris, UTC+2)");
    CHECK(paris.span(second, second + hour) == "Sunday 25 October 2026, 02:30–03:30 (Europe/Paris, UTC+1)");
    CHECK(paris.moment(at("2026-12-31T23:30:00Z")) == "Friday 1 January 2027 at 00:30, Paris time");
    CHECK(NoticeTimes("en", "Asia/Kolkata").span(first, first + hour) ==
          "Sunday 25 October 2026, 06:00–07:00 (Asia/Kolkata, UTC+5:30)");
    CHECK(NoticeTimes("de", "America/St_Johns").span(first, first + hour) ==
          "Saturday 24 October 2026, 22:00–23:00 (America/St_Johns, UTC-2:30)");
    CHECK(NoticeTimes("en", "UTC").span(first, first + hour) == "Sunday 25 October 2026, 00:30–01:30 (UTC)");
    CHECK(NoticeTimes("en", "UTC").moment(first) == "Sunday 25 October 2026 at 00:30, UTC");
}

TEST_CASE("times in French: the first of a month is counted, cities have their names", "[studio]") {
    const NoticeTimes cairo("fr-CA", "Africa/Cairo");
    CHECK(cairo.moment(at("2026-12-01T07:05:00Z")) ==
          "mardi 1er décembre 2026 à 9\u202fh\u202f05, heure du Caire");
    CHECK(cairo.day_clock(at("2026-12-02T07:05:00Z")) == "mercredi 2 décembre à 9\u202fh\u202f05");
    CHECK(studio::is_french("FR"));
    CHECK_FALSE(studio::is_french("fry"));
}
