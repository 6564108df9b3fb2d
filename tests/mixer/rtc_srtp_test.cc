#include "mixer/rtc/srtp.h"

#include <srtp2/srtp.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "mixer/rtc/rtp.h"
#include "tests/mixer/rtc_bytes.h"

using namespace stagecast::mixer::rtc;
using test::copy_of;
using test::fill_from_hex;
using test::from_hex;

namespace {

SrtpMasterKey some_master(unsigned seed) {
    SrtpMasterKey master;
    for (std::size_t i = 0; i < master.key.size(); ++i) master.key[i] = static_cast<std::byte>(seed + i * 7);
    for (std::size_t i = 0; i < master.salt.size(); ++i)
        master.salt[i] = static_cast<std::byte>(seed + i * 11);
    return master;
}

Bytes some_packet(std::uint16_t sequence, std::size_t payload_bytes = 100) {
    Bytes packet(kRtpHeaderBytes + payload_bytes);
    write_rtp_header(packet, {111, false, sequence, sequence * 960u, 0xcafe1234});
    for (std::size_t i = 0; i < payload_bytes; ++i)
        packet[kRtpHeaderBytes + i] = static_cast<std::byte>(sequence + i);
    return packet;
}

Bytes sealed(SrtpSealer& sealer, Bytes packet) {
    const auto size = packet.size();
    packet.resize(size + kSrtpOverheadBytes);
    packet.resize(sealer.seal(packet, size));
    return packet;
}

}  // namespace

TEST_CASE("srtp: keys are derived as in RFC 3711, B.3", "[rtc]") {
    SrtpMasterKey master;
    fill_from_hex(master.key, "E1F97A0D3E018BE0D64FA32C06DE4139");
    fill_from_hex(master.salt, "0EC675AD498AFEEBB6960B3AABE6");
    const auto keys = derive_rtp_keys(SrtpProfile::kAes128CmSha1_80, master);
    CHECK(copy_of(keys.cipher) == from_hex("C61E7A93744F39EE10734AFE3FF7A087"));
    CHECK(copy_of(keys.salt) == from_hex("30CBBC08863D8C85D49DB34A9AE1"));
    CHECK(copy_of(keys.auth) == from_hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}

TEST_CASE("srtp: AEAD_AES_128_GCM seals RFC 7714's packet (16.1.1) to its very bytes", "[rtc]") {
    SrtpSessionKeys keys;
    fill_from_hex(keys.cipher, "000102030405060708090a0b0c0d0e0f");
    fill_from_hex(keys.salt, "517569642070726f2071756f");
    SrtpSealer sealer(SrtpProfile::kAeadAes128Gcm, keys);
    const auto packet = from_hex(
        "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 "
        "73207472"
        "6573");
    CHECK(sealed(sealer, packet) == from_hex("8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca "
                                             "be633bd5 0d294e6f 42a5f47a 51c7d19b"
                                             "36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce"));
}

TEST_CASE("srtp: libsrtp2 opens what we seal, over two wraps of the sequence, in both profiles", "[rtc]") {
    const auto profile = GENERATE(SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAes128CmSha1_80);
    const auto master = some_master(3);
    SrtpSealer sealer(profile, derive_rtp_keys(profile, master));
    SrtpOpener receiver(profile, master);
    std::uint16_t sequence = 0x7ff0;
    for (int i = 0; i < 140'000; ++i, ++sequence) {
        const auto packet = some_packet(sequence, 20);
        auto datagram = sealed(sealer, packet);
        if (i % 500 != 0 && sequence > 5 && sequence < 65'530) continue;  // losses do not matter, wraps do
        const auto opened = receiver.open_rtp(datagram);
        REQUIRE(opened);
        REQUIRE(copy_of(*opened) == packet);
    }
}

TEST_CASE("srtp: a packet sealed again, also from before a wrap, is the same bytes", "[rtc]") {
    const auto profile = GENERATE(SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAes128CmSha1_80);
    SrtpSealer sealer(profile, derive_rtp_keys(profile, some_master(1)));
    const auto before_wrap = sealed(sealer, some_packet(0xfffe));
    const auto after_wrap = sealed(sealer, some_packet(0x0003));
    CHECK(sealed(sealer, some_packet(0xfffe)) == before_wrap);
    CHECK(sealed(sealer, some_packet(0x0003)) == after_wrap);
}

TEST_CASE("srtp: a changed, repeated or foreign packet is not opened", "[rtc]") {
    const auto profile = GENERATE(SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAes128CmSha1_80);
    const auto master = some_master(3);
    SrtpSealer sealer(profile, derive_rtp_keys(profile, master));
    SrtpSealer stranger(profile, derive_rtp_keys(profile, some_master(4)));
    SrtpOpener receiver(profile, master);

    const auto datagram = sealed(sealer, some_packet(7));
    for (std::size_t i = 0; i < datagram.size(); ++i) {
        auto changed = datagram;
        changed[i] ^= std::byte{1};
        CHECK_FALSE(receiver.open_rtp(changed));
    }
    auto foreign = sealed(stranger, some_packet(8));
    CHECK_FALSE(receiver.open_rtp(foreign));
    auto first = datagram, again = datagram;
    CHECK(receiver.open_rtp(first));
    CHECK_FALSE(receiver.open_rtp(again));
    for (std::size_t size = 0; size < datagram.size(); ++size) {
        auto cut = Bytes(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK_FALSE(receiver.open_rtp(cut));
    }
}

TEST_CASE("srtp: a peer cannot make state without end by new sources", "[rtc]") {
    const auto master = some_master(3);
    SrtpSealer sealer(SrtpProfile::kAeadAes128Gcm, derive_rtp_keys(SrtpProfile::kAeadAes128Gcm, master));
    SrtpOpener receiver(SrtpProfile::kAeadAes128Gcm, master);
    std::size_t accepted = 0;
    for (std::uint32_t ssrc = 1; ssrc <= 3 * SrtpOpener::kMaxSources; ++ssrc) {
        auto packet = some_packet(5);
        write_u32(packet, 8, ssrc);
        auto datagram = sealed(sealer, packet);
        accepted += receiver.open_rtp(datagram) ? 1 : 0;
    }
    CHECK(accepted == SrtpOpener::kMaxSources);
}

TEST_CASE("srtp: libsrtp2 opens the RTCP that we seal, packet after packet, in both profiles", "[rtc]") {
    const auto profile = GENERATE(SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAes128CmSha1_80);
    const auto master = some_master(5);
    SrtcpSealer sealer(profile, derive_rtcp_keys(profile, master));
    SrtpOpener receiver(profile, master);
    const auto report = from_hex("80c90001 cafe1234 81ca0002 cafe1234 01000000");
    for (int i = 0; i < 300; ++i) {
        auto buffer = report;
        buffer.resize(report.size() + kSrtpOverheadBytes);
        buffer.resize(sealer.seal(buffer, report.size()));
        auto changed = buffer;
        changed[9] ^= std::byte{1};
        CHECK_FALSE(receiver.open_rtcp(changed));
        auto again = buffer;
        const auto opened = receiver.open_rtcp(buffer);
        REQUIRE(opened);
        CHECK(copy_of(*opened) == report);
        CHECK_FALSE(receiver.open_rtcp(again));
    }
}
