#pragma once
#include <cstdint>

#include "base/audio.h"
#include "mixer/jitter_buffer.h"

namespace stagecast::mixer {

// One sound that comes on stage, as the mixer's ticks see it.
// Thread: the mixer's, whatever thread feeds it. Nothing here waits, allocates or throws.
class StageInput {
public:
    virtual ~StageInput() = default;
    // The block of the tick at `now_frames` of the mixer's clock. kSilence: `out` is zero or as good.
    virtual Sound next(Block& out, std::int64_t now_frames) noexcept = 0;
    // Instead of next(), for a muted input: what has come is forgotten.
    virtual void discard() noexcept = 0;
};

}  // namespace stagecast::mixer
