// Sealing one outgoing RTP packet: ours, and libsrtp2's srtp_protect on the same packets with the same keys.
#include <benchmark/benchmark.h>
#include <srtp2/srtp.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mixer/rtc/rtp.h"
#include "mixer/rtc/srtp.h"

namespace {

using namespace stagecast::mixer::rtc;

constexpr std::size_t kPayloadBytes = 240;  // 20 ms at 96 kb/s
constexpr std::size_t kPacketBytes = kRtpHeaderBytes + kPayloadBytes;
constexpr std::uint32_t kSsrc = 0xcafe1234;
using Datagram = std::array<std::byte, kPacketBytes + SRTP_MAX_TRAILER_LEN>;

SrtpMasterKey some_master() {
    SrtpMasterKey master;
    for (std::size_t i = 0; i < master.key.size(); ++i) master.key[i] = static_cast<std::byte>(i * 7 + 1);
    for (std::size_t i = 0; i < master.salt.size(); ++i) master.salt[i] = static_cast<std::byte>(i * 11 + 2);
    return master;
}

// The packets of one stream, one after the other. Making one is part of both measurements.
class Packets {
public:
    std::span<std::byte> next() {
        std::fill_n(datagram_.begin(), kPacketBytes, std::byte{0x5a});
        write_rtp_header(datagram_, {111, false, sequence_, sequence_ * 960u, kSsrc});
        ++sequence_;
        return datagram_;
    }

private:
    Datagram datagram_{};
    std::uint16_t sequence_ = 1;
};

class Libsrtp2 {
public:
    explicit Libsrtp2(SrtpProfile profile) {
        static const auto kInitialised = srtp_init();
        const auto master = some_master();
        auto salt = std::copy(master.key.begin(), master.key.end(), key_.begin());
        std::copy(master.salt.begin(), master.salt.end(), salt);
        srtp_policy_t policy{};
        if (profile == SrtpProfile::kAeadAes128Gcm) {
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
        } else {
            srtp_crypto_policy_set_rtp_default(&policy.rtp);
            srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
        }
        policy.ssrc = {ssrc_specific, kSsrc};
        policy.key = reinterpret_cast<unsigned char*>(key_.data());
        policy.window_size = 1024;
        if (kInitialised != srtp_err_status_ok || srtp_create(&session_, &policy) != srtp_err_status_ok)
            session_ = nullptr;
    }
    ~Libsrtp2() {
        if (session_ != nullptr) srtp_dealloc(session_);
    }
    Libsrtp2(const Libsrtp2&) = delete;
    Libsrtp2& operator=(const Libsrtp2&) = delete;

    // The sealed size; 0 when it refuses.
    std::size_t seal(std::span<std::byte> buffer, std::size_t size) {
        int length = static_cast<int>(size);
        if (session_ == nullptr || srtp_protect(session_, buffer.data(), &length) != srtp_err_status_ok)
            return 0;
        return static_cast<std::size_t>(length);
    }

private:
    std::array<std::byte, kSrtpKeyBytes + kSrtpSaltBytes> key_{};
    srtp_t session_ = nullptr;
};

SrtpSealer our_sealer(SrtpProfile profile) {
    return SrtpSealer(profile, derive_rtp_keys(profile, some_master()));
}

bool both_seal_alike(SrtpProfile profile) {
    auto ours = our_sealer(profile);
    Libsrtp2 theirs(profile);
    Packets our_packets, their_packets;
    for (int i = 0; i < 100; ++i) {
        const auto a = our_packets.next(), b = their_packets.next();
        const auto our_size = ours.seal(a, kPacketBytes), their_size = theirs.seal(b, kPacketBytes);
        if (our_size != their_size || !std::ranges::equal(a.first(our_size), b.first(our_size))) return false;
    }
    return true;
}

template <class Sealer>
void seal(benchmark::State& state, SrtpProfile profile, Sealer& sealer) {
    if (!both_seal_alike(profile)) {
        state.SkipWithError("the two seal differently");
        return;
    }
    Packets packets;
    for (auto _ : state) benchmark::DoNotOptimize(sealer.seal(packets.next(), kPacketBytes));
}

void seal_ours(benchmark::State& state, SrtpProfile profile) {
    auto sealer = our_sealer(profile);
    seal(state, profile, sealer);
}

void seal_libsrtp2(benchmark::State& state, SrtpProfile profile) {
    Libsrtp2 sealer(profile);
    seal(state, profile, sealer);
}

const auto kGcm = SrtpProfile::kAeadAes128Gcm;
const auto kCm = SrtpProfile::kAes128CmSha1_80;
void seal_gcm(benchmark::State& state) {
    seal_ours(state, kGcm);
}
void seal_gcm_libsrtp2(benchmark::State& state) {
    seal_libsrtp2(state, kGcm);
}
void seal_cm(benchmark::State& state) {
    seal_ours(state, kCm);
}
void seal_cm_libsrtp2(benchmark::State& state) {
    seal_libsrtp2(state, kCm);
}
BENCHMARK(seal_gcm);
BENCHMARK(seal_gcm_libsrtp2);
BENCHMARK(seal_cm);
BENCHMARK(seal_cm_libsrtp2);

}  // namespace
