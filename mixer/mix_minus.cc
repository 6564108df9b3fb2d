#include "mixer/mix_minus.h"

#include <algorithm>

#include "base/error.h"

namespace stagecast::mixer {

MixMinus::MixMinus(std::size_t max_speakers) : max_speakers_(max_speakers) {
    if (max_speakers < 1 || max_speakers > kMaxSpeakers) {
        throw Invalid("max_speakers", "must be 1 to " + std::to_string(kMaxSpeakers));
    }
}

void MixMinus::mix(std::span<const Block> in, std::span<Block> out) noexcept {
    const auto speakers = std::min({in.size(), out.size(), max_speakers_});
    programme_.fill(0.0f);
    for (std::size_t s = 0; s < speakers; ++s) {
        for (std::size_t i = 0; i < kBlockFrames; ++i) programme_[i] += in[s][i];
    }
    for (std::size_t s = 0; s < speakers; ++s) {
        for (std::size_t i = 0; i < kBlockFrames; ++i) out[s][i] = programme_[i] - in[s][i];
    }
}

}  // namespace stagecast::mixer
