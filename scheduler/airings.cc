#include "scheduler/airings.h"

namespace stagecast::scheduler {
namespace {

constexpr int kMostAirings = 10'000;
const Instant kNever{std::chrono::sys_days(std::chrono::year(2200) / 1 / 1)};

}  // namespace

int insert_slots(store::Tx& tx, const store::Show& show, const std::vector<Slot>& slots, Random& random,
                 Instant now) {
    int inserted = 0;
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
        if (store::rooms::insert_slot(tx, room)) ++inserted;
    }
    return inserted;
}

void set_slots(store::Tx& tx, const std::vector<store::Room>& rooms) {
    std::int64_t nth = 0;
    for (const auto& room : rooms) store::rooms::lift_slot(tx, room.id, nth++);
    for (const auto& room : rooms) store::rooms::set_slot(tx, room);
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
