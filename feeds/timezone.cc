#include "feeds/timezone.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace stagecast::feeds {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::seconds;
using Transition = Zone::Transition;

constexpr int kYearsBefore = 2;    // so that a change lies more than a year before the first event
constexpr int kYearsAfter = 20;    // for changes that are written one by one
constexpr int kYearsScanned = 40;  // to tell what goes on for ever from what ends
constexpr int kYearsOfARule = 12;  // in which every day of the week falls on every date

std::chrono::year year_of(Instant instant) {
    return std::chrono::year_month_day(floor<days>(instant)).year();
}

Instant start_of(std::chrono::year year) {
    return std::chrono::sys_days(year / 1 / 1);
}

// What the clock on the wall showed when it was changed.
LocalTime wall(const Transition& change) {
    return LocalTime(floor<seconds>(change.at + change.offset_before).time_since_epoch());
}

std::chrono::year_month_day date(const Transition& change) {
    return std::chrono::year_month_day(floor<days>(wall(change)));
}

// Changes of consecutive years that one RRULE gives: the nth or last such weekday of the month, or that
// weekday within seven dates.
struct Run {
    std::vector<Transition> changes;
    std::set<int> ordinals;  // 1 to 4, -1: the last; those that fit all
    unsigned first_date = 31, last_date = 1;

    // False, and nothing taken, where no one rule would fit.
    bool take(const Transition& change) {
        const auto ymd = date(change);
        const unsigned day = unsigned{ymd.day()};
        if (!changes.empty() && date(changes.back()).year() + std::chrono::years(1) != ymd.year())
            return false;
        std::set<int> fitting;
        if (day <= 28) fitting.insert(static_cast<int>((day - 1) / 7 + 1));
        const std::chrono::year_month_day_last end(ymd.year() / ymd.month() / std::chrono::last);
        if (day + 7 > unsigned{end.day()}) fitting.insert(-1);
        if (!changes.empty()) std::erase_if(fitting, [this](int n) { return !ordinals.contains(n); });
        const auto low = std::min(first_date, day), high = std::max(last_date, day);
        if (fitting.empty() && high - low > 6) return false;
        ordinals = std::move(fitting);
        first_date = low;
        last_date = high;
        changes.push_back(change);
        return true;
    }
};

// Changes that differ in the day of the month only.
using Kind = std::tuple<seconds, seconds, std::string, bool, unsigned, unsigned, seconds>;

Kind kind_of(const Transition& change) {
    const auto local = wall(change);
    const auto day = floor<days>(local);
    return {change.offset_before,
            change.offset_after,
            change.abbreviation_after,
            change.daylight_after,
            unsigned{date(change).month()},
            std::chrono::weekday(day).c_encoding(),
            local - day};
}

std::vector<Run> runs_of(const std::vector<Transition>& changes) {
    std::map<Kind, std::vector<Run>> by_kind;
    for (const auto& change : changes) {
        auto& runs = by_kind[kind_of(change)];
        if (!runs.empty() && runs.back().take(change)) continue;
        runs.emplace_back().take(change);
    }
    std::vector<Run> all;
    for (auto& [kind, runs] : by_kind) std::move(runs.begin(), runs.end(), std::back_inserter(all));
    std::sort(all.begin(), all.end(),
              [](const Run& a, const Run& b) { return a.changes.front().at < b.changes.front().at; });
    return all;
}

std::string offset_text(seconds offset) {
    const auto total = std::abs(offset.count());
    const auto text =
        fmt::format("{}{:02}{:02}", offset.count() < 0 ? '-' : '+', total / 3600, total / 60 % 60);
    return total % 60 == 0 ? text : text + fmt::format("{:02}", total % 60);
}

std::string rule_text(const Run& run) {
    static constexpr std::array<std::string_view, 7> kDays{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
    const auto& first = run.changes.front();
    const auto day = kDays[std::chrono::weekday(floor<days>(wall(first))).c_encoding()];
    const auto month = unsigned{date(first).month()};
    if (!run.ordinals.empty())
        return fmt::format("FREQ=YEARLY;BYMONTH={};BYDAY={}{}", month, *run.ordinals.begin(), day);
    const unsigned low = std::min(run.first_date, 25u);
    std::string dates = std::to_string(low);
    for (unsigned d = low + 1; d <= low + 6; ++d) dates += fmt::format(",{}", d);
    return fmt::format("FREQ=YEARLY;BYMONTH={};BYMONTHDAY={};BYDAY={}", month, dates, day);
}

void write_observance(ContentLines& out, const Transition& change, const std::string& rule) {
    const auto* name = change.daylight_after ? "DAYLIGHT" : "STANDARD";
    out.line("BEGIN", name);
    out.line("DTSTART", ical_local(wall(change)));
    if (!rule.empty()) out.line("RRULE", rule);
    out.line("TZOFFSETFROM", offset_text(change.offset_before));
    out.line("TZOFFSETTO", offset_text(change.offset_after));
    out.text("TZNAME", change.abbreviation_after);
    out.line("END", name);
}

// A run that ended is written change by change: readers in use refuse a rule with UNTIL here.
void write_run(ContentLines& out, const Run& run, std::chrono::year last_scanned,
               std::chrono::year last_single) {
    const bool goes_on =
        date(run.changes.back()).year() >= last_scanned && run.changes.size() >= kYearsOfARule;
    if (goes_on) return write_observance(out, run.changes.front(), rule_text(run));
    for (const auto& change : run.changes)
        if (date(change).year() <= last_single) write_observance(out, change, "");
}

}  // namespace

void write_timezone(ContentLines& out, const Zone& zone, Instant first, Instant last) {
    const auto begin = year_of(first) - std::chrono::years(kYearsBefore);
    const auto last_single = std::max(year_of(first), year_of(last)) + std::chrono::years(kYearsAfter);
    const auto last_scanned = last_single + std::chrono::years(kYearsScanned - kYearsAfter);
    const auto changes = zone.transitions(start_of(begin), start_of(last_scanned + std::chrono::years(1)));
    out.line("BEGIN", "VTIMEZONE");
    out.text("TZID", zone.name());
    if (changes.empty() || changes.front().at > first - days(366)) {
        const auto offset = zone.offset_at(start_of(begin));
        write_observance(out, {start_of(begin), offset, offset, zone.abbreviation_at(start_of(begin)), false},
                         "");
    }
    for (const auto& run : runs_of(changes)) write_run(out, run, last_scanned, last_single);
    out.line("END", "VTIMEZONE");
}

}  // namespace stagecast::feeds
