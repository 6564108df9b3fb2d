#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mixer/limiter.h"
#include "mixer/mix_minus.h"
#include "mixer/sound.h"
#include "mixer/stage_input.h"

namespace stagecast::mixer {

inline constexpr int kLingerBlocks = 25;  // 500 ms: a pause between words changes nothing

// One speaker's place at the desk.
struct Strip {
    // Any thread.
    std::atomic<Mute> mute{Mute::kOff};
    std::atomic<float> level_dbfs{-127.0f};  // RMS of the last block

    // What this speaker is to hear of the last mix: who is not in the programme hears the programme itself.
    enum class Hears { kProgramme, kOwnMix };

    // The mixer's thread.
    Hears hears = Hears::kProgramme;
    Block minus{};  // limited; meaningful when kOwnMix
    Limiter limiter;
    int silent_blocks = kLingerBlocks;
};

// A tick's work, without clock or threads: takes a block of each input, mixes, limits.
// Only who speaks costs: a silent input is not summed and has no mix of its own once kLingerBlocks have gone
// by. Thread: one. Memory: mix() does not allocate, lock, log or throw.
class Desk {
public:
    struct Seat {
        Strip* strip;
        StageInput* input;
    };

    Desk();
    // At most MixMinus::kMaxSpeakers seats.
    void mix(std::span<const Seat> seats, std::int64_t now_frames) noexcept;
    // What listeners hear of the last mix(), limited.
    const Block& programme() const noexcept { return programme_; }

private:
    bool take(const Seat& seat, Block& block, std::int64_t now_frames) noexcept;

    MixMinus mix_minus_;
    std::vector<Block> in_, out_;   // [kMaxSpeakers], of which the speaking ones are used
    std::vector<Strip*> speaking_;  // whose they are
    Limiter limiter_;
    Block programme_{};
};

}  // namespace stagecast::mixer
