#include "scheduler/meaning.h"

#include <algorithm>

namespace stagecast::scheduler {
namespace {

using std::chrono::weekday;

// Sorted, each once, places from the end behind those from the start.
std::vector<int> ordered(std::vector<int> places) {
    const auto rank = [](int place) { return place > 0 ? place : 1'000 + place; };
    std::sort(places.begin(), places.end(), [&](int a, int b) { return rank(a) < rank(b); });
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

// A list that leaves nothing out says nothing.
std::vector<int> ordered_below(const std::vector<int>& places, int all) {
    auto list = ordered(places);
    const auto from_first = std::count_if(list.begin(), list.end(), [](int place) { return place > 0; });
    const auto from_last = static_cast<std::ptrdiff_t>(list.size()) - from_first;
    if (from_first == all || from_last == all) list.clear();
    return list;
}

bool before(weekday a, weekday b) {
    return a.iso_encoding() < b.iso_encoding();
}

void take_weekdays(Meaning& meaning, const std::vector<DayPart>& parts) {
    for (const auto& part : parts)
        if (!part.ordinal) meaning.weekdays.push_back(part.day);
    std::sort(meaning.weekdays.begin(), meaning.weekdays.end(), before);
    const auto twice = std::unique(meaning.weekdays.begin(), meaning.weekdays.end());
    meaning.weekdays.erase(twice, meaning.weekdays.end());
    for (const auto& part : parts) {
        // The second Tuesday is one of all Tuesdays.
        if (!part.ordinal || std::count(meaning.weekdays.begin(), meaning.weekdays.end(), part.day)) continue;
        const auto same = [&](const NumberedDay& numbered) { return numbered.day == part.day; };
        auto found = std::find_if(meaning.numbered.begin(), meaning.numbered.end(), same);
        if (found == meaning.numbered.end())
            found = meaning.numbered.insert(found, NumberedDay{part.day, {}});
        found->places.push_back(*part.ordinal);
    }
    for (auto& numbered : meaning.numbered) numbered.places = ordered(numbered.places);
    std::sort(meaning.numbered.begin(), meaning.numbered.end(),
              [](const NumberedDay& a, const NumberedDay& b) { return before(a.day, b.day); });
    if (meaning.weekdays.size() == 7) meaning.weekdays.clear();
}

bool chooses_only_by_weekday(const Meaning& meaning) {
    return meaning.numbered.empty() && meaning.month_days.empty() && meaning.year_days.empty() &&
           meaning.weeks.empty();
}

bool has(const std::vector<int>& list, int value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

// "The first of all Tuesdays" is the first Tuesday, "the last of all days" the last day.
void resolve_positions(Meaning& meaning) {
    auto& positions = meaning.positions;
    const bool one_day = meaning.unit == Frequency::kDaily ||
                         (meaning.unit == Frequency::kWeekly && meaning.weekdays.size() == 1);
    if (one_day && (has(positions, 1) || has(positions, -1))) positions.clear();
    if (positions.empty() || !chooses_only_by_weekday(meaning)) return;
    const bool in_month = meaning.unit == Frequency::kMonthly ||
                          (meaning.unit == Frequency::kYearly && meaning.months.size() == 1);
    const bool in_year = meaning.unit == Frequency::kYearly && meaning.months.empty();
    if (!in_month && !in_year) return;
    if (meaning.weekdays.size() == 1) {
        meaning.numbered = {{meaning.weekdays.front(), positions}};
        meaning.numbered_within = in_month ? Meaning::Within::kMonth : Meaning::Within::kYear;
        meaning.weekdays.clear();
    } else if (meaning.weekdays.empty()) {
        (in_month ? meaning.month_days : meaning.year_days) = positions;
    } else {
        return;
    }
    positions.clear();
}

// Without interval and positions the unit is only where the rule was written down.
Frequency unit_of_filter(const Meaning& meaning) {
    const bool by_year = !meaning.year_days.empty() || !meaning.weeks.empty() ||
                         (!meaning.numbered.empty() && meaning.numbered_within == Meaning::Within::kYear);
    if (by_year) return Frequency::kYearly;
    if (!meaning.month_days.empty() || !meaning.numbered.empty())
        return meaning.months.empty() ? Frequency::kMonthly : Frequency::kYearly;
    return meaning.weekdays.empty() ? Frequency::kDaily : Frequency::kWeekly;
}

bool depends_on_week_start(const Meaning& meaning) {
    if (!meaning.weeks.empty()) return true;
    if (meaning.unit != Frequency::kWeekly) return false;
    return !meaning.positions.empty() || (meaning.interval > 1 && meaning.weekdays.size() != 1);
}

}  // namespace

Meaning meaning_of(const Recurrence& given, LocalDays start) {
    const auto rule = completed(given, start);
    Meaning meaning;
    meaning.unit = rule.frequency;
    meaning.interval = rule.interval;
    meaning.months = ordered_below(rule.by_month, 12);
    meaning.month_days = ordered_below(rule.by_month_day, 31);
    meaning.year_days = ordered_below(rule.by_year_day, 366);
    meaning.weeks = ordered_below(rule.by_week_number, 53);
    take_weekdays(meaning, rule.by_day);
    if (!meaning.numbered.empty() && rule.frequency == Frequency::kYearly && rule.by_month.empty())
        meaning.numbered_within = Meaning::Within::kYear;
    meaning.positions = ordered(rule.by_position);
    resolve_positions(meaning);
    if (meaning.numbered.empty()) meaning.numbered_within = Meaning::Within::kMonth;
    if (depends_on_week_start(meaning) && rule.week_start != std::chrono::Monday)
        meaning.week_start = rule.week_start;
    if (meaning.interval == 1 && meaning.positions.empty()) meaning.unit = unit_of_filter(meaning);
    return meaning;
}

}  // namespace stagecast::scheduler
