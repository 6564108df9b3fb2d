#pragma once
#include <vector>

#include "scheduler/guide.h"
#include "web/pages/grid.h"

namespace stagecast::web {

// More airings than this a page of the guide does not read: five days' worth of 200 busy channels.
inline constexpr std::size_t kMaxGuideItems = 20'000;

struct GuideItems {
    std::vector<GridItem> items;  // by start
    bool is_cut = false;          // there are more than kMaxGuideItems
};

// The airings of a window as the viewer sees them, those that were moved away from it too, where they were.
GuideItems guide_items(scheduler::Guide& guide, const scheduler::GuideQuery& query, const Viewer& viewer,
                       Instant now);

// "Tue 24 Nov, 20:00".
std::string short_moment(const Viewer& viewer, Instant at);

}  // namespace stagecast::web
