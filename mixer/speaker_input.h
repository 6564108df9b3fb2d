#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/ring.h"
#include "mixer/stage_input.h"

namespace stagecast::mixer {

// A speaker's Opus packets on their way from the network's thread to the mixer's.
// Thread: packet() by one producer, next() and discard() by the mixer; counters by any.
class SpeakerInput final : public StageInput {
public:
    SpeakerInput() : arrived_(kMaxWaiting) {}

    // Copies and returns. More than kMaxWaiting within a tick are refused.
    void packet(std::span<const std::byte> payload, std::uint32_t rtp_time_frames,
                std::int64_t arrival_frames, Sound sound) noexcept;

    Sound next(Block& out, std::int64_t now_frames) noexcept override;
    void discard() noexcept override;

    std::uint64_t concealed_frames() const noexcept {
        return concealed_frames_.load(std::memory_order_relaxed);
    }
    std::uint64_t refused_packets() const noexcept {
        return refused_packets_.load(std::memory_order_relaxed);
    }

private:
    static constexpr std::size_t kMaxWaiting = 64;  // 20 ms of 2.5 ms packets are 8; a stall's burst fits too

    struct Arrival {
        std::array<std::byte, JitterBuffer::kMaxPacketBytes> bytes;
        std::size_t size_bytes = 0;
        std::uint32_t rtp_time_frames = 0;
        std::int64_t arrival_frames = 0;
        Sound sound = Sound::kVoice;
    };

    Ring<Arrival> arrived_;
    Arrival incoming_{};   // producer
    Arrival taken_{};      // mixer
    JitterBuffer buffer_;  // mixer
    std::atomic<std::uint64_t> concealed_frames_{0};
    std::atomic<std::uint64_t> refused_packets_{0};
};

}  // namespace stagecast::mixer
