#include "mixer/delay_estimate.h"

#include <algorithm>

namespace stagecast::mixer {

void DelayEstimate::note(std::int64_t transit_frames, std::int64_t arrival_frames) noexcept {
    if (packets_ > 0 && arrival_frames - span_start_frames_ > 4 * kSpanFrames) forget();
    if (packets_ == 0) {
        span_start_frames_ = arrival_frames;
    } else if (arrival_frames - span_start_frames_ >= kSpanFrames) {
        current_ = (current_ + 1) % spans_.size();
        spans_[current_] = Span{};
        span_start_frames_ = arrival_frames;
    }
    Span& span = spans_[current_];
    span.least = std::min(span.least, transit_frames);
    span.most = std::max(span.most, transit_frames);
    packets_ = std::min(packets_ + 1, kFewPackets);
}

std::int64_t DelayEstimate::base_frames() const noexcept {
    if (!known()) return 0;
    std::int64_t least = INT64_MAX;
    for (const Span& span : spans_) least = std::min(least, span.least);
    return least;
}

std::int64_t DelayEstimate::target_frames() const noexcept {
    if (!known()) return kFirstFrames;
    std::int64_t most = INT64_MIN;
    for (const Span& span : spans_) most = std::max(most, span.most);
    const std::int64_t wanted = most - base_frames() + kLeastFrames + kMarginFrames;
    return std::clamp(wanted, packets_ < kFewPackets ? kFirstFrames : kLeastFrames, kMostFrames);
}

}  // namespace stagecast::mixer
