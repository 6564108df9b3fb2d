#include "scheduler/rule.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "scheduler/recurrence.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using std::chrono::floor;

// A schedule whose parts were read and found good.
struct Checked {
    std::shared_ptr<const Zone> zone;
    std::optional<Recurrence> rule;
};

void check_year(LocalTime local, std::string_view field) {
    const auto day = floor<days>(local);
    if (day < kFirstDay || day > kLastDay) throw Invalid(std::string(field), "must be between 1970 and 2199");
}

void check_dates(const std::vector<LocalTime>& dates, std::string_view field) {
    if (dates.size() > static_cast<std::size_t>(kMaxDates))
        throw Invalid(std::string(field), fmt::format("at most {} dates", kMaxDates));
    for (const auto date : dates) check_year(date, field);
}

// The first of the rule's days from the start on, at the start's time of day.
std::optional<LocalTime> first_airing(const Recurrence& rule, LocalTime start) {
    const auto start_day = floor<days>(start);
    std::optional<LocalTime> first;
    for_each_day(rule, start_day, start_day, kLastDay, [&](LocalDays day) {
        first = day + (start - start_day);
        return false;
    });
    return first;
}

void check_pauses(const std::vector<Pause>& pauses) {
    if (pauses.size() > static_cast<std::size_t>(kMaxPauses))
        throw Invalid("pauses", fmt::format("at most {} pauses", kMaxPauses));
    for (const auto& pause : pauses) {
        if (pause.first < kFirstDay || pause.last > kLastDay)
            throw Invalid("pauses", "must be between 1970 and 2199");
        if (pause.last < pause.first) throw Invalid("pauses", "a pause ends before it begins");
        if (pause.last - pause.first > days(kMaxPauseDays))
            throw Invalid("pauses", fmt::format("at most {} days each", kMaxPauseDays));
    }
}

bool is_paused(const std::vector<Pause>& pauses, LocalTime local) {
    const auto day = floor<days>(local);
    return std::any_of(pauses.begin(), pauses.end(),
                       [day](const Pause& pause) { return pause.first <= day && day <= pause.last; });
}

void check_start(const Recurrence& rule, LocalTime start, const Zone& zone) {
    const auto first = first_airing(rule, start);
    if (!first) throw Invalid("rrule", "no date from the start on ever fits it");
    if (rule.until) {
        const auto start_day = floor<days>(start);
        const auto last = last_day(*rule.until, start - start_day, zone);
        if (last < start_day) throw Invalid("rrule", "UNTIL is before the start");
        if (last < floor<days>(*first))
            throw Invalid("rrule", fmt::format("UNTIL is before the first date that fits, {}",
                                               to_iso8601(*first).substr(0, 10)));
    }
    if (*first == start) return;
    const auto fitting = to_iso8601(*first);
    throw Invalid("start", "is not an airing of its rule; the first that fits is " + fitting, fitting);
}

Checked checked(const Schedule& schedule) {
    Checked result{Zone::find(schedule.zone, "zone"), std::nullopt};
    if (schedule.length_minutes < kMinLengthMinutes || schedule.length_minutes > kMaxLengthMinutes)
        throw Invalid("length_minutes",
                      fmt::format("must be from {} to {}", kMinLengthMinutes, kMaxLengthMinutes));
    check_year(schedule.start, "start");
    check_dates(schedule.exdates, "exdates");
    check_dates(schedule.rdates, "rdates");
    check_pauses(schedule.pauses);
    for (const auto date : schedule.rdates)
        if (date < schedule.start) throw Invalid("rdates", to_iso8601(date) + " is before the start");
    if (schedule.rrule.empty()) return result;
    result.rule = parse_recurrence(schedule.rrule);
    check_start(*result.rule, schedule.start, *result.zone);
    return result;
}

// The window in which instants and local days are compared: a zone is never more than a day from UTC, and may
// skip one.
LocalDays day_around(Instant instant, int margin_days) {
    const auto day = LocalDays(floor<days>(instant).time_since_epoch());
    return std::clamp(day, kFirstDay, kLastDay) + days(margin_days);
}

class Expansion {
public:
    Expansion(const Schedule& schedule, const Zone& zone, Instant from, Instant to, std::size_t limit)
        : schedule_(schedule), zone_(zone), from_(from), to_(to), limit_(limit), exdates_(schedule.exdates) {
        std::sort(exdates_.begin(), exdates_.end());
    }

    void add_rule(const Recurrence& rule) {
        const auto start_day = floor<days>(schedule_.start);
        const auto time_of_day = schedule_.start - start_day;
        const auto from_day = rule.count ? start_day : day_around(from_, -2);
        auto last = day_around(to_, 2);
        if (rule.until) last = std::min(last, last_day(*rule.until, time_of_day, zone_));
        auto left = rule.count;
        for_each_day(rule, start_day, from_day, last, [&](LocalDays day) {
            if (left && (*left)-- == 0) return false;
            add(day + time_of_day);
            // Two more than wanted: one may be the same instant as its neighbour (a zone that skipped a day).
            return slots_.size() < limit_ + 2;
        });
    }

    void add(LocalTime local) {
        if (std::binary_search(exdates_.begin(), exdates_.end(), local)) return;
        if (is_paused(schedule_.pauses, local)) return;
        const auto starts_at = zone_.to_utc(local);
        if (starts_at < from_ || starts_at >= to_) return;
        slots_.push_back({local, starts_at, starts_at + std::chrono::minutes(schedule_.length_minutes)});
    }

    // Where several local times are one instant, the one that a clock on the wall would show stays.
    std::vector<Slot> take() {
        const auto shown = [this](const Slot& slot) { return zone_.to_local(slot.starts_at) == slot.local; };
        std::sort(slots_.begin(), slots_.end(), [&](const Slot& a, const Slot& b) {
            if (a.starts_at != b.starts_at) return a.starts_at < b.starts_at;
            return shown(a) > shown(b);
        });
        const auto same = [](const Slot& a, const Slot& b) { return a.starts_at == b.starts_at; };
        slots_.erase(std::unique(slots_.begin(), slots_.end(), same), slots_.end());
        if (slots_.size() > limit_) slots_.resize(limit_);
        return std::move(slots_);
    }

private:
    const Schedule& schedule_;
    const Zone& zone_;
    const Instant from_, to_;
    const std::size_t limit_;
    std::vector<LocalTime> exdates_;
    std::vector<Slot> slots_;
};

}  // namespace

void check(const Schedule& schedule) {
    checked(schedule);
}

std::vector<Slot> expand(const Schedule& schedule, Instant from, Instant to, int limit) {
    const auto parts = checked(schedule);
    const auto wanted = static_cast<std::size_t>(std::clamp(limit, 0, kMaxSlots));
    if (wanted == 0 || from >= to) return {};
    Expansion expansion(schedule, *parts.zone, from, to, wanted);
    if (parts.rule)
        expansion.add_rule(*parts.rule);
    else
        expansion.add(schedule.start);
    for (const auto date : schedule.rdates) expansion.add(date);
    return expansion.take();
}

bool is_doubtful(const Zone& zone, LocalTime start, std::chrono::minutes length) {
    const auto shown_once = [&](LocalTime local) {
        const auto first = zone.to_utc(local);
        const Instant second{local.time_since_epoch() - zone.offset_at(first + days(1))};
        return zone.to_local(first) == local && (second == first || zone.to_local(second) != local);
    };
    return !shown_once(start) || zone.to_local(zone.to_utc(start) + length) != start + length ||
           !shown_once(start + length);
}

std::vector<LocalTime> paused_slots(const Schedule& schedule) {
    if (schedule.pauses.empty()) return {};
    const auto zone = Zone::find(schedule.zone, "zone");
    auto unpaused = schedule;
    unpaused.pauses.clear();
    std::vector<LocalTime> found;
    for (const auto& pause : schedule.pauses) {
        // A day more at both ends: a zone may skip one.
        const auto from = zone->to_utc(LocalTime(pause.first - days(1)));
        for (const auto& slot : expand(unpaused, from, zone->to_utc(LocalTime(pause.last + days(2)))))
            if (is_paused(schedule.pauses, slot.local)) found.push_back(slot.local);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

}  // namespace stagecast::scheduler
