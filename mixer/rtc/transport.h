#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/metrics.h"
#include "media/packet.h"
#include "mixer/sound.h"

namespace stagecast::mixer::rtc {

// What a publishing peer's owner needs from it. Thread: rtc-0; must return at once.
class PeerEvents {
public:
    virtual ~PeerEvents() = default;
    virtual void connected() noexcept = 0;
    // `level_dbov`: RFC 6464 audio level (0 loudest … 127), negative when the sender gives none.
    virtual void packet(const media::OpusPacket& packet, int level_dbov) noexcept = 0;
    // Gone for good: DTLS closed, consent lost for 30 s, or removed.
    virtual void gone() noexcept = 0;
};

// Every peer on one UDP socket: ICE-lite (RFC 8445, 2.5), DTLS-SRTP (RFC 5763, 5764), RTP with Opus
// (RFC 7587), RTCP.
//
// Thread:  calls from any thread; sockets and DTLS belong to rtc-0.
// Memory:  at most 100 kB a listener; no thread and no descriptor each.
class Transport {
public:
    using Group = std::uint64_t;

    static std::unique_ptr<Transport> start(const RtcSettings& settings, Metrics& metrics);
    virtual ~Transport() = default;
    virtual std::uint16_t port() const = 0;

    // Answers an offer of one sendonly or sendrecv audio section with Opus. Invalid("sdp") else.
    virtual Answer add_speaker(std::string_view offer, std::shared_ptr<PeerEvents> events) = 0;
    // Answers an offer that receives; it gets what send_to_group() is given.
    virtual Answer add_listener(std::string_view offer, Group group) = 0;
    virtual bool remove(const std::string& session) = 0;  // gone() follows for speakers
    virtual PatchResult patch(const std::string& session, std::string_view if_match,
                              std::string_view fragment) = 0;

    virtual Group open_group() = 0;
    virtual void close_group(Group group) = 0;  // its listeners get a DTLS close and are removed
    virtual int listeners(Group group) const = 0;

    // One 20 ms Opus packet. The RTP time goes on by 960 a call; listeners get three joined into 60 ms.
    virtual void send_to_speaker(const std::string& session, std::span<const std::byte> opus) = 0;
    virtual void send_to_group(Group group, std::span<const std::byte> opus) = 0;

    struct PeerStats {
        std::uint64_t packets_in = 0, packets_lost = 0;
    };
    virtual std::optional<PeerStats> stats(const std::string& session) const = 0;
};

}  // namespace stagecast::mixer::rtc
