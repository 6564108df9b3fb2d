#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "mixer/rtc/rtcp.h"

namespace stagecast::mixer::rtc {

// The receiver's book about one sender (RFC 3550, A.3 and A.8): how much came, how much is missing, how
// unevenly. A sender that starts anew (another SSRC, or a jump of more than 3,000) starts a new page; the
// totals go on. Thread: rtc-0.
class Reception {
public:
    using Time = std::chrono::steady_clock::time_point;

    void packet(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t time_frames, Time arrival);
    void sender_report(const SenderReport& report, Time arrival);

    std::uint64_t received_packets() const noexcept { return received_before_ + received_; }
    // Gaps not (yet) filled by late packets.
    std::uint64_t lost_packets() const noexcept;
    // Nothing before the first packet. Starts the next interval of `fraction_lost`.
    std::optional<ReportBlock> report(Time now);

private:
    void start(std::uint32_t ssrc, std::uint16_t sequence);
    void update_jitter(std::uint32_t time_frames, Time arrival);
    std::int64_t missing() const noexcept;

    bool started_ = false;
    std::uint32_t ssrc_ = 0;
    std::uint64_t first_ = 0, highest_ = 0;  // sequence numbers extended over their wraps
    std::uint64_t received_ = 0;             // since first_
    std::uint64_t received_before_ = 0, lost_before_ = 0;
    std::uint64_t expected_at_report_ = 0, received_at_report_ = 0;
    std::optional<std::int64_t> transit_frames_;
    double jitter_frames_ = 0;
    std::uint32_t last_sender_report_ = 0;
    Time last_sender_report_at_{};
};

}  // namespace stagecast::mixer::rtc
