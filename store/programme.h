#pragma once
#include <cstdint>

#include "base/time.h"
#include "store/database.h"

// The programme as a whole: what a guide, a calendar, a podcast feed or a page of it is made from. Its
// revision goes up with every transaction that changes any of it, so that what was made from an older
// revision can be told from what still holds. Its moment is what its documents call now: the store's, not the
// clock's, so that their bytes depend on the database alone.
namespace stagecast::store::programme {

struct State {
    std::int64_t revision = 0;
    std::int64_t roster =
        0;  // the last revision that changed the roster: channels, shows, hosts, their words
    Instant now{};
};

State state(Snapshot&);
// At commit the revision goes up by one, however often it was touched. Repositories call it themselves.
void touch(Tx&);
void touch_roster(Tx&);  // the same, and the roster has changed
// Moves the moment, and touches. Requires a later one, or one that corrects a clock that was ahead.
void set_now(Tx&, Instant);

// What Database calls before it commits.
void bump_if_touched(Tx&);

}  // namespace stagecast::store::programme
