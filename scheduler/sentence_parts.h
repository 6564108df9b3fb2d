#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scheduler/meaning.h"
#include "scheduler/rule.h"

namespace stagecast::scheduler {

// What a sentence says, gathered once for every language.
struct SentenceParts {
    LocalTime start{};
    std::string zone;
    std::optional<Meaning> rule;  // none: once, at start
    std::optional<int> count;
    std::optional<LocalDays> last_day;
    std::vector<LocalTime> off, further;  // sorted, each once
    std::vector<Pause> pauses;
};

std::string in_english(const SentenceParts& parts);
std::string in_french(const SentenceParts& parts);

// As many dates are named; more are counted.
inline constexpr std::size_t kMaxDatesNamed = 3;

// Places from the end that are said with a word of their own: the last, the last but one.
inline constexpr int kLast = -1, kLastButOne = -2;

// "a", "a and b", "a, b and c": `last` is the word before the last, with its spaces.
std::string joined(const std::vector<std::string>& parts, std::string_view last);

// First and last of a list of three or more that follow each other and are all of it.
std::optional<std::pair<int, int>> run_of(const std::vector<int>& list);
// The same of weekdays, past the week's end too: from Friday to Sunday, from Saturday to Monday.
std::optional<std::pair<std::chrono::weekday, std::chrono::weekday>> run_of(
    const std::vector<std::chrono::weekday>& days);
bool are_workdays(const std::vector<std::chrono::weekday>& days);  // Monday to Friday

// Dates of one month, which share its name: 24 and 31 December 2026.
struct DatesOfMonth {
    std::chrono::year_month month{};
    std::vector<unsigned> days;
};
struct SaidDates {
    std::vector<DatesOfMonth> usual;  // at the show's time
    std::vector<LocalTime> unusual;   // at another
};
SaidDates said_dates(const std::vector<LocalTime>& dates, LocalTime start);

// The zone's last part with spaces: "New York". Empty where the name has no place in it ("EST5EDT",
// "Etc/GMT-2").
std::string city_of(std::string_view zone);

}  // namespace stagecast::scheduler
