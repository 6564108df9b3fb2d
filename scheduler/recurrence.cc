#include "scheduler/recurrence.h"

#include <algorithm>
#include <array>
#include <bitset>

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::weekday;
using std::chrono::year_month_day;

struct Span {
    LocalDays first, last;
};

int length_days(const Span& span) {
    return static_cast<int>((span.last - span.first).count()) + 1;
}

int number(std::chrono::month month) {
    return static_cast<int>(unsigned{month});
}

int number(std::chrono::day day) {
    return static_cast<int>(unsigned{day});
}

Span month_of(const year_month_day& date) {
    return {LocalDays(date.year() / date.month() / 1),
            LocalDays(date.year() / date.month() / std::chrono::last)};
}

Span year_of(std::chrono::year year) {
    return {LocalDays(year / 1 / 1), LocalDays(year / 12 / 31)};
}

LocalDays week_start_of(LocalDays day, weekday week_start) {
    return day - (weekday(day) - week_start);
}

// Weeks belong to the year that holds at least four of their days (ISO 8601, with any first weekday).
struct Week {
    int number, weeks_in_year;
};

int week_number(LocalDays fourth_day) {
    const auto first = LocalDays(year_month_day(fourth_day).year() / 1 / 1);
    return static_cast<int>((fourth_day - first).count()) / 7 + 1;
}

Week week_of(LocalDays day, weekday week_start) {
    const auto fourth_of = [&](LocalDays of) { return week_start_of(of, week_start) + days(3); };
    const auto fourth = fourth_of(day);
    // 28 December lies in the last week of its year, whatever the first weekday.
    return {week_number(fourth), week_number(fourth_of(LocalDays(year_month_day(fourth).year() / 12 / 28)))};
}

// Places from 1, or from the end, as bits: to ask costs the same however long the list was. An empty list
// takes all.
class Places {
public:
    Places() = default;
    explicit Places(const std::vector<int>& list) {
        for (const int place : list) add(place);
    }
    void add(int place) {
        takes_all_ = false;
        (place > 0 ? from_first_ : from_last_).set(static_cast<std::size_t>(std::abs(place)));
    }
    bool takes_all() const { return takes_all_; }
    bool take(int place, int size) const {
        return takes_all_ || from_first_.test(static_cast<std::size_t>(place)) ||
               from_last_.test(static_cast<std::size_t>(size + 1 - place));
    }

private:
    bool takes_all_ = true;
    std::bitset<367> from_first_, from_last_;
};

// The weekdays of a rule, plain or numbered.
class Weekdays {
public:
    explicit Weekdays(const Recurrence& rule)
        : takes_all_(rule.by_day.empty()),
          in_year_(rule.frequency == Frequency::kYearly && rule.by_month.empty()) {
        for (const auto& part : rule.by_day) {
            if (part.ordinal)
                numbered_[part.day.c_encoding()].add(*part.ordinal);
            else
                plain_.set(part.day.c_encoding());
        }
    }
    bool take(LocalDays day, const year_month_day& date) const {
        if (takes_all_) return true;
        const auto index = weekday(day).c_encoding();
        if (plain_.test(index)) return true;
        const auto& places = numbered_[index];
        if (places.takes_all()) return false;  // none is numbered
        const auto span = in_year_ ? year_of(date.year()) : month_of(date);
        const int from_first = static_cast<int>((day - span.first).count()) / 7 + 1;
        const int from_last = static_cast<int>((span.last - day).count()) / 7 + 1;
        return places.take(from_first, from_first + from_last - 1);
    }

private:
    const bool takes_all_, in_year_;
    std::bitset<7> plain_;
    std::array<Places, 7> numbered_;
};

// A completed rule's BY parts but BYSETPOS, ready to be asked about days.
class Filter {
public:
    explicit Filter(const Recurrence& rule)
        : months_(rule.by_month),
          month_days_(rule.by_month_day),
          year_days_(rule.by_year_day),
          weeks_(rule.by_week_number),
          weekdays_(rule),
          week_start_(rule.week_start) {}

    bool takes_month(const year_month_day& date) const { return months_.take(number(date.month()), 12); }

    // Of a day whose month is taken.
    bool take(LocalDays day, const year_month_day& date) const {
        if (!weekdays_.take(day, date)) return false;
        if (!month_days_.takes_all() && !month_days_.take(number(date.day()), length_days(month_of(date))))
            return false;
        if (!year_days_.takes_all()) {
            const auto year = year_of(date.year());
            const int place = static_cast<int>((day - year.first).count()) + 1;
            if (!year_days_.take(place, length_days(year))) return false;
        }
        if (weeks_.takes_all()) return true;
        const auto week = week_of(day, week_start_);
        return weeks_.take(week.number, week.weeks_in_year);
    }

private:
    const Places months_, month_days_, year_days_, weeks_;
    const Weekdays weekdays_;
    const weekday week_start_;
};

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
        return month_of((date.year() / date.month() + std::chrono::months(steps)) / 1);
    return year_of(date.year() + std::chrono::years(steps));
}

// The last index whose period begins at or before `from`.
int index_at(const Recurrence& rule, LocalDays start, LocalDays from) {
    if (from <= start) return 0;
    const year_month_day first(start), later(from);
    const int years = static_cast<int>((later.year() - first.year()).count());
    const auto units = [&] {
        if (rule.frequency == Frequency::kDaily) return static_cast<int>((from - start).count());
        if (rule.frequency == Frequency::kWeekly)
            return static_cast<int>((from - week_start_of(start, rule.week_start)).count()) / 7;
        return rule.frequency == Frequency::kYearly
                   ? years
                   : 12 * years + number(later.month()) - number(first.month());
    }();
    return units / rule.interval;
}

// One period after the other, in one buffer.
class Walk {
public:
    explicit Walk(const Recurrence& rule) : filter_(rule), positions_(rule.by_position) {}

    // Valid until the next call.
    const std::vector<LocalDays>& days_of(const Span& span) {
        found_.clear();
        for (auto day = span.first; day <= span.last;) {
            ++tested_;
            const year_month_day date(day);
            if (!filter_.takes_month(date)) {
                day = month_of(date).last + days(1);
                continue;
            }
            if (filter_.take(day, date)) found_.push_back(day);
            day += days(1);
        }
        if (!positions_.takes_all()) keep_positions();
        return found_;
    }
    int tested() const { return tested_; }

private:
    void keep_positions() {
        const int size = static_cast<int>(found_.size());
        int place = 0;
        std::erase_if(found_, [&](LocalDays) { return !positions_.take(++place, size); });
    }

    const Filter filter_;
    const Places positions_;
    std::vector<LocalDays> found_;
    int tested_ = 0;
};

}  // namespace

Recurrence completed(const Recurrence& given, LocalDays start) {
    auto rule = given;
    const year_month_day date(start);
    if (!rule.by_day.empty() || !rule.by_month_day.empty() || !rule.by_year_day.empty()) return rule;
    if (rule.frequency == Frequency::kWeekly || !rule.by_week_number.empty()) {
        rule.by_day.push_back(DayPart{std::nullopt, weekday(start)});
    } else if (rule.frequency != Frequency::kDaily) {
        rule.by_month_day.push_back(number(date.day()));
        if (rule.frequency == Frequency::kYearly && rule.by_month.empty())
            rule.by_month.push_back(number(date.month()));
    }
    return rule;
}

LocalDays last_day(const Until& until, std::chrono::seconds time_of_day, const Zone& zone) {
    const auto day = floor<days>(until.time);
    if (until.form == Until::Form::kDate) return day;
    if (until.form == Until::Form::kLocal) return day + time_of_day <= until.time ? day : day - days(1);
    const Instant end(until.time.time_since_epoch());
    auto last = floor<days>(zone.to_local(end)) + days(1);
    while (zone.to_utc(last + time_of_day) > end) last -= days(1);
    return last;
}

int for_each_day(const Recurrence& given, LocalDays start, LocalDays from, LocalDays last,
                 const std::function<bool(LocalDays)>& visit) {
    const auto rule = completed(given, start);
    const auto first = std::max(start, from);
    Walk walk(rule);
    for (int index = index_at(rule, start, first);; ++index) {
        const auto span = period(rule, start, index);
        if (span.first > last) return walk.tested();
        for (const auto day : walk.days_of(span)) {
            if (day < first) continue;
            if (day > last || !visit(day)) return walk.tested();
        }
    }
}

}  // namespace stagecast::scheduler
