#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "studio/events.h"
#include "studio/pass.h"
#include "studio/studio.h"

namespace stagecast::studio {

// The sound of one open room and who may be kept. Guarded by its own mutex, which orders joining, consent and
// state.
struct OpenRoom {
    explicit OpenRoom(std::unique_ptr<mixer::RoomSound> opened) : sound(std::move(opened)) {}
    std::mutex mutex;
    const std::unique_ptr<mixer::RoomSound> sound;
    bool closed = false;                               // guarded by mutex: its room ended
    std::map<SpeakerId, recorder::Purposes> on_stage;  // guarded by mutex: by the pass they joined with
};

struct Studio::Impl {
    explicit Impl(const Parts& parts_);

    store::Room room_of(const RoomId& room);
    // Checks, changes, journals in one transaction: `change` sees the stored room.
    store::Room change(const access::Actor& actor, const RoomId& room, const char* action,
                       const std::function<void(store::Tx&, store::Room&, Instant)>& change);
    // The room's sound, opened if its state says it should have one; else null.
    std::shared_ptr<OpenRoom> open_room(const store::Room& room);
    std::shared_ptr<OpenRoom> find_open(const RoomId& room);
    void close_room(const RoomId& room);
    // Gives the speaker's packets to a stem, or to nobody: consent and a live room decide. Requires
    // open.mutex.
    void settle_keeping(OpenRoom& open, const store::Room& room, const SpeakerId& speaker);
    std::shared_ptr<media::PacketSink> keeper(const store::Room& room, const SpeakerId& speaker,
                                              const recorder::Purposes& purposes);
    StageView view(const store::Room& room);
    std::string levels(const RoomId& room);
    store::Speaker speaker_in(const RoomId& room, const SpeakerId& speaker);

    const Parts parts;
    const Passes passes;
    std::mutex mutex;
    std::map<RoomId, std::shared_ptr<OpenRoom>> open;  // guarded by mutex
    std::unique_ptr<Events> events;                    // constant after construction; stopped first
};

}  // namespace stagecast::studio
