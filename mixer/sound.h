#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/id.h"
#include "base/metrics.h"
#include "media/packet.h"

// The face of the mixer: what studio/ sees. No GStreamer, OpenSSL or socket type below this line.
namespace stagecast::mixer {

// An SDP answer to a WHIP or WHEP offer (RFC 9725, 4.2), with the session's unguessable name.
struct Answer {
    std::string session;
    std::string sdp;
    std::string etag;  // of this ICE session, quoted
};

enum class StreamFormat { kOgg, kWebm };
enum class Mute { kOff, kOn };

struct SpeakerSound {
    SpeakerId speaker;
    bool connected = false;
    Mute mute = Mute::kOff;
    double level_dbfs = -127;  // RMS of the last block
    std::uint64_t packets = 0, lost = 0;
};

// The speakers of one room. Thread: any; calls return within milliseconds.
// Errors: Invalid("sdp") with the reason (web answers 400 or 406), Unavailable when full.
class Stage {
public:
    virtual ~Stage() = default;
    // Answers a WHIP offer. A speaker who is already connected is replaced (their network changed). `keep`
    // gets every packet as it arrives; null: nothing is kept.
    virtual Answer join(const SpeakerId& speaker, std::string_view offer,
                        std::shared_ptr<media::PacketSink> keep) = 0;
    // From the next packet on.
    virtual void keep(const SpeakerId& speaker, std::shared_ptr<media::PacketSink> keep) = 0;
    virtual void leave(const SpeakerId& speaker) = 0;
    virtual void mute(const SpeakerId& speaker, Mute mute) = 0;
    virtual std::vector<SpeakerSound> speakers() const = 0;
};

// The listeners of one room. Thread: any.
class Broadcast {
public:
    virtual ~Broadcast() = default;
    // Answers a WHEP offer.
    virtual Answer listen(std::string_view offer) = 0;
    // One feed per format into `sink`, until the subscription dies; pages of 100 to 200 ms.
    class Subscription {
    public:
        virtual ~Subscription() = default;
    };
    virtual std::unique_ptr<Subscription> stream(StreamFormat format, std::shared_ptr<ByteSink> sink) = 0;
    virtual int rtc_listeners() const = 0;
};

// One room's pipeline. Destroying it ends every session and stream of the room.
class RoomSound {
public:
    virtual ~RoomSound() = default;
    virtual Stage& stage() = 0;
    virtual Broadcast& broadcast() = 0;
};

struct RtcSettings {
    std::string listen_address = "127.0.0.1";  // "0.0.0.0" and "::" mean every address of the host
    std::uint16_t port = 0;                    // UDP; 0: the system chooses
    std::vector<std::string> announce;         // candidates instead of the host's addresses
};

enum class PatchResult { kDone, kNoSession, kStale, kUnsupported };

class SoundEngine {
public:
    // Binds the UDP port and starts thread rtc-0. Throws Unavailable when the port is taken.
    static std::unique_ptr<SoundEngine> start(const RtcSettings& settings, Metrics& metrics);
    virtual ~SoundEngine() = default;  // stops every thread it started
    virtual std::uint16_t port() const = 0;
    virtual std::unique_ptr<RoomSound> open_room(const RoomId& room) = 0;
    // DELETE and PATCH of /rooms/{id}/whip|whep/{session}. False: no such session.
    virtual bool remove_session(const std::string& session) = 0;
    virtual PatchResult patch_session(const std::string& session, std::string_view if_match,
                                      std::string_view sdp_fragment) = 0;
    // Which speaker a WHIP session belongs to; empty for listeners and unknown sessions.
    virtual std::optional<SpeakerId> speaker_of(const std::string& session) const = 0;
    virtual std::optional<RoomId> room_of(const std::string& session) const = 0;
};

}  // namespace stagecast::mixer
