#pragma once
#include <string>
#include <vector>

#include "web/pages/viewer.h"

namespace stagecast::web {

// The guide as a grid, rows by channel: a day with a column for every 5 minutes, or a week with one for each
// day.
inline constexpr int kGridStepMinutes = 5;
inline constexpr int kMinGridHours = 8;      // a quiet day is not stretched over the whole width
inline constexpr int kMaxGridRows = 320;     // as many as guide.css has classes for
inline constexpr int kMaxGridLanes = 40;     // of one channel; what is on beyond shares the last
inline constexpr int kMaxGridItems = 3'000;  // 100 kB on the wire

enum class ItemState { kPlanned, kDelayed, kLive, kPast, kNotHeld, kCancelled, kAway };

// An airing, or where one was before it was moved (kAway).
struct GridItem {
    Instant starts_at{}, ends_at{};
    std::string channel_slug, channel_title, channel_colour;
    std::string room, episode;  // ids; no episode: empty
    std::string clock, title, hosts;
    std::string language;  // of the title; empty: the page's
    ItemState state = ItemState::kPlanned;
    std::string remark;  // "Delayed", "Moved from …"
};

struct GridPlace {
    int row = 0;   // 1 is the first
    int at = 0;    // columns after the grid's start
    int span = 1;  // columns
};

struct GridChannel {
    std::string slug, title, colour;
    int row = 1, lanes = 1;
};

// An hour, or a day of a week: a heading, and what begins under it.
struct GridSection {
    int at = 0;
    std::string label;
    Instant starts_at{};
    std::vector<std::size_t> items;  // by start
};

struct Grid {
    Instant starts_at{};
    int hours = 0;  // of a day: 1 to 25
    std::vector<GridSection> sections;
    std::vector<GridChannel> channels;
    std::vector<GridPlace>
        places;  // of the items, in their order; row 0: of a channel that is on another page
    int first_channel = 0, all_channels = 0;  // of the channels that have something, by title
};

// `items` by start. The hours are those from the first airing to the last, with those of `moments` that
// are in the day. As many channels as one page holds, from the given one on.
Grid lay_out_day(const std::vector<GridItem>& items, const Viewer& viewer, std::chrono::local_days day,
                 const std::vector<Instant>& moments, int first_channel);
// Seven days from the first; a channel has as many rows as airings on its fullest day.
Grid lay_out_week(const std::vector<GridItem>& items, const Viewer& viewer, std::chrono::local_days first,
                  int first_channel);

}  // namespace stagecast::web
