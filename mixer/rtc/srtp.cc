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

constexpr std::uint8_t kLabelRtpCipher = 0, kLabelRtpAuth = 1, kLabelRtpSalt = 2;
constexpr std::size_t kGcmSaltBytes = 12, kGcmTagBytes = 16, kSha1TagBytes = 10;

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

srtp_t make_context(SrtpProfile profile, const SrtpMasterKey& master, srtp_ssrc_type_t direction) {
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
    policy.ssrc.type = direction;
    policy.key = key.data();
    policy.window_size = 1024;
    srtp_t context = nullptr;
    if (srtp_create(&context, &policy) != srtp_err_status_ok)
        throw Unavailable("libsrtp2 refused a session", std::chrono::seconds(1));
    return context;
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
    SrtpMasterKey padded = master;
    const bool gcm = profile == SrtpProfile::kAeadAes128Gcm;
    if (gcm) std::fill(padded.salt.begin() + kGcmSaltBytes, padded.salt.end(), std::byte{0});
    SrtpSessionKeys keys;
    derive_srtp_key(padded, kLabelRtpCipher, keys.cipher);
    derive_srtp_key(padded, kLabelRtpSalt, std::span(keys.salt).first(gcm ? kGcmSaltBytes : kSrtpSaltBytes));
    if (!gcm) derive_srtp_key(padded, kLabelRtpAuth, keys.auth);
    return keys;
}

struct SrtpSealer::Ciphers {
    CipherContext cipher{EVP_CIPHER_CTX_new()};
    MacContext mac;  // AES128_CM_SHA1_80 only
};

SrtpSealer::SrtpSealer(SrtpProfile profile, const SrtpSessionKeys& keys)
    : profile_(profile), salt_(keys.salt), ciphers_(std::make_unique<Ciphers>()) {
    const bool gcm = profile == SrtpProfile::kAeadAes128Gcm;
    const auto* algorithm = gcm ? aes_gcm() : aes_ctr();
    if (!ciphers_->cipher || EVP_EncryptInit_ex2(ciphers_->cipher.get(), algorithm,
                                                 as_octets(ByteView(keys.cipher)), nullptr, nullptr) != 1)
        throw Unavailable("OpenSSL refused an AES context", std::chrono::seconds(1));
    if (!gcm) ciphers_->mac = hmac_sha1_context(keys.auth);
}

SrtpSealer::~SrtpSealer() = default;

std::uint32_t SrtpSealer::rollovers_for(std::uint16_t sequence) noexcept {
    if (!newest_) newest_ = sequence;
    const auto ahead = static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(*newest_));
    const std::int64_t index = *newest_ + ahead;
    newest_ = std::max(*newest_, index);
    return static_cast<std::uint32_t>(std::max<std::int64_t>(index, 0) >> 16);
}

std::size_t SrtpSealer::seal(std::span<std::byte> buffer, std::size_t size) noexcept {
    const auto rollovers = rollovers_for(read_u16(buffer, 2));
    return profile_ == SrtpProfile::kAeadAes128Gcm ? seal_gcm(buffer, size, rollovers)
                                                   : seal_cm(buffer, size, rollovers);
}

// RFC 7714, 8.1: IV = (0x0000 | SSRC | ROC | SEQ) xor salt; the header is authenticated, the payload
// encrypted too.
std::size_t SrtpSealer::seal_gcm(std::span<std::byte> buffer, std::size_t size,
                                 std::uint32_t rollovers) noexcept {
    std::array<std::byte, 12> iv{};
    std::copy_n(buffer.begin() + 8, 4, iv.begin() + 2);
    write_u32(iv, 6, rollovers);
    std::copy_n(buffer.begin() + 2, 2, iv.begin() + 10);
    xor_into(iv, ByteView(salt_).first(iv.size()));

    auto* cipher = ciphers_->cipher.get();
    unsigned char* data = as_octets(buffer);
    const auto payload_bytes = static_cast<int>(size - kRtpHeaderBytes);
    int written = 0;
    EVP_EncryptInit_ex2(cipher, nullptr, nullptr, as_octets(ByteView(iv)), nullptr);
    EVP_EncryptUpdate(cipher, nullptr, &written, data, kRtpHeaderBytes);
    EVP_EncryptUpdate(cipher, data + kRtpHeaderBytes, &written, data + kRtpHeaderBytes, payload_bytes);
    EVP_EncryptFinal_ex(cipher, data + size, &written);
    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, kGcmTagBytes, data + size);
    return size + kGcmTagBytes;
}

// RFC 3711, 4.1.1: IV = (salt x 2^16) xor (SSRC x 2^64) xor (index x 2^16); 4.2.1: HMAC over packet and ROC.
std::size_t SrtpSealer::seal_cm(std::span<std::byte> buffer, std::size_t size,
                                std::uint32_t rollovers) noexcept {
    const auto roc = big_endian(rollovers);
    std::array<std::byte, 16> iv{};
    std::copy(salt_.begin(), salt_.end(), iv.begin());
    xor_into(std::span(iv).subspan(4), ByteView(buffer).subspan(8, 4));
    xor_into(std::span(iv).subspan(8), roc);
    xor_into(std::span(iv).subspan(12), ByteView(buffer).subspan(2, 2));

    unsigned char* data = as_octets(buffer);
    int written = 0;
    EVP_EncryptInit_ex2(ciphers_->cipher.get(), nullptr, nullptr, as_octets(ByteView(iv)), nullptr);
    EVP_EncryptUpdate(ciphers_->cipher.get(), data + kRtpHeaderBytes, &written, data + kRtpHeaderBytes,
                      static_cast<int>(size - kRtpHeaderBytes));
    std::array<std::byte, 20> digest{};
    std::size_t digest_bytes = 0;
    auto* mac = ciphers_->mac.get();
    EVP_MAC_init(mac, nullptr, 0, nullptr);
    EVP_MAC_update(mac, data, size);
    EVP_MAC_update(mac, as_octets(ByteView(roc)), roc.size());
    EVP_MAC_final(mac, as_octets(std::span<std::byte>(digest)), &digest_bytes, digest.size());
    std::copy_n(digest.begin(), kSha1TagBytes, buffer.begin() + static_cast<std::ptrdiff_t>(size));
    return size + kSha1TagBytes;
}

struct SrtpSession::Contexts {
    srtp_t in = nullptr;
    srtp_t out = nullptr;
    ~Contexts() {
        if (in != nullptr) srtp_dealloc(in);
        if (out != nullptr) srtp_dealloc(out);
    }
};

SrtpSession::SrtpSession(const SrtpKeys& keys) : contexts_(std::make_unique<Contexts>()) {
    start_libsrtp();
    contexts_->in = make_context(keys.profile, keys.theirs, ssrc_any_inbound);
    contexts_->out = make_context(keys.profile, keys.ours, ssrc_any_outbound);
}

SrtpSession::~SrtpSession() = default;

bool SrtpSession::admits(std::uint32_t ssrc) const {
    const auto known = std::span(sources_).first(source_count_);
    return source_count_ < kMaxSources || std::find(known.begin(), known.end(), ssrc) != known.end();
}

void SrtpSession::remember(std::uint32_t ssrc) {
    const auto known = std::span(sources_).first(source_count_);
    if (source_count_ < kMaxSources && std::find(known.begin(), known.end(), ssrc) == known.end())
        sources_[source_count_++] = ssrc;
}

std::optional<ByteView> SrtpSession::open_rtp(std::span<std::byte> datagram) {
    const auto ssrc = peek_rtp_ssrc(datagram);
    if (!ssrc || !admits(*ssrc)) return std::nullopt;
    int size = static_cast<int>(datagram.size());
    if (srtp_unprotect(contexts_->in, datagram.data(), &size) != srtp_err_status_ok) return std::nullopt;
    remember(*ssrc);
    return datagram.first(static_cast<std::size_t>(size));
}

std::optional<ByteView> SrtpSession::open_rtcp(std::span<std::byte> datagram) {
    const auto ssrc = peek_rtcp_ssrc(datagram);
    if (!ssrc || !admits(*ssrc)) return std::nullopt;
    int size = static_cast<int>(datagram.size());
    if (srtp_unprotect_rtcp(contexts_->in, datagram.data(), &size) != srtp_err_status_ok) return std::nullopt;
    remember(*ssrc);
    return datagram.first(static_cast<std::size_t>(size));
}

std::optional<std::size_t> SrtpSession::seal_rtcp(std::span<std::byte> buffer, std::size_t size) {
    int sealed = static_cast<int>(size);
    if (srtp_protect_rtcp(contexts_->out, buffer.data(), &sealed) != srtp_err_status_ok) return std::nullopt;
    return static_cast<std::size_t>(sealed);
}

}  // namespace stagecast::mixer::rtc
