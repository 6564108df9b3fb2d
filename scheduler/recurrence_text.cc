#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/recurrence.h"
#include "scheduler/rule.h"

namespace stagecast::scheduler {
namespace {

constexpr const char* kNameBytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-";

[[noreturn]] void refuse(const std::string& why) {
    throw Invalid("rrule", why);
}

// Decimal digits with an optional sign, nothing else.
std::optional<int> number(std::string_view text) {
    const bool plus = text.starts_with('+');
    if (plus) text.remove_prefix(1);
    if (plus && text.starts_with('-')) return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// Digits alone, as INTERVAL and COUNT have them.
int positive(std::string_view part, std::string_view text, int max) {
    const auto value = number(text);
    if (text.starts_with('+') || !value || *value < 1 || *value > max)
        refuse(fmt::format("{} must be a number from 1 to {}", part, max));
    return *value;
}

// A list of numbers in [1, max], or in [-max, -1] too.
enum class Sign { kPositive, kEither };
std::vector<int> numbers(std::string_view part, std::string_view text, int max, Sign sign) {
    std::vector<int> values;
    for (const auto& item : split(text, ',')) {
        const auto value = number(item);
        const bool fits = value && *value != 0 && *value <= max && *value >= -max;
        if (!fits || (sign == Sign::kPositive && *value < 0)) {
            const auto* also = sign == Sign::kEither ? ", or from the end with a minus" : "";
            refuse(fmt::format("{} takes numbers from 1 to {}{}", part, max, also));
        }
        values.push_back(*value);
    }
    return values;
}

std::chrono::weekday weekday(std::string_view part, std::string_view text) {
    constexpr std::array<std::string_view, 7> kNames{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
    const auto found = std::find(kNames.begin(), kNames.end(), text);
    if (found == kNames.end()) refuse(fmt::format("{} takes days: MO, TU, WE, TH, FR, SA, SU", part));
    return std::chrono::weekday(static_cast<unsigned>(found - kNames.begin()));
}

std::vector<DayPart> days(std::string_view text) {
    std::vector<DayPart> parts;
    for (const auto& item : split(text, ',')) {
        if (item.size() < 2) refuse("BYDAY takes days such as TU, 2TU or -1FR");
        DayPart part;
        part.day = weekday("BYDAY", std::string_view(item).substr(item.size() - 2));
        if (item.size() > 2) {
            part.ordinal = number(std::string_view(item).substr(0, item.size() - 2));
            if (!part.ordinal || *part.ordinal == 0 || *part.ordinal < -53 || *part.ordinal > 53)
                refuse("BYDAY: the number before a day must be from 1 to 53, or from -53 to -1");
        }
        parts.push_back(part);
    }
    return parts;
}

int digits(std::string_view text, std::size_t at, std::size_t length) {
    int value = 0;
    for (const char c : text.substr(at, length)) value = value * 10 + (c - '0');
    return value;
}

// "20261224", "20261224T200000" or "20261224T200000Z".
Until until(std::string_view text) {
    const bool has_time = text.size() == 15 || (text.size() == 16 && text[15] == 'Z');
    bool well_formed = text.size() == 8 || (has_time && text[8] == 'T');
    for (std::size_t i = 0; well_formed && i < text.size(); ++i)
        well_formed = i == 8 || i == 15 || (text[i] >= '0' && text[i] <= '9');
    if (!well_formed) refuse("UNTIL must look like 20261224, 20261224T200000 or 20261224T190000Z");
    const std::chrono::year_month_day date(std::chrono::year(digits(text, 0, 4)),
                                           std::chrono::month(static_cast<unsigned>(digits(text, 4, 2))),
                                           std::chrono::day(static_cast<unsigned>(digits(text, 6, 2))));
    if (!date.ok() || LocalDays(date) < kFirstDay || LocalDays(date) > kLastDay)
        refuse("UNTIL is not a date between 1970 and 2199");
    Until result;
    result.time = LocalDays(date);
    if (!has_time) return result;
    const int hour = digits(text, 9, 2), minute = digits(text, 11, 2), second = digits(text, 13, 2);
    if (hour > 23 || minute > 59 || second > 60) refuse("UNTIL has no such time of day");
    result.form = text.size() == 16 ? Until::Form::kUtc : Until::Form::kLocal;
    result.time += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
    return result;
}

Frequency frequency(std::string_view text) {
    if (text == "DAILY") return Frequency::kDaily;
    if (text == "WEEKLY") return Frequency::kWeekly;
    if (text == "MONTHLY") return Frequency::kMonthly;
    if (text == "YEARLY") return Frequency::kYearly;
    if (text == "HOURLY" || text == "MINUTELY" || text == "SECONDLY")
        refuse("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY: a show airs at most once a day");
    refuse("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY");
}

void take(Recurrence& rule, const std::string& name, std::string_view value) {
    if (name == "FREQ")
        rule.frequency = frequency(value);
    else if (name == "INTERVAL")
        rule.interval = positive(name, value, kMaxInterval);
    else if (name == "COUNT")
        rule.count = positive(name, value, kMaxSlots);
    else if (name == "UNTIL")
        rule.until = until(value);
    else if (name == "WKST")
        rule.week_start = weekday(name, value);
    else if (name == "BYDAY")
        rule.by_day = days(value);
    else if (name == "BYMONTHDAY")
        rule.by_month_day = numbers(name, value, 31, Sign::kEither);
    else if (name == "BYMONTH")
        rule.by_month = numbers(name, value, 12, Sign::kPositive);
    else if (name == "BYYEARDAY")
        rule.by_year_day = numbers(name, value, 366, Sign::kEither);
    else if (name == "BYWEEKNO")
        rule.by_week_number = numbers(name, value, 53, Sign::kEither);
    else if (name == "BYSETPOS")
        rule.by_position = numbers(name, value, 366, Sign::kEither);
    else if (name == "BYHOUR" || name == "BYMINUTE" || name == "BYSECOND")
        refuse(name + " is not taken: the time of day is the start's");
    else
        refuse(fmt::format("'{}' is no part of a rule", name));
}

// What RFC 5545, 3.3.10 rules out.
void check_combination(const Recurrence& rule) {
    const auto frequency = rule.frequency;
    if (rule.count && rule.until) refuse("COUNT and UNTIL exclude each other");
    if (!rule.by_week_number.empty() && frequency != Frequency::kYearly) refuse("BYWEEKNO needs FREQ=YEARLY");
    if (!rule.by_year_day.empty() && frequency != Frequency::kYearly) refuse("BYYEARDAY needs FREQ=YEARLY");
    if (!rule.by_month_day.empty() && frequency == Frequency::kWeekly)
        refuse("BYMONTHDAY does not go with FREQ=WEEKLY");
    const bool numbered = std::any_of(rule.by_day.begin(), rule.by_day.end(),
                                      [](const DayPart& part) { return part.ordinal.has_value(); });
    if (numbered && frequency != Frequency::kMonthly && frequency != Frequency::kYearly)
        refuse("BYDAY: numbered days need FREQ=MONTHLY or YEARLY");
    if (numbered && !rule.by_week_number.empty()) refuse("BYDAY: numbered days do not go with BYWEEKNO");
    const bool selects = !rule.by_day.empty() || !rule.by_month_day.empty() || !rule.by_month.empty() ||
                         !rule.by_year_day.empty() || !rule.by_week_number.empty();
    if (!rule.by_position.empty() && !selects) refuse("BYSETPOS needs another BY part to choose from");
}

}  // namespace

Recurrence parse_recurrence(std::string_view text) {
    if (text.size() > static_cast<std::size_t>(kMaxRuleBytes))
        refuse(fmt::format("longer than {} bytes", kMaxRuleBytes));
    std::string upper(text);
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (upper.empty()) refuse("it is empty");
    if (upper.starts_with("RRULE:")) refuse("leave out 'RRULE:': the rule begins with FREQ=");
    Recurrence rule;
    std::set<std::string> seen;
    for (const auto& part : split(upper, ';')) {
        const auto equals = part.find('=');
        if (equals == std::string::npos || equals + 1 == part.size())
            refuse("each part must be NAME=VALUE, parted by ';'");
        const auto name = part.substr(0, equals);
        const bool is_name =
            !name.empty() && name.size() <= 20 && name.find_first_not_of(kNameBytes) == std::string::npos;
        if (!is_name) refuse("it has a part that no rule has");
        if (!seen.insert(name).second) refuse(name + " is given twice");
        take(rule, name, std::string_view(part).substr(equals + 1));
    }
    if (!seen.contains("FREQ")) refuse("FREQ is missing");
    check_combination(rule);
    return rule;
}

}  // namespace stagecast::scheduler
