#include "scheduler/reconcile.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/recurrence.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using store::Room;
using store::RoomState;

constexpr hours kNear{84};  // half a week: the next airing of a weekly show is farther

bool has_begun(const Room& room) {
    return room.state != RoomState::kScheduled && room.state != RoomState::kCancelled;
}

// Puts the airing on its slot. What a host gave it stays: a start of its own, a length of its own.
Room placed_on(Room room, const Slot& slot, int old_length_minutes) {
    const bool is_moved = room.starts_at != *room.slot;
    const auto length = room.ends_at - room.starts_at;
    room.slot = slot.starts_at;
    room.slot_local = slot.local;
    if (has_begun(room)) return room;
    if (!is_moved) room.starts_at = slot.starts_at;
    const bool is_usual = length == minutes(old_length_minutes);
    room.ends_at = room.starts_at + (is_usual ? slot.ends_at - slot.starts_at : length);
    return room;
}

bool may_go_along(const KnownAiring& airing, const Slot& slot) {
    if (has_begun(airing.room)) return false;
    const auto gap = std::chrono::abs(slot.starts_at - *airing.room.slot);
    if (gap > kNear) return false;
    return airing.room.state != RoomState::kCancelled ||
           floor<days>(*airing.room.slot_local) == floor<days>(slot.local);
}

// For each of `from`, the index of the nearest of `to` that it may go along with.
template <class From, class To, class Gap, class May>
std::vector<std::optional<std::size_t>> nearest(const From& from, const To& to, Gap gap, May may) {
    std::vector<std::optional<std::size_t>> found(from.size());
    for (std::size_t i = 0; i < from.size(); ++i)
        for (std::size_t j = 0; j < to.size(); ++j)
            if (may(from[i], to[j]) && (!found[i] || gap(from[i], to[j]) < gap(from[i], to[*found[i]])))
                found[i] = j;
    return found;
}

// Airings and slots without their like, and what becomes of them. A few hundred each: the horizon bounds
// them.
void pair(const std::vector<KnownAiring>& airings, const std::vector<Slot>& slots, int old_length_minutes,
          Reconciled& result) {
    const auto gap = [](const KnownAiring& airing, const Slot& slot) {
        return std::chrono::abs(slot.starts_at - *airing.room.slot);
    };
    const auto slot_of = nearest(airings, slots, gap, may_go_along);
    const auto airing_of = nearest(
        slots, airings, [&](const Slot& s, const KnownAiring& a) { return gap(a, s); },
        [](const Slot& s, const KnownAiring& a) { return may_go_along(a, s); });
    for (std::size_t i = 0; i < airings.size(); ++i) {
        const auto& [room, touch, usual_minutes] = airings[i];
        if (slot_of[i] && airing_of[*slot_of[i]] == i)
            result.placed.push_back(
                placed_on(room, slots[*slot_of[i]], usual_minutes.value_or(old_length_minutes)));
        else if (touch == Touch::kUntouched)
            result.erased.push_back(room);
        else
            result.misfits.push_back(room);
    }
    for (std::size_t j = 0; j < slots.size(); ++j)
        if (!airing_of[j] || slot_of[*airing_of[j]] != j) result.added.push_back(slots[j]);
}

std::string with_count(const std::string& rrule, int count) {
    std::string result;
    for (const auto& part : split(rrule, ';')) {
        const bool is_count = lower_ascii(part).starts_with("count=");
        result += (result.empty() ? "" : ";") + (is_count ? fmt::format("COUNT={}", count) : part);
    }
    return result;
}

// The days of the rule alone, before and from the cut on.
struct RuleCut {
    std::optional<int> count_left;
    std::optional<LocalTime> last_before, first_after;
};

RuleCut cut_rule(const Schedule& schedule, Instant cut) {
    auto rule_only = schedule;
    rule_only.rdates.clear();
    rule_only.exdates.clear();
    rule_only.pauses.clear();
    RuleCut result;
    const auto count = parse_recurrence(schedule.rrule).count;
    // A rule without COUNT may have more days behind it than one reading gives: the last of them are near.
    auto past = expand(rule_only, count ? Instant{} : cut - days(1'600), cut);
    if (past.empty()) past = expand(rule_only, Instant{}, cut);
    if (count) result.count_left = *count - static_cast<int>(past.size());
    if (!past.empty()) result.last_before = past.back().local;
    if (const auto next = expand(rule_only, cut, kNever, 1); !next.empty())
        result.first_after = next.front().local;
    return result;
}

}  // namespace

Reconciled reconcile(const std::vector<KnownAiring>& airings, const std::vector<Slot>& slots,
                     int old_length_minutes) {
    Reconciled result;
    std::map<Instant, const Slot*> by_instant;
    for (const auto& slot : slots) by_instant[slot.starts_at] = &slot;
    std::vector<KnownAiring> others;
    for (const auto& airing : airings) {
        const auto same = by_instant.find(*airing.room.slot);
        if (same == by_instant.end()) {
            others.push_back(airing);
            continue;
        }
        result.placed.push_back(
            placed_on(airing.room, *same->second, airing.usual_minutes.value_or(old_length_minutes)));
        by_instant.erase(same);
    }
    std::vector<Slot> left;
    left.reserve(by_instant.size());
    for (const auto& [instant, slot] : by_instant) left.push_back(*slot);
    pair(others, left, old_length_minutes, result);
    return result;
}

Schedule cut_before(const Schedule& schedule, Instant cut) {
    const auto zone = Zone::find(schedule.zone);
    auto result = schedule;
    const auto is_past = [&](LocalTime local) { return zone->to_utc(local) < cut; };
    std::erase_if(result.rdates, is_past);
    std::sort(result.rdates.begin(), result.rdates.end());
    const auto rule = schedule.rrule.empty() ? RuleCut{} : cut_rule(schedule, cut);
    if (schedule.rrule.empty() && !is_past(schedule.start)) return result;
    if (!rule.first_after) {
        if (result.rdates.empty()) throw Invalid("start", "no airing of this plan is left");
        result.rrule.clear();
        result.start = result.rdates.front();
        result.rdates.erase(result.rdates.begin());
        return result;
    }
    // A further date before the rule's next: the series begins, left out, at the rule's last.
    const bool is_before =
        rule.last_before && !result.rdates.empty() && result.rdates.front() < *rule.first_after;
    result.start = is_before ? *rule.last_before : *rule.first_after;
    if (rule.count_left) result.rrule = with_count(schedule.rrule, *rule.count_left + (is_before ? 1 : 0));
    std::erase_if(result.exdates, [&](LocalTime local) { return local < result.start; });
    if (is_before) result.exdates.push_back(result.start);
    return result;
}

}  // namespace stagecast::scheduler
