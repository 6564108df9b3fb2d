#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "scheduler/guide.h"
#include "scheduler/rule.h"

namespace stagecast::scheduler {

enum class ClashKind {
    kHostElsewhere,  // one of the hosts is in another airing
    kChannelBusy,    // the channel has another airing on, and does not allow two at once
    kOverrun,        // the show runs into its own next airing
};

struct Clash {
    ClashKind kind = ClashKind::kChannelBusy;
    Instant starts_at{}, ends_at{};  // of the airing that is planned
    std::string host;                // of kHostElsewhere: their name
    std::optional<GuideEntry> with;  // the airing that stands there; empty for kOverrun
};

// A plan that clashes with what stands, and what would not. Nothing was saved.
class Clashes : public Conflict {
public:
    Clashes(std::vector<Clash> list, std::optional<LocalTime> free_start);
    const std::vector<Clash>& list() const noexcept { return list_; }
    // The nearest start, within six hours, at which none of the next airings would clash.
    const std::optional<LocalTime>& free_start() const noexcept { return free_start_; }

private:
    std::vector<Clash> list_;
    std::optional<LocalTime> free_start_;
};

inline constexpr int kMaxClashes = 50;  // more are not listed

// Who plans, where, and which airings are not counted, since they are the ones being planned.
struct Booking {
    ChannelId channel;
    std::vector<AccountId> hosts;
    std::optional<ShowId> show;  // its own airings do not count, but for an overrun
    std::optional<RoomId> room;  // this airing does not count
};

// The first kMaxClashes, by start. `slots` ascending.
std::vector<Clash> clashes_of(store::Snapshot&, const Booking&, std::span<const Slot> slots);
// Looks at the first eight slots only; steps of 15 minutes.
std::optional<LocalTime> free_start(store::Snapshot&, const Booking&, std::span<const Slot> slots,
                                    const Zone& zone);

// Throws Clashes with what would be free, if there are any.
void refuse_clashes(store::Snapshot&, const Booking&, std::span<const Slot> slots, const Zone& zone);

}  // namespace stagecast::scheduler
