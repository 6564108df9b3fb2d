#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "web/pages/viewer.h"

namespace stagecast::web {

enum class GuideView { kDay, kWeek };

// What a page of the guide shows, as its address says it.
struct GuideAddress {
    GuideView view = GuideView::kDay;
    std::optional<std::chrono::local_days> date = {};  // none: today
    std::optional<Instant> at = {};                    // that is marked
    std::string search = {}, language = {}, category = {}, channel = {};
    int first_channel = 0;    // of a day or a week that does not fit one page
    std::string cursor = {};  // of a search

    bool is_filtered() const { return !language.empty() || !category.empty() || !channel.empty(); }
    // Name and value, those that say something.
    std::vector<std::pair<std::string, std::string>> parts() const;
    std::string path() const;  // "/guide?date=2026-11-24&view=week"
    // The same on another day, from the first channel on.
    GuideAddress on(std::optional<std::chrono::local_days> other) const;
};

// Throws Invalid for a date, a moment or a number that is none.
GuideAddress guide_address(const Request& request, const Viewer& viewer);

// "2026-11-27T20:00Z", "2026-11-27T20:00+01:00" (a '+' may have become a space), or a local time of the
// viewer's.
Instant parse_moment(std::string text, const Viewer& viewer, const std::string& field);

}  // namespace stagecast::web
