#include <algorithm>

#include "scheduler/sentence_parts.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::weekday;

std::vector<LocalTime> in_order(std::vector<LocalTime> dates) {
    std::sort(dates.begin(), dates.end());
    dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
    return dates;
}

SentenceParts parts_of(const Schedule& schedule) {
    SentenceParts parts;
    parts.start = schedule.start;
    parts.zone = schedule.zone;
    parts.off = in_order(schedule.exdates);
    parts.further = in_order(schedule.rdates);
    parts.pauses = schedule.pauses;
    std::sort(parts.pauses.begin(), parts.pauses.end(),
              [](const Pause& a, const Pause& b) { return a.first < b.first; });
    if (schedule.rrule.empty()) return parts;
    const auto rule = parse_recurrence(schedule.rrule);
    const auto start_day = floor<days>(schedule.start);
    parts.rule = meaning_of(rule, start_day);
    parts.count = rule.count;
    if (rule.until)
        parts.last_day = last_day(*rule.until, schedule.start - start_day, *Zone::find(schedule.zone));
    return parts;
}

}  // namespace

std::string joined(const std::vector<std::string>& parts, std::string_view last) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += i + 1 == parts.size() ? last : std::string_view(", ");
        text += parts[i];
    }
    return text;
}

std::optional<std::pair<int, int>> run_of(const std::vector<int>& list) {
    if (list.size() < 3 || list.front() < 0 || list.back() < list.front()) return std::nullopt;
    if (list.back() - list.front() != static_cast<int>(list.size()) - 1) return std::nullopt;
    return std::pair(list.front(), list.back());
}

std::optional<std::pair<weekday, weekday>> run_of(const std::vector<weekday>& list) {
    const auto size = static_cast<int>(list.size());
    if (size < 3 || size > 6) return std::nullopt;
    const auto has = [&](weekday day) { return std::find(list.begin(), list.end(), day) != list.end(); };
    for (const auto first : list) {
        if (has(first - days(1))) continue;
        const auto last = first + days(size - 1);
        for (auto day = first; day != last; ++day)
            if (!has(day)) return std::nullopt;
        if (has(last)) return std::pair(first, last);
        return std::nullopt;
    }
    return std::nullopt;
}

bool are_workdays(const std::vector<weekday>& list) {
    return list.size() == 5 && run_of(list) == std::pair(std::chrono::Monday, std::chrono::Friday);
}

SaidDates said_dates(const std::vector<LocalTime>& dates, LocalTime start) {
    SaidDates said;
    for (const auto date : dates) {
        const auto day = floor<days>(date);
        if (date - day != start - floor<days>(start)) {
            said.unusual.push_back(date);
            continue;
        }
        const std::chrono::year_month_day ymd(day);
        const auto month = ymd.year() / ymd.month();
        if (said.usual.empty() || said.usual.back().month != month) said.usual.push_back({month, {}});
        said.usual.back().days.push_back(unsigned{ymd.day()});
    }
    return said;
}

std::string city_of(std::string_view zone) {
    const auto slash = zone.rfind('/');
    if (slash == std::string_view::npos || zone.starts_with("Etc/")) return {};
    std::string city(zone.substr(slash + 1));
    std::replace(city.begin(), city.end(), '_', ' ');
    return city;
}

std::string sentence(const Schedule& schedule, std::string_view language) {
    const auto parts = parts_of(schedule);
    return language == "fr" ? in_french(parts) : in_english(parts);
}

}  // namespace stagecast::scheduler
