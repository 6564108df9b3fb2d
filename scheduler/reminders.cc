#include "scheduler/reminders.h"

#include <algorithm>

#include "base/error.h"
#include "scheduler/entry_reader.h"

namespace stagecast::scheduler {
namespace {

// Leaves out what starts together with the first airing that has no place: a page never ends within an
// instant, unless that instant alone fills it.
std::optional<Instant> cut(std::vector<store::Room>& rooms) {
    if (rooms.size() <= kMaxReminders) return std::nullopt;
    const auto first_left_out = rooms.back().starts_at;
    const auto end = std::ranges::find(rooms, first_left_out, &store::Room::starts_at);
    if (end == rooms.begin()) {
        rooms.pop_back();
        return first_left_out + Milliseconds(1);
    }
    rooms.erase(end, rooms.end());
    return first_left_out;
}

}  // namespace

std::vector<int> checked_ladder(std::span<const int> minutes, std::string_view field) {
    std::vector<int> ladder;
    for (const int rung : kRungs)
        if (std::ranges::find(minutes, rung) != minutes.end()) ladder.push_back(rung);
    for (const int wish : minutes) {
        if (std::ranges::find(kRungs, wish) == kRungs.end())
            throw Invalid(std::string(field), "it takes 1440, 60, 10 and 0 minutes before the start only");
    }
    return ladder;
}

std::vector<DueTime> due_times(const store::Room& airing, std::span<const int> ladder) {
    if (airing.state == store::RoomState::kCancelled || airing.lateness == store::Lateness::kNotHeld)
        return {};
    std::vector<DueTime> due;
    for (const int minutes : ladder)
        due.push_back({minutes, airing.starts_at - std::chrono::minutes(minutes)});
    return due;
}

Reminders reminders(store::Snapshot& snapshot, const AccountId& follower, Instant from, Instant to) {
    if (to <= from) throw Invalid("to", "it is not after from");
    if (to - from > kMaxRemindersSpan) throw Invalid("to", "it is more than 62 days after from");
    auto rooms = store::rooms::followed_by(snapshot, follower, from, to, kMaxReminders + 1);
    Reminders page;
    page.next = cut(rooms);
    EntryReader reader(snapshot);
    for (const auto& room : rooms) page.list.push_back({reader.read(room), due_times(room, kDefaultLadder)});
    return page;
}

}  // namespace stagecast::scheduler
