#include "scheduler/guide.h"

#include <algorithm>
#include <set>

#include "scheduler/entry_reader.h"
#include "scheduler/planner.h"
#include "scheduler/roster.h"
#include "scheduler/selection.h"
#include "store/programme.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using store::Room;
using store::RoomState;
using store::Snapshot;

constexpr int kMaxShowsAhead = 2'000;  // that are looked at for new voices
constexpr std::chrono::minutes kNewVoicesFor{1};

bool is_public(const Room& room) {
    return room.visibility == store::Visibility::kPublic;
}

bool is_ahead(const Room& room, Instant now) {
    if (!is_public(room)) return false;
    if (room.state == RoomState::kLive) return true;
    if (room.lateness == store::Lateness::kNotHeld) return false;
    return room.state == RoomState::kBackstage || (room.state == RoomState::kScheduled && room.ends_at > now);
}

// The hosts of shows that are soon on, the soonest first, until there are enough new ones.
std::vector<NewVoice> choose_new_voices(Snapshot& snapshot, Instant now) {
    EntryReader reader(snapshot);
    std::vector<NewVoice> voices;
    std::set<AccountId> seen;
    for (const auto& [show, starts_at] :
         store::rooms::shows_ahead(snapshot, now, now + kNewVoiceAhead, kMaxShowsAhead)) {
        for (const auto& host : store::shows::hosts(snapshot, show)) {
            if (!seen.insert(host.account).second) continue;
            const int held = store::rooms::held_by(snapshot, host.account, kNewVoiceHeld + 1);
            if (held > kNewVoiceHeld) continue;
            const auto rooms = store::rooms::of_show(snapshot, show, starts_at, now + kNewVoiceAhead, 16);
            const auto next =
                std::ranges::find_if(rooms, [&](const Room& room) { return is_ahead(room, now); });
            if (next == rooms.end()) continue;
            voices.push_back({host, reader.read(*next), held});
            if (voices.size() == kNewVoices) return voices;
        }
    }
    return voices;
}

}  // namespace

// Read anew when it has changed; whoever reads from an older snapshot reads for themselves.
Guide::SharedRoster Guide::roster(Snapshot& snapshot) {
    const auto revision = store::programme::state(snapshot).roster;
    const auto known = roster_.with([](const SharedRoster& last) { return last; });
    if (known && known->revision() == revision) return known;
    auto fresh = std::make_shared<const Roster>(snapshot);
    roster_.with([&](SharedRoster& last) {
        if (!last || last->revision() < revision) last = fresh;
    });
    return fresh;
}

GuidePage Guide::page(const GuideQuery& query) {
    return database_.read(
        [&](Snapshot& snapshot) { return Selection(snapshot, *roster(snapshot), query).page(); });
}

std::optional<store::rooms::Place> Guide::list(const GuideQuery& query, const VisitListing& visit) {
    return database_.read(
        [&](Snapshot& snapshot) { return Selection(snapshot, *roster(snapshot), query).list(visit); });
}

std::vector<GuideEntry> Guide::moved_away(const GuideQuery& query) {
    return database_.read(
        [&](Snapshot& snapshot) { return Selection(snapshot, *roster(snapshot), query).moved_away(); });
}

Choices Guide::choices() {
    return database_.read([](Snapshot& snapshot) {
        return Choices{store::shows::languages(snapshot), store::shows::categories(snapshot),
                       store::channels::all(snapshot)};
    });
}

std::vector<GuideEntry> Guide::on_air() {
    return database_.read([](Snapshot& snapshot) {
        EntryReader reader(snapshot);
        std::vector<GuideEntry> entries;
        for (const auto& room : store::rooms::in_state(snapshot, RoomState::kLive))
            if (is_public(room)) entries.push_back(reader.read(room));
        return entries;
    });
}

std::vector<GuideEntry> Guide::upcoming(const ShowId& show, int limit) {
    const auto now = clock_.now();
    const auto wanted = static_cast<std::size_t>(std::clamp(limit, 0, kMaxSlots));
    return database_.read([&](Snapshot& snapshot) {
        EntryReader reader(snapshot);
        std::vector<GuideEntry> entries;
        // A few more than wanted, so that cancelled ones need no second reading; if they are many, all.
        for (const int rows : {static_cast<int>(wanted) + 16, 2 * kMaxSlots}) {
            entries.clear();
            const auto rooms = store::rooms::of_show(snapshot, show, now - days(2), now + 2 * kHorizon, rows);
            for (const auto& room : rooms)
                if (is_ahead(room, now) && entries.size() < wanted) entries.push_back(reader.read(room));
            if (entries.size() >= wanted || rooms.size() < static_cast<std::size_t>(rows)) break;
        }
        return entries;
    });
}

std::optional<GuideEntry> Guide::entry(const RoomId& id) {
    return database_.read([&](Snapshot& snapshot) -> std::optional<GuideEntry> {
        const auto room = store::rooms::find(snapshot, id);
        if (!room) return std::nullopt;
        return EntryReader(snapshot).read(*room);
    });
}

std::vector<NewVoice> Guide::new_voices() {
    const auto now = clock_.now();
    const auto known = chosen_.with([&](const Chosen& chosen) -> std::optional<std::vector<NewVoice>> {
        if (!chosen.at || now < *chosen.at || now - *chosen.at >= kNewVoicesFor) return std::nullopt;
        return chosen.voices;
    });
    if (known) return *known;
    auto voices = database_.read([&](Snapshot& snapshot) { return choose_new_voices(snapshot, now); });
    chosen_.with([&](Chosen& chosen) { chosen = {now, voices}; });
    return voices;
}

}  // namespace stagecast::scheduler
