#pragma once
#include <string>
#include <vector>

#include "scheduler/planner.h"
#include "web/pages/viewer.h"

namespace stagecast::web {

// One day of the guide as a grid: a row per channel (more where airings overlap), a column for every 5
// minutes.
inline constexpr int kGridStepMinutes = 5;
inline constexpr int kMaxGridRows = 120;  // as many as guide.css has classes for
inline constexpr int kMinGridHours = 8;   // a quiet day is not stretched over the whole width

struct GridPlace {
    int row = 0;   // 1 is the first
    int at = 0;    // steps after the grid's start
    int span = 1;  // steps
};

struct GridChannel {
    std::string slug, title, colour;
    int row = 1, lanes = 1;
};

struct GridHour {
    int at = 0;
    std::string label;
};

struct Grid {
    Instant starts_at{};
    int hours = kMinGridHours;  // 1 to 25
    std::vector<GridChannel> channels;
    std::vector<GridHour> hour_marks;
    std::vector<GridPlace> places;  // of the entries, in their order; row 0: no room left in the grid
    int rows = 0;
};

// `entries` by start. The hours are those from the first airing to the last, `now` among them if it is in the
// day.
Grid lay_out(const std::vector<scheduler::GuideEntry>& entries, const Viewer& viewer, Instant day_start,
             Instant day_end, Instant now);

}  // namespace stagecast::web
