#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace stagecast::scheduler {

using LocalDays = std::chrono::local_days;

enum class Frequency { kDaily, kWeekly, kMonthly, kYearly };

struct DayPart {
    std::optional<int> ordinal;  // 2TU: the second; -1FR: the last; none: every such day
    std::chrono::weekday day{std::chrono::Monday};
};

struct Until {
    enum class Form { kDate, kLocal, kUtc };
    Form form = Form::kDate;
    LocalTime time{};  // of kDate: midnight; of kUtc: the UTC wall clock
};

// A RECUR value (RFC 5545, 3.3.10) that selects days; the time of day is the start's.
struct Recurrence {
    Frequency frequency = Frequency::kDaily;
    int interval = 1;
    std::optional<int> count;
    std::optional<Until> until;
    std::chrono::weekday week_start{std::chrono::Monday};
    std::vector<DayPart> by_day;
    std::vector<int> by_month_day, by_month, by_year_day, by_week_number, by_position;
};

inline constexpr int kMaxInterval = 1'000;
inline constexpr LocalDays kFirstDay{std::chrono::year(1970) / 1 / 1};
inline constexpr LocalDays kLastDay{std::chrono::year(2199) / 12 / 31};

// Throws Invalid("rrule") with the reason: an unknown, repeated or empty part, a value out of range, a
// combination that the RFC forbids, more than kMaxRuleBytes.
Recurrence parse_recurrence(std::string_view text);

// Calls visit with each day of the rule in [max(start, from), last], ascending, until it returns false. COUNT
// and UNTIL are the caller's: they need the days before `from` and the zone. Cost: at most one test of each
// day between `from` and `last`, and none of those before.
void for_each_day(const Recurrence& rule, LocalDays start, LocalDays from, LocalDays last,
                  const std::function<bool(LocalDays)>& visit);

}  // namespace stagecast::scheduler
