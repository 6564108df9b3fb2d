// A thousand rules over a year: scheduler::expand, which checks the rule and turns local time into UTC;
// libical's iterator, which does neither; and rrule.js in a node of its own, by its own clock. And the
// dearest of the hostile rules, against what any input may cost.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <libical/ical.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/zone.h"
#include "scheduler/recurrence.h"
#include "scheduler/rule.h"
#include "tests/scheduler/hostile_rules.h"

namespace {

using namespace stagecast;
using scheduler::LocalDays;
using scheduler::Schedule;
using std::chrono::days;
using std::chrono::hours;

constexpr LocalDays kFirst{std::chrono::year(2027) / 1 / 4};  // a Monday
constexpr days kYear{365};
constexpr std::size_t kRules = 1'000;
// A rule that libical takes longer for is left out, to its advantage: some take it seconds.
constexpr double kTooLongForLibical_s = 0.02;

double thread_cpu_s() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class Dice {
public:
    int roll(int sides) { return static_cast<int>(engine_() % static_cast<unsigned>(sides)); }
    // One to three numbers of [1, max].
    std::string list(int max) {
        auto text = std::to_string(1 + roll(max));
        for (int i = roll(3); i > 0; --i) text += "," + std::to_string(1 + roll(max));
        return text;
    }
    std::string weekdays(const char* place = "") {
        constexpr std::array kDays{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
        auto text = std::string(place) + kDays[static_cast<std::size_t>(roll(7))];
        if (roll(2)) text += std::string(",") + place + kDays[static_cast<std::size_t>(roll(7))];
        return text;
    }

private:
    std::mt19937 engine_{20261127};  // the same rules at every run
};

// Of every frequency and part. rrule.js reads BYSETPOS of a week and from far beyond the end otherwise.
std::string random_rule(Dice& dice) {
    const int frequency = dice.roll(4);
    constexpr std::array kFrequencies{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
    std::string rule = std::string("FREQ=") + kFrequencies[static_cast<std::size_t>(frequency)];
    if (dice.roll(2)) rule += fmt::format(";INTERVAL={}", 1 + dice.roll(4));
    if (dice.roll(4) == 0) rule += ";WKST=SU";
    bool selects = false;
    const auto add = [&](bool wanted, const std::string& part) {
        if (!wanted) return;
        rule += part;
        selects = true;
    };
    const bool by_week = frequency == 3 && dice.roll(5) == 0;
    constexpr std::array kPlaces{"", "", "1", "3", "-1", "-2"};
    const auto* place = frequency >= 2 && !by_week ? kPlaces[static_cast<std::size_t>(dice.roll(6))] : "";
    add(by_week, ";BYWEEKNO=" + dice.list(52));
    add(by_week || dice.roll(2), ";BYDAY=" + dice.weekdays(place));
    add(dice.roll(4) == 0, ";BYMONTH=" + dice.list(12));
    add(frequency != 1 && dice.roll(4) == 0,
        (dice.roll(3) ? ";BYMONTHDAY=" : ";BYMONTHDAY=-") + dice.list(28));
    add(frequency == 3 && dice.roll(6) == 0, ";BYYEARDAY=" + dice.list(366));
    if (selects && frequency >= 2 && dice.roll(4) == 0) rule += dice.roll(2) ? ";BYSETPOS=1" : ";BYSETPOS=-1";
    if (dice.roll(4) == 0)
        rule += dice.roll(2) ? fmt::format(";COUNT={}", 1 + dice.roll(60)) : ";UNTIL=20270930T200000Z";
    return rule;
}

// The rule from the first of its days in the year, so that its start is one of its instances.
std::optional<Schedule> schedule_of(const std::string& rule, const std::string& zone) {
    Schedule schedule;
    schedule.rrule = rule;
    schedule.zone = zone;
    std::optional<LocalDays> first;
    scheduler::for_each_day(scheduler::parse_recurrence(rule), kFirst, kFirst, kFirst + kYear,
                            [&](LocalDays day) {
                                first = day;
                                return false;
                            });
    if (!first) return std::nullopt;
    schedule.start = *first + hours(20);
    try {
        scheduler::check(schedule);
    } catch (const Invalid&) {
        return std::nullopt;  // it ends before
    }
    return schedule;
}

struct Window {
    Instant from, to;
};
Window window_of(const Schedule& schedule) {
    const auto from = Zone::find(schedule.zone)->to_utc(kFirst);
    return {from, from + kYear};
}

std::size_t expanded(const Schedule& schedule) {
    const auto window = window_of(schedule);
    return scheduler::expand(schedule, window.from, window.to).size();
}

icaltimetype floating(LocalTime local) {
    const auto day = std::chrono::floor<std::chrono::days>(local);
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

std::size_t expanded_by_libical(const Schedule& schedule) {
    const auto end = floating(Zone::find(schedule.zone)->to_local(window_of(schedule).to));
    auto* const iterator = icalrecur_iterator_new(icalrecurrencetype_from_string(schedule.rrule.c_str()),
                                                  floating(schedule.start));
    if (iterator == nullptr) return 0;
    std::size_t slots = 0;
    for (auto at = icalrecur_iterator_next(iterator);
         !icaltime_is_null_time(at) && icaltime_compare(at, end) < 0; at = icalrecur_iterator_next(iterator))
        ++slots;
    icalrecur_iterator_free(iterator);
    return slots;
}

// Rules that libical counts as we do, and not too slowly. In UTC: UNTIL and the year are one for all three.
std::vector<Schedule> thousand_schedules() {
    Dice dice;
    std::vector<Schedule> all;
    int otherwise = 0, slow = 0;
    while (all.size() < kRules) {
        auto schedule = schedule_of(random_rule(dice), "UTC");
        if (!schedule) continue;
        const auto before = thread_cpu_s();
        const auto theirs = expanded_by_libical(*schedule);
        if (thread_cpu_s() - before > kTooLongForLibical_s)
            ++slow;
        else if (theirs != expanded(*schedule))
            ++otherwise;
        else
            all.push_back(std::move(*schedule));
    }
    fmt::print("{} rules; left out: {} that libical counts otherwise, {} that take it over {} ms\n",
               all.size(), otherwise, slow, 1e3 * kTooLongForLibical_s);
    return all;
}

const std::vector<Schedule>& schedules() {
    static const auto kSchedules = thousand_schedules();
    return kSchedules;
}

std::size_t all_of(std::size_t (*expansion)(const Schedule&)) {
    std::size_t slots = 0;
    for (const auto& schedule : schedules()) slots += expansion(schedule);
    return slots;
}

void expand_rules(benchmark::State& state) {
    schedules();
    for (auto _ : state) benchmark::DoNotOptimize(all_of(expanded));
}
void expand_rules_libical(benchmark::State& state) {
    schedules();
    for (auto _ : state) benchmark::DoNotOptimize(all_of(expanded_by_libical));
}

// Airings and CPU seconds of a pass, by bench/rrule_bench.mjs.
struct Passed {
    std::size_t airings = 0;
    double seconds = 0;
};
std::optional<Passed> passed_by_rrule_js() {
    const auto file = std::filesystem::temp_directory_path() / fmt::format("stagecast-bench-{}", getpid());
    {
        std::ofstream lines(file);
        for (const auto& schedule : schedules()) {
            auto start = to_iso8601(schedule.start) + "Z";
            std::erase_if(start, [](char c) { return c == '-' || c == ':'; });
            lines << start << ' ' << schedule.rrule << '\n';
        }
    }
    const auto command = fmt::format("node {}/rrule_bench.mjs {} {}", STAGECAST_BENCH_SOURCE, file.string(),
                                     to_iso8601(window_of(schedules().front()).from));
    FILE* pipe = popen(command.c_str(), "r");
    Passed passed;
    const bool read = pipe != nullptr && std::fscanf(pipe, "%zu %lf", &passed.airings, &passed.seconds) == 2;
    const bool ended_well = pipe != nullptr && pclose(pipe) == 0;
    std::filesystem::remove(file);
    return read && ended_well ? std::optional(passed) : std::nullopt;
}

void expand_rules_rrule_js(benchmark::State& state) {
    const auto ours = all_of(expanded);
    for (auto _ : state) {
        const auto passed = passed_by_rrule_js();
        if (!passed || passed->airings != ours) {
            state.SkipWithError(passed ? "rrule.js counts differently"
                                       : "no node with tests/node_modules/rrule");
            return;
        }
        state.SetIterationTime(passed->seconds);
    }
}

// To check, expand wherever that costs most, and say in words.
double cost_s(const std::string& rrule) {
    Schedule schedule;
    schedule.start = scheduler::kFirstDay;
    schedule.zone = "Europe/Paris";
    schedule.rrule = rrule;
    const Instant last(std::chrono::sys_days(std::chrono::year(2199) / 1 / 1));
    const auto before = thread_cpu_s();
    try {
        benchmark::DoNotOptimize(scheduler::expand(schedule, Instant{}, last + kYear));
        benchmark::DoNotOptimize(scheduler::expand(schedule, last, last + kYear));
        benchmark::DoNotOptimize(scheduler::sentence(schedule, "fr"));
    } catch (const Invalid&) {
    }
    return thread_cpu_s() - before;
}

void hostile_rule(benchmark::State& state) {
    for (auto _ : state) {
        double dearest = 0;
        for (const auto& rule : scheduler::test::hostile_rules())
            dearest = std::max(dearest, cost_s(rule.rrule));
        state.SetIterationTime(dearest);
    }
}

BENCHMARK(expand_rules)->Unit(benchmark::kMillisecond);
BENCHMARK(expand_rules_libical)->Unit(benchmark::kMillisecond);
BENCHMARK(expand_rules_rrule_js)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(1);
BENCHMARK(hostile_rule)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(3);

}  // namespace
