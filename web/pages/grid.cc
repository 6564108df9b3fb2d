#include "web/pages/grid.h"

#include <algorithm>
#include <map>

namespace stagecast::web {
namespace {

constexpr std::chrono::minutes kStep(kGridStepMinutes);
constexpr int kStepsPerHour = 60 / kGridStepMinutes;

struct Hours {
    int first = 0, last = 0;  // since the day's start; last is exclusive
};

// The hours of the day that have something in them, at least kMinGridHours.
Hours hours_shown(const std::vector<scheduler::GuideEntry>& entries, Instant day_start, Instant day_end,
                  Instant now) {
    const auto hours_of_day =
        static_cast<int>(std::chrono::ceil<std::chrono::hours>(day_end - day_start).count());
    Hours hours{hours_of_day, 0};
    const auto reach = [&](Instant from, Instant to) {
        const auto first = std::chrono::floor<std::chrono::hours>(from - day_start).count();
        const auto last = std::chrono::ceil<std::chrono::hours>(to - day_start).count();
        hours.first = std::min(hours.first, std::clamp(static_cast<int>(first), 0, hours_of_day - 1));
        hours.last = std::max(hours.last, std::clamp(static_cast<int>(last), 1, hours_of_day));
    };
    for (const auto& entry : entries) reach(entry.room.starts_at, entry.room.ends_at);
    if (now >= day_start && now < day_end) reach(now, now + std::chrono::hours(1));
    if (hours.first >= hours.last) hours = {std::min(14, hours_of_day - kMinGridHours), hours_of_day};
    while (hours.last - hours.first < kMinGridHours && hours.last < hours_of_day) ++hours.last;
    while (hours.last - hours.first < kMinGridHours && hours.first > 0) --hours.first;
    return hours;
}

// The lane of each entry among those of its channel: the first that is free when it starts.
std::vector<int> lanes_of(const std::vector<const scheduler::GuideEntry*>& entries) {
    std::vector<Instant> free_from;
    std::vector<int> lanes;
    for (const auto* entry : entries) {
        const auto free = std::find_if(free_from.begin(), free_from.end(),
                                       [&](Instant until) { return until <= entry->room.starts_at; });
        lanes.push_back(static_cast<int>(free - free_from.begin()));
        if (free == free_from.end())
            free_from.push_back(entry->room.ends_at);
        else
            *free = entry->room.ends_at;
    }
    return lanes;
}

GridPlace place(const store::Room& room, const Grid& grid, int row) {
    const int last = grid.hours * kStepsPerHour;
    const auto steps = [&](Instant at) {
        return static_cast<int>(std::chrono::floor<std::chrono::minutes>(at - grid.starts_at) / kStep);
    };
    GridPlace placed;
    placed.row = row;
    placed.at = std::clamp(steps(room.starts_at), 0, last - 1);
    placed.span = std::clamp(steps(room.ends_at) - placed.at, 1, last - placed.at);
    return placed;
}

}  // namespace

Grid lay_out(const std::vector<scheduler::GuideEntry>& entries, const Viewer& viewer, Instant day_start,
             Instant day_end, Instant now) {
    const auto hours = hours_shown(entries, day_start, day_end, now);
    Grid grid;
    grid.starts_at = day_start + std::chrono::hours(hours.first);
    grid.hours = hours.last - hours.first;
    grid.places.resize(entries.size());
    for (int hour = 0; hour < grid.hours; ++hour)
        grid.hour_marks.push_back(
            {hour * kStepsPerHour, viewer.clock(grid.starts_at + std::chrono::hours(hour))});

    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> by_channel;  // title and slug
    for (std::size_t i = 0; i < entries.size(); ++i)
        by_channel[{entries[i].channel_title, entries[i].channel_slug}].push_back(i);
    for (const auto& [channel, indices] : by_channel) {
        std::vector<const scheduler::GuideEntry*> of_channel;
        for (const auto i : indices) of_channel.push_back(&entries[i]);
        const auto lanes = lanes_of(of_channel);
        const int count = *std::max_element(lanes.begin(), lanes.end()) + 1;
        if (grid.rows + count > kMaxGridRows) break;
        grid.channels.push_back(
            {channel.second, channel.first, of_channel.front()->channel_colour, grid.rows + 1, count});
        for (std::size_t k = 0; k < indices.size(); ++k)
            grid.places[indices[k]] = place(of_channel[k]->room, grid, grid.rows + 1 + lanes[k]);
        grid.rows += count;
    }
    return grid;
}

}  // namespace stagecast::web
