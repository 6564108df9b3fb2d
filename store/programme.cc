#include "store/programme.h"

#include "store/sql.h"

namespace stagecast::store::programme {

namespace {

constexpr Query kState{"revision, roster_revision, now_ms", "FROM programme WHERE entry = 1"};
constexpr std::string_view kBump = "UPDATE programme SET revision = revision + 1 WHERE entry = 1";
constexpr std::string_view kMarkRoster = "UPDATE programme SET roster_revision = revision WHERE entry = 1";
constexpr std::string_view kSetNow = "UPDATE programme SET now_ms = $1 WHERE entry = 1";

State read_state(Row& row) {
    return State{.revision = row.integer(), .roster = row.integer(), .now = row.instant()};
}

}  // namespace

State state(Snapshot& snapshot) {
    return select(snapshot, kState, read_state).at(0);
}

void touch(Tx& tx) {
    tx.impl().programme_touched = true;
}

void touch_roster(Tx& tx) {
    touch(tx);
    tx.impl().roster_touched = true;
}

void set_now(Tx& tx, Instant now) {
    execute(tx, kSetNow, now);
    touch(tx);
}

void bump_if_touched(Tx& tx) {
    if (tx.impl().programme_touched) execute(tx, kBump);
    if (tx.impl().roster_touched) execute(tx, kMarkRoster);
}

}  // namespace stagecast::store::programme
