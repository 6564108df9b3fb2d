#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/accounts.h"
#include "access/allow.h"
#include "base/bytes.h"
#include "base/config.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "mixer/sound.h"
#include "recorder/recorder.h"
#include "scheduler/planner.h"
#include "store/database.h"
#include "store/rooms.h"

namespace stagecast::studio {

// What studio/ joins. Everything outlives the Studio.
struct Parts {
    store::Database& database;
    const Clock& clock;
    Random& random;
    const Config& config;
    Metrics& metrics;
    access::Accounts& accounts;
    scheduler::Planner& planner;
    mixer::SoundEngine& engine;
    recorder::StemWriter& writer;
    recorder::Renderer& renderer;
    recorder::Eraser& eraser;
};

struct GuestInvitation {
    store::Speaker speaker;
    std::string key;  // the personal link is /rooms/{id}/guest/{key}; shown once
};

// Leave to publish by WHIP, given after the answers, carrying them: `purposes` empty means keep nothing.
struct WhipPass {
    SpeakerId speaker;
    std::string token;
    Instant expires_at{};
    recorder::Purposes purposes;
};

struct SpeakerView {
    store::Speaker speaker;
    bool connected = false;
    bool recorded = false;  // `record` stands
    bool asked = false;     // has answered
    double level_dbfs = -127;
    std::string handle;  // empty: a guest
};

struct StageView {
    store::Room room;
    std::vector<SpeakerView> speakers;
    int listeners = 0;
};

// Runs rooms: scheduled → backstage → live → ended. Every call asks access::require first.
// Thread: any. Errors: Conflict when the room is in another state; the family of base/error.h.
class Studio {
public:
    explicit Studio(const Parts& parts);
    ~Studio();  // tells the rooms, closes stems; what was live is live again after the next recover()

    // Rooms that were backstage or live when the last process ended are open again, interrupted erasures are
    // finished.
    void recover();

    store::Room open_backstage(const access::Actor&, const RoomId&);
    store::Room go_live(const access::Actor&, const RoomId&);
    store::Room end(const access::Actor&, const RoomId&);  // the episode's rendering is asked for

    store::Speaker invite(const access::Actor&, const RoomId&, const std::string& handle, store::StageRole);
    GuestInvitation invite_guest(const access::Actor&, const RoomId&, const std::string& name);
    // The asker's place on the stage: theirs, or a new one if they run the room. Forbidden otherwise.
    store::Speaker place(const access::Actor&, const RoomId&);
    // The answers, purpose by purpose; from that packet on. Also while on stage.
    WhipPass answer(const access::Actor&, const RoomId&, const recorder::Purposes& given,
                    std::string_view wording, std::string_view language, std::string_view how);
    StageView stage(const access::Actor&, const RoomId&);
    void mute(const access::Actor&, const RoomId&, const SpeakerId&, mixer::Mute);
    void remove(const access::Actor&, const RoomId&, const SpeakerId&);

    // WHIP: Unauthenticated for a bad or expired pass, Conflict unless backstage or live.
    mixer::Answer whip(const RoomId&, std::string_view pass, std::string_view offer);
    // WHEP and streams: Unavailable (409 with Retry-After at the WHEP door) unless live.
    mixer::Answer whep(const access::Actor&, const RoomId&, std::string_view offer);
    std::unique_ptr<mixer::Broadcast::Subscription> stream(const RoomId&, mixer::StreamFormat,
                                                           std::shared_ptr<ByteSink>);
    // Requires the right to listen and a live room; asked for each listener before they share a stream.
    void require_live(const access::Actor&, const RoomId&);
    bool end_session(const RoomId&, const std::string& session);
    mixer::PatchResult patch_session(const RoomId&, const std::string& session, std::string_view if_match,
                                     std::string_view fragment);

    // By the speaker themselves (account or guest key).
    recorder::ReceiptBody withdraw(const access::Actor&, const SpeakerId&, const recorder::Purposes&,
                                   std::string_view how);

    // Server-sent events of one room, shared by all who watch: `room` (its state), `stage` (who, muted,
    // recorded, connected), `levels` (10 Hz while live or backstage; dBFS by speaker id). Ends with the
    // watch.
    class Watch {
    public:
        virtual ~Watch() = default;
    };
    std::unique_ptr<Watch> watch(const RoomId&, std::shared_ptr<ByteSink>);

    int rooms_open() const;

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

// The JSON that events and the API share.
std::string to_json(const StageView& view);

}  // namespace stagecast::studio
