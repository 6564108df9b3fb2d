#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/audio.h"
#include "mixer/rtc/wire.h"

struct OpusRepacketizer;

namespace stagecast::mixer::rtc {

inline constexpr std::size_t kMaxOpusFrameBytes = 1275;  // RFC 6716, 3.2.1
// A payload with RTP header, SRTP tag, UDP and IPv6 headers stays under 1,280 bytes: no fragments on any
// path.
inline constexpr std::size_t kMaxJoinedBytes = 1180;

// True for one packet of exactly 20 ms that can be read.
bool is_opus_20ms(ByteView packet) noexcept;

// A packet as every listener of a lane gets it, before it is sealed for each.
struct LanePacket {
    std::uint32_t number = 0;       // counts the lane's packets; wraps
    std::uint32_t time_frames = 0;  // of its first frame; wraps
    Bytes payload;
};

// Joins 20 ms packets into longer ones without re-encoding (opus_repacketizer). Where joining is not possible
// (the encoder changed its mode, the bytes are too many for one datagram) the packet ends early: shorter,
// never lost. Keeps the last kKept packets for resending.
//
// Thread: rtc-0.
class Lane {
public:
    static constexpr std::size_t kKept = 64;  // at 60 ms: 3.8 s, longer than any jitter buffer waits
    using Emit = std::function<void(const LanePacket&)>;

    // Packets end behind every tick for which tick % `length` == `phase`.
    Lane(unsigned length, unsigned phase);
    ~Lane();
    Lane(Lane&&) noexcept;

    // `opus` is of 20 ms, `tick` counts them. `emit` is called for each packet that is now complete.
    void add(ByteView opus, std::uint32_t tick, const Emit& emit);

    std::uint32_t next_number() const noexcept { return next_number_; }
    // Null when it is too old or not yet made.
    const LanePacket* find(std::uint32_t number) const noexcept;

private:
    static constexpr std::size_t kMaxLength = 3;
    bool join(ByteView opus, std::uint32_t tick);
    void end_packet(const Emit& emit);

    struct FreeRepacketizer {
        void operator()(OpusRepacketizer* repacketizer) const;
    };
    const unsigned length_, phase_;
    std::unique_ptr<OpusRepacketizer, FreeRepacketizer> repacketizer_;
    std::array<Bytes, kMaxLength> frames_;  // the repacketizer refers to them
    std::size_t frame_count_ = 0;
    std::size_t joined_bytes_ = 0;
    std::uint32_t next_number_ = 0;
    std::uint32_t first_tick_ = 0;  // of frames_[0]
    std::vector<LanePacket> kept_;  // number % kKept
};

}  // namespace stagecast::mixer::rtc
