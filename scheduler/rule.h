#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/zone.h"

namespace stagecast::scheduler {

// A time without airings, in the show's zone.
using Pause = DaySpan;

// A programme's schedule as it was planned.
struct Schedule {
    LocalTime start{};
    std::string zone = "UTC";
    std::string rrule;  // empty: once, at start
    std::vector<LocalTime> exdates, rdates;
    int length_minutes = 60;
    std::vector<Pause> pauses;
    bool operator==(const Schedule&) const = default;
};

struct Slot {
    LocalTime local{};
    Instant starts_at{};
    Instant ends_at{};
    bool operator==(const Slot&) const = default;
};

// Later than any airing: schedules end with 2199.
inline constexpr Instant kNever{std::chrono::sys_days(std::chrono::year(2200) / 1 / 1)};
inline constexpr int kMaxSlots = 4'000;
inline constexpr int kMaxDates = 400;  // EXDATE and RDATE, each
inline constexpr int kMaxPauses = 20;
inline constexpr int kMaxPauseDays = 1'000;  // each
inline constexpr int kMaxRuleBytes = 500;
inline constexpr int kMinLengthMinutes = 5;
inline constexpr int kMaxLengthMinutes = 1'440;

// Throws Invalid("rrule" | "start" | "zone" | "exdates" | "rdates" | "pauses" | "length_minutes") with the
// reason: sub-daily rules, a start that is no instance of its rule (names the first that is), a rule that
// never matches, an unknown zone, parts out of range, more than the caps. At most 50 ms of CPU for any input.
void check(const Schedule& schedule);

// The slots with starts_at in [from, to), ascending, at most `limit`. Expanded in floating local time by
// recurrence.h, then local to UTC by Zone::to_utc. RFC 5545, 3.3.10 and 3.8.5. Checks first.
std::vector<Slot> expand(const Schedule& schedule, Instant from, Instant to, int limit = kMaxSlots);

// The slots that the rule and the further dates would give in the pauses, ascending: what a calendar, which
// knows no pauses, must be told to leave out. EXDATEs are not among them.
std::vector<LocalTime> paused_slots(const Schedule& schedule);

// An airing at a local time that the zone's clock skips or shows twice, or in which the clock is changed.
// Readers of calendars disagree on such, so what says them says the instant.
bool is_doubtful(const Zone& zone, LocalTime start, std::chrono::minutes length);

// "Every Tuesday at 20:00, Paris time" / "Tous les mardis à 20 h 00, heure de Paris", in English for any
// other language. Every schedule that check() takes has its words; two rules of one start that give other
// days have other sentences, as far as their parts are named and dates off or further are few enough to be (3
// each).
std::string sentence(const Schedule& schedule, std::string_view language);

}  // namespace stagecast::scheduler
