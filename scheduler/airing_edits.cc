// What is done to one airing alone.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "scheduler/notices.h"
#include "scheduler/plan_check.h"
#include "scheduler/planner.h"
#include "store/accounts.h"

namespace stagecast::scheduler {
namespace {

using store::NoticeKind;
using store::Room;
using store::RoomState;
using store::Snapshot;
using store::Tx;

struct Airing {
    Room room;
    std::optional<store::Show> show;
    std::string zone = "UTC";
};

Airing airing_of(Snapshot& snapshot, const RoomId& id, int version) {
    auto room = store::rooms::find(snapshot, id);
    if (!room) throw NotFound("room not found");
    if (room->version != version) throw Stale(store::changes::since(snapshot, id.text(), version));
    Airing airing{*room, std::nullopt, "UTC"};
    if (room->show) airing.show = store::shows::find(snapshot, *room->show);
    if (airing.show) airing.zone = airing.show->zone;
    return airing;
}

std::vector<AccountId> hosts_of(Snapshot& snapshot, const Airing& airing) {
    auto hosts = store::rooms::hosts(snapshot, airing.room.id);
    if (hosts.empty() && airing.show) hosts = store::shows::hosts(snapshot, airing.show->id);
    std::vector<AccountId> ids;
    ids.reserve(hosts.size());
    for (const auto& host : hosts) ids.push_back(host.account);
    return ids;
}

void refuse_clashes(Snapshot& snapshot, const Airing& airing, const std::vector<AccountId>& hosts,
                    Clashing clashing) {
    if (clashing == Clashing::kAccept) return;
    const auto& room = airing.room;
    const auto zone = Zone::find(airing.zone);
    const Booking booking{room.channel, hosts, std::nullopt, room.id};
    const Slot slot{zone->to_local(room.starts_at), room.starts_at, room.ends_at};
    scheduler::refuse_clashes(snapshot, booking, std::span(&slot, 1), *zone);
}

// Takes what the plan says of the time. False where it says nothing new.
bool move(Airing& airing, const AiringPlan& plan, Instant now) {
    auto& room = airing.room;
    const auto starts_at = plan.starts_at.value_or(room.starts_at);
    const auto length = plan.length_minutes ? Milliseconds(std::chrono::minutes(*plan.length_minutes))
                                            : room.ends_at - room.starts_at;
    if (starts_at == room.starts_at && length == room.ends_at - room.starts_at) return false;
    if (room.state != RoomState::kScheduled) throw Conflict("only an airing that has not begun can be moved");
    if (starts_at != room.starts_at) {
        check_start(starts_at, now);
        if (!room.moved_from) room.moved_from = room.slot.value_or(room.starts_at);
        if (room.slot) room.moved_local = Zone::find(airing.zone)->to_local(starts_at);
        if (starts_at == room.slot) {
            room.moved_from.reset();
            room.moved_local.reset();
        }
        room.lateness = store::Lateness::kOnTime;
    }
    room.starts_at = starts_at;
    room.ends_at = starts_at + length;
    return true;
}

std::vector<std::string> changed_fields(Snapshot& snapshot, const Room& before, const Room& after,
                                        const AiringPlan& plan) {
    std::vector<std::string> fields;
    const auto note = [&](bool is_changed, const char* field) {
        if (is_changed) fields.emplace_back(field);
    };
    note(after.title != before.title, "title");
    note(after.notes != before.notes, "notes");
    note(after.language != before.language, "language");
    note(plan.texts && *plan.texts != store::rooms::texts(snapshot, before.id), "texts");
    note(plan.hosts.has_value(), "hosts");
    note(after.starts_at != before.starts_at, "starts_at");
    note(after.ends_at - after.starts_at != before.ends_at - before.starts_at, "length_minutes");
    return fields;
}

Room save(Tx& tx, const Editor& by, Room room, std::vector<std::string> fields, Instant now) {
    room.updated_at = now;
    ++room.sequence;
    store::rooms::update(tx, room);
    store::changes::append(tx, {room.id.text(), room.version + 1, by.name, now, std::move(fields)});
    return store::rooms::find(tx, room.id).value();
}

}  // namespace

Room Planner::edit(const Editor& by, const RoomId& id, int version, const AiringPlan& plan,
                   Clashing clashing) {
    const auto wanted = checked(plan);
    const auto now = clock_.now();
    return database_.write([&](Tx& tx) {
        auto airing = airing_of(tx, id, version);
        const auto before = airing.room;
        auto& room = airing.room;
        if (room.state == RoomState::kEnded) throw Conflict("an airing that has ended stays as it was");
        if (wanted.title && wanted.title->empty() && !airing.show)
            throw Invalid("title", "a room without a show needs its own");
        room.title = wanted.title.value_or(room.title);
        room.notes = wanted.notes.value_or(room.notes);
        room.language = wanted.language.value_or(room.language);
        const bool is_moved = move(airing, wanted, now);
        if (wanted.hosts)
            for (const auto& host : *wanted.hosts)
                if (!store::accounts::find(tx, host)) throw Invalid("hosts", "one of them has no account");
        if (is_moved || wanted.hosts)
            refuse_clashes(tx, airing,
                           wanted.hosts && !wanted.hosts->empty() ? *wanted.hosts : hosts_of(tx, airing),
                           clashing);
        const auto fields = changed_fields(tx, before, room, wanted);
        if (wanted.texts) store::rooms::set_texts(tx, id, *wanted.texts);
        if (wanted.hosts) store::rooms::set_hosts(tx, id, *wanted.hosts);
        const auto saved = save(tx, by, room, fields, now);
        if (saved.starts_at != before.starts_at)
            tell(tx, random_, saved,
                 {.kind = NoticeKind::kMoved, .was_at = before.starts_at, .by = by.account}, now);
        return saved;
    });
}

Room Planner::cancel(const Editor& by, const RoomId& id, int version) {
    const auto now = clock_.now();
    return database_.write([&](Tx& tx) {
        auto room = airing_of(tx, id, version).room;
        if (room.state != RoomState::kScheduled && room.state != RoomState::kBackstage)
            throw Conflict("only an airing that has not begun can be cancelled");
        room.state = RoomState::kCancelled;
        const auto saved = save(tx, by, room, {"cancelled"}, now);
        tell(tx, random_, saved, {.kind = NoticeKind::kCancelled, .by = by.account}, now);
        return saved;
    });
}

Room Planner::restore(const Editor& by, const RoomId& id, int version, Clashing clashing) {
    const auto now = clock_.now();
    return database_.write([&](Tx& tx) {
        auto airing = airing_of(tx, id, version);
        auto& room = airing.room;
        if (room.state != RoomState::kCancelled) throw Conflict("only a cancelled airing can be restored");
        if (room.ends_at <= now) throw Conflict("its time has passed");
        if (airing.show && airing.show->retired_at) throw Conflict("the show was taken off the programme");
        room.state = RoomState::kScheduled;
        refuse_clashes(tx, airing, hosts_of(tx, airing), clashing);
        const auto saved = save(tx, by, room, {"restored"}, now);
        tell(tx, random_, saved, {.kind = NoticeKind::kRestored, .by = by.account}, now);
        return saved;
    });
}

}  // namespace stagecast::scheduler
