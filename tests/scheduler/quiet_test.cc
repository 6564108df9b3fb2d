#include "scheduler/quiet.h"

#include <catch2/catch.hpp>

using namespace stagecast;
using namespace stagecast::scheduler;

namespace {

Instant utc(const char* text) {
    return parse_iso8601(text, "test");
}

constexpr int kTen = 22 * 60, kSeven = 7 * 60, kMidnight = 0;

}  // namespace

TEST_CASE("quiet hours put off to their end, across midnight too", "[quiet]") {
    const auto paris = Zone::find("Europe/Paris");  // +01:00
    const auto after = [&](int from, int until, const char* at) {
        return to_iso8601(after_quiet(*paris, from, until, utc(at)));
    };
    CHECK(after(kTen, kSeven, "2026-11-28T20:59:59Z") == to_iso8601(utc("2026-11-28T20:59:59Z")));
    CHECK(after(kTen, kSeven, "2026-11-28T21:00:00Z") == to_iso8601(utc("2026-11-29T06:00:00Z")));
    CHECK(after(kTen, kSeven, "2026-11-29T02:00:00Z") == to_iso8601(utc("2026-11-29T06:00:00Z")));
    CHECK(after(kTen, kSeven, "2026-11-29T06:00:00Z") == to_iso8601(utc("2026-11-29T06:00:00Z")));
    CHECK(after(kMidnight, kSeven, "2026-11-28T22:59:00Z") == to_iso8601(utc("2026-11-28T22:59:00Z")));
    CHECK(after(kMidnight, kSeven, "2026-11-28T23:00:00Z") == to_iso8601(utc("2026-11-29T06:00:00Z")));
    CHECK(after(kSeven, kSeven, "2026-11-29T02:00:00Z") == to_iso8601(utc("2026-11-29T02:00:00Z")));
}

TEST_CASE("quiet hours end by the local clock on the days it is changed", "[quiet]") {
    const auto paris = Zone::find("Europe/Paris");
    // 29 March 2026: 02:00 is 03:00. 25 October: 03:00 is 02:00 again.
    CHECK(after_quiet(*paris, kTen, kSeven, utc("2026-03-28T23:00:00Z")) == utc("2026-03-29T05:00:00Z"));
    CHECK(after_quiet(*paris, kTen, kSeven, utc("2026-10-24T23:00:00Z")) == utc("2026-10-25T06:00:00Z"));
    // An end that is left out comes an hour later by the clock, and is the same instant.
    CHECK(after_quiet(*paris, kTen, 2 * 60 + 30, utc("2026-03-29T00:30:00Z")) == utc("2026-03-29T01:30:00Z"));
    // An end that comes twice is the first; in the hour's second pass one is not held for a day.
    CHECK(after_quiet(*paris, kTen, 2 * 60 + 30, utc("2026-10-24T23:00:00Z")) == utc("2026-10-25T00:30:00Z"));
    CHECK(after_quiet(*paris, kTen, 2 * 60 + 30, utc("2026-10-25T01:10:00Z")) == utc("2026-10-25T01:10:00Z"));
}

TEST_CASE("a digest comes at eight in the morning, where its reader is, a weekly one on Monday", "[quiet]") {
    const auto paris = Zone::find("Europe/Paris");
    using store::Digest;
    CHECK(next_digest(*paris, Digest::kDaily, utc("2026-11-28T06:59:59Z")) == utc("2026-11-28T07:00:00Z"));
    CHECK(next_digest(*paris, Digest::kDaily, utc("2026-11-28T07:00:00Z")) == utc("2026-11-29T07:00:00Z"));
    CHECK(next_digest(*paris, Digest::kDaily, utc("2026-03-28T20:00:00Z")) == utc("2026-03-29T06:00:00Z"));
    CHECK(next_digest(*paris, Digest::kWeekly, utc("2026-11-28T06:00:00Z")) == utc("2026-11-30T07:00:00Z"));
    CHECK(next_digest(*paris, Digest::kWeekly, utc("2026-11-30T07:00:00Z")) == utc("2026-12-07T07:00:00Z"));
    const auto apia = Zone::find("Pacific/Apia");  // +13:00
    CHECK(next_digest(*apia, Digest::kDaily, utc("2026-11-28T06:00:00Z")) == utc("2026-11-28T19:00:00Z"));
}
