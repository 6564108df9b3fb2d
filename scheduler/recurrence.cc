#include "scheduler/recurrence.h"

#include <algorithm>

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::year_month_day;

struct Span {
    LocalDays first, last;
};

int length_days(const Span& span) {
    return static_cast<int>((span.last - span.first).count()) + 1;
}

Span month_of(LocalDays day) {
    const year_month_day date(day);
    return {LocalDays(date.year() / date.month() / 1),
            LocalDays(date.year() / date.month() / std::chrono::last)};
}

Span year_of(LocalDays day) {
    const auto year = year_month_day(day).year();
    return {LocalDays(year / 1 / 1), LocalDays(year / 12 / 31)};
}

LocalDays week_start_of(LocalDays day, std::chrono::weekday week_start) {
    return day - (std::chrono::weekday(day) - week_start);
}

// The week's number in the year that holds at least four of its days (ISO 8601, with any first weekday).
int week_number(LocalDays day, std::chrono::weekday week_start) {
    const auto fourth = week_start_of(day, week_start) + days(3);
    return static_cast<int>((fourth - year_of(fourth).first).count()) / 7 + 1;
}

int weeks_in_year_of_week(LocalDays day, std::chrono::weekday week_start) {
    const auto fourth = week_start_of(day, week_start) + days(3);
    return week_number(LocalDays(year_month_day(fourth).year() / 12 / 28), week_start);
}

// Is `position` (from 1), or its count from the end of `size`, in the list? An empty list takes all.
bool takes(const std::vector<int>& list, int position, int size) {
    if (list.empty()) return true;
    return std::any_of(list.begin(), list.end(),
                       [&](int wanted) { return wanted == position || wanted == position - size - 1; });
}

bool takes_weekday(const Recurrence& rule, LocalDays day) {
    if (rule.by_day.empty()) return true;
    const bool in_year = rule.frequency == Frequency::kYearly && rule.by_month.empty();
    const auto span = in_year ? year_of(day) : month_of(day);
    const int from_first = static_cast<int>((day - span.first).count()) / 7 + 1;
    const int from_last = static_cast<int>((span.last - day).count()) / 7 + 1;
    return std::any_of(rule.by_day.begin(), rule.by_day.end(), [&](const DayPart& part) {
        if (part.day != std::chrono::weekday(day)) return false;
        return !part.ordinal || *part.ordinal == from_first || *part.ordinal == -from_last;
    });
}

bool takes_day(const Recurrence& rule, LocalDays day) {
    const year_month_day date(day);
    if (!takes(rule.by_month, static_cast<int>(unsigned{date.month()}), 12)) return false;
    if (!takes_weekday(rule, day)) return false;
    if (!rule.by_month_day.empty() &&
        !takes(rule.by_month_day, static_cast<int>(unsigned{date.day()}), length_days(month_of(day))))
        return false;
    if (!rule.by_year_day.empty()) {
        const auto year = year_of(day);
        if (!takes(rule.by_year_day, static_cast<int>((day - year.first).count()) + 1, length_days(year)))
            return false;
    }
    return rule.by_week_number.empty() || takes(rule.by_week_number, week_number(day, rule.week_start),
                                                weeks_in_year_of_week(day, rule.week_start));
}

// What the rule leaves open is taken from the start (RFC 5545, 3.3.10).
Recurrence completed(const Recurrence& given, LocalDays start) {
    auto rule = given;
    const year_month_day date(start);
    if (!rule.by_day.empty() || !rule.by_month_day.empty() || !rule.by_year_day.empty()) return rule;
    if (rule.frequency == Frequency::kWeekly || !rule.by_week_number.empty()) {
        rule.by_day.push_back(DayPart{std::nullopt, std::chrono::weekday(start)});
    } else if (rule.frequency != Frequency::kDaily) {
        rule.by_month_day.push_back(static_cast<int>(unsigned{date.day()}));
        if (rule.frequency == Frequency::kYearly && rule.by_month.empty())
            rule.by_month.push_back(static_cast<int>(unsigned{date.month()}));
    }
    return rule;
}

// The index-th period (day, week, month, year) after the start's own.
Span period(const Recurrence& rule, LocalDays start, int index) {
    const int steps = index * rule.interval;
    if (rule.frequency == Frequency::kDaily) return {start + days(steps), start + days(steps)};
    if (rule.frequency == Frequency::kWeekly) {
        const auto first = week_start_of(start, rule.week_start) + days(7 * steps);
        return {first, first + days(6)};
    }
    const year_month_day date(start);
    if (rule.frequency == Frequency::kMonthly)
        return month_of(LocalDays((date.year() / date.month() + std::chrono::months(steps)) / 1));
    return year_of(LocalDays((date.year() + std::chrono::years(steps)) / 1 / 1));
}

// An index whose period begins at or before `from`.
int index_before(const Recurrence& rule, LocalDays start, LocalDays from) {
    if (from <= start) return 0;
    const int gap_days = static_cast<int>((from - start).count());
    const auto longest_days = [&] {
        if (rule.frequency == Frequency::kDaily) return 1;
        if (rule.frequency == Frequency::kWeekly) return 7;
        return rule.frequency == Frequency::kMonthly ? 31 : 366;
    }();
    return gap_days / (longest_days * rule.interval);
}

std::vector<LocalDays> days_of(const Recurrence& rule, const Span& span) {
    std::vector<LocalDays> found;
    for (auto day = span.first; day <= span.last; day += days(1))
        if (takes_day(rule, day)) found.push_back(day);
    if (rule.by_position.empty()) return found;
    std::vector<LocalDays> chosen;
    const int size = static_cast<int>(found.size());
    for (int i = 0; i < size; ++i)
        if (takes(rule.by_position, i + 1, size)) chosen.push_back(found[static_cast<std::size_t>(i)]);
    return chosen;
}

}  // namespace

void for_each_day(const Recurrence& given, LocalDays start, LocalDays from, LocalDays last,
                  const std::function<bool(LocalDays)>& visit) {
    const auto rule = completed(given, start);
    const auto first = std::max(start, from);
    for (int index = index_before(rule, start, first);; ++index) {
        const auto span = period(rule, start, index);
        if (span.first > last) return;
        for (const auto day : days_of(rule, span)) {
            if (day < first) continue;
            if (day > last || !visit(day)) return;
        }
    }
}

}  // namespace stagecast::scheduler
