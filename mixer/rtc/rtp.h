#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "mixer/rtc/wire.h"

namespace stagecast::mixer::rtc {

inline constexpr std::size_t kRtpHeaderBytes = 12;  // without CSRCs and extensions: what we send

// One received RTP packet (RFC 3550, 5.1); the payload points into the datagram and has its padding taken
// off.
struct RtpPacket {
    std::uint8_t payload_type = 0;
    bool marker = false;
    std::uint16_t sequence = 0;
    std::uint32_t time_frames = 0;
    std::uint32_t ssrc = 0;
    ByteView payload;
    std::optional<int> level_dbov;  // RFC 6464: 0 is loudest, 127 silence
};

// Nothing when the packet is truncated or not RTP version 2. `level_extension`: the id that the offer gave to
// ssrc-audio-level, searched in one-byte and two-byte extensions (RFC 8285).
std::optional<RtpPacket> parse_rtp(ByteView datagram, std::optional<int> level_extension);

// The SSRC of anything that looks like RTP or RTCP, before it is authenticated.
std::optional<std::uint32_t> peek_rtp_ssrc(ByteView datagram);
std::optional<std::uint32_t> peek_rtcp_ssrc(ByteView datagram);

// RTCP and RTP share the port (RFC 5761, 4). Requires 2 bytes.
bool is_rtcp(ByteView datagram);

struct RtpHeader {
    std::uint8_t payload_type = 0;
    bool marker = false;
    std::uint16_t sequence = 0;
    std::uint32_t time_frames = 0;
    std::uint32_t ssrc = 0;
};
// Requires kRtpHeaderBytes of room.
void write_rtp_header(std::span<std::byte> to, const RtpHeader& header);

}  // namespace stagecast::mixer::rtc
