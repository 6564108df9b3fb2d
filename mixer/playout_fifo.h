#pragma once
#include <array>
#include <cstddef>
#include <span>

#include "base/audio.h"

namespace stagecast::mixer {

// Decoded sound between a decoder and the mixer's ticks, read at a speed near 1 so that two clocks can meet.
// Thread: one. Memory: fixed; nothing allocates or throws.
class PlayoutFifo {
public:
    static constexpr std::size_t kMostAtOnceFrames = 5'760;  // 120 ms, the longest Opus packet

    std::size_t size_frames() const noexcept { return end_ - begin_; }
    // What read() takes at most at the present speed.
    std::size_t needed_frames() const noexcept;

    // Room for kMostAtOnceFrames, of which added(frames) then keeps the first. Requires size_frames() <
    // 1,100.
    std::span<float> room() noexcept;
    void added(std::size_t frames) noexcept { end_ += frames; }
    void add_silence(std::size_t frames) noexcept;

    // 1.0 copies bit for bit (after the fraction in between is walked off); else cubic interpolation.
    void set_speed(double speed) noexcept { speed_ = speed; }
    // Requires size_frames() >= needed_frames().
    void read(Block& out) noexcept;
    void clear() noexcept;

private:
    float interpolate(std::size_t index, float fraction) const noexcept;

    static constexpr std::size_t kHistoryFrames = 1;  // the cubic looks one frame back
    static constexpr double kWalkingSpeed = 1.002;    // until no fraction of a frame is left
    std::array<float, 8'192> frames_{};
    std::size_t begin_ = kHistoryFrames, end_ = kHistoryFrames;
    double fraction_ = 0;  // of a frame, past begin_
    double speed_ = 1;
};

}  // namespace stagecast::mixer
