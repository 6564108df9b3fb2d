#include "web/pages/plan_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/meaning.h"
#include "scheduler/recurrence.h"
#include "scheduler/rule.h"

namespace stagecast::web {
namespace {

using scheduler::LocalDays;
using scheduler::Recurrence;
using std::chrono::days;
using std::chrono::floor;

constexpr std::array<std::string_view, 7> kWeekdays{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
constexpr std::array<std::string_view, 6> kPlaces{"1", "2", "3", "4", "5", "-1"};

int number_between(const std::string& text, const std::string& field, int max) {
    int value = 0;
    const auto trimmed = trim(text);
    const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), value);
    if (error != std::errc() || end != trimmed.data() + trimmed.size() || trimmed.empty())
        throw Invalid(field, "must be a whole number");
    if (value < 1 || value > max) throw Invalid(field, fmt::format("must be a number from 1 to {}", max));
    return value;
}

std::string name_of(std::chrono::weekday day) {
    return std::string(kWeekdays[day.iso_encoding() - 1]);
}

// The chosen ones in the form's order, or the date's own.
template <std::size_t N>
std::vector<std::string> chosen(const std::vector<std::string>& typed,
                                const std::array<std::string_view, N>& known, const std::string& otherwise,
                                const std::string& field) {
    for (const auto& one : typed)
        if (std::find(known.begin(), known.end(), one) == known.end())
            throw Invalid(field, "is not one of the choices");
    std::vector<std::string> found;
    for (const auto one : known)
        if (std::find(typed.begin(), typed.end(), one) != typed.end()) found.emplace_back(one);
    return found.empty() ? std::vector{otherwise} : found;
}

std::string comma_list(const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items) text += (text.empty() ? "" : ",") + item;
    return text;
}

// ";UNTIL=20270630T215959Z": to the end of the day in the show's zone.
std::string end_of(const RuleChoices& choices, std::string_view zone) {
    if (choices.ends == "never") return {};
    if (choices.ends == "after")
        return fmt::format(";COUNT={}", number_between(choices.count, "count", scheduler::kMaxSlots));
    if (choices.ends != "on") throw Invalid("ends", "is not one of the choices");
    if (choices.until.size() != 10) throw Invalid("until", "must be a date like 2026-11-24");
    const auto last = parse_local(choices.until + "T23:59:59", "until");
    auto utc = to_iso8601(Zone::find(zone, "zone")->to_utc(last)).substr(0, 19) + "Z";
    std::erase_if(utc, [](char c) { return c == '-' || c == ':'; });
    return ";UNTIL=" + utc;
}

std::string numbered_days(const RuleChoices& choices, const std::string& weekday, const std::string& place) {
    std::vector<std::string> items;
    for (const auto& at : chosen(choices.places, kPlaces, place, "place"))
        for (const auto& day : chosen(choices.weekdays, kWeekdays, weekday, "weekday"))
            items.push_back(at + day);
    return comma_list(items);
}

// The rule without a look at the one before.
std::string made_rule(const RuleChoices& choices, LocalTime start, std::string_view zone) {
    const auto date = floor<days>(start);
    const std::chrono::year_month_day ymd(date);
    const auto day = unsigned{ymd.day()};
    const auto weekday = name_of(std::chrono::weekday(date));
    const auto every = number_between(choices.every, "every", scheduler::kMaxInterval);
    const auto interval = every == 1 ? std::string() : fmt::format(";INTERVAL={}", every);
    const auto rule = [&](std::string_view frequency, const std::string& by) {
        return fmt::format("FREQ={}{}{}{}", frequency, interval, by, end_of(choices, zone));
    };
    const auto& repeat = choices.repeat;
    if (repeat == "daily") return rule("DAILY", "");
    if (repeat == "weekdays") return rule("WEEKLY", ";BYDAY=MO,TU,WE,TH,FR");
    if (repeat == "weekly")
        return rule("WEEKLY",
                    ";BYDAY=" + comma_list(chosen(choices.weekdays, kWeekdays, weekday, "weekday")));
    if (repeat == "monthly_date") return rule("MONTHLY", fmt::format(";BYMONTHDAY={}", day));
    if (repeat == "monthly_weekday")
        return rule("MONTHLY",
                    ";BYDAY=" + numbered_days(choices, weekday, std::to_string((day - 1) / 7 + 1)));
    if (repeat == "monthly_last") return rule("MONTHLY", ";BYDAY=-1" + weekday);
    if (repeat == "monthly_last_day") return rule("MONTHLY", ";BYMONTHDAY=-1");
    if (repeat == "yearly")
        return rule("YEARLY", fmt::format(";BYMONTH={};BYMONTHDAY={}", unsigned{ymd.month()}, day));
    throw Invalid("repeat", "is not one of the choices");
}

std::optional<LocalDays> end_day(const Recurrence& rule, LocalTime start, std::string_view zone) {
    if (!rule.until) return std::nullopt;
    return scheduler::last_day(*rule.until, start - floor<days>(start), *Zone::find(zone, "zone"));
}

bool mean_the_same(const Recurrence& a, const Recurrence& b, LocalTime start, std::string_view zone) {
    const auto day = floor<days>(start);
    return a.count == b.count && end_day(a, start, zone) == end_day(b, start, zone) &&
           scheduler::meaning_of(a, day) == scheduler::meaning_of(b, day);
}

// Every choice's weekdays, places and end as the rule has them: what does not fit the choice is seen by
// comparing.
RuleChoices filled(const Recurrence& rule, LocalTime start, std::string_view zone) {
    RuleChoices choices;
    choices.every = std::to_string(rule.interval);
    for (const auto& part : rule.by_day) {
        choices.weekdays.push_back(name_of(part.day));
        if (part.ordinal) choices.places.push_back(std::to_string(*part.ordinal));
    }
    if (rule.count) {
        choices.ends = "after";
        choices.count = std::to_string(*rule.count);
    }
    if (const auto last = end_day(rule, start, zone)) {
        choices.ends = "on";
        choices.until = to_iso8601(LocalTime(*last)).substr(0, 10);
    }
    return choices;
}

// What the chosen repeat does not ask for is not shown as chosen.
void keep_what_is_asked(RuleChoices& choices) {
    const auto& repeat = choices.repeat;
    if (repeat != "weekly" && repeat != "monthly_weekday") choices.weekdays.clear();
    if (repeat != "monthly_weekday") choices.places.clear();
    for (auto* list : {&choices.weekdays, &choices.places}) {
        std::sort(list->begin(), list->end());
        list->erase(std::unique(list->begin(), list->end()), list->end());
    }
}

}  // namespace

std::string rule_of(const RuleChoices& choices, LocalTime start, std::string_view zone) {
    if (choices.repeat == "once") return {};
    const auto before = trim(choices.rrule);
    if (choices.repeat == "rule") return before;
    const auto made = made_rule(choices, start, zone);
    if (before.empty()) return made;
    try {
        const bool same = mean_the_same(scheduler::parse_recurrence(before),
                                        scheduler::parse_recurrence(made), start, zone);
        return same ? before : made;
    } catch (const Invalid&) {
        return made;  // the text of another choice is of no interest here
    }
}

RuleChoices choices_of(const std::string& rrule, LocalTime start, std::string_view zone) {
    RuleChoices unknown;
    unknown.rrule = rrule;
    unknown.repeat = rrule.empty() ? "once" : "rule";
    if (rrule.empty()) return unknown;
    try {
        const auto rule = scheduler::parse_recurrence(rrule);
        for (const auto* repeat : {"daily", "weekdays", "weekly", "monthly_date", "monthly_last_day",
                                   "monthly_last", "monthly_weekday", "yearly"}) {
            auto choices = filled(rule, start, zone);
            choices.repeat = repeat;
            keep_what_is_asked(choices);
            try {
                const auto made = scheduler::parse_recurrence(made_rule(choices, start, zone));
                if (!mean_the_same(rule, made, start, zone)) continue;
                choices.rrule = rrule;
                return choices;
            } catch (const Invalid&) {
                continue;  // a place that the form has not, a last day out of the years
            }
        }
    } catch (const Invalid&) {
        return unknown;
    }
    return unknown;
}

}  // namespace stagecast::web
