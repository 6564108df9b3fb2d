#include "web/pages/grid.h"

#include <algorithm>
#include <array>
#include <map>

namespace stagecast::web {
namespace {

constexpr std::chrono::minutes kStep(kGridStepMinutes);
constexpr int kStepsPerHour = 60 / kGridStepMinutes;
constexpr int kDaysOfWeek = 7;

using Indices = std::vector<std::size_t>;
using ByChannel = std::map<std::pair<std::string, std::string>, Indices>;  // title and slug

struct Hours {
    int first = 0, last = 0;  // since the day's start; last is exclusive
};

// The hours of the day that have something in them, at least kMinGridHours.
Hours hours_shown(const std::vector<GridItem>& items, Instant day_start, Instant day_end,
                  const std::vector<Instant>& moments) {
    const auto hours_of_day =
        static_cast<int>(std::chrono::ceil<std::chrono::hours>(day_end - day_start).count());
    Hours hours{hours_of_day, 0};
    const auto reach = [&](Instant from, Instant to) {
        const auto first = std::chrono::floor<std::chrono::hours>(from - day_start).count();
        const auto last = std::chrono::ceil<std::chrono::hours>(to - day_start).count();
        hours.first = std::min(hours.first, std::clamp(static_cast<int>(first), 0, hours_of_day - 1));
        hours.last = std::max(hours.last, std::clamp(static_cast<int>(last), 1, hours_of_day));
    };
    for (const auto& item : items) reach(item.starts_at, item.ends_at);
    for (const auto moment : moments)
        if (moment >= day_start && moment < day_end) reach(moment, moment + std::chrono::hours(1));
    if (hours.first >= hours.last) hours = {std::min(14, hours_of_day - kMinGridHours), hours_of_day};
    while (hours.last - hours.first < kMinGridHours && hours.last < hours_of_day) ++hours.last;
    while (hours.last - hours.first < kMinGridHours && hours.first > 0) --hours.first;
    return hours;
}

// The lane of each item among those of its channel: the first that is free when it starts.
std::vector<int> lanes_by_time(const std::vector<GridItem>& items, const Indices& of_channel) {
    std::vector<Instant> free_from;
    std::vector<int> lanes;
    for (const auto i : of_channel) {
        const auto free = std::find_if(free_from.begin(), free_from.end(),
                                       [&](Instant until) { return until <= items[i].starts_at; });
        const auto lane = static_cast<int>(free - free_from.begin());
        lanes.push_back(std::min(lane, kMaxGridLanes - 1));
        if (free != free_from.end())
            *free = items[i].ends_at;
        else if (lane < kMaxGridLanes)
            free_from.push_back(items[i].ends_at);
    }
    return lanes;
}

// The same in a week: each day's airings one below the other.
std::vector<int> lanes_by_day(const std::vector<GridPlace>& places, const Indices& of_channel) {
    std::array<int, kDaysOfWeek> used{};
    std::vector<int> lanes;
    for (const auto i : of_channel)
        lanes.push_back(std::min(used[static_cast<std::size_t>(places[i].at)]++, kMaxGridLanes - 1));
    return lanes;
}

ByChannel by_channel(const std::vector<GridItem>& items) {
    ByChannel channels;
    for (std::size_t i = 0; i < items.size(); ++i)
        channels[{items[i].channel_title, items[i].channel_slug}].push_back(i);
    return channels;
}

// Gives rows to channels from grid.first_channel on, until the page is full; one at least.
template <class LanesOf>
void place_rows(Grid& grid, const std::vector<GridItem>& items, LanesOf lanes_of) {
    const auto channels = by_channel(items);
    grid.all_channels = static_cast<int>(channels.size());
    grid.first_channel = std::clamp(grid.first_channel, 0, std::max(0, grid.all_channels - 1));
    int rows = 0;
    std::size_t placed = 0;
    for (auto at = std::next(channels.begin(), grid.first_channel); at != channels.end(); ++at) {
        const auto& [channel, of_channel] = *at;
        const auto lanes = lanes_of(of_channel);
        const int count = *std::max_element(lanes.begin(), lanes.end()) + 1;
        const bool is_full = rows + count > kMaxGridRows || placed + of_channel.size() > kMaxGridItems;
        if (is_full && rows > 0) break;
        grid.channels.push_back(
            {channel.second, channel.first, items[of_channel.front()].channel_colour, rows + 1, count});
        for (std::size_t k = 0; k < of_channel.size(); ++k)
            grid.places[of_channel[k]].row = rows + 1 + lanes[k];
        rows += count;
        placed += of_channel.size();
    }
}

// Of the places that have a row, by their columns.
void fill_sections(Grid& grid, const std::vector<GridItem>& items) {
    for (std::size_t i = 0; i < grid.places.size(); ++i) {
        if (grid.places[i].row == 0) continue;
        auto section =
            std::upper_bound(grid.sections.begin(), grid.sections.end(), items[i].starts_at,
                             [](Instant at, const GridSection& one) { return at < one.starts_at; });
        if (section != grid.sections.begin()) --section;
        section->items.push_back(i);
    }
}

GridPlace place_in_day(const GridItem& item, const Grid& grid) {
    const int last = grid.hours * kStepsPerHour;
    const auto steps = [&](Instant at) {
        return static_cast<int>(std::chrono::floor<std::chrono::minutes>(at - grid.starts_at) / kStep);
    };
    GridPlace placed;
    placed.at = std::clamp(steps(item.starts_at), 0, last - 1);
    placed.span = std::clamp(steps(item.ends_at) - placed.at, 1, last - placed.at);
    return placed;
}

}  // namespace

Grid lay_out_day(const std::vector<GridItem>& items, const Viewer& viewer, std::chrono::local_days day,
                 const std::vector<Instant>& moments, int first_channel) {
    const auto day_start = viewer.midnight(day), day_end = viewer.midnight(day + std::chrono::days(1));
    const auto hours = hours_shown(items, day_start, day_end, moments);
    Grid grid;
    grid.first_channel = first_channel;
    grid.starts_at = day_start + std::chrono::hours(hours.first);
    grid.hours = hours.last - hours.first;
    for (int hour = 0; hour < grid.hours; ++hour) {
        const auto at = grid.starts_at + std::chrono::hours(hour);
        grid.sections.push_back({hour * kStepsPerHour, viewer.clock(at), at, {}});
    }
    for (const auto& item : items) grid.places.push_back(place_in_day(item, grid));
    place_rows(grid, items, [&](const Indices& of_channel) { return lanes_by_time(items, of_channel); });
    fill_sections(grid, items);
    return grid;
}

Grid lay_out_week(const std::vector<GridItem>& items, const Viewer& viewer, std::chrono::local_days first,
                  int first_channel) {
    Grid grid;
    grid.first_channel = first_channel;
    grid.starts_at = viewer.midnight(first);
    for (int day = 0; day < kDaysOfWeek; ++day) {
        const auto date = first + std::chrono::days(day);
        grid.sections.push_back({day, viewer.short_day(date), viewer.midnight(date), {}});
    }
    for (const auto& item : items) {
        const auto day = static_cast<int>((viewer.day_of(item.starts_at) - first).count());
        grid.places.push_back({0, std::clamp(day, 0, kDaysOfWeek - 1), 1});
    }
    place_rows(grid, items, [&](const Indices& of_channel) { return lanes_by_day(grid.places, of_channel); });
    fill_sections(grid, items);
    return grid;
}

}  // namespace stagecast::web
