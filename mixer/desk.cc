#include "mixer/desk.h"

#include <algorithm>
#include <cmath>

namespace stagecast::mixer {

namespace {
constexpr float kFloorDbfs = -127.0f;  // RFC 6464's least level

float rms_dbfs(const Block& block) noexcept {
    float sum = 0;
    for (const float sample : block) sum += sample * sample;
    const float mean = sum / static_cast<float>(block.size());
    return mean > 0 ? std::max(kFloorDbfs, 10.0f * std::log10(mean)) : kFloorDbfs;
}
}  // namespace

Desk::Desk() : mix_minus_(MixMinus::kMaxSpeakers), in_(MixMinus::kMaxSpeakers), out_(MixMinus::kMaxSpeakers) {
    speaking_.reserve(MixMinus::kMaxSpeakers);
}

// True when the seat has a part in this mix.
bool Desk::take(const Seat& seat, Block& block, std::int64_t now_frames) noexcept {
    Strip& strip = *seat.strip;
    Sound sound = Sound::kSilence;
    if (strip.mute.load(std::memory_order_relaxed) == Mute::kOn) {
        seat.input->discard();
        strip.silent_blocks = kLingerBlocks;
    } else {
        sound = seat.input->next(block, now_frames);
        strip.silent_blocks = sound == Sound::kVoice ? 0 : std::min(strip.silent_blocks + 1, kLingerBlocks);
    }
    strip.level_dbfs.store(sound == Sound::kVoice ? rms_dbfs(block) : kFloorDbfs, std::memory_order_relaxed);
    return strip.silent_blocks < kLingerBlocks;
}

void Desk::mix(std::span<const Seat> seats, std::int64_t now_frames) noexcept {
    speaking_.clear();
    for (const Seat& seat : seats.first(std::min(seats.size(), in_.size()))) {
        const bool speaks = take(seat, in_[speaking_.size()], now_frames);
        // Until now the programme was this speaker's mix: its limiter stands where theirs would.
        if (speaks && seat.strip->hears == Strip::Hears::kProgramme) seat.strip->limiter = limiter_;
        seat.strip->hears = speaks ? Strip::Hears::kOwnMix : Strip::Hears::kProgramme;
        if (speaks) speaking_.push_back(seat.strip);
    }
    mix_minus_.mix(std::span(in_).first(speaking_.size()), std::span(out_).first(speaking_.size()));
    for (std::size_t s = 0; s < speaking_.size(); ++s) {
        speaking_[s]->minus = out_[s];
        speaking_[s]->limiter.process(speaking_[s]->minus);
    }
    programme_ = mix_minus_.programme();
    limiter_.process(programme_);
}

}  // namespace stagecast::mixer
