#include "base/web_push.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/error.h"
#include "base/outbound.h"
#include "base/text.h"

namespace stagecast::web_push {
namespace {

constexpr std::size_t kPointBytes = 65;
constexpr std::size_t kScalarBytes = 32;
constexpr std::size_t kAuthBytes = 16;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kMaxSubjectBytes = 300;
constexpr std::chrono::hours kTokenLife{12};  // RFC 8292, 2, allows 24 h

struct Free {
    void operator()(BIGNUM* number) const { BN_clear_free(number); }
    void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
    void operator()(EC_POINT* point) const { EC_POINT_free(point); }
    void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
    void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
    void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

void require(bool done) {
    if (!done) throw Error("OpenSSL refused to encrypt or sign");
}

template <class T>
Owned<T> owned(T* made) {
    require(made != nullptr);
    return Owned<T>(made);
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

Owned<EC_GROUP> p256() {
    return owned(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
}

Owned<BIGNUM> number(std::string_view big_endian) {
    return owned(BN_bin2bn(bytes_of(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

// In 1 … n - 1 (SEC 1, 3.2.1).
bool is_private_key(std::string_view bytes) {
    if (bytes.size() != kScalarBytes) return false;
    const auto group = p256();
    const auto scalar = number(bytes);
    return !BN_is_zero(scalar.get()) && BN_cmp(scalar.get(), EC_GROUP_get0_order(group.get())) < 0;
}

// OpenSSL takes no point that is not on the curve.
bool is_public_key(std::string_view bytes) {
    if (bytes.size() != kPointBytes || bytes.front() != POINT_CONVERSION_UNCOMPRESSED) return false;
    const auto group = p256();
    const auto point = owned(EC_POINT_new(group.get()));
    return EC_POINT_oct2point(group.get(), point.get(), bytes_of(bytes), bytes.size(), nullptr) == 1;
}

std::string random_bytes(Random& random, std::size_t size_bytes) {
    std::string bytes(size_bytes, '\0');
    random.fill(std::as_writable_bytes(std::span(bytes)));
    return bytes;
}

std::string random_private_key(Random& random) {
    // One draw in 2^32 is not below n.
    for (int draw = 0; draw < 8; ++draw)
        if (std::string bytes = random_bytes(random, kScalarBytes); is_private_key(bytes)) return bytes;
    throw Unavailable("no random key", std::chrono::seconds(1));
}

std::string public_key_of(std::string_view private_key) {
    const auto group = p256();
    const auto scalar = number(private_key);
    const auto point = owned(EC_POINT_new(group.get()));
    require(EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) == 1);
    std::string bytes(kPointBytes, '\0');
    require(EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes_of(bytes),
                               bytes.size(), nullptr) == kPointBytes);
    return bytes;
}

// private_key is empty for a key that is only somebody's public one.
Owned<EVP_PKEY> key_of(std::string_view public_key, std::string_view private_key) {
    const auto builder = owned(OSSL_PARAM_BLD_new());
    const auto scalar = number(private_key);  // read when the parameters are made
    require(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1,
                                            0) == 1 &&
            OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, public_key.data(),
                                             public_key.size()) == 1);
    if (!private_key.empty())
        require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get()) == 1);
    const auto parameters = owned(OSSL_PARAM_BLD_to_param(builder.get()));
    const auto context = owned(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    require(EVP_PKEY_fromdata_init(context.get()) == 1 &&
            EVP_PKEY_fromdata(context.get(), &key,
                              private_key.empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR,
                              parameters.get()) == 1);
    return owned(key);
}

std::string shared_secret(EVP_PKEY* ours, EVP_PKEY* theirs) {
    const auto context = owned(EVP_PKEY_CTX_new_from_pkey(nullptr, ours, nullptr));
    std::string secret(kScalarBytes, '\0');
    std::size_t size_bytes = secret.size();
    require(
        EVP_PKEY_derive_init(context.get()) == 1 && EVP_PKEY_derive_set_peer(context.get(), theirs) == 1 &&
        EVP_PKEY_derive(context.get(), bytes_of(secret), &size_bytes) == 1 && size_bytes == secret.size());
    return secret;
}

// HKDF-SHA-256 (RFC 5869) of one block.
std::string hkdf(std::string_view salt, std::string_view secret, std::string info, std::size_t size_bytes) {
    return hmac_sha256(hmac_sha256(salt, secret), std::move(info) + '\x01').substr(0, size_bytes);
}

std::string aes_128_gcm(std::string_view key, std::string_view nonce, std::string_view plaintext) {
    const auto context = owned(EVP_CIPHER_CTX_new());
    std::string sealed(plaintext.size() + kTagBytes, '\0');
    int done_bytes = 0, last_bytes = 0;
    require(EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, bytes_of(key), bytes_of(nonce)) ==
                1 &&
            EVP_EncryptUpdate(context.get(), bytes_of(sealed), &done_bytes, bytes_of(plaintext),
                              static_cast<int>(plaintext.size())) == 1 &&
            EVP_EncryptFinal_ex(context.get(), bytes_of(sealed) + done_bytes, &last_bytes) == 1 &&
            EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagBytes),
                                sealed.data() + plaintext.size()) == 1);
    return sealed;
}

// r and s side by side (RFC 7518, 3.4), as OpenSSL's DER is not.
std::string es256(EVP_PKEY* key, std::string_view signed_bytes) {
    const auto context = owned(EVP_MD_CTX_new());
    std::array<unsigned char, 80> der;  // two integers of 33 bytes, their heads and the sequence's: 72
    std::size_t size_bytes = der.size();
    require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
            EVP_DigestSign(context.get(), der.data(), &size_bytes, bytes_of(signed_bytes),
                           signed_bytes.size()) == 1);
    const unsigned char* next = der.data();
    const auto signature = owned(d2i_ECDSA_SIG(nullptr, &next, static_cast<long>(size_bytes)));
    std::string raw(2 * kScalarBytes, '\0');
    require(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes_of(raw), kScalarBytes) > 0 &&
            BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes_of(raw) + kScalarBytes, kScalarBytes) > 0);
    return raw;
}

// Also what a JSON string holds as it is.
void check_subject(std::string_view subject) {
    const bool good =
        (subject.starts_with("mailto:") || subject.starts_with("https://")) &&
        subject.size() <= kMaxSubjectBytes &&
        std::ranges::all_of(subject, [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
    if (!good)
        throw Invalid("subject", "must be an address like mailto:me@example.org or https://example.org");
}

}  // namespace

void check_keys(const SubscriptionKeys& keys) {
    if (!is_public_key(keys.p256dh)) throw Invalid("p256dh", "must be a point of the curve P-256, 65 bytes");
    if (keys.auth.size() != kAuthBytes) throw Invalid("auth", fmt::format("must have {} bytes", kAuthBytes));
}

std::string encrypt(const SubscriptionKeys& keys, std::string_view plaintext, Random& random) {
    check_keys(keys);
    if (plaintext.size() > kMaxPlaintextBytes)
        throw Invalid("plaintext", fmt::format("must have at most {} bytes", kMaxPlaintextBytes));
    const std::string salt = random_bytes(random, kSaltBytes);
    const std::string private_key = random_private_key(random);
    const std::string public_key = public_key_of(private_key);
    const std::string secret =
        shared_secret(key_of(public_key, private_key).get(), key_of(keys.p256dh, "").get());
    using namespace std::string_literals;
    // RFC 8291, 3.4; RFC 8188, 2.2 and 2.3: the first record's number changes nothing in the nonce.
    const std::string input =
        hkdf(keys.auth, secret, "WebPush: info\0"s + keys.p256dh + public_key, /*size_bytes=*/32);
    const std::string key = hkdf(salt, input, "Content-Encoding: aes128gcm\0"s, /*size_bytes=*/16);
    const std::string nonce = hkdf(salt, input, "Content-Encoding: nonce\0"s, /*size_bytes=*/12);
    const std::string record_size_bytes = "\0\0\x10\0"s;  // 4096, big-endian
    return salt + record_size_bytes + static_cast<char>(kPointBytes) + public_key +
           aes_128_gcm(key, nonce, std::string(plaintext) + '\x02');  // the last record's delimiter
}

Vapid Vapid::generate(Random& random) {
    return Vapid(base64url(random_private_key(random)));
}

Vapid::Vapid(std::string_view private_key) : private_bytes_(base64url_decode(private_key, "vapid")) {
    if (!is_private_key(private_bytes_)) throw Invalid("vapid", "is not a private key of the curve P-256");
    public_bytes_ = public_key_of(private_bytes_);
}

std::string Vapid::private_key() const {
    return base64url(private_bytes_);
}

std::string Vapid::public_key() const {
    return base64url(public_bytes_);
}

std::string Vapid::authorization(const std::string& endpoint_url, std::string_view subject,
                                 Instant now) const {
    check_subject(subject);
    const auto expires = std::chrono::floor<std::chrono::seconds>(now + kTokenLife);
    const std::string claims =
        fmt::format(R"({{"aud":"{}","exp":{},"sub":"{}"}})", outbound::origin_of(endpoint_url, "endpoint"),
                    expires.time_since_epoch().count(), subject);
    const std::string token = base64url(R"({"typ":"JWT","alg":"ES256"})") + "." + base64url(claims);
    const std::string signature = es256(key_of(public_bytes_, private_bytes_).get(), token);
    return fmt::format("vapid t={}.{}, k={}", token, base64url(signature), public_key());
}

}  // namespace stagecast::web_push
