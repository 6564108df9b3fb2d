#include "scheduler/airings.h"

#include "base/zone.h"

namespace stagecast::scheduler {
namespace {

constexpr int kMostAirings = 10'000;

// An airing whose rule's local time readers may take for another instant is told of by itself from the first:
// what a calendar tells of has a sequence (rooms::told).
int sequence_of(const Zone& zone, const store::Room& room) {
    const auto length = std::chrono::floor<std::chrono::minutes>(room.ends_at - room.starts_at);
    return is_doubtful(zone, *room.slot_local, length) ? 1 : 0;
}

}  // namespace

int insert_slots(store::Tx& tx, const store::Show& show, const std::vector<Slot>& slots, Random& random,
                 Instant now) {
    int inserted = 0;
    const auto zone = Zone::find(show.zone);
    for (const auto& slot : slots) {
        store::Room room;
        room.id = RoomId::make(random);
        room.channel = show.channel;
        room.show = show.id;
        room.starts_at = slot.starts_at;
        room.ends_at = slot.ends_at;
        room.slot = slot.starts_at;
        room.slot_local = slot.local;
        room.updated_at = now;
        room.sequence = sequence_of(*zone, room);
        if (store::rooms::insert_slot(tx, room)) ++inserted;
    }
    return inserted;
}

void set_slots(store::Tx& tx, const std::vector<store::Room>& rooms, const Zone& zone) {
    std::int64_t nth = 0;
    for (const auto& room : rooms) store::rooms::lift_slot(tx, room.id, nth++);
    for (auto room : rooms) {
        room.sequence = std::max(room.sequence, sequence_of(zone, room));
        store::rooms::set_slot(tx, room);
    }
}

std::vector<KnownAiring> known_airings(store::Snapshot& snapshot, const ShowId& show, Instant from) {
    std::vector<KnownAiring> known;
    for (auto& room : store::rooms::slots_of_show(snapshot, show, from, kNever, kMostAirings)) {
        const bool is_untouched = store::rooms::is_untouched(snapshot, room);
        known.push_back({std::move(room), is_untouched ? Touch::kUntouched : Touch::kTouched});
    }
    return known;
}

}  // namespace stagecast::scheduler
