#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace stagecast::web {

// What one chooses on the planning form to say when a show is on again, as it was typed: no word of
// iCalendar.
struct RuleChoices {
    // once, daily, weekdays, weekly, monthly_date, monthly_weekday, monthly_last, monthly_last_day, yearly,
    // rule
    std::string repeat = "weekly";
    std::string every = "1";            // of the repeat's unit
    std::vector<std::string> weekdays;  // "MO" …, of weekly and monthly_weekday; none: that of the date
    std::vector<std::string> places;    // "1" … "5", "-1", of monthly_weekday; none: that of the date
    std::string ends = "never";         // never, on, after; not of once and rule
    std::string until;                  // a date
    std::string count;
    // Of repeat "rule": the rule. Else the rule that was there before: choices that mean the same leave it as
    // it is.
    std::string rrule;
    bool operator==(const RuleChoices&) const = default;
};

// The rule of the choices; empty for once. Not checked against the start. A form that was filled by
// choices_of() and comes back as it was gives the same rule to the letter. Throws Invalid("repeat" | "every"
// | "weekday" | "place" | "ends" | "until" | "count" | "zone").
std::string rule_of(const RuleChoices& choices, LocalTime start, std::string_view zone);

// The choices that make that rule of that start; "rule" where none do.
RuleChoices choices_of(const std::string& rrule, LocalTime start, std::string_view zone);

}  // namespace stagecast::web
