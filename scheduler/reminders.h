#pragma once
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "scheduler/guide.h"
#include "store/database.h"
#include "store/rooms.h"

namespace stagecast::scheduler {

// How long before an airing a follower can be told of it, in minutes, the earliest first; 0 is its start.
inline constexpr std::array<int, 4> kRungs{1'440, 60, 10, 0};
// The ladder of whoever chose none: an hour before, and the start.
inline constexpr std::array<int, 2> kDefaultLadder{60, 0};

// Some of kRungs, each once, the earliest first. Throws Invalid(field) for any other number.
std::vector<int> checked_ladder(std::span<const int> minutes, std::string_view field);

// As store/follows.h keeps them: a bit for each rung.
int rungs_of(std::span<const int> minutes);
std::vector<int> minutes_of(int rungs);  // the earliest first

struct DueTime {
    int minutes_before = 0;
    Instant at{};
    bool operator==(const DueTime&) const = default;
};

// When a follower with this ladder is due a word of the airing, in the ladder's order: counted from where it
// was moved to; none for one that is cancelled or known as not held. Rung 0 is the planned start: whoever
// tells it waits until the room is live. A pure function of the row; that an instant has passed is the
// teller's matter.
std::vector<DueTime> due_times(const store::Room& airing, std::span<const int> ladder);

struct Reminder {
    GuideEntry airing;
    std::vector<DueTime> due;
};

struct Reminders {
    std::vector<Reminder> list;   // by start
    std::optional<Instant> next;  // there are more: they start then or later
};

inline constexpr std::chrono::days kMaxRemindersSpan{62};
inline constexpr int kMaxReminders = 1'000;  // in one reading; airings that start together stay together

// Public airings that start in [from, to) of what a person follows, each once however often it is followed,
// with their due times by all the ladders that lead to it. From the rows that the guide and the calendars are
// read from. Throws Invalid("to") unless from < to, at most 62 days later.
Reminders reminders(store::Snapshot& snapshot, const FollowerId& follower, Instant from, Instant to);

}  // namespace stagecast::scheduler
