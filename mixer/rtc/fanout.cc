#include "mixer/rtc/fanout.h"

#include <opus/opus.h>

namespace stagecast::mixer::rtc {

bool is_opus_20ms(ByteView packet) noexcept {
    if (packet.empty() || packet.size() > kMaxOpusFrameBytes) return false;
    return opus_packet_get_nb_samples(as_octets(packet), static_cast<opus_int32>(packet.size()),
                                      kSampleRateHz) == static_cast<int>(kBlockFrames);
}

void Lane::FreeRepacketizer::operator()(OpusRepacketizer* repacketizer) const {
    opus_repacketizer_destroy(repacketizer);
}

Lane::Lane(unsigned length, unsigned phase)
    : length_(length), phase_(phase), repacketizer_(opus_repacketizer_create()), kept_(kKept) {}
Lane::~Lane() = default;
Lane::Lane(Lane&&) noexcept = default;

void Lane::add(ByteView opus, std::uint32_t tick, const Emit& emit) {
    if (!join(opus, tick)) {
        end_packet(emit);
        join(opus, tick);
    }
    if (tick % length_ == phase_ || frame_count_ == kMaxLength) end_packet(emit);
}

bool Lane::join(ByteView opus, std::uint32_t tick) {
    // A joined packet may spend two bytes of length on each frame, and two on its head.
    if (frame_count_ > 0 && joined_bytes_ + opus.size() + 2 * kMaxLength + 2 > kMaxJoinedBytes) return false;
    if (frame_count_ == 0) opus_repacketizer_init(repacketizer_.get());
    auto& frame = frames_[frame_count_];
    frame.assign(opus.begin(), opus.end());
    if (opus_repacketizer_cat(repacketizer_.get(), as_octets(ByteView(frame)),
                              static_cast<opus_int32>(frame.size())) != OPUS_OK)
        return false;
    if (frame_count_++ == 0) first_tick_ = tick;
    joined_bytes_ += opus.size();
    return true;
}

void Lane::end_packet(const Emit& emit) {
    if (frame_count_ == 0) return;
    auto& packet = kept_[next_number_ % kKept];
    packet.number = next_number_;
    packet.time_frames = first_tick_ * static_cast<std::uint32_t>(kBlockFrames);
    packet.payload.resize(joined_bytes_ + 2 * kMaxLength + 2);
    const auto size =
        opus_repacketizer_out(repacketizer_.get(), as_octets(std::span<std::byte>(packet.payload)),
                              static_cast<opus_int32>(packet.payload.size()));
    packet.payload.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    frame_count_ = 0;
    joined_bytes_ = 0;
    if (packet.payload.empty()) return;
    ++next_number_;
    emit(packet);
}

const LanePacket* Lane::find(std::uint32_t number) const noexcept {
    const auto& packet = kept_[number % kKept];
    return packet.number == number && !packet.payload.empty() ? &packet : nullptr;
}

}  // namespace stagecast::mixer::rtc
