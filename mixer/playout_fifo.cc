#include "mixer/playout_fifo.h"

#include <algorithm>
#include <cmath>

namespace stagecast::mixer {

std::size_t PlayoutFifo::needed_frames() const noexcept {
    if (speed_ == 1 && fraction_ == 0) return kBlockFrames;
    const double step = speed_ == 1 ? kWalkingSpeed : speed_;
    return static_cast<std::size_t>(std::ceil(fraction_ + static_cast<double>(kBlockFrames) * step)) + 3;
}

std::span<float> PlayoutFifo::room() noexcept {
    if (frames_.size() - end_ < kMostAtOnceFrames) {
        std::copy(frames_.begin() + static_cast<std::ptrdiff_t>(begin_ - kHistoryFrames),
                  frames_.begin() + static_cast<std::ptrdiff_t>(end_), frames_.begin());
        end_ -= begin_ - kHistoryFrames;
        begin_ = kHistoryFrames;
    }
    return std::span(frames_).subspan(end_, kMostAtOnceFrames);
}

void PlayoutFifo::add_silence(std::size_t frames) noexcept {
    const auto free = room();
    std::fill_n(free.begin(), frames, 0.0f);
    added(frames);
}

// Catmull-Rom through four frames.
float PlayoutFifo::interpolate(std::size_t index, float fraction) const noexcept {
    const float before = frames_[index - 1], from = frames_[index], to = frames_[index + 1],
                after = frames_[index + 2];
    const float linear = 0.5f * (to - before);
    const float square = before - 2.5f * from + 2.0f * to - 0.5f * after;
    const float cube = 0.5f * (after - before) + 1.5f * (from - to);
    return ((cube * fraction + square) * fraction + linear) * fraction + from;
}

void PlayoutFifo::read(Block& out) noexcept {
    const bool settling = speed_ == 1;
    const double step = settling ? kWalkingSpeed : speed_;
    std::size_t done = 0;
    while (done < kBlockFrames && !(settling && fraction_ == 0)) {
        out[done++] = interpolate(begin_, static_cast<float>(fraction_));
        fraction_ += step;
        const double whole = std::floor(fraction_);
        begin_ += static_cast<std::size_t>(whole);
        fraction_ -= whole;
        // Past a whole frame by less than a step's surplus: near enough to be on it.
        if (settling && fraction_ < step - 1) fraction_ = 0;
    }
    std::copy_n(frames_.begin() + static_cast<std::ptrdiff_t>(begin_), kBlockFrames - done,
                out.begin() + static_cast<std::ptrdiff_t>(done));
    begin_ += kBlockFrames - done;
}

void PlayoutFifo::clear() noexcept {
    frames_[0] = 0;
    begin_ = end_ = kHistoryFrames;
    fraction_ = 0;
    speed_ = 1;
}

}  // namespace stagecast::mixer
