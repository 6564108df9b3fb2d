#include "scheduler/reminders.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "scheduler/entry_reader.h"
#include "store/follows.h"
#include "store/shows.h"

namespace stagecast::scheduler {
namespace {

// Of kRungs, in its order.
constexpr std::array kBits{store::kDay, store::kHour, store::kTenMinutes, store::kAtStart};

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

// By which ladders a person is told of an airing.
class Ladders {
public:
    Ladders(store::Snapshot& snapshot, const FollowerId& follower)
        : snapshot_(snapshot), follows_(store::follows::of(snapshot, follower)) {}

    int of(const store::Room& room) {
        int rungs = 0;
        for (const auto& follow : follows_)
            if (leads_to(follow, room)) rungs |= follow.ladder;
        return rungs;
    }

private:
    bool leads_to(const store::Follow& follow, const store::Room& room) {
        switch (follow.kind) {
            case store::FollowKind::kShow:
                return room.show && room.show->text() == follow.target_id;
            case store::FollowKind::kChannel:
                return room.channel.text() == follow.target_id;
            case store::FollowKind::kRoom:
                return room.id.text() == follow.target_id;
            case store::FollowKind::kHost:
                return hosts_of(room).contains(follow.target_id);
        }
        return false;
    }
    std::set<std::string> hosts_of(const store::Room& room) {
        std::set<std::string> ids;
        if (room.has_parts)
            for (const auto& host : store::rooms::hosts(snapshot_, room.id)) ids.insert(host.account.text());
        if (!room.show) return ids;
        auto [known, is_new] = hosts_of_show_.try_emplace(room.show->text());
        if (is_new)
            for (const auto& host : store::shows::hosts(snapshot_, *room.show))
                known->second.insert(host.account.text());
        ids.insert(known->second.begin(), known->second.end());
        return ids;
    }

    store::Snapshot& snapshot_;
    const std::vector<store::Follow> follows_;
    std::map<std::string, std::set<std::string>> hosts_of_show_;
};

}  // namespace

int rungs_of(std::span<const int> minutes) {
    int rungs = 0;
    for (std::size_t i = 0; i < kRungs.size(); ++i)
        if (std::ranges::find(minutes, kRungs.at(i)) != minutes.end()) rungs |= kBits.at(i);
    return rungs;
}

std::vector<int> minutes_of(int rungs) {
    std::vector<int> minutes;
    for (std::size_t i = 0; i < kRungs.size(); ++i)
        if (rungs & kBits.at(i)) minutes.push_back(kRungs.at(i));
    return minutes;
}

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

Reminders reminders(store::Snapshot& snapshot, const FollowerId& follower, Instant from, Instant to) {
    if (to <= from) throw Invalid("to", "it is not after from");
    if (to - from > kMaxRemindersSpan) throw Invalid("to", "it is more than 62 days after from");
    auto rooms = store::rooms::followed_by(snapshot, follower, from, to, kMaxReminders + 1);
    Reminders page;
    page.next = cut(rooms);
    EntryReader reader(snapshot);
    Ladders ladders(snapshot, follower);
    for (const auto& room : rooms)
        page.list.push_back({reader.read(room), due_times(room, minutes_of(ladders.of(room)))});
    return page;
}

}  // namespace stagecast::scheduler
