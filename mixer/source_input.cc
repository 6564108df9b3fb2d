#include "mixer/source_input.h"

#include <algorithm>
#include <cmath>

namespace stagecast::mixer {

void SourceInput::frames(std::span<const float> samples) noexcept {
    while (!samples.empty()) {
        const auto some = samples.first(std::min(samples.size(), kChunkFrames));
        samples = samples.subspan(some.size());
        std::ranges::transform(some, incoming_.samples.begin(),
                               [](float sample) { return std::isfinite(sample) ? sample : 0.0f; });
        incoming_.size_frames = some.size();
        // NOLINTNEXTLINE(performance-move-const-arg): the ring takes what is given up
        if (!arrived_.push(std::move(incoming_))) return;
    }
}

void SourceInput::drop(std::size_t frames) noexcept {
    const auto end = held_->begin() + static_cast<std::ptrdiff_t>(size_frames_);
    std::copy(held_->begin() + static_cast<std::ptrdiff_t>(frames), end, held_->begin());
    size_frames_ -= frames;
}

void SourceInput::gather() noexcept {
    while (arrived_.pop(taken_)) {
        std::copy_n(taken_.samples.begin(), taken_.size_frames,
                    held_->begin() + static_cast<std::ptrdiff_t>(size_frames_));
        size_frames_ += taken_.size_frames;
        if (size_frames_ > kMostFrames) drop(size_frames_ - kHeldBackFrames);
    }
}

Sound SourceInput::next(Block& out, std::int64_t) noexcept {
    gather();
    running_ = running_ ? size_frames_ >= kBlockFrames : size_frames_ >= kHeldBackFrames;
    if (!running_) {
        out.fill(0.0f);
        return Sound::kSilence;
    }
    std::copy_n(held_->begin(), kBlockFrames, out.begin());
    drop(kBlockFrames);
    return Sound::kVoice;
}

void SourceInput::discard() noexcept {
    gather();
    size_frames_ = 0;
    running_ = false;
}

}  // namespace stagecast::mixer
