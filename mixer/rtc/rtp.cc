#include "mixer/rtc/rtp.h"

namespace stagecast::mixer::rtc {
namespace {

constexpr std::uint16_t kOneByteProfile = 0xbede;
constexpr std::uint16_t kTwoByteProfile = 0x1000;  // the lower four bits are free

std::optional<ByteView> find_one_byte(ByteView elements, int id) {
    std::size_t at = 0;
    while (at < elements.size()) {
        const auto head = read_u8(elements, at);
        if (head == 0) {  // padding
            ++at;
            continue;
        }
        if (head >> 4 == 15) return std::nullopt;  // reserved: stop here (RFC 8285, 4.2)
        const std::size_t size = (head & 0x0fu) + 1;
        if (elements.size() - at - 1 < size) return std::nullopt;
        if (head >> 4 == id) return elements.subspan(at + 1, size);
        at += 1 + size;
    }
    return std::nullopt;
}

std::optional<ByteView> find_two_byte(ByteView elements, int id) {
    std::size_t at = 0;
    while (at + 1 < elements.size()) {
        const auto found = read_u8(elements, at);
        if (found == 0) {
            ++at;
            continue;
        }
        const std::size_t size = read_u8(elements, at + 1);
        if (elements.size() - at - 2 < size) return std::nullopt;
        if (found == id) return elements.subspan(at + 2, size);
        at += 2 + size;
    }
    return std::nullopt;
}

std::optional<int> audio_level(std::uint16_t profile, ByteView elements, int id) {
    std::optional<ByteView> value;
    if (profile == kOneByteProfile) value = find_one_byte(elements, id);
    if ((profile & 0xfff0) == kTwoByteProfile) value = find_two_byte(elements, id);
    if (!value || value->empty()) return std::nullopt;
    return read_u8(*value, 0) & 0x7f;  // the upper bit is the sender's voice activity flag
}

}  // namespace

std::optional<RtpPacket> parse_rtp(ByteView datagram, std::optional<int> level_extension) {
    if (datagram.size() < kRtpHeaderBytes || read_u8(datagram, 0) >> 6 != 2) return std::nullopt;
    const auto first = read_u8(datagram, 0);
    RtpPacket packet;
    packet.marker = (read_u8(datagram, 1) & 0x80) != 0;
    packet.payload_type = read_u8(datagram, 1) & 0x7f;
    packet.sequence = read_u16(datagram, 2);
    packet.time_frames = read_u32(datagram, 4);
    packet.ssrc = read_u32(datagram, 8);

    std::size_t at = kRtpHeaderBytes + 4u * (first & 0x0fu);
    if (datagram.size() < at) return std::nullopt;
    if ((first & 0x10) != 0) {
        if (datagram.size() - at < 4) return std::nullopt;
        const auto profile = read_u16(datagram, at);
        const std::size_t size = 4u * read_u16(datagram, at + 2);
        at += 4;
        if (datagram.size() - at < size) return std::nullopt;
        if (level_extension)
            packet.level_dbov = audio_level(profile, datagram.subspan(at, size), *level_extension);
        at += size;
    }
    packet.payload = datagram.subspan(at);
    if ((first & 0x20) != 0) {
        if (packet.payload.empty()) return std::nullopt;
        const std::size_t padding = read_u8(datagram, datagram.size() - 1);
        if (padding == 0 || padding > packet.payload.size()) return std::nullopt;
        packet.payload = packet.payload.first(packet.payload.size() - padding);
    }
    return packet;
}

std::optional<std::uint32_t> peek_rtp_ssrc(ByteView datagram) {
    if (datagram.size() < kRtpHeaderBytes) return std::nullopt;
    return read_u32(datagram, 8);
}

std::optional<std::uint32_t> peek_rtcp_ssrc(ByteView datagram) {
    if (datagram.size() < 8) return std::nullopt;
    return read_u32(datagram, 4);
}

bool is_rtcp(ByteView datagram) {
    const auto type = read_u8(datagram, 1);
    return type >= 192 && type <= 223;
}

void write_rtp_header(std::span<std::byte> to, const RtpHeader& header) {
    write_u8(to, 0, 0x80);
    write_u8(to, 1, header.payload_type | (header.marker ? 0x80u : 0u));
    write_u16(to, 2, header.sequence);
    write_u32(to, 4, header.time_frames);
    write_u32(to, 8, header.ssrc);
}

}  // namespace stagecast::mixer::rtc
