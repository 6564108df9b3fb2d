// A hundred rules over a year: scheduler::expand, which checks the rule and turns local time into UTC, and
// libical's iterator, which does neither.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <libical/ical.h>

#include <optional>
#include <string>
#include <vector>

#include "base/zone.h"
#include "scheduler/recurrence.h"
#include "scheduler/rule.h"

namespace {

using namespace stagecast;
using scheduler::LocalDays;
using scheduler::Schedule;
using std::chrono::days;
using std::chrono::hours;

constexpr LocalDays kFirst{std::chrono::year(2027) / 1 / 4};  // a Monday
constexpr days kYear{365};

// The rule from the first of its days, so that its start is one of its instances.
Schedule schedule_of(const std::string& rule, const std::string& zone) {
    Schedule schedule;
    schedule.rrule = rule;
    schedule.zone = zone;
    scheduler::for_each_day(scheduler::parse_recurrence(rule), kFirst, kFirst, kFirst + kYear,
                            [&](LocalDays day) {
                                schedule.start = day + hours(20);
                                return false;
                            });
    return schedule;
}

// What programmes have: mostly weekly, some daily, monthly and rarer.
std::vector<Schedule> hundred_schedules() {
    constexpr std::array kDays{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    constexpr std::array kZones{"Europe/Paris", "America/New_York", "Asia/Tokyo", "Africa/Cairo", "UTC"};
    std::vector<Schedule> all;
    for (int i = 0; i < 100; ++i) {
        const auto day = kDays[static_cast<std::size_t>(i) % kDays.size()];
        const auto other = kDays[static_cast<std::size_t>(i + 3) % kDays.size()];
        const std::array kinds{
            fmt::format("FREQ=WEEKLY;BYDAY={}", day),
            fmt::format("FREQ=WEEKLY;BYDAY={},{}", day, other),
            fmt::format("FREQ=WEEKLY;INTERVAL=2;BYDAY={}", day),
            fmt::format("FREQ=DAILY;INTERVAL={}", i % 4 + 1),
            std::string("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
            fmt::format("FREQ=MONTHLY;BYDAY={}{}", i % 4 + 1, day),
            fmt::format("FREQ=MONTHLY;BYDAY=-1{}", day),
            fmt::format("FREQ=MONTHLY;BYMONTHDAY={}", i % 28 + 1),
            fmt::format("FREQ=DAILY;BYMONTH={},{}", i % 12 + 1, (i + 5) % 12 + 1),
            fmt::format("FREQ=YEARLY;BYMONTH={};BYDAY=2{}", i % 12 + 1, day),
        };
        all.push_back(schedule_of(kinds[static_cast<std::size_t>(i) % kinds.size()],
                                  kZones[static_cast<std::size_t>(i / 10) % kZones.size()]));
    }
    return all;
}

struct Window {
    Instant from, to;
};
Window window_of(const Schedule& schedule) {
    const auto from = Zone::find(schedule.zone)->to_utc(kFirst);
    return {from, from + kYear};
}

std::size_t expand_all(const std::vector<Schedule>& schedules) {
    std::size_t slots = 0;
    for (const auto& schedule : schedules) {
        const auto window = window_of(schedule);
        slots += scheduler::expand(schedule, window.from, window.to).size();
    }
    return slots;
}

icaltimetype floating(LocalTime local) {
    const auto day = std::chrono::floor<days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(local - day);
    auto out = icaltime_null_time();
    out.year = static_cast<int>(date.year());
    out.month = static_cast<int>(static_cast<unsigned>(date.month()));
    out.day = static_cast<int>(static_cast<unsigned>(date.day()));
    out.hour = static_cast<int>(time.hours().count());
    out.minute = static_cast<int>(time.minutes().count());
    return out;
}

std::size_t expand_all_by_libical(const std::vector<Schedule>& schedules) {
    std::size_t slots = 0;
    for (const auto& schedule : schedules) {
        const auto end = floating(Zone::find(schedule.zone)->to_local(window_of(schedule).to));
        auto* const iterator = icalrecur_iterator_new(icalrecurrencetype_from_string(schedule.rrule.c_str()),
                                                      floating(schedule.start));
        if (iterator == nullptr) continue;
        for (auto at = icalrecur_iterator_next(iterator);
             !icaltime_is_null_time(at) && icaltime_compare(at, end) < 0;
             at = icalrecur_iterator_next(iterator))
            ++slots;
        icalrecur_iterator_free(iterator);
    }
    return slots;
}

void expand(benchmark::State& state, std::size_t (*expansion)(const std::vector<Schedule>&)) {
    const auto schedules = hundred_schedules();
    if (const auto ours = expand_all(schedules); ours == 0 || ours != expand_all_by_libical(schedules)) {
        state.SkipWithError("the two count differently");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(expansion(schedules));
}

void expand_rules(benchmark::State& state) {
    expand(state, expand_all);
}
void expand_rules_libical(benchmark::State& state) {
    expand(state, expand_all_by_libical);
}
BENCHMARK(expand_rules)->Unit(benchmark::kMillisecond);
BENCHMARK(expand_rules_libical)->Unit(benchmark::kMillisecond);

}  // namespace
