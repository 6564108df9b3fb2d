#pragma once
#include <chrono>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::scheduler {

// After its start without being live: a host is late, then the airing is not held.
inline constexpr std::chrono::minutes kDelayedAfter{10}, kNotHeldAfter{30};

// What time does to the programme. Each call is a few short transactions. Thread: one at a time.
class Upkeep {
public:
    Upkeep(store::Database& database, const Clock& clock, Random& random, std::string site_url)
        : database_(database), clock_(clock), random_(random), site_url_(std::move(site_url)) {}

    // Marks airings that are late; moves the programme's moment to the last full hour, start or end of an
    // airing. Called every few seconds: how many rows it changed.
    int tick();
    // Makes the rows that the horizon now reaches. Called at start and every hour: how many.
    int extend_horizon();
    // Where a zone's rules are no longer those by which its airings were placed (a new tzdata), moves the
    // coming ones to the right instant, keeping their local time; tells their hosts by mail and the journal.
    // Called at start and every hour: how many airings moved.
    int follow_zones();

private:
    store::Database& database_;
    const Clock& clock_;
    Random& random_;
    const std::string site_url_;
};

}  // namespace stagecast::scheduler
