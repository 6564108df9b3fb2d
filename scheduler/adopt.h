#pragma once
#include <string>
#include <vector>

#include "base/random.h"
#include "scheduler/planner.h"

// Shows and rooms that were planned elsewhere, taken within a transaction of the caller: all of them, or
// none.
namespace stagecast::scheduler {

// One airing of such a show that is otherwise than its rule.
struct ForeignAiring {
    LocalTime slot{};
    Instant starts_at{};
    int length_minutes = 60;
    std::string title;  // empty: the show's
    bool is_cancelled = false;
};

// A show ready to be written, with its airings up to the horizon.
struct Adoption {
    ShowPlan plan;
    std::vector<store::Room> airings;  // without ids; by slot
    std::vector<LocalTime> lost;       // changed airings of which something could not be kept: their slots
};

// Checks and expands, as Planner::create does. Changed airings beyond the horizon become dates of the
// schedule, where they keep their start alone; those that the rule does not have, or that are over, are lost;
// one that was moved to a time that is over is cancelled. Throws Invalid. Pure.
Adoption prepare_adoption(const ShowPlan& plan, const std::vector<ForeignAiring>& changes, Instant now);

// The times that its airings take, by start: what clashes are looked for with.
std::vector<Slot> taken_slots(const Adoption& adoption);

// Who takes it, for which channel.
struct Adopter {
    ChannelId channel;
    AccountId host;
    const std::string& site_url;
    Random& random;
    Instant now{};
};
// Clashes are the caller's to look for.
store::Show adopt(store::Tx& tx, const Adoption& adoption, const Adopter& adopter);
// A room without a slot, of a show of its channel or of none. Throws Invalid for a title, length or start
// that Planner::spontaneous refuses; a show's may have no title of its own.
store::Room adopt_room(store::Tx& tx, const store::Room& room, const Adopter& adopter);

}  // namespace stagecast::scheduler
