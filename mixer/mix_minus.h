#pragma once
#include <cstddef>
#include <span>

#include "base/audio.h"

namespace stagecast::mixer {

// Gives each speaker the room without their own voice: out[i] = sum(in) - in[i].
//
// Shape:   in and out are [speakers][960]; 1.0 is 0 dBFS. Never clipped: Limiter does that.
// Thread:  one MixMinus belongs to one mixer thread.
// Memory:  mix() does not allocate, lock, log or throw.
class MixMinus {
public:
    static constexpr std::size_t kMaxSpeakers = 64;  // 64 encoders x 35 us are 11 % of a 20 ms tick

    // Throws Invalid unless 1 <= max_speakers <= kMaxSpeakers.
    explicit MixMinus(std::size_t max_speakers);

    // Requires in.size() == out.size() <= max_speakers. in and out may be the same blocks.
    void mix(std::span<const Block> in, std::span<Block> out) noexcept;

    // The sum of the last mix(): what listeners hear. Silence before the first.
    const Block& programme() const noexcept { return programme_; }

private:
    const std::size_t max_speakers_;
    Block programme_{};
};

}  // namespace stagecast::mixer
