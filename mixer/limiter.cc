#include "mixer/limiter.h"

#include <algorithm>
#include <cmath>

namespace stagecast::mixer {

namespace {
// Back to full level with a time constant of 100 ms: 1 - exp(-1 / 4800).
constexpr float kReleasePerFrame = 1.0f / 4800.0f;
constexpr float kUnity = 0.9999f;  // closer than this is taken as 1.0: 0.001 dB
}  // namespace

// The queue never holds more than the window: what left it on one side makes room on the other.
void Limiter::push_minimum(float gain) noexcept {
    while (count_ > 0 && frame_ - candidates_[first_].frame >= kLookaheadFrames) {
        first_ = (first_ + 1) % kLookaheadFrames;
        --count_;
    }
    while (count_ > 0 && candidates_[(first_ + count_ - 1) % kLookaheadFrames].gain >= gain) --count_;
    candidates_[(first_ + count_) % kLookaheadFrames] = {gain, frame_};
    ++count_;
    ++frame_;
}

float Limiter::needed_gain(float sample) noexcept {
    const float peak = std::abs(sample);
    push_minimum(peak > kCeiling ? kCeiling / peak : 1.0f);
    const float least = candidates_[first_].gain;
    released_ = std::min(least, released_ + (1.0f - released_) * kReleasePerFrame);
    if (least == 1.0f && released_ > kUnity) released_ = 1.0f;
    return released_;
}

// The mean over one window of values that each allow for the sample now leaving: so it allows for it too.
float Limiter::smooth(float gain) noexcept {
    envelope_sum_ += static_cast<double>(gain) - static_cast<double>(envelope_[at_]);
    envelope_[at_] = gain;
    unity_frames_ = gain == 1.0f ? std::min<unsigned>(unity_frames_ + 1, kLookaheadFrames) : 0;
    if (unity_frames_ == kLookaheadFrames) {
        envelope_sum_ = kLookaheadFrames;
        return 1.0f;
    }
    return static_cast<float>(envelope_sum_ / kLookaheadFrames);
}

bool Limiter::at_rest() const noexcept {
    return unity_frames_ == kLookaheadFrames && (count_ == 0 || candidates_[first_].gain == 1.0f);
}

// All gains are 1: only the delay is left, and what the queue held says nothing more.
void Limiter::pass(Block& block) noexcept {
    count_ = 0;
    for (float& sample : block) {
        delayed_[at_] = sample;
        at_ = at_ + 1 == kLookaheadFrames ? 0 : at_ + 1;
        sample = delayed_[at_];
    }
}

void Limiter::process(Block& block) noexcept {
    const bool quiet = std::ranges::all_of(block, [](float sample) { return std::abs(sample) <= kCeiling; });
    if (quiet && at_rest()) return pass(block);
    for (float& sample : block) {
        const float gain = smooth(needed_gain(sample));
        delayed_[at_] = sample;
        at_ = at_ + 1 == kLookaheadFrames ? 0 : at_ + 1;
        sample = std::clamp(delayed_[at_] * gain, -kCeiling, kCeiling);
    }
}

}  // namespace stagecast::mixer
