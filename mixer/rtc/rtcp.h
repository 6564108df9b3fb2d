#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mixer/rtc/wire.h"

// RTCP (RFC 3550, 6) and generic NACK (RFC 4585, 6.2.1).
namespace stagecast::mixer::rtc {

// What one receiver says about one sender.
struct ReportBlock {
    std::uint32_t ssrc = 0;          // of the sender
    std::uint8_t fraction_lost = 0;  // of 256, since the last report
    std::int32_t packets_lost = 0;   // 24 bits, can be negative with duplicates
    std::uint32_t highest_sequence = 0;
    std::uint32_t jitter_frames = 0;
    std::uint32_t last_sender_report = 0;  // the middle 32 bits of its NTP time; 0: none yet
    std::uint32_t delay_since_report = 0;  // in 1/65536 s
};

struct SenderInfo {
    std::uint64_t ntp_time = 0;  // seconds since 1900 in 32.32 bits
    std::uint32_t rtp_time_frames = 0;
    std::uint32_t packets = 0;
    std::uint32_t payload_bytes = 0;
};

struct SenderReport {
    std::uint32_t ssrc = 0;
    SenderInfo info;
};

// What a compound packet contained, bounded by the datagram; packet types we have no use for are skipped.
struct RtcpContents {
    std::optional<SenderReport> sender_report;
    std::vector<ReportBlock> reports;
    std::vector<std::uint16_t> nacked_sequences;  // at most kMaxNackedSequences
    bool bye = false;
};
inline constexpr std::size_t kMaxNackedSequences = 64;  // as many as are kept for resending

// Nothing when any part is truncated or of another version: a compound packet is taken whole or not at all.
std::optional<RtcpContents> parse_rtcp(ByteView packet);

// A compound packet: SR when `sender` is given, else RR; then SDES with the CNAME.
Bytes write_report(std::uint32_t ssrc, const std::optional<SenderInfo>& sender,
                   const std::optional<ReportBlock>& block, std::string_view cname);

}  // namespace stagecast::mixer::rtc
