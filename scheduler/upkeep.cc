#include "scheduler/upkeep.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "base/zone.h"
#include "scheduler/airings.h"
#include "scheduler/letters.h"
#include "scheduler/notices.h"
#include "scheduler/planner.h"
#include "store/outbox.h"
#include "store/programme.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::hours;
using store::Lateness;
using store::Room;
using store::RoomState;
using store::Snapshot;
using store::Tx;

constexpr int kMostLate = 500;  // in one transaction
constexpr int kMostSlots = 10'000;

// In backstage somebody is there: late, but not away.
Lateness lateness_of(const Room& room, Instant now) {
    if (now - room.starts_at < kDelayedAfter) return Lateness::kOnTime;
    const bool is_away = room.state == RoomState::kScheduled;
    return is_away && now - room.starts_at >= kNotHeldAfter ? Lateness::kNotHeld : Lateness::kDelayed;
}

int mark_late(store::Database& database, Random& random, Instant now) {
    const auto late = database.read([&](Snapshot& snapshot) {
        auto rooms =
            store::rooms::expected_before(snapshot, now - kDelayedAfter + Milliseconds(1), kMostLate);
        std::erase_if(rooms, [&](const Room& room) { return lateness_of(room, now) == room.lateness; });
        return rooms;
    });
    if (late.empty()) return 0;
    return database.write([&](Tx& tx) {
        int marked = 0;
        for (const auto& seen : late) {
            const auto room = store::rooms::find(tx, seen.id);
            const bool waits =
                room && (room->state == RoomState::kScheduled || room->state == RoomState::kBackstage);
            if (!waits || lateness_of(*room, now) == room->lateness) continue;
            store::rooms::set_lateness(tx, room->id, lateness_of(*room, now), now);
            if (lateness_of(*room, now) == Lateness::kDelayed)
                tell(tx, random, *room, {.kind = store::NoticeKind::kDelayed}, now);
            ++marked;
        }
        return marked;
    });
}

int move_moment(store::Database& database, Instant now) {
    const Instant hour{std::chrono::floor<hours>(now)};
    const auto wanted = database.read([&](Snapshot& snapshot) -> std::optional<Instant> {
        const auto stored = store::programme::state(snapshot).now;
        if (stored > now) return hour;  // the clock was ahead
        const auto last = store::rooms::last_boundary(snapshot, std::max(stored, hour - hours(24)), now);
        const auto moment = std::max(hour, last.value_or(hour));
        return moment > stored ? std::optional(moment) : std::nullopt;
    });
    if (!wanted) return 0;
    database.write([&](Tx& tx) { store::programme::set_now(tx, *wanted); });
    return 1;
}

// The room where its local time lies by the zone as it is now; nothing where it is there already.
std::optional<Room> followed(const Room& room, const Zone& zone, Instant now) {
    auto result = room;
    const auto length = room.ends_at - room.starts_at;
    const bool is_moved = room.starts_at != *room.slot;
    result.slot = zone.to_utc(*room.slot_local);
    if (!is_moved) result.starts_at = *result.slot;
    if (is_moved && room.moved_local) result.starts_at = zone.to_utc(*room.moved_local);
    if (result.slot == room.slot && result.starts_at == room.starts_at) return std::nullopt;
    result.ends_at = result.starts_at + length;
    ++result.sequence;
    result.updated_at = now;
    return result;
}

int follow_zone_of(Tx& tx, const store::Show& show, const std::string& site_url, Random& random,
                   Instant now) {
    const auto zone = Zone::find(show.zone);
    std::vector<Room> moved;
    for (const auto& room : store::rooms::slots_of_show(tx, show.id, now, now + 2 * kHorizon, kMostSlots))
        if (room.state == RoomState::kScheduled || room.state == RoomState::kCancelled)
            if (auto there = followed(room, *zone, now)) moved.push_back(std::move(*there));
    if (moved.empty()) return 0;
    set_slots(tx, moved, *zone);
    store::journal::append(tx,
                           {now, "system", "zone.changed", show.id.text(),
                            fmt::format("{} changed its rules: {} airings moved", show.zone, moved.size())});
    for (const auto& host : store::shows::hosts(tx, show.id))
        if (const auto account = store::accounts::find(tx, host.account))
            store::outbox::insert(tx,
                                  zone_changed_letter(random, *account, show, moved.size(), site_url, now));
    return static_cast<int>(moved.size());
}

}  // namespace

int Upkeep::tick() {
    const auto now = clock_.now();
    return mark_late(database_, random_, now) + move_moment(database_, now);
}

int Upkeep::extend_horizon() {
    const auto now = clock_.now();
    int made = 0;
    for (const auto& show : database_.read([](Snapshot& snapshot) { return store::shows::all(snapshot); })) {
        if (show.retired_at) continue;
        try {
            const auto last = database_.read(
                [&](Snapshot& snapshot) { return store::rooms::last_slot(snapshot, show.id); });
            const auto from = last ? std::max(now, *last + Milliseconds(1)) : now;
            const auto slots = expand(schedule_of(show), from, now + kHorizon);
            if (slots.empty()) continue;
            made += database_.write([&](Tx& tx) {
                // Planned anew meanwhile: update() has made its airings.
                const auto current = store::shows::find(tx, show.id);
                if (!current || current->version != show.version) return 0;
                return insert_slots(tx, show, slots, random_, now);
            });
        } catch (const Invalid& error) {
            // A zone that left the system's database must not keep the other shows from their airings.
            log::error("horizon.show_skipped", {{"show", show.id.text()}, {"why", error.what()}});
        }
    }
    return made;
}

int Upkeep::follow_zones() {
    Zone::forget_changed();
    const auto now = clock_.now();
    int moved = 0;
    for (const auto& name : database_.read([](Snapshot& s) { return store::shows::zones(s); })) {
        try {
            const auto key = "zone." + name;
            const auto rules = Zone::find(name)->rules_hash();
            const auto known = database_.read([&](Snapshot& s) { return store::settings::get(s, key); });
            if (known == rules) continue;
            moved += database_.write([&](Tx& tx) {
                int sum = 0;
                for (const auto& show : store::shows::in_zone(tx, name))
                    sum += follow_zone_of(tx, show, site_url_, random_, now);
                store::settings::set(tx, key, rules);
                return sum;
            });
        } catch (const Invalid& error) {
            log::error("zone.skipped", {{"zone", name}, {"why", error.what()}});
        }
    }
    return moved;
}

}  // namespace stagecast::scheduler
