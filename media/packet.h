#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace stagecast::media {

// One Opus packet as it came from a speaker (RFC 7587: clock 48 kHz whatever the packet's own rate).
struct OpusPacket {
    std::span<const std::byte> payload;  // 1 to 1275 bytes x frames; valid during the call only
    std::uint32_t rtp_time_frames = 0;   // wraps
    std::uint16_t sequence = 0;          // wraps
    std::chrono::steady_clock::time_point arrival{};
};

// Where a speaker's packets go besides the mix. Only recorder/ provides one, only studio/ asks for it,
// consent in hand. Thread: the RTC thread calls; must not block, lock for long, or throw.
class PacketSink {
public:
    virtual ~PacketSink() = default;
    virtual void packet(const OpusPacket& packet) noexcept = 0;
};

}  // namespace stagecast::media
