#include "mixer/rtc/srtp.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <srtp2/srtp.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "base/error.h"
#include "mixer/rtc/rtp.h"

namespace stagecast::mixer::rtc {
namespace {

// RFC 3711, 4.3.2: cipher, authentication and salt of RTP; those of RTCP follow.
constexpr std::uint8_t kRtpLabels = 0, kRtcpLabels = 3;
constexpr std::size_t kGcmSaltBytes = 12, kGcmTagBytes = 16, kSha1TagBytes = 10;
constexpr std::size_t kRtcpHeaderBytes = 8;  // what SRTCP leaves readable

struct FreeCipher {
    void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
};
struct FreeCipherContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
struct FreeMac {
    void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
};
struct FreeMacContext {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER, FreeCipher>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipherContext>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMacContext>;

// Fetched once: a fetch by name takes longer than sealing a packet.
const EVP_CIPHER* aes_ctr() {
    static const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-128-CTR", nullptr));
    return cipher.get();
}
const EVP_CIPHER* aes_gcm() {
    static const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr));
    return cipher.get();
}
EVP_MAC* hmac() {
    static const std::unique_ptr<EVP_MAC, FreeMac> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    return mac.get();
}

MacContext hmac_sha1_context(ByteView key) {
    MacContext context(EVP_MAC_CTX_new(hmac()));
    char digest[] = "SHA1";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                     OSSL_PARAM_construct_end()};
    if (!context || EVP_MAC_init(context.get(), as_octets(key), key.size(), parameters) != 1)
        throw Unavailable("OpenSSL has no HMAC-SHA1", std::chrono::seconds(0));
    return context;
}

void xor_into(std::span<std::byte> to, ByteView from) {
    for (std::size_t i = 0; i < from.size(); ++i) to[i] ^= from[i];
}

std::array<std::byte, 4> big_endian(std::uint32_t value) {
    std::array<std::byte, 4> out;
    write_u32(out, 0, value);
    return out;
}

void start_libsrtp() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (srtp_init() != srtp_err_status_ok)
            throw Unavailable("libsrtp2 does not start", std::chrono::seconds(0));
    });
}

// libsrtp2 wants the key and its salt behind each other.
using KeyAndSalt = std::array<unsigned char, kSrtpKeyBytes + kSrtpSaltBytes>;
KeyAndSalt joined(const SrtpMasterKey& master) {
    KeyAndSalt out;
    std::memcpy(out.data(), master.key.data(), kSrtpKeyBytes);
    std::memcpy(out.data() + kSrtpKeyBytes, master.salt.data(), kSrtpSaltBytes);
    return out;
}

srtp_t inbound_context(SrtpProfile profile, const SrtpMasterKey& master) {
    auto key = joined(master);
    srtp_policy_t policy;
    std::memset(&policy, 0, sizeof policy);
    if (profile == SrtpProfile::kAeadAes128Gcm) {
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
        srtp_crypto_policy_set_rtp_default(&policy.rtp);
        srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    }
    policy.ssrc.type = ssrc_any_inbound;
    policy.key = key.data();
    policy.window_size = 1024;
    srtp_t context = nullptr;
    if (srtp_create(&context, &policy) != srtp_err_status_ok)
        throw Unavailable("libsrtp2 refused a session", std::chrono::seconds(1));
    return context;
}

SrtpSessionKeys derive_keys(SrtpProfile profile, const SrtpMasterKey& master, std::uint8_t first_label) {
    SrtpMasterKey padded = master;
    const bool gcm = profile == SrtpProfile::kAeadAes128Gcm;
    if (gcm) std::fill(padded.salt.begin() + kGcmSaltBytes, padded.salt.end(), std::byte{0});
    SrtpSessionKeys keys;
    derive_srtp_key(padded, first_label, keys.cipher);
    if (!gcm) derive_srtp_key(padded, first_label + 1, keys.auth);
    derive_srtp_key(padded, first_label + 2,
                    std::span(keys.salt).first(gcm ? kGcmSaltBytes : kSrtpSaltBytes));
    return keys;
}

}  // namespace

void derive_srtp_key(const SrtpMasterKey& master, std::uint8_t label, std::span<std::byte> out) {
    std::array<std::byte, 16> counter{};
    std::copy(master.salt.begin(), master.salt.end(), counter.begin());
    counter[7] ^= std::byte{label};
    std::fill(out.begin(), out.end(), std::byte{0});
    const CipherContext context(EVP_CIPHER_CTX_new());
    int written = 0;
    EVP_EncryptInit_ex2(context.get(), aes_ctr(), as_octets(ByteView(master.key)),
                        as_octets(ByteView(counter)), nullptr);
    EVP_EncryptUpdate(context.get(), as_octets(out), &written, as_octets(ByteView(out)),
                      static_cast<int>(out.size()));
}

SrtpSessionKeys derive_rtp_keys(SrtpProfile profile, const SrtpMasterKey& master) {
    return derive_keys(profile, master, kRtpLabels);
}
SrtpSessionKeys derive_rtcp_keys(SrtpProfile profile, const SrtpMasterKey& master) {
    return derive_keys(profile, master, kRtcpLabels);
}

class SrtpCipher {
public:
    SrtpCipher(SrtpProfile profile, const SrtpSessionKeys& keys) : profile_(profile), salt_(keys.salt) {
        const auto* algorithm = is_gcm() ? aes_gcm() : aes_ctr();
        if (!context_ || EVP_EncryptInit_ex2(context_.get(), algorithm, as_octets(ByteView(keys.cipher)),
                                             nullptr, nullptr) != 1)
            throw Unavailable("OpenSSL refused an AES context", std::chrono::seconds(1));
        if (!is_gcm()) mac_ = hmac_sha1_context(keys.auth);
    }

    bool is_gcm() const noexcept { return profile_ == SrtpProfile::kAeadAes128Gcm; }

    // RFC 7714, 8.1 and 9.1: IV = (0x0000 | SSRC | 48-bit index) xor salt. Encrypts `body` and writes the
    // tag.
    void seal_gcm(ByteView ssrc, std::uint64_t index, ByteView clear, ByteView more_clear,
                  std::span<std::byte> body, std::span<std::byte> tag) noexcept {
        std::array<std::byte, kGcmSaltBytes> iv{};
        std::copy(ssrc.begin(), ssrc.end(), iv.begin() + 2);
        write_u16(iv, 6, static_cast<std::uint16_t>(index >> 32));
        write_u32(iv, 8, static_cast<std::uint32_t>(index));
        xor_into(iv, ByteView(salt_).first(iv.size()));
        auto* cipher = context_.get();
        int written = 0;
        EVP_EncryptInit_ex2(cipher, nullptr, nullptr, as_octets(ByteView(iv)), nullptr);
        for (const auto part : {clear, more_clear})
            if (!part.empty())
                EVP_EncryptUpdate(cipher, nullptr, &written, as_octets(part), static_cast<int>(part.size()));
        encrypt(body);
        EVP_EncryptFinal_ex(cipher, as_octets(tag), &written);
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, kGcmTagBytes, tag.data());
    }

    // RFC 3711, 4.1.1: IV = (salt x 2^16) xor (SSRC x 2^64) xor (48-bit index x 2^16). Encrypts `body`.
    void encrypt_cm(ByteView ssrc, std::uint64_t index, std::span<std::byte> body) noexcept {
        std::array<std::byte, 16> iv{};
        std::copy(ssrc.begin(), ssrc.end(), iv.begin() + 4);
        write_u16(iv, 8, static_cast<std::uint16_t>(index >> 32));
        write_u32(iv, 10, static_cast<std::uint32_t>(index));
        xor_into(iv, salt_);
        EVP_EncryptInit_ex2(context_.get(), nullptr, nullptr, as_octets(ByteView(iv)), nullptr);
        encrypt(body);
    }

    // RFC 3711, 4.2.1: HMAC-SHA1 over the packet and its counter, cut to 80 bits.
    void authenticate_cm(ByteView packet, ByteView counter, std::span<std::byte> tag) noexcept {
        std::array<std::byte, 20> digest{};
        std::size_t digest_bytes = 0;
        EVP_MAC_init(mac_.get(), nullptr, 0, nullptr);
        EVP_MAC_update(mac_.get(), as_octets(packet), packet.size());
        EVP_MAC_update(mac_.get(), as_octets(counter), counter.size());
        EVP_MAC_final(mac_.get(), as_octets(std::span<std::byte>(digest)), &digest_bytes, digest.size());
        std::copy_n(digest.begin(), kSha1TagBytes, tag.begin());
    }

private:
    void encrypt(std::span<std::byte> body) noexcept {
        int written = 0;
        EVP_EncryptUpdate(context_.get(), as_octets(body), &written, as_octets(body),
                          static_cast<int>(body.size()));
    }

    const SrtpProfile profile_;
    const std::array<std::byte, kSrtpSaltBytes> salt_;
    CipherContext context_{EVP_CIPHER_CTX_new()};
    MacContext mac_;  // AES128_CM_SHA1_80 only
};

SrtpSealer::SrtpSealer(SrtpProfile profile, const SrtpSessionKeys& keys)
    : cipher_(std::make_unique<SrtpCipher>(profile, keys)) {}
SrtpSealer::~SrtpSealer() = default;

std::uint32_t SrtpSealer::rollovers_for(std::uint16_t sequence) noexcept {
    if (!newest_) newest_ = sequence;
    const auto ahead = static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(*newest_));
    const std::int64_t index = *newest_ + ahead;
    newest_ = std::max(*newest_, index);
    return static_cast<std::uint32_t>(std::max<std::int64_t>(index, 0) >> 16);
}

std::size_t SrtpSealer::seal(std::span<std::byte> buffer, std::size_t size) noexcept {
    const auto sequence = read_u16(buffer, 2);
    const auto rollovers = rollovers_for(sequence);
    const auto index = std::uint64_t{rollovers} << 16 | sequence;
    const ByteView header = buffer.first(kRtpHeaderBytes), ssrc = buffer.subspan(8, 4);
    const auto body = buffer.subspan(kRtpHeaderBytes, size - kRtpHeaderBytes), tag = buffer.subspan(size);
    if (cipher_->is_gcm()) {
        cipher_->seal_gcm(ssrc, index, header, {}, body, tag);
        return size + kGcmTagBytes;
    }
    cipher_->encrypt_cm(ssrc, index, body);
    cipher_->authenticate_cm(buffer.first(size), big_endian(rollovers), tag);
    return size + kSha1TagBytes;
}

SrtcpSealer::SrtcpSealer(SrtpProfile profile, const SrtpSessionKeys& keys)
    : cipher_(std::make_unique<SrtpCipher>(profile, keys)) {}
SrtcpSealer::~SrtcpSealer() = default;

std::size_t SrtcpSealer::seal(std::span<std::byte> buffer, std::size_t size) noexcept {
    index_ = (index_ + 1) & 0x7fffffff;
    const auto trailer = big_endian(0x80000000 | index_);  // the first bit says: encrypted
    const ByteView header = buffer.first(kRtcpHeaderBytes), ssrc = buffer.subspan(4, 4);
    const auto body = buffer.subspan(kRtcpHeaderBytes, size - kRtcpHeaderBytes), end = buffer.subspan(size);
    if (cipher_->is_gcm()) {  // packet | tag | trailer
        cipher_->seal_gcm(ssrc, index_, header, trailer, body, end);
        std::copy(trailer.begin(), trailer.end(), end.begin() + kGcmTagBytes);
        return size + kGcmTagBytes + trailer.size();
    }
    cipher_->encrypt_cm(ssrc, index_, body);  // packet | trailer | tag
    cipher_->authenticate_cm(buffer.first(size), trailer, end.subspan(trailer.size()));
    std::copy(trailer.begin(), trailer.end(), end.begin());
    return size + trailer.size() + kSha1TagBytes;
}

struct SrtpOpener::Context {
    srtp_t session = nullptr;
    ~Context() {
        if (session != nullptr) srtp_dealloc(session);
    }
};

SrtpOpener::SrtpOpener(SrtpProfile profile, const SrtpMasterKey& theirs)
    : context_(std::make_unique<Context>()) {
    start_libsrtp();
    context_->session = inbound_context(profile, theirs);
}

SrtpOpener::~SrtpOpener() = default;

bool SrtpOpener::admits(std::uint32_t ssrc) const {
    const auto known = std::span(sources_).first(source_count_);
    return source_count_ < kMaxSources || std::find(known.begin(), known.end(), ssrc) != known.end();
}

void SrtpOpener::remember(std::uint32_t ssrc) {
    const auto known = std::span(sources_).first(source_count_);
    if (source_count_ < kMaxSources && std::find(known.begin(), known.end(), ssrc) == known.end())
        sources_[source_count_++] = ssrc;
}

std::optional<ByteView> SrtpOpener::open_rtp(std::span<std::byte> datagram) {
    const auto ssrc = peek_rtp_ssrc(datagram);
    if (!ssrc || !admits(*ssrc)) return std::nullopt;
    int size = static_cast<int>(datagram.size());
    if (srtp_unprotect(context_->session, datagram.data(), &size) != srtp_err_status_ok) return std::nullopt;
    remember(*ssrc);
    return datagram.first(static_cast<std::size_t>(size));
}

std::optional<ByteView> SrtpOpener::open_rtcp(std::span<std::byte> datagram) {
    const auto ssrc = peek_rtcp_ssrc(datagram);
    if (!ssrc || !admits(*ssrc)) return std::nullopt;
    int size = static_cast<int>(datagram.size());
    if (srtp_unprotect_rtcp(context_->session, datagram.data(), &size) != srtp_err_status_ok)
        return std::nullopt;
    remember(*ssrc);
    return datagram.first(static_cast<std::size_t>(size));
}

}  // namespace stagecast::mixer::rtc
