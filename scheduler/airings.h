#pragma once
#include <vector>

#include "base/random.h"
#include "scheduler/reconcile.h"
#include "scheduler/rule.h"
#include "store/rooms.h"
#include "store/shows.h"

// Rows of airings, inside one transaction.
namespace stagecast::scheduler {

// Makes a room for each slot that the show has none for. Returns how many.
int insert_slots(store::Tx& tx, const store::Show& show, const std::vector<Slot>& slots, Random& random,
                 Instant now);
// Gives each room its slot, start and end; slots may change hands among them.
void set_slots(store::Tx& tx, const std::vector<store::Room>& rooms, const Zone& zone);
// The show's airings from `from` on, with what was done to them.
std::vector<KnownAiring> known_airings(store::Snapshot& snapshot, const ShowId& show, Instant from);

}  // namespace stagecast::scheduler
