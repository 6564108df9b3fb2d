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

GridItem airing(const std::string& channel, Instant starts_at, std::chrono::minutes length) {
    GridItem item;
    item.channel_slug = item.channel_title = channel;
    item.starts_at = starts_at;
    item.ends_at = starts_at + length;
    return item;
}

Grid day(const std::vector<GridItem>& items, const std::string& zone, const char* date,
         int first_channel = 0) {
    const Viewer viewer(visitor(zone));
    const auto shown = parse_date(date, "date");
    return lay_out_day(items, viewer, shown, {viewer.midnight(shown) - 24h}, first_channel);
}

void check_apart(const Grid& grid, const std::vector<GridItem>& items, int columns) {
    REQUIRE(grid.places.size() == items.size());
    for (std::size_t a = 0; a < items.size(); ++a) {
        CHECK(grid.places[a].at + grid.places[a].span <= columns);
        for (std::size_t b = a + 1; b < items.size(); ++b) {
            if (grid.places[a].row != grid.places[b].row) continue;
            CHECK(items[a].channel_slug == items[b].channel_slug);
            CHECK(grid.places[a].at + grid.places[a].span <= grid.places[b].at);
        }
    }
}

}  // namespace

TEST_CASE("no two airings of a day's grid cover each other", "[web]") {
    std::vector<GridItem> entries;
    const auto start = at("2027-03-02T00:00:00Z");
    for (int i = 0; i < 60; ++i)
        entries.push_back(
            airing("channel-" + std::to_string(i % 3), start + i * 20min, 10min + (i * 13 % 95) * 1min));
    const auto grid = day(entries, "UTC", "2027-03-02");
    check_apart(grid, entries, grid.hours * 12);
}

TEST_CASE("an airing stands at its local hour", "[web]") {
    const auto grid = day({airing("a", at("2027-03-02T19:30:00Z"), 60min)}, "Asia/Kolkata", "2027-03-03");
    CHECK(grid.sections.front().label == "01:00");
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
    CHECK(std::ranges::count(autumn.sections, std::string("02:00"), &GridSection::label) == 2);
    const auto spring =
        day(whole("2027-03-27T23:00:00Z", "2027-03-28T21:50:00Z"), "Europe/Paris", "2027-03-28");
    CHECK(spring.hours == 23);
    CHECK(std::ranges::count(spring.sections, std::string("02:00"), &GridSection::label) == 0);
}

TEST_CASE("a week has a column a day, and no two airings of a channel cover each other", "[web]") {
    std::vector<GridItem> items;
    const auto start = at("2027-03-01T06:00:00Z");
    for (int i = 0; i < 40; ++i) items.push_back(airing("c" + std::to_string(i % 3), start + i * 4h, 60min));
    const Viewer viewer(visitor("UTC"));
    const auto grid = lay_out_week(items, viewer, parse_date("2027-03-01", "date"), 0);
    CHECK(grid.sections.size() == 7);
    check_apart(grid, items, 7);
}

TEST_CASE("a quiet day shows eight hours, channels that do not fit are on the next page, none is lost",
          "[web]") {
    CHECK(day({airing("a", at("2027-03-02T23:00:00Z"), 30min)}, "UTC", "2027-03-02").hours == kMinGridHours);
    std::vector<GridItem> items;
    for (int i = 0; i < kMaxGridRows + 5; ++i)
        items.push_back(airing("c" + std::to_string(1000 + i), at("2027-03-02T12:00:00Z"), 60min));
    const auto grid = day(items, "UTC", "2027-03-02");
    CHECK(grid.all_channels == kMaxGridRows + 5);
    const auto shown = static_cast<int>(grid.channels.size());
    CHECK(shown < grid.all_channels);
    CHECK(std::ranges::count(grid.places, 0, &GridPlace::row) == grid.all_channels - shown);
    const auto rest = day(items, "UTC", "2027-03-02", shown);
    CHECK(rest.first_channel == shown);
    CHECK(static_cast<int>(rest.channels.size()) + shown == grid.all_channels);
}
