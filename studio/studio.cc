#include "studio/studio.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/text.h"
#include "scheduler/notices.h"
#include "store/accounts.h"
#include "store/outbox.h"
#include "studio/impl.h"
#include "studio/seal.h"
#include "studio/words.h"

namespace stagecast::studio {
namespace {

constexpr const char* kPassKeySetting = "studio.pass_key";

bool has_sound(store::RoomState state) {
    return state == store::RoomState::kBackstage || state == store::RoomState::kLive;
}

void require_state(const store::Room& room, store::RoomState wanted, std::string_view to_do) {
    if (room.state == wanted) return;
    throw Conflict(
        fmt::format("The room is {}: only a room that is {} can {}.", word(room.state), word(wanted), to_do));
}

}  // namespace

Studio::Impl::Impl(const Parts& parts_)
    : parts(parts_), passes(kept_key(parts_.database, parts_.random, kPassKeySetting)) {
    events = std::make_unique<Events>(Events::Source{
        [this](const RoomId& room) { return to_json(view(room_of(room))); },
        [this](const RoomId& room) { return levels(room); },
    });
}

store::Room Studio::Impl::room_of(const RoomId& room) {
    auto found =
        parts.database.read([&](store::Snapshot& snapshot) { return store::rooms::find(snapshot, room); });
    if (!found) throw NotFound("room not found");
    return *found;
}

store::Room Studio::Impl::change(const access::Actor& actor, const RoomId& room, const char* action,
                                 const std::function<void(store::Tx&, store::Room&, Instant)>& apply) {
    const auto changed = parts.database.write([&](store::Tx& tx) {
        access::require(tx, actor, access::Action::kRunRoom, room);
        auto stored = store::rooms::find(tx, room);
        if (!stored) throw NotFound("room not found");
        const auto now = parts.clock.now();
        apply(tx, *stored, now);
        stored->updated_at = now;
        store::rooms::update(tx, *stored);
        store::journal::append(tx, {now, actor.name(), action, room.text(), ""});
        return *store::rooms::find(tx, room);
    });
    log::info(action, {{"room", room.text()}});
    return changed;
}

std::shared_ptr<OpenRoom> Studio::Impl::find_open(const RoomId& room) {
    const std::lock_guard lock(mutex);
    const auto found = open.find(room);
    return found == open.end() ? nullptr : found->second;
}

std::shared_ptr<OpenRoom> Studio::Impl::open_room(const store::Room& room) {
    if (!has_sound(room.state)) return nullptr;
    const std::lock_guard lock(mutex);
    auto& slot = open[room.id];
    if (!slot) {
        try {
            slot = std::make_shared<OpenRoom>(parts.engine.open_room(room.id));
        } catch (...) {
            open.erase(room.id);
            throw;
        }
    }
    return slot;
}

void Studio::Impl::close_room(const RoomId& room) {
    std::shared_ptr<OpenRoom> closing;
    {
        const std::lock_guard lock(mutex);
        const auto found = open.find(room);
        if (found == open.end()) return;
        closing = found->second;
        open.erase(found);
    }
    const std::lock_guard lock(closing->mutex);
    closing->closed = true;
    for (const auto& [speaker, purposes] : closing->on_stage) {
        closing->sound->stage().keep(speaker, nullptr);
        closing->sound->stage().leave(speaker);
    }
    closing->on_stage.clear();
    parts.writer.close_room(room);
}

Studio::Studio(const Parts& parts) : impl_(std::make_unique<Impl>(parts)) {
    parts.metrics.gauge("stagecast_rooms_open", "Rooms backstage or live on this process.",
                        [this] { return static_cast<double>(rooms_open()); });
}

Studio::~Studio() {
    impl_->events->stop();
    std::vector<RoomId> rooms;
    {
        const std::lock_guard lock(impl_->mutex);
        for (const auto& [id, room] : impl_->open) rooms.push_back(id);
    }
    for (const auto& room : rooms) {
        try {
            impl_->close_room(room);
        } catch (const std::exception& failure) {
            log::error("room.unclosed", {{"room", room.text()}, {"why", failure.what()}});
        }
    }
}

void Studio::recover() {
    auto& parts = impl_->parts;
    const int stems = parts.writer.recover();
    const int erasures = parts.eraser.recover();
    int rooms = 0;
    for (const auto state : {store::RoomState::kBackstage, store::RoomState::kLive}) {
        for (const auto& room :
             parts.database.read([&](store::Snapshot& s) { return store::rooms::in_state(s, state); })) {
            impl_->open_room(room);
            ++rooms;
        }
    }
    log::info("studio.recovered", {{"rooms", std::to_string(rooms)},
                                   {"stems_closed", std::to_string(stems)},
                                   {"erasures_finished", std::to_string(erasures)}});
}

store::Room Studio::open_backstage(const access::Actor& actor, const RoomId& room) {
    const auto opened =
        impl_->change(actor, room, "room.backstage", [&](store::Tx&, store::Room& stored, Instant now) {
            require_state(stored, store::RoomState::kScheduled, "be opened backstage");
            const auto opens_at = stored.starts_at - impl_->parts.config.backstage_before;
            if (now < opens_at) {
                throw Conflict("The stage opens at " + to_iso8601(opens_at) +
                               ", before the airing. Move the airing, or "
                               "start a spontaneous room.");
            }
            stored.state = store::RoomState::kBackstage;
            stored.opened_at = now;
        });
    impl_->open_room(opened);
    impl_->events->changed(room);
    return opened;
}

store::Room Studio::go_live(const access::Actor& actor, const RoomId& room) {
    const auto live =
        impl_->change(actor, room, "room.live", [&](store::Tx& tx, store::Room& stored, Instant now) {
            require_state(stored, store::RoomState::kBackstage, "go live");
            stored.state = store::RoomState::kLive;
            stored.lateness = store::Lateness::kOnTime;
            stored.live_at = now;
            scheduler::tell(tx, impl_->parts.random, stored,
                            {.kind = store::NoticeKind::kLive, .by = actor.account}, now);
        });
    if (const auto open = impl_->open_room(live)) {
        const std::lock_guard lock(open->mutex);
        for (const auto& [speaker, purposes] : open->on_stage) impl_->settle_keeping(*open, live, speaker);
    }
    impl_->events->changed(room);
    return live;
}

store::Room Studio::end(const access::Actor& actor, const RoomId& room) {
    const auto ended =
        impl_->change(actor, room, "room.ended", [](store::Tx&, store::Room& stored, Instant now) {
            if (!has_sound(stored.state)) {
                throw Conflict(fmt::format("The room is {}: there is nothing to end.", word(stored.state)));
            }
            stored.state = store::RoomState::kEnded;
            stored.ended_at = now;
        });
    impl_->close_room(room);
    if (ended.live_at) impl_->parts.renderer.request(room);
    impl_->events->changed(room);
    return ended;
}

int Studio::rooms_open() const {
    const std::lock_guard lock(impl_->mutex);
    return static_cast<int>(impl_->open.size());
}

recorder::ReceiptBody Studio::withdraw(const access::Actor& actor, const SpeakerId& speaker,
                                       const recorder::Purposes& purposes, std::string_view how) {
    const auto room = impl_->parts.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, actor, access::Action::kWithdraw, speaker);
        const auto stored = store::rooms::find_speaker(snapshot, speaker);
        if (!stored) throw NotFound("speaker not found");
        return stored->room;
    });
    if (const auto open = impl_->find_open(room)) {
        const std::lock_guard lock(open->mutex);
        const auto found = open->on_stage.find(speaker);
        if (found != open->on_stage.end()) {
            if (purposes.contains(recorder::Purpose::kRecord)) {
                found->second.clear();
                open->sound->stage().keep(speaker, nullptr);
            }
            for (const auto purpose : purposes) found->second.erase(purpose);
        }
    }
    auto receipt = impl_->parts.eraser.withdraw(speaker, purposes, how);
    impl_->events->changed(room);
    return receipt;
}

std::unique_ptr<Studio::Watch> Studio::watch(const RoomId& room, std::shared_ptr<ByteSink> sink) {
    class Watching final : public Watch {
    public:
        explicit Watching(std::unique_ptr<Events::Watch> watch) : watch_(std::move(watch)) {}

    private:
        const std::unique_ptr<Events::Watch> watch_;
    };
    return std::make_unique<Watching>(impl_->events->watch(room, std::move(sink)));
}

}  // namespace stagecast::studio
