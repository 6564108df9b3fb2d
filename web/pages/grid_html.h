#pragma once
#include <optional>
#include <string>
#include <vector>

#include "web/pages/grid.h"

namespace stagecast::web {

// A moment that the grid marks: now, or what an address led to.
struct GridMark {
    Instant at{};
    std::string id, label;  // "now", "Now 20:31"
};

inline constexpr std::size_t kMaxRichItems = 400;
// 60 bits of a room's 130: of a million rooms, one pair in two million stations shares them.
inline constexpr std::size_t kShortCharacters = 12;

// "/r/" and the beginning of a room's id: leads to the room, or to the episode that it became. Half of what
// an airing weighs is its address.
std::string short_address(std::string_view room);

// The grid as HTML: channels, and a section with a heading and a list of airings for each hour or day.
// Written by hand and not by a template, because of its weight: a day of 2,400 airings must stay under 100 kB
// on the wire. An airing costs its title and little more: classes are one letter and a number (r: row, l:
// lanes, a: at, f: for), see web/frontend/build.mjs. Up to kMaxRichItems each has its channel's colour beside
// it.
std::string grid_html(const Grid& grid, const std::vector<GridItem>& items,
                      const std::vector<GridMark>& marks, const Words& words);

}  // namespace stagecast::web
