#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "mixer/rtc/wire.h"

// SRTP (RFC 3711) with AEAD_AES_128_GCM (RFC 7714) and AES128_CM_SHA1_80.
namespace stagecast::mixer::rtc {

enum class SrtpProfile { kAeadAes128Gcm, kAes128CmSha1_80 };

inline constexpr std::size_t kSrtpKeyBytes = 16;
inline constexpr std::size_t kSrtpSaltBytes = 14;  // GCM uses the first 12
inline constexpr std::size_t kSrtpAuthKeyBytes = 20;
// The longest tag: what a buffer needs beyond the packet that is sealed in it. SRTCP adds its 4-byte index.
inline constexpr std::size_t kSrtpOverheadBytes = 16 + 4;

struct SrtpMasterKey {
    std::array<std::byte, kSrtpKeyBytes> key{};
    std::array<std::byte, kSrtpSaltBytes> salt{};
};

// What a DTLS handshake yields (RFC 5764, 4.2).
struct SrtpKeys {
    SrtpProfile profile = SrtpProfile::kAeadAes128Gcm;
    SrtpMasterKey ours;    // what we send with
    SrtpMasterKey theirs;  // what they send with
};

struct SrtpSessionKeys {
    std::array<std::byte, kSrtpKeyBytes> cipher{};
    std::array<std::byte, kSrtpSaltBytes> salt{};
    std::array<std::byte, kSrtpAuthKeyBytes> auth{};  // unused with GCM
};

// The key derivation of RFC 3711, 4.3 with a derivation rate of 0: fills `out` for that label.
void derive_srtp_key(const SrtpMasterKey& master, std::uint8_t label, std::span<std::byte> out);
SrtpSessionKeys derive_rtp_keys(SrtpProfile profile, const SrtpMasterKey& master);
SrtpSessionKeys derive_rtcp_keys(SrtpProfile profile, const SrtpMasterKey& master);

// One direction's cipher with its keys set, kept between packets.
class SrtpCipher;

// Seals one outgoing RTP stream, in place: 0.25 µs a packet with the cipher context kept, where libsrtp2
// takes 5 to 7. A packet sealed twice gives the same bytes, so a resend is safe with GCM.
//
// Shape:   headers of kRtpHeaderBytes, without extensions: what write_rtp_header() makes.
// Thread:  rtc-0.
class SrtpSealer {
public:
    SrtpSealer(SrtpProfile profile, const SrtpSessionKeys& keys);
    ~SrtpSealer();
    SrtpSealer(const SrtpSealer&) = delete;
    SrtpSealer& operator=(const SrtpSealer&) = delete;

    // Seals the first `size` bytes and returns the new size. Requires room for kSrtpOverheadBytes behind
    // them. Sequence numbers may be up to 32,767 behind the newest (resends); wraps are counted.
    std::size_t seal(std::span<std::byte> buffer, std::size_t size) noexcept;

private:
    std::uint32_t rollovers_for(std::uint16_t sequence) noexcept;

    std::unique_ptr<SrtpCipher> cipher_;
    std::optional<std::int64_t> newest_;  // rollovers x 65,536 + sequence
};

// Seals our RTCP, in place (RFC 3711, 3.4; RFC 7714, 9). libsrtp2 could, for 18 kB a peer.
// Thread: rtc-0.
class SrtcpSealer {
public:
    SrtcpSealer(SrtpProfile profile, const SrtpSessionKeys& keys);
    ~SrtcpSealer();
    SrtcpSealer(const SrtcpSealer&) = delete;
    SrtcpSealer& operator=(const SrtcpSealer&) = delete;

    // As SrtpSealer::seal. Each call counts the packet index on.
    std::size_t seal(std::span<std::byte> buffer, std::size_t size) noexcept;

private:
    std::unique_ptr<SrtpCipher> cipher_;
    std::uint32_t index_ = 0;  // 31 bits
};

// Opens what a peer sends, by libsrtp2 (replay window of 1,024 packets).
// At most kMaxSources SSRCs of a peer are known, so that a hostile one cannot make state without end.
// Thread: rtc-0.
class SrtpOpener {
public:
    static constexpr std::size_t kMaxSources = 8;

    // Throws Unavailable when libsrtp2 refuses.
    SrtpOpener(SrtpProfile profile, const SrtpMasterKey& theirs);
    ~SrtpOpener();
    SrtpOpener(const SrtpOpener&) = delete;
    SrtpOpener& operator=(const SrtpOpener&) = delete;

    // In place; nothing when the packet is not authentic, replayed or from one source too many.
    std::optional<ByteView> open_rtp(std::span<std::byte> datagram);
    std::optional<ByteView> open_rtcp(std::span<std::byte> datagram);

private:
    struct Context;
    bool admits(std::uint32_t ssrc) const;
    void remember(std::uint32_t ssrc);

    std::unique_ptr<Context> context_;
    std::array<std::uint32_t, kMaxSources> sources_{};
    std::size_t source_count_ = 0;
};

}  // namespace stagecast::mixer::rtc
