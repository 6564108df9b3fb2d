#pragma once
#include <optional>
#include <vector>

#include "scheduler/rule.h"
#include "store/rooms.h"

namespace stagecast::scheduler {

enum class Touch { kUntouched, kTouched };

struct KnownAiring {
    store::Room room;  // with a slot
    Touch touch = Touch::kUntouched;
    std::optional<int> usual_minutes{};  // by an earlier schedule that it is still of
};

// What becomes of a show's airings when its rule gives other slots.
struct Reconciled {
    std::vector<store::Room> placed;   // those that fit, with the slot, start and end that are theirs now
    std::vector<store::Room> erased;   // untouched, and no slot is near
    std::vector<store::Room> misfits;  // touched, and no slot is near: they stay as they are
    std::vector<Slot> added;           // slots that no airing took
};

// An airing takes the slot at its own instant; of the others, an airing and a slot that are each other's
// nearest within half a week go together. One that was cancelled only goes along within its date, one that
// has begun never. Moved ones keep the start that their host gave them; lengths of their own stay.
Reconciled reconcile(const std::vector<KnownAiring>& airings, const std::vector<Slot>& slots,
                     int old_length_minutes);

// The same schedule without its airings before `cut`: its start is the first rule's slot at or after it,
// COUNT counts on. Where only further dates are left, they are what it is. Invalid("start") when nothing is
// left.
Schedule cut_before(const Schedule& schedule, Instant cut);

}  // namespace stagecast::scheduler
