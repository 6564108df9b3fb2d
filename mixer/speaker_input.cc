#include "mixer/speaker_input.h"

#include <algorithm>

namespace stagecast::mixer {

void SpeakerInput::packet(std::span<const std::byte> payload, std::uint32_t rtp_time_frames,
                          std::int64_t arrival_frames, Sound sound) noexcept {
    if (payload.empty() || payload.size() > incoming_.bytes.size()) {
        refused_packets_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    std::ranges::copy(payload, incoming_.bytes.begin());
    incoming_.size_bytes = payload.size();
    incoming_.rtp_time_frames = rtp_time_frames;
    incoming_.arrival_frames = arrival_frames;
    incoming_.sound = sound;
    // NOLINTNEXTLINE(performance-move-const-arg): the ring takes what is given up
    if (!arrived_.push(std::move(incoming_))) refused_packets_.fetch_add(1, std::memory_order_relaxed);
}

Sound SpeakerInput::next(Block& out, std::int64_t now_frames) noexcept {
    while (arrived_.pop(taken_)) {
        buffer_.put(std::span(taken_.bytes).first(taken_.size_bytes), taken_.rtp_time_frames,
                    taken_.arrival_frames, taken_.sound);
    }
    const Sound sound = buffer_.take(out, now_frames);
    concealed_frames_.store(buffer_.counters().concealed_frames, std::memory_order_relaxed);
    return sound;
}

void SpeakerInput::discard() noexcept {
    while (arrived_.pop(taken_)) {
    }
    buffer_.clear();
}

}  // namespace stagecast::mixer
