#pragma once
#include <array>
#include <cstddef>

#include "base/audio.h"

namespace stagecast::mixer {

// Keeps every sample of a live mix at or under a ceiling, without the edges of clipping: sees peaks 5 ms
// before they come out. Quiet sound passes bit for bit, kDelayFrames later.
//
// Thread:  one. Copyable: a copy goes on exactly as the original would.
// Memory:  process() does not allocate, lock, log or throw.
class Limiter {
public:
    static constexpr std::size_t kLookaheadFrames = 240;  // 5 ms x 48 kHz
    static constexpr std::size_t kDelayFrames = kLookaheadFrames - 1;
    static constexpr float kCeiling = 0.891f;  // -1 dBFS: room for what Opus adds

    void process(Block& block) noexcept;  // in place; samples must be finite

private:
    bool at_rest() const noexcept;
    void pass(Block& block) noexcept;
    float needed_gain(float sample) noexcept;
    void push_minimum(float gain) noexcept;
    float smooth(float gain) noexcept;

    std::array<float, kLookaheadFrames> delayed_{};  // the sound on its way
    std::size_t at_ = 0;                             // oldest slot of delayed_ and envelope_

    // The least gain of the last kLookaheadFrames samples: a queue of rising gains, oldest first.
    struct Candidate {
        float gain = 1.0f;
        unsigned frame = 0;
    };
    std::array<Candidate, kLookaheadFrames> candidates_{};
    std::size_t first_ = 0, count_ = 0;
    unsigned frame_ = 0;  // wraps

    std::array<float, kLookaheadFrames> envelope_ = ones();  // averaged into the gain: no steps
    float released_ = 1.0f;
    unsigned unity_frames_ = kLookaheadFrames;  // envelope values at 1.0, newest first, saturating

    static constexpr std::array<float, kLookaheadFrames> ones() {
        std::array<float, kLookaheadFrames> all{};
        for (float& one : all) one = 1.0f;
        return all;
    }
    double envelope_sum_ = kLookaheadFrames;
};

}  // namespace stagecast::mixer
