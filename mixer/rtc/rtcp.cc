#include "mixer/rtc/rtcp.h"

namespace stagecast::mixer::rtc {
namespace {

constexpr std::uint8_t kSenderReport = 200, kReceiverReport = 201, kSourceDescription = 202, kBye = 203,
                       kTransportFeedback = 205;
constexpr std::uint8_t kGenericNack = 1;
constexpr std::uint8_t kCnameItem = 1;
constexpr std::size_t kBlockBytes = 24, kSenderInfoBytes = 20;

ReportBlock read_block(ByteView from) {
    ReportBlock block;
    block.ssrc = read_u32(from, 0);
    block.fraction_lost = read_u8(from, 4);
    const auto lost = read_u32(from, 4) & 0xffffff;
    block.packets_lost = static_cast<std::int32_t>(lost) - ((lost & 0x800000) != 0 ? 0x1000000 : 0);
    block.highest_sequence = read_u32(from, 8);
    block.jitter_frames = read_u32(from, 12);
    block.last_sender_report = read_u32(from, 16);
    block.delay_since_report = read_u32(from, 20);
    return block;
}

// `body` starts behind the sender's SSRC (and its sender info).
bool read_blocks(RtcpContents& contents, ByteView body, std::size_t count) {
    if (body.size() < count * kBlockBytes) return false;
    for (std::size_t i = 0; i < count; ++i)
        contents.reports.push_back(read_block(body.subspan(i * kBlockBytes)));
    return true;
}

bool read_sender_report(RtcpContents& contents, ByteView body, std::size_t count) {
    if (body.size() < 4 + kSenderInfoBytes) return false;
    SenderReport report;
    report.ssrc = read_u32(body, 0);
    report.info.ntp_time = std::uint64_t{read_u32(body, 4)} << 32 | read_u32(body, 8);
    report.info.rtp_time_frames = read_u32(body, 12);
    report.info.packets = read_u32(body, 16);
    report.info.payload_bytes = read_u32(body, 20);
    contents.sender_report = report;
    return read_blocks(contents, body.subspan(4 + kSenderInfoBytes), count);
}

bool read_nack(RtcpContents& contents, ByteView body) {
    if (body.size() < 8) return false;
    for (std::size_t at = 8; at + 4 <= body.size(); at += 4) {
        const auto first = read_u16(body, at);
        const auto following = read_u16(body, at + 2);
        for (unsigned i = 0; i <= 16; ++i) {
            const bool named = i == 0 || (following >> (i - 1) & 1) != 0;
            if (named && contents.nacked_sequences.size() < kMaxNackedSequences)
                contents.nacked_sequences.push_back(static_cast<std::uint16_t>(first + i));
        }
    }
    return true;
}

bool read_one(RtcpContents& contents, std::uint8_t type, std::uint8_t count, ByteView body) {
    switch (type) {
        case kSenderReport:
            return read_sender_report(contents, body, count);
        case kReceiverReport:
            return body.size() >= 4 && read_blocks(contents, body.subspan(4), count);
        case kBye:
            contents.bye = true;
            return true;
        case kTransportFeedback:
            return count != kGenericNack || read_nack(contents, body);
        default:
            return true;
    }
}

void put_block(Bytes& to, const ReportBlock& block) {
    put_u32(to, block.ssrc);
    put_u32(to, std::uint32_t{block.fraction_lost} << 24 |
                    (static_cast<std::uint32_t>(block.packets_lost) & 0xffffff));
    put_u32(to, block.highest_sequence);
    put_u32(to, block.jitter_frames);
    put_u32(to, block.last_sender_report);
    put_u32(to, block.delay_since_report);
}

void put_source_description(Bytes& to, std::uint32_t ssrc, std::string_view cname) {
    const std::size_t start = to.size();
    put_u8(to, 0x81);
    put_u8(to, kSourceDescription);
    put_u16(to, 0);
    put_u32(to, ssrc);
    put_u8(to, kCnameItem);
    put_u8(to, static_cast<unsigned>(cname.size()));
    put_text(to, cname);
    do put_u8(to, 0);  // the list ends with a zero, then fills up to 32 bits
    while ((to.size() - start) % 4 != 0);
    write_u16(to, start + 2, static_cast<std::uint16_t>((to.size() - start) / 4 - 1));
}

}  // namespace

std::optional<RtcpContents> parse_rtcp(ByteView packet) {
    RtcpContents contents;
    std::size_t at = 0;
    if (packet.empty()) return std::nullopt;
    while (at < packet.size()) {
        if (packet.size() - at < 4 || read_u8(packet, at) >> 6 != 2) return std::nullopt;
        const std::size_t size = 4u * (read_u16(packet, at + 2) + 1u);
        if (packet.size() - at < size) return std::nullopt;
        const auto count = static_cast<std::uint8_t>(read_u8(packet, at) & 0x1f);
        if (!read_one(contents, read_u8(packet, at + 1), count, packet.subspan(at + 4, size - 4)))
            return std::nullopt;
        at += size;
    }
    return contents;
}

Bytes write_report(std::uint32_t ssrc, const std::optional<SenderInfo>& sender,
                   const std::optional<ReportBlock>& block, std::string_view cname) {
    Bytes out;
    out.reserve(96);
    const std::size_t size = 8 + (sender ? kSenderInfoBytes : 0) + (block ? kBlockBytes : 0);
    put_u8(out, block ? 0x81 : 0x80);
    put_u8(out, sender ? kSenderReport : kReceiverReport);
    put_u16(out, static_cast<std::uint16_t>(size / 4 - 1));
    put_u32(out, ssrc);
    if (sender) {
        put_u32(out, static_cast<std::uint32_t>(sender->ntp_time >> 32));
        put_u32(out, static_cast<std::uint32_t>(sender->ntp_time));
        put_u32(out, sender->rtp_time_frames);
        put_u32(out, sender->packets);
        put_u32(out, sender->payload_bytes);
    }
    if (block) put_block(out, *block);
    put_source_description(out, ssrc, cname);
    return out;
}

}  // namespace stagecast::mixer::rtc
