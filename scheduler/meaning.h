#pragma once
#include <chrono>
#include <optional>
#include <vector>

#include "scheduler/recurrence.h"

namespace stagecast::scheduler {

// The first and the third Monday, the last one: places of one weekday, the ones from the end last.
struct NumberedDay {
    std::chrono::weekday day{std::chrono::Monday};
    std::vector<int> places;
    bool operator==(const NumberedDay&) const = default;
};

// What a rule chooses, as one would say it. Rules with one meaning give the same days; many that are written
// differently have the same meaning ("every weekday" of FREQ=DAILY and of FREQ=WEEKLY). COUNT and UNTIL are
// not part of it.
//
// Every list is sorted, places from the end last, and says nothing where it is empty.
struct Meaning {
    Frequency unit = Frequency::kDaily;  // without interval and positions: the longest period one must name
    int interval = 1;
    std::vector<int> months, month_days, year_days, weeks;
    std::vector<std::chrono::weekday> weekdays;  // every such day, from Monday
    std::vector<NumberedDay> numbered;           // besides them
    enum class Within { kMonth, kYear };
    Within numbered_within = Within::kMonth;
    std::vector<int> positions;                      // of what the above chooses in one unit
    std::optional<std::chrono::weekday> week_start;  // where it matters and is not Monday
    bool operator==(const Meaning&) const = default;
};

Meaning meaning_of(const Recurrence& rule, LocalDays start);

}  // namespace stagecast::scheduler
