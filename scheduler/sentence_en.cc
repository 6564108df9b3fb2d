#include <fmt/format.h>

#include <array>

#include "scheduler/sentence_parts.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::weekday;
using Texts = std::vector<std::string>;

constexpr std::array kWeekdays{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array kMonths{"January", "February", "March",     "April",   "May",      "June",
                             "July",    "August",   "September", "October", "November", "December"};
constexpr std::array kOrdinals{"", "first", "second", "third", "fourth", "fifth"};

std::string name(weekday day) {
    return kWeekdays[day.c_encoding()];
}

std::string month_name(int month) {
    return kMonths[static_cast<std::size_t>(month) - 1];
}

std::string and_list(const Texts& texts) {
    return joined(texts, " and ");
}

std::string or_list(const Texts& texts) {
    return joined(texts, " or ");
}

// "1st".
std::string numbered(int number) {
    const bool teen = number / 10 % 10 == 1;
    const auto* ending = teen               ? "th"
                         : number % 10 == 1 ? "st"
                         : number % 10 == 2 ? "nd"
                         : number % 10 == 3 ? "rd"
                                            : "th";
    return fmt::format("{}{}", number, ending);
}

// "first", "21st", "last", "second-last".
std::string place_word(int place) {
    if (place == kLast) return "last";
    const auto from_end = std::abs(place);
    const auto word = static_cast<std::size_t>(from_end) < kOrdinals.size()
                          ? std::string(kOrdinals[static_cast<std::size_t>(from_end)])
                          : numbered(from_end);
    return place > 0 ? word : word + "-last";
}

// "the first and last Monday".
std::string the_places(const std::vector<int>& places, const std::string& of) {
    Texts words;
    for (const int place : places) words.push_back(place_word(place));
    return "the " + and_list(words) + " " + of;
}

// "the 1st, the 15th and the last day", "every day from the 7th to the 13th".
Texts month_days(const std::vector<int>& list) {
    if (const auto run = run_of(list))
        return {fmt::format("every day from the {} to the {}", numbered(run->first), numbered(run->second))};
    Texts texts;
    for (const int day : list)
        texts.push_back(day > 0 ? "the " + numbered(day) : "the " + place_word(day) + " day");
    return texts;
}

Texts month_names(const std::vector<int>& months) {
    Texts names;
    for (const int month : months) names.push_back(month_name(month));
    return names;
}

// " in May and June"; nothing for all.
std::string in_months(const std::vector<int>& months) {
    if (months.empty()) return {};
    if (const auto run = run_of(months))
        return fmt::format(" from {} to {}", month_name(run->first), month_name(run->second));
    return " in " + and_list(month_names(months));
}

// " of May and June".
std::string of_months(const std::vector<int>& months) {
    if (const auto run = run_of(months))
        return fmt::format(" of every month from {} to {}", month_name(run->first), month_name(run->second));
    return " of " + and_list(month_names(months));
}

Texts week_names(const std::vector<int>& weeks) {
    if (const auto run = run_of(weeks)) return {fmt::format("weeks {} to {}", run->first, run->second)};
    Texts names;
    for (const int week : weeks)
        names.push_back(week > 0 ? fmt::format("week {}", week)
                                 : "the " + place_word(week) + " week of the year");
    return names;
}

Texts day_names(const std::vector<weekday>& list) {
    Texts names;
    for (const auto day : list) names.push_back(name(day));
    return names;
}

// "Tuesday and Thursday", "from Monday to Friday", "every day".
std::string weekdays_of_week(const std::vector<weekday>& list) {
    if (list.empty()) return "every day";
    if (const auto run = run_of(list))
        return fmt::format("from {} to {}", name(run->first), name(run->second));
    return and_list(day_names(list));
}

// "every Tuesday and Thursday", "every weekday", "every day from Friday to Sunday".
std::string every_weekday(const std::vector<weekday>& list) {
    if (list.empty()) return "every day";
    if (are_workdays(list)) return "every weekday";
    return (run_of(list) ? "every day " : "every ") + weekdays_of_week(list);
}

// "a Tuesday or a Thursday".
Texts any_weekday(const std::vector<weekday>& list) {
    if (are_workdays(list)) return {"a weekday"};
    Texts names;
    for (const auto day : list) names.push_back("a " + name(day));
    return names;
}

// The days that one unit of a rule chooses.
class Chosen {
public:
    explicit Chosen(const Meaning& rule) : rule_(rule) {}

    // "Tuesday and Thursday in May".
    std::string of_week() const { return weekdays_of_week(rule_.weekdays) + in_months(rule_.months); }

    // "the 15th", "the first and third Monday", "every Tuesday"; without the months.
    std::string of_month() const {
        if (!rule_.month_days.empty())
            return and_list(month_days(rule_.month_days)) + if_weekday("the month");
        return by_weekday();
    }

    // "24 December", "the fourth Thursday of November", "Monday of week 20".
    std::string of_year() const {
        if (!rule_.year_days.empty()) {
            auto conditions = rule_.months.empty() ? Texts{} : Texts{"if it is in " + month_or()};
            if (!rule_.month_days.empty()) conditions.push_back(if_month_day());
            return the_places(rule_.year_days, "day of the year") + all(conditions);
        }
        if (!rule_.month_days.empty()) return dates() + all({});
        if (!rule_.weeks.empty())
            return (run_of(rule_.weekdays) ? every_weekday(rule_.weekdays)
                                           : weekdays_of_week(rule_.weekdays)) +
                   " of " + and_list(week_names(rule_.weeks)) + in_months(rule_.months);
        if (rule_.numbered.empty() || !rule_.weekdays.empty())
            return by_weekday() + within_year() + in_months(rule_.months);
        return by_weekday() + (rule_.months.empty() ? within_year() : of_months(rule_.months));
    }

    // "the last working day", "the first Tuesday or Thursday"; empty where that cannot be said.
    std::string of_positions() const {
        const bool by_weekday_alone = rule_.numbered.empty() && rule_.month_days.empty() &&
                                      rule_.year_days.empty() && rule_.weeks.empty() &&
                                      !rule_.weekdays.empty();
        if (!by_weekday_alone || rule_.unit == Frequency::kWeekly) return {};
        if (rule_.unit == Frequency::kYearly && rule_.months.size() > 1) return {};
        const auto what =
            are_workdays(rule_.weekdays) ? std::string("working day") : or_list(day_names(rule_.weekdays));
        const auto which = the_places(rule_.positions, what);
        if (rule_.unit == Frequency::kMonthly) return which;
        return which + (rule_.months.empty() ? " of the year" : of_months(rule_.months));
    }

    // " if it is a Tuesday or the first Monday of the month".
    std::string if_weekday(const std::string& period) const {
        auto texts = any_weekday(rule_.weekdays);
        for (const auto& numbered : rule_.numbered)
            texts.push_back(the_places(numbered.places, name(numbered.day)) + " of " + period);
        return texts.empty() ? std::string() : " if it is " + or_list(texts);
    }
    std::string if_month_day() const {
        return "if it is " + or_list(month_days(rule_.month_days)) + " of the month";
    }

private:
    std::string month_or() const { return or_list(month_names(rule_.months)); }

    std::string period_of_numbers() const {
        return rule_.numbered_within == Meaning::Within::kYear ? "the year" : "the month";
    }
    std::string within_year() const {
        return !rule_.numbered.empty() && rule_.numbered_within == Meaning::Within::kYear ? " of the year"
                                                                                          : "";
    }

    std::string by_weekday() const {
        Texts texts;
        if (!rule_.weekdays.empty() || rule_.numbered.empty()) texts.push_back(every_weekday(rule_.weekdays));
        for (const auto& numbered : rule_.numbered)
            texts.push_back(the_places(numbered.places, name(numbered.day)));
        return and_list(texts);
    }

    // The conditions and those of weekday and week, after " if".
    std::string all(Texts conditions) const {
        if (const auto weekday = if_weekday(period_of_numbers()); !weekday.empty())
            conditions.push_back(weekday.substr(1));
        if (!rule_.weeks.empty()) conditions.push_back("if it is in " + or_list(week_names(rule_.weeks)));
        return conditions.empty() ? std::string() : " " + joined(conditions, " and ");
    }

    // "1 and 15 May", "1 May and 1 June"; "the last day of February", "the 15th of every month".
    std::string dates() const {
        const auto& chosen = rule_.month_days;
        if (rule_.months.empty()) return and_list(month_days(chosen)) + " of every month";
        if (chosen.back() < 0 || (rule_.months.size() > 1 && (chosen.size() > 1 || rule_.months.size() > 4)))
            return and_list(month_days(chosen)) + of_months(rule_.months);
        const auto run = run_of(chosen);
        Texts texts, numbers;
        for (const int day : chosen) numbers.push_back(std::to_string(day));
        for (const int month : rule_.months)
            texts.push_back(
                run ? fmt::format("every day from {} to {} {}", run->first, run->second, month_name(month))
                    : and_list(numbers) + " " + month_name(month));
        return and_list(texts);
    }

    const Meaning& rule_;
};

// "Every", "Every 2 weeks".
std::string cadence(const Meaning& rule) {
    constexpr std::array kUnits{"day", "week", "month", "year"};
    const auto* unit = kUnits[static_cast<std::size_t>(rule.unit)];
    return rule.interval == 1 ? fmt::format("Every {}", unit)
                              : fmt::format("Every {} {}s", rule.interval, unit);
}

std::string capital(std::string text) {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

std::string daily(const Meaning& rule) {
    const auto every = rule.interval == 2 ? std::string("Every second day") : cadence(rule);
    const Chosen chosen(rule);
    const auto weekday = chosen.if_weekday("the month");
    if (rule.month_days.empty()) return every + in_months(rule.months) + weekday;
    return every + in_months(rule.months) + weekday + (weekday.empty() ? " " : " and ") +
           chosen.if_month_day();
}

std::string weekly(const Meaning& rule) {
    if (rule.interval == 1) return capital(every_weekday(rule.weekdays)) + in_months(rule.months);
    if (rule.interval == 2 && rule.weekdays.size() == 1)
        return "Every second " + name(rule.weekdays.front()) + in_months(rule.months);
    const bool is_run = run_of(rule.weekdays).has_value();
    return cadence(rule) + (is_run ? " " : " on ") + Chosen(rule).of_week();
}

std::string monthly(const Meaning& rule) {
    const auto text = cadence(rule) + " on " + Chosen(rule).of_month();
    return rule.months.empty() ? text : text + ", only" + in_months(rule.months);
}

std::string by_position(const Meaning& rule) {
    const Chosen chosen(rule);
    if (const auto which = chosen.of_positions(); !which.empty()) {
        if (rule.unit == Frequency::kYearly || rule.months.empty()) return cadence(rule) + " on " + which;
        if (rule.interval == 1) return "Every year on " + which + of_months(rule.months);
        return cadence(rule) + " on " + which + ", only" + in_months(rule.months);
    }
    const auto chosen_days = [&] {
        if (rule.unit == Frequency::kWeekly) return chosen.of_week();
        if (rule.unit == Frequency::kMonthly) return chosen.of_month() + in_months(rule.months);
        return chosen.of_year();
    }();
    return cadence(rule) + " on " + the_places(rule.positions, "of these days: ") + chosen_days;
}

std::string recurring(const Meaning& rule) {
    auto text = [&] {
        if (!rule.positions.empty()) return by_position(rule);
        switch (rule.unit) {
            case Frequency::kDaily:
                return daily(rule);
            case Frequency::kWeekly:
                return weekly(rule);
            case Frequency::kMonthly:
                return monthly(rule);
            case Frequency::kYearly:
                break;
        }
        return cadence(rule) + " on " + Chosen(rule).of_year();
    }();
    if (rule.week_start) text += fmt::format(" (weeks begin on {})", name(*rule.week_start));
    return text;
}

std::string day_and_month(const std::chrono::year_month_day& date) {
    return fmt::format("{} {}", unsigned{date.day()}, month_name(static_cast<int>(unsigned{date.month()})));
}

// "24 December 2026".
std::string date(LocalDays day) {
    const std::chrono::year_month_day ymd(day);
    return fmt::format("{} {}", day_and_month(ymd), int{ymd.year()});
}

std::string time(LocalTime local) {
    const std::chrono::hh_mm_ss clock(local - floor<days>(local));
    auto text = fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count());
    if (clock.seconds().count() != 0) text += fmt::format(":{:02}", clock.seconds().count());
    return text;
}

std::string zone_time(const std::string& zone) {
    const auto city = city_of(zone);
    return city.empty() ? zone : city + " time";
}

std::string dates(const std::vector<LocalTime>& list, LocalTime start) {
    const auto said = said_dates(list, start);
    Texts texts;
    for (const auto& group : said.usual) {
        Texts numbers;
        for (const auto day : group.days) numbers.push_back(std::to_string(day));
        texts.push_back(fmt::format("{} {} {}", and_list(numbers),
                                    month_name(static_cast<int>(unsigned{group.month.month()})),
                                    int{group.month.year()}));
    }
    for (const auto local : said.unusual)
        texts.push_back(fmt::format("{} ({})", date(floor<days>(local)), time(local)));
    return and_list(texts);
}

// "from 1 July to 31 August 2027".
std::string span(const Pause& pause) {
    const std::chrono::year_month_day first(pause.first), last(pause.last);
    const auto from =
        day_and_month(first) + (first.year() == last.year() ? "" : fmt::format(" {}", int{first.year()}));
    return fmt::format("from {} to {}", from, date(pause.last));
}

// ", until 30 June 2027, except on 24 December 2026, with a break from 1 July to 31 August 2027".
std::string tail(const SentenceParts& parts) {
    std::string text;
    if (parts.count) text += *parts.count == 1 ? ", once" : fmt::format(", {} times", *parts.count);
    if (parts.last_day) text += ", until " + date(*parts.last_day);
    if (parts.off.size() > kMaxDatesNamed)
        text += fmt::format(", with {} dates off", parts.off.size());
    else if (!parts.off.empty())
        text += ", except on " + dates(parts.off, parts.start);
    if (parts.further.size() > kMaxDatesNamed)
        text += fmt::format(", and on {} further dates", parts.further.size());
    else if (!parts.further.empty())
        text += ", and also on " + dates(parts.further, parts.start);
    if (parts.pauses.size() > kMaxDatesNamed)
        return text + fmt::format(", with {} breaks", parts.pauses.size());
    Texts breaks;
    for (const auto& pause : parts.pauses) breaks.push_back(span(pause));
    if (breaks.empty()) return text;
    return text + (breaks.size() == 1 ? ", with a break " : ", with breaks ") + and_list(breaks);
}

}  // namespace

std::string in_english(const SentenceParts& parts) {
    const auto day = floor<days>(parts.start);
    const auto when =
        parts.rule ? recurring(*parts.rule) : fmt::format("On {} {}", name(weekday(day)), date(day));
    // A clause of its own ends before the time.
    const bool has_clause = when.find(" if ") != std::string::npos ||
                            when.find(", only") != std::string::npos || when.find(": ") != std::string::npos;
    return fmt::format("{}{} at {}, {}{}", when, has_clause ? "," : "", time(parts.start),
                       zone_time(parts.zone), tail(parts));
}

}  // namespace stagecast::scheduler
