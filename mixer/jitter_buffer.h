#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/audio.h"
#include "media/opus.h"
#include "mixer/delay_estimate.h"
#include "mixer/playout_fifo.h"

namespace stagecast::mixer {

enum class Sound { kSilence, kVoice };

// Puts one speaker's packets back on a steady clock: Opus in as the network brings it, one block out a tick.
// Reorders by RTP time, recovers a lost packet from the next one's FEC or conceals it, plays faster or slower
// by up to 0.5 % until the delay is what the network needs (20 to 200 ms), so that clocks that differ never
// add up. Times are frames at 48 kHz on the mixer's clock. After kConcealFrames without a packet it falls
// silent and starts anew with the next.
//
// Thread:  one.
// Memory:  all at construction (about 250 kB); put() and take() do not allocate, lock, log or throw.
// Hostile: a packet that is no Opus, too large, too old or one too many is counted and forgotten.
class JitterBuffer {
public:
    static constexpr std::size_t kMaxPacketBytes = 1'500;  // an Ethernet frame: no RTP packet brings more
    static constexpr std::size_t kMaxPackets = 128;        // 200 ms of 2.5 ms packets, and 48 more
    static constexpr std::int64_t kConcealFrames = 9'600;  // 200 ms
    static constexpr std::int64_t kMaxRtpJumpFrames = 144'000;  // 3 s; further is a new stream

    static constexpr int kLateToRelearn = 5;  // late packets in a row: the line has changed

    struct Counters {
        std::uint64_t refused_packets = 0;   // no Opus, too large, or the oldest of too many
        std::uint64_t late_packets = 0;      // their time had passed, or they came twice
        std::uint64_t concealed_frames = 0;  // made up
        std::uint64_t recovered_frames = 0;  // from FEC
        std::uint64_t restarts = 0;
    };

    JitterBuffer();

    // `sound` kSilence: the sender says that the packet holds none (DTX, RFC 6464 level 127). Such packets
    // are not decoded once 200 ms of them have gone by.
    void put(std::span<const std::byte> payload, std::uint32_t rtp_time_frames, std::int64_t arrival_frames,
             Sound sound) noexcept;
    // The block of the tick at `now_frames`; says whether anything in it is worth mixing.
    Sound take(Block& out, std::int64_t now_frames) noexcept;
    void clear() noexcept;

    // From the arrival of a sample, had it come by the quickest packet, to the tick at `now_frames`, which
    // has not been taken yet. 0 while silent.
    std::int64_t delay_frames(std::int64_t now_frames) const noexcept;
    const Counters& counters() const noexcept { return counters_; }

private:
    struct Packet {
        std::int64_t time_frames = 0;  // RTP time, unwrapped
        std::int64_t length_frames = 0;
        Sound sound = Sound::kVoice;
        std::size_t size_bytes = 0;
        std::array<std::byte, kMaxPacketBytes> bytes{};
        std::span<const std::byte> payload() const noexcept { return std::span(bytes).first(size_bytes); }
    };

    std::int64_t unwrap(std::uint32_t rtp_time_frames) noexcept;
    void pop() noexcept;
    bool start(std::int64_t now_frames) noexcept;
    void steer(std::int64_t now_frames) noexcept;
    void fill(std::int64_t now_frames) noexcept;
    void drop_stale() noexcept;
    void decode_next() noexcept;
    void fill_gap(std::int64_t gap_frames) noexcept;
    void wait_for_packet(std::int64_t now_frames) noexcept;
    std::int64_t conceal(std::int64_t frames) noexcept;
    std::int64_t position_frames() const noexcept;

    media::OpusDecoder decoder_;
    PlayoutFifo fifo_;
    DelayEstimate delay_;
    Counters counters_;

    const std::unique_ptr<std::array<Packet, kMaxPackets>> pool_;
    std::vector<Packet*> free_;   // of the pool
    std::vector<Packet*> queue_;  // by time, oldest first; both reserved for the whole pool

    bool streaming_ = false;             // last_time_frames_ means something
    std::int64_t last_time_frames_ = 0;  // newest RTP time seen, unwrapped
    bool running_ = false;
    std::int64_t expected_frames_ = 0;   // RTP time of what is decoded next; meaningful while running_
    std::int64_t voice_end_frames_ = 0;  // RTP time where the decoded sound ends
    std::int64_t concealed_run_frames_ = 0;
    std::int64_t stretched_frames_ = 0;  // made up while waiting, without moving expected_frames_
    std::int64_t silent_run_frames_ = 0;
    int late_run_ = 0;  // packets that came too late since the last that was played
    double speed_ = 1;
};

}  // namespace stagecast::mixer
