#include "mixer/rtc/rtp.h"

#include <catch2/catch.hpp>

#include "mixer/rtc/reception.h"
#include "mixer/rtc/rtcp.h"
#include "tests/mixer/rtc_bytes.h"

using namespace stagecast::mixer::rtc;
using namespace std::chrono_literals;
using test::copy_of;
using test::from_hex;

namespace {

// One CSRC, a one-byte extension (id 2: two bytes, a padding byte, id 10: audio level -25), 4 bytes of
// payload, padded by 3.
constexpr auto kRichPacket =
    "b1ef 1234 00010203 cafe1234 00000009 bede0002 21aabb00 a0990000 08070605 000003";
// Two-byte extension: id 10, one byte.
constexpr auto kTwoBytePacket = "90ef 1234 00010203 cafe1234 10000001 0a018300 0807";

}  // namespace

TEST_CASE("rtp: what we write we read", "[rtc]") {
    Bytes packet(kRtpHeaderBytes + 3);
    write_rtp_header(packet, {111, true, 65535, 0xfffffff0, 0xdeadbeef});
    const auto read = parse_rtp(packet, std::nullopt);
    REQUIRE(read);
    CHECK(read->payload_type == 111);
    CHECK(read->marker);
    CHECK(read->sequence == 65535);
    CHECK(read->time_frames == 0xfffffff0);
    CHECK(read->ssrc == 0xdeadbeef);
    CHECK(read->payload.size() == 3);
    CHECK_FALSE(read->level_dbov);
}

TEST_CASE("rtp: sources, extensions and padding are stepped over, the level is found", "[rtc]") {
    const auto datagram = from_hex(kRichPacket);
    const auto packet = parse_rtp(datagram, 10);
    REQUIRE(packet);
    CHECK(copy_of(packet->payload) == from_hex("08070605"));
    CHECK(packet->level_dbov == 25);  // without the voice activity bit
    CHECK_FALSE(parse_rtp(datagram, 3)->level_dbov);
    CHECK_FALSE(parse_rtp(datagram, std::nullopt)->level_dbov);
    const auto two_byte = from_hex(kTwoBytePacket);
    CHECK(parse_rtp(two_byte, 10)->level_dbov == 3);
}

TEST_CASE("rtp: every truncation is refused or has a payload inside the datagram", "[rtc]") {
    for (const auto* hex : {kRichPacket, kTwoBytePacket}) {
        const auto whole = from_hex(hex);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            const auto packet = parse_rtp(cut, 10);
            if (!packet) continue;
            CHECK(packet->payload.data() >= cut.data());
            CHECK(packet->payload.data() + packet->payload.size() <= cut.data() + cut.size());
        }
        CHECK_FALSE(parse_rtp(ByteView(whole).first(13), 10));
    }
    CHECK_FALSE(parse_rtp(from_hex("00ef 1234 00010203 cafe1234 08"), 10));    // version 0
    CHECK_FALSE(parse_rtp(from_hex("a0ef 1234 00010203 cafe1234 0809"), 10));  // more padding than payload
    CHECK_FALSE(parse_rtp(from_hex("90ef 1234 00010203 cafe1234 bedeffff"), 10));  // extension beyond the end
}

TEST_CASE("rtcp: a report of ours is read back", "[rtc]") {
    const SenderInfo sender{0x0123456789abcdef, 960, 50, 5000};
    ReportBlock block;
    block.ssrc = 0xcafe;
    block.fraction_lost = 12;
    block.packets_lost = -3;
    block.highest_sequence = 0x00010005;
    block.jitter_frames = 77;
    block.last_sender_report = 0x456789ab;
    block.delay_since_report = 65536;
    const auto packet = write_report(0xbeef, sender, block, "stagecast");
    CHECK(packet.size() % 4 == 0);
    const auto read = parse_rtcp(packet);
    REQUIRE(read);
    REQUIRE(read->sender_report);
    CHECK(read->sender_report->ssrc == 0xbeef);
    CHECK(read->sender_report->info.ntp_time == sender.ntp_time);
    CHECK(read->sender_report->info.packets == 50);
    REQUIRE(read->reports.size() == 1);
    CHECK(read->reports[0].ssrc == 0xcafe);
    CHECK(read->reports[0].fraction_lost == 12);
    CHECK(read->reports[0].packets_lost == -3);
    CHECK(read->reports[0].highest_sequence == 0x00010005);
    CHECK(read->reports[0].delay_since_report == 65536);

    const auto receiver_only = parse_rtcp(write_report(0xbeef, std::nullopt, block, "x"));
    REQUIRE(receiver_only);
    CHECK_FALSE(receiver_only->sender_report);
    CHECK(receiver_only->reports.size() == 1);
}

TEST_CASE("rtcp: a NACK names its packets, and never more than the ring keeps", "[rtc]") {
    const auto one = parse_rtcp(from_hex("81cd0003 00000001 00000002 fffe0005"));
    REQUIRE(one);
    CHECK(one->nacked_sequences == std::vector<std::uint16_t>{0xfffe, 0xffff, 0x0001});

    Bytes flood;
    put_u8(flood, 0x81);
    put_u8(flood, 205);
    put_u16(flood, 2 + 100);
    put_u32(flood, 1);
    put_u32(flood, 2);
    for (int i = 0; i < 100; ++i) put_u32(flood, 0x1234ffff);
    const auto many = parse_rtcp(flood);
    REQUIRE(many);
    CHECK(many->nacked_sequences.size() == kMaxNackedSequences);
}

TEST_CASE("rtcp: a compound packet is taken whole or not at all", "[rtc]") {
    const SenderInfo sender{1, 2, 3, 4};
    const auto whole = write_report(1, sender, ReportBlock{}, "stagecast");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto read = parse_rtcp(ByteView(whole).first(size));
        CHECK((!read || size == 52));  // 52: the report without the description behind it
    }
    CHECK_FALSE(parse_rtcp(from_hex("9fc90001 00000001")));  // 31 blocks announced, none there
    CHECK_FALSE(parse_rtcp(from_hex("80c80001 00000001")));  // a sender report without its info
}

TEST_CASE("reception: losses are gaps that nobody filled", "[rtc]") {
    Reception reception;
    const Reception::Time start{};
    CHECK_FALSE(reception.report(start));
    std::uint32_t time_frames = 0;
    auto arrival = start;
    std::uint64_t sent = 0;
    for (std::uint16_t sequence = 65'500; sent < 100; ++sequence, ++sent, time_frames += 960, arrival += 20ms)
        if (sent % 10 != 5) reception.packet(7, sequence, time_frames, arrival);
    CHECK(reception.received_packets() == 90);
    CHECK(reception.lost_packets() == 10);
    const auto report = reception.report(arrival);
    REQUIRE(report);
    CHECK(report->ssrc == 7);
    CHECK(report->packets_lost == 10);
    CHECK(report->fraction_lost == 25);  // 10 of 100, in 1/256
    CHECK(report->highest_sequence == 0x10000u + static_cast<std::uint16_t>(65'500 + 99));
    CHECK(report->jitter_frames == 0);

    reception.packet(7, static_cast<std::uint16_t>(65'500 + 5), 5 * 960, arrival);  // a late one
    CHECK(reception.lost_packets() == 9);
}

TEST_CASE("reception: a sender that starts anew keeps the totals and is no loss", "[rtc]") {
    Reception reception;
    const Reception::Time now{};
    for (std::uint16_t i = 0; i < 10; ++i)
        if (i != 4) reception.packet(7, i, 0, now);
    for (std::uint16_t i = 0; i < 10; ++i)
        reception.packet(8, static_cast<std::uint16_t>(30'000 + i), 0, now);
    for (std::uint16_t i = 0; i < 10; ++i)
        reception.packet(8, static_cast<std::uint16_t>(60'000 + i), 0, now);
    CHECK(reception.received_packets() == 29);
    CHECK(reception.lost_packets() == 1);
    CHECK(reception.report(now)->ssrc == 8);
}

TEST_CASE("reception: the delay since the sender's report is told", "[rtc]") {
    Reception reception;
    const Reception::Time now{};
    reception.packet(7, 1, 0, now);
    SenderReport report;
    report.ssrc = 7;
    report.info.ntp_time = 0x0001020304050607;
    reception.sender_report(report, now);
    const auto block = reception.report(now + 1500ms);
    REQUIRE(block);
    CHECK(block->last_sender_report == 0x02030405);
    CHECK(block->delay_since_report == 98'304);
}
