#include "mixer/rtc/reception.h"

#include <algorithm>
#include <cmath>

#include "base/audio.h"

namespace stagecast::mixer::rtc {
namespace {

constexpr std::int32_t kMaxJump = 3000;  // RFC 3550's MAX_DROPOUT: a minute of 20 ms packets

std::int64_t frames_at(Reception::Time time) {
    using Frames = std::chrono::duration<std::int64_t, std::ratio<1, kSampleRateHz>>;
    return std::chrono::duration_cast<Frames>(time.time_since_epoch()).count();
}

}  // namespace

void Reception::start(std::uint32_t ssrc, std::uint16_t sequence) {
    lost_before_ = lost_packets();
    received_before_ += received_;
    received_ = 0;
    started_ = true;
    ssrc_ = ssrc;
    first_ = highest_ = 0x10000u + sequence;  // room for late packets before the first
    expected_at_report_ = received_at_report_ = 0;
    transit_frames_.reset();
    jitter_frames_ = 0;
    last_sender_report_ = 0;
}

void Reception::packet(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t time_frames, Time arrival) {
    const auto ahead = static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(highest_));
    if (!started_ || ssrc != ssrc_ || std::abs(std::int32_t{ahead}) > kMaxJump) {
        start(ssrc, sequence);
    } else if (ahead > 0) {
        highest_ += static_cast<std::uint64_t>(ahead);
    }
    ++received_;
    update_jitter(time_frames, arrival);
}

void Reception::update_jitter(std::uint32_t time_frames, Time arrival) {
    const std::int64_t transit = frames_at(arrival) - time_frames;
    if (transit_frames_) {
        // The RTP clock wraps at 32 bits, so does the difference.
        const auto change = static_cast<std::int32_t>(static_cast<std::uint32_t>(transit - *transit_frames_));
        jitter_frames_ += (std::abs(static_cast<double>(change)) - jitter_frames_) / 16;
    }
    transit_frames_ = transit;
}

void Reception::sender_report(const SenderReport& report, Time arrival) {
    if (!started_ || report.ssrc != ssrc_) return;
    last_sender_report_ = static_cast<std::uint32_t>(report.info.ntp_time >> 16);
    last_sender_report_at_ = arrival;
}

std::int64_t Reception::missing() const noexcept {
    if (!started_) return 0;
    return static_cast<std::int64_t>(highest_ - first_ + 1) - static_cast<std::int64_t>(received_);
}

std::uint64_t Reception::lost_packets() const noexcept {
    return lost_before_ + static_cast<std::uint64_t>(std::max<std::int64_t>(0, missing()));
}

std::optional<ReportBlock> Reception::report(Time now) {
    if (!started_) return std::nullopt;
    const std::uint64_t expected = highest_ - first_ + 1;
    const auto expected_now = static_cast<std::int64_t>(expected - expected_at_report_);
    const auto lost_now = expected_now - static_cast<std::int64_t>(received_ - received_at_report_);
    expected_at_report_ = expected;
    received_at_report_ = received_;

    ReportBlock block;
    block.ssrc = ssrc_;
    if (expected_now > 0 && lost_now > 0)
        block.fraction_lost =
            static_cast<std::uint8_t>(std::min<std::int64_t>(255, lost_now * 256 / expected_now));
    block.packets_lost = static_cast<std::int32_t>(std::clamp<std::int64_t>(missing(), -0x800000, 0x7fffff));
    block.highest_sequence = static_cast<std::uint32_t>(highest_ - 0x10000u);
    block.jitter_frames = static_cast<std::uint32_t>(jitter_frames_);
    if (last_sender_report_ != 0) {
        using Units = std::chrono::duration<std::int64_t, std::ratio<1, 65536>>;
        block.last_sender_report = last_sender_report_;
        block.delay_since_report = static_cast<std::uint32_t>(
            std::chrono::duration_cast<Units>(now - last_sender_report_at_).count());
    }
    return block;
}

}  // namespace stagecast::mixer::rtc
