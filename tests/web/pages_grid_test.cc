#include <catch2/catch.hpp>

#include <algorithm>

#include "web/pages/grid.h"

using namespace stagecast;
using namespace stagecast::web;
using namespace std::chrono_literals;

namespace {

Request visitor(const std::string& zone) {
    Request request;
    request.zone = zone;
    request.language = "en";
    return request;
}

Instant at(const char* text) {
    return parse_iso8601(text, "at");
}

scheduler::GuideEntry airing(const std::string& channel, Instant starts_at, std::chrono::minutes length) {
    scheduler::GuideEntry entry;
    entry.channel_slug = entry.channel_title = channel;
    entry.room.starts_at = starts_at;
    entry.room.ends_at = starts_at + length;
    return entry;
}

Grid day(const std::vector<scheduler::GuideEntry>& entries, const std::string& zone, const char* date) {
    const Viewer viewer(visitor(zone));
    const auto start = viewer.midnight(parse_date(date, "date"));
    const auto end = viewer.midnight(parse_date(date, "date") + std::chrono::days(1));
    return lay_out(entries, viewer, start, end, start - 24h);
}

}  // namespace

TEST_CASE("no two airings of a day's grid cover each other", "[web]") {
    std::vector<scheduler::GuideEntry> entries;
    const auto start = at("2027-03-02T00:00:00Z");
    for (int i = 0; i < 60; ++i)
        entries.push_back(
            airing("channel-" + std::to_string(i % 3), start + i * 20min, 10min + (i * 13 % 95) * 1min));
    const auto grid = day(entries, "UTC", "2027-03-02");
    REQUIRE(grid.places.size() == entries.size());
    for (std::size_t a = 0; a < entries.size(); ++a) {
        CHECK(grid.places[a].at + grid.places[a].span <= grid.hours * 12);
        for (std::size_t b = a + 1; b < entries.size(); ++b) {
            if (grid.places[a].row != grid.places[b].row) continue;
            CHECK(entries[a].channel_slug == entries[b].channel_slug);
            CHECK(grid.places[a].at + grid.places[a].span <= grid.places[b].at);
        }
    }
}

TEST_CASE("an airing stands at its local hour", "[web]") {
    const auto grid = day({airing("a", at("2027-03-02T19:30:00Z"), 60min)}, "Asia/Kolkata", "2027-03-03");
    CHECK(grid.hour_marks.front().label == "01:00");
    CHECK(grid.places.front().at == 0);
    CHECK(grid.places.front().span == 12);
}

TEST_CASE("the day daylight saving ends has 25 hours, the day it begins 23", "[web]") {
    const auto whole = [](const char* first, const char* last) {
        return std::vector{airing("a", at(first), 5min), airing("a", at(last), 5min)};
    };
    const auto autumn =
        day(whole("2027-10-30T22:00:00Z", "2027-10-31T22:50:00Z"), "Europe/Paris", "2027-10-31");
    CHECK(autumn.hours == 25);
    CHECK(std::ranges::count(autumn.hour_marks, std::string("02:00"), &GridHour::label) == 2);
    const auto spring =
        day(whole("2027-03-27T23:00:00Z", "2027-03-28T21:50:00Z"), "Europe/Paris", "2027-03-28");
    CHECK(spring.hours == 23);
    CHECK(std::ranges::count(spring.hour_marks, std::string("02:00"), &GridHour::label) == 0);
}

TEST_CASE("a quiet day shows eight hours, and more channels than rows are not placed", "[web]") {
    CHECK(day({airing("a", at("2027-03-02T23:00:00Z"), 30min)}, "UTC", "2027-03-02").hours == kMinGridHours);
    std::vector<scheduler::GuideEntry> entries;
    for (int i = 0; i < kMaxGridRows + 5; ++i)
        entries.push_back(airing("c" + std::to_string(1000 + i), at("2027-03-02T12:00:00Z"), 60min));
    const auto grid = day(entries, "UTC", "2027-03-02");
    CHECK(grid.rows == kMaxGridRows);
    CHECK(std::ranges::count(grid.places, 0, &GridPlace::row) == 5);
}
