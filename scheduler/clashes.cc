#include "scheduler/clashes.h"

#include <algorithm>

#include "scheduler/entry_reader.h"
#include "store/accounts.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::minutes;
using store::Room;

constexpr int kMostAtOnce = 20;  // airings read for one slot
constexpr std::size_t kSlotsTried = 8;
constexpr minutes kStep{15};
constexpr int kSteps = 24;  // six hours

struct HostName {
    AccountId account;
    std::string name;
};

// Reads what stands in the way of one slot after another.
class Finder {
public:
    Finder(store::Snapshot& snapshot, const Booking& booking)
        : snapshot_(snapshot), booking_(booking), entries_(snapshot) {
        for (const auto& host : booking.hosts)
            if (const auto account = store::accounts::find(snapshot, host))
                hosts_.push_back({host, account->name});
        is_exclusive_ = !entries_.channel(booking.channel).allows_overlap;
    }

    void look(const Slot& slot, std::vector<Clash>& found) {
        if (is_exclusive_)
            for (const auto& room : counted(store::rooms::busy_on_channel(
                     snapshot_, booking_.channel, slot.starts_at, slot.ends_at, kMostAtOnce)))
                found.push_back(clash(ClashKind::kChannelBusy, slot, "", room));
        for (const auto& host : hosts_)
            for (const auto& room : counted(store::rooms::busy_with_host(
                     snapshot_, host.account, slot.starts_at, slot.ends_at, kMostAtOnce)))
                found.push_back(clash(ClashKind::kHostElsewhere, slot, host.name, room));
    }

    bool is_free(const Slot& slot) {
        std::vector<Clash> found;
        look(slot, found);
        return found.empty();
    }

private:
    std::vector<Room> counted(std::vector<Room> rooms) const {
        std::erase_if(rooms, [&](const Room& room) {
            if (booking_.room) return room.id == *booking_.room;
            return booking_.show && room.show == booking_.show;
        });
        return rooms;
    }

    Clash clash(ClashKind kind, const Slot& slot, const std::string& host, const Room& room) {
        return {kind, slot.starts_at, slot.ends_at, host, entries_.read(room)};
    }

    store::Snapshot& snapshot_;
    const Booking& booking_;
    EntryReader entries_;
    std::vector<HostName> hosts_;
    bool is_exclusive_ = true;
};

std::string why(const std::vector<Clash>& list) {
    const auto& first = list.front();
    const auto at = to_iso8601(first.starts_at);
    std::string text;
    if (first.kind == ClashKind::kOverrun)
        text = "the airing at " + at + " runs into the show's next one";
    else if (first.kind == ClashKind::kHostElsewhere)
        text = first.host + " is in \"" + first.with->title + "\" at " + at;
    else
        text = "the channel has \"" + first.with->title + "\" on at " + at;
    const auto more = list.size() - 1;
    return more == 0 ? text : text + ", and " + std::to_string(more) + " more";
}

}  // namespace

Clashes::Clashes(std::vector<Clash> list, std::optional<LocalTime> free_start)
    : Conflict(why(list)), list_(std::move(list)), free_start_(free_start) {}

std::vector<Clash> clashes_of(store::Snapshot& snapshot, const Booking& booking,
                              std::span<const Slot> slots) {
    std::vector<Clash> found;
    Finder finder(snapshot, booking);
    for (std::size_t i = 0; i < slots.size() && found.size() < kMaxClashes; ++i) {
        finder.look(slots[i], found);
        if (i + 1 < slots.size() && slots[i].ends_at > slots[i + 1].starts_at)
            found.push_back({ClashKind::kOverrun, slots[i].starts_at, slots[i].ends_at, "", std::nullopt});
    }
    if (found.size() > kMaxClashes) found.resize(kMaxClashes);
    return found;
}

std::optional<LocalTime> free_start(store::Snapshot& snapshot, const Booking& booking,
                                    std::span<const Slot> slots, const Zone& zone) {
    if (slots.empty()) return std::nullopt;
    Finder finder(snapshot, booking);
    const auto tried = slots.first(std::min(slots.size(), kSlotsTried));
    const auto is_free_at = [&](minutes shift) {
        return std::all_of(tried.begin(), tried.end(), [&](const Slot& slot) {
            const auto starts_at = zone.to_utc(slot.local + shift);
            return finder.is_free(
                {slot.local + shift, starts_at, starts_at + (slot.ends_at - slot.starts_at)});
        });
    };
    // Not into another day: a rule's days are the host's choice.
    const auto day = std::chrono::floor<std::chrono::days>(slots.front().local);
    for (int step = 1; step <= kSteps; ++step)
        for (const auto shift : {step * kStep, -step * kStep}) {
            const auto local = slots.front().local + shift;
            if (std::chrono::floor<std::chrono::days>(local) == day && is_free_at(shift)) return local;
        }
    return std::nullopt;
}

void refuse_clashes(store::Snapshot& snapshot, const Booking& booking, std::span<const Slot> slots,
                    const Zone& zone) {
    auto list = clashes_of(snapshot, booking, slots);
    if (!list.empty()) throw Clashes(std::move(list), free_start(snapshot, booking, slots, zone));
}

}  // namespace stagecast::scheduler
