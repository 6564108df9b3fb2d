#include "scheduler/adopt.h"

#include <algorithm>
#include <map>

#include "scheduler/plan_check.h"
#include "scheduler/show_rows.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::minutes;

struct Changes {
    std::map<LocalTime, ForeignAiring> past, coming, later;  // by slot: before now, up to the horizon, beyond
};

// Of the past only those that were moved to a time to come matter.
Changes sorted(const std::vector<ForeignAiring>& all, const Zone& zone, Instant now) {
    Changes changes;
    for (const auto& airing : all) {
        const auto slot = zone.to_utc(airing.slot);
        if (slot >= now + kHorizon)
            changes.later[airing.slot] = airing;
        else if (slot >= now)
            changes.coming[airing.slot] = airing;
        else if (slot >= now - kHorizon && airing.starts_at >= now && !airing.is_cancelled)
            changes.past[airing.slot] = airing;
    }
    return changes;
}

store::Room room_of(const Slot& slot, Instant now) {
    store::Room room;
    room.starts_at = slot.starts_at;
    room.ends_at = slot.ends_at;
    room.slot = slot.starts_at;
    room.slot_local = slot.local;
    room.updated_at = now;
    return room;
}

void change(store::Room& room, const ForeignAiring& airing, const Zone& zone, Instant now) {
    const auto ends_at = airing.starts_at + minutes(airing.length_minutes);
    const bool is_over = ends_at <= now;
    if (airing.is_cancelled || is_over) room.state = store::RoomState::kCancelled;
    const bool is_moved = !is_over && airing.starts_at != room.starts_at;
    if (is_moved) {
        room.moved_from = room.slot;
        room.moved_local = zone.to_local(airing.starts_at);
    }
    const bool is_other = is_moved || airing.is_cancelled || is_over || !airing.title.empty() ||
                          ends_at - airing.starts_at != room.ends_at - room.starts_at;
    if (!is_other) return;
    if (!is_over) {
        room.starts_at = airing.starts_at;
        room.ends_at = ends_at;
    }
    room.title = airing.title;
    room.sequence = 1;
    room.version = 2;  // touched: a changed rule does not take it away
}

class Preparation {
public:
    Preparation(const ShowPlan& plan, const std::vector<ForeignAiring>& changes, Instant now)
        : zone_(Zone::find(plan.schedule.zone)), now_(now), changes_(sorted(changes, *zone_, now)) {
        adoption_.plan = plan;
    }

    Adoption run() {
        add_later();
        add_past();
        for (const auto& slot : expand(adoption_.plan.schedule, now_, now_ + kHorizon)) {
            auto room = room_of(slot, now_);
            if (const auto found = changes_.coming.find(slot.local); found != changes_.coming.end()) {
                change(room, found->second, *zone_, now_);
                changes_.coming.erase(found);
            }
            adoption_.airings.push_back(std::move(room));
        }
        for (const auto& [slot, airing] : changes_.coming) adoption_.lost.push_back(slot);
        std::ranges::sort(adoption_.lost);
        return std::move(adoption_);
    }

private:
    // The rule's own slots among those of `wanted`.
    std::vector<Slot> slots_of(const std::map<LocalTime, ForeignAiring>& wanted) const {
        if (wanted.empty()) return {};
        const auto from = zone_->to_utc(wanted.begin()->first);
        const auto to = zone_->to_utc(wanted.rbegin()->first) + Milliseconds(1);
        auto slots = expand(adoption_.plan.schedule, from, to);
        std::erase_if(slots, [&](const Slot& slot) { return !wanted.contains(slot.local); });
        return slots;
    }

    void add_past() {
        for (const auto& slot : slots_of(changes_.past)) {
            auto room = room_of(slot, now_);
            change(room, changes_.past.at(slot.local), *zone_, now_);
            adoption_.airings.push_back(std::move(room));
        }
    }

    // Beyond the horizon there are no rooms yet: only the schedule can say it.
    void add_later() {
        auto& schedule = adoption_.plan.schedule;
        const auto slots = slots_of(changes_.later);
        for (const auto& slot : slots) {
            const auto& airing = changes_.later.at(slot.local);
            const bool is_moved = airing.starts_at != slot.starts_at;
            const bool is_other = airing.length_minutes != schedule.length_minutes || !airing.title.empty();
            if (is_other && !airing.is_cancelled) adoption_.lost.push_back(slot.local);
            if (!airing.is_cancelled && !is_moved) continue;
            schedule.exdates.push_back(slot.local);
            if (!airing.is_cancelled) schedule.rdates.push_back(zone_->to_local(airing.starts_at));
        }
        for (const auto& slot : slots) changes_.later.erase(slot.local);
        for (const auto& [slot, airing] : changes_.later) adoption_.lost.push_back(slot);
    }

    const std::shared_ptr<const Zone> zone_;
    const Instant now_;
    Changes changes_;
    Adoption adoption_;
};

}  // namespace

Adoption prepare_adoption(const ShowPlan& plan, const std::vector<ForeignAiring>& changes, Instant now) {
    return Preparation(checked(plan), changes, now).run();
}

std::vector<Slot> taken_slots(const Adoption& adoption) {
    std::vector<Slot> slots;
    for (const auto& room : adoption.airings)
        if (room.state != store::RoomState::kCancelled)
            slots.push_back({room.moved_local.value_or(*room.slot_local), room.starts_at, room.ends_at});
    std::ranges::sort(slots, {}, &Slot::starts_at);
    return slots;
}

store::Show adopt(store::Tx& tx, const Adoption& adoption, const Adopter& adopter) {
    const auto show = insert_show(tx, adoption.plan, adopter.channel, adopter.host, adopter.random,
                                  adopter.site_url, adopter.now);
    for (auto room : adoption.airings) {
        room.id = RoomId::make(adopter.random);
        room.channel = adopter.channel;
        room.show = show.id;
        store::rooms::insert_slot(tx, room);
    }
    return show;
}

store::Room adopt_room(store::Tx& tx, const store::Room& wanted, const Adopter& adopter) {
    auto room = wanted;
    if (!room.show || !room.title.empty()) room.title = checked_title(wanted.title);
    check_start(room.starts_at, adopter.now);
    check_length(static_cast<int>(std::chrono::floor<minutes>(room.ends_at - room.starts_at).count()));
    room.id = RoomId::make(adopter.random);
    room.channel = adopter.channel;
    room.updated_at = adopter.now;
    store::rooms::insert(tx, room);
    return room;
}

}  // namespace stagecast::scheduler
