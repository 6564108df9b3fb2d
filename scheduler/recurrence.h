#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/zone.h"

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

// A RECUR value (RFC 5545, 3.3.10, with its errata 1913, 3747 and 3779) that selects days; the time of day is
// the start's. A numbered day counts in its month, in a yearly rule without BYMONTH in its year. Weeks of
// BYWEEKNO are chosen day by day: a day of week 1 that lies in the old year belongs to the old year's set.
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
// 230 years, and the days before the first that are of its period.
inline constexpr int kMaxDaysTested = static_cast<int>((kLastDay - kFirstDay).count()) + 2 * 366;

// Throws Invalid("rrule") with the reason: an unknown, repeated or empty part, a value out of range, a
// combination that the RFC forbids, more than kMaxRuleBytes.
Recurrence parse_recurrence(std::string_view text);

// The rule with what it leaves open taken from the start (3.3.10): weekday, day of the month, month.
Recurrence completed(const Recurrence& rule, LocalDays start);

// The last day on which UNTIL lets a rule air at that time of day.
LocalDays last_day(const Until& until, std::chrono::seconds time_of_day, const Zone& zone);

// Calls visit with each day of the rule in [max(start, from), last], ascending, until it returns false. COUNT
// and UNTIL are the caller's: they need the days before `from` and the zone. Returns how many days were
// tested, which is the cost: at most kMaxDaysTested, none of the periods before `from`, and a month that
// BYMONTH leaves out counts as one. Memory: one period's days.
int for_each_day(const Recurrence& rule, LocalDays start, LocalDays from, LocalDays last,
                 const std::function<bool(LocalDays)>& visit);

}  // namespace stagecast::scheduler
