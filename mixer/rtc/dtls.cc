#include "mixer/rtc/dtls.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/error.h"

namespace stagecast::mixer::rtc {
namespace {

constexpr char kProfiles[] = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";
constexpr char kCiphers[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384";
constexpr std::string_view kExporterLabel = "EXTRACTOR-dtls_srtp";
constexpr long kDay_s = 86'400;
constexpr long kIpUdpHeaderBytes = 48;  // IPv6 40 + UDP 8

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};
struct FreeMethod {
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

void require(bool done, const char* what) {
    if (!done) throw Unavailable(std::string("OpenSSL refused ") + what, std::chrono::seconds(1));
}

Certificate self_signed(EVP_PKEY* key) {
    Certificate certificate(X509_new());
    require(certificate != nullptr, "a certificate");
    auto* x509 = certificate.get();
    std::uint64_t serial = 0;
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "random bytes");
    X509_set_version(x509, 2);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial >> 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -kDay_s);  // a peer's clock may be behind
    X509_gmtime_adj(X509_getm_notAfter(x509), 3650 * kDay_s);
    X509_set_pubkey(x509, key);
    auto* name = X509_get_subject_name(x509);
    const std::array<unsigned char, 9> common_name{'s', 't', 'a', 'g', 'e', 'c', 'a', 's', 't'};
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name.data(), common_name.size(), -1, 0);
    X509_set_issuer_name(x509, name);
    require(X509_sign(x509, key, EVP_sha256()) > 0, "to sign its certificate");
    return certificate;
}

Fingerprint fingerprint_of(const X509* certificate) {
    Fingerprint out{};
    unsigned size = out.size();
    require(X509_digest(certificate, EVP_sha256(), as_octets(std::span<std::byte>(out)), &size) == 1,
            "SHA-256");
    return out;
}

// What one end reads and writes: OpenSSL sees a BIO, we see whole datagrams.
struct DatagramPort {
    DtlsSession::Send send;
    Fingerprint expected{};
    ByteView waiting;  // read by OpenSSL in one piece
};

int port_write(BIO* bio, const char* data, int size) {
    auto& port = *static_cast<DatagramPort*>(BIO_get_data(bio));
    port.send(std::as_bytes(std::span(data, static_cast<std::size_t>(size))));
    return size;
}

int port_read(BIO* bio, char* data, int size) {
    auto& port = *static_cast<DatagramPort*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (port.waiting.empty()) {
        BIO_set_retry_read(bio);
        return -1;
    }
    const auto taken = std::min(static_cast<std::size_t>(size), port.waiting.size());
    std::memcpy(data, port.waiting.data(), taken);
    port.waiting = {};
    return static_cast<int>(taken);
}

long port_control(BIO*, int command, long, void*) {
    switch (command) {
        case BIO_CTRL_FLUSH:
            return 1;
        case BIO_CTRL_DGRAM_QUERY_MTU:
        case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
            return DtlsSession::kMtuBytes;
        case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD:
            return kIpUdpHeaderBytes;
        default:
            return 0;
    }
}

int port_create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
}

// OpenSSL's memory BIO runs datagrams together; this one keeps them apart.
BIO* port_bio(DatagramPort& port) {
    static const std::unique_ptr<BIO_METHOD, FreeMethod> method = [] {
        std::unique_ptr<BIO_METHOD, FreeMethod> made(
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams"));
        BIO_meth_set_write(made.get(), port_write);
        BIO_meth_set_read(made.get(), port_read);
        BIO_meth_set_ctrl(made.get(), port_control);
        BIO_meth_set_create(made.get(), port_create);
        return made;
    }();
    BIO* bio = BIO_new(method.get());
    require(bio != nullptr, "a BIO");
    BIO_set_data(bio, &port);
    return bio;
}

// The chain proves nothing with self-signed certificates: the fingerprint of the offer decides alone.
int verify_fingerprint(X509_STORE_CTX* store, void*) {
    const auto* ssl =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    const auto& port = *static_cast<const DatagramPort*>(SSL_get_app_data(ssl));
    const X509* certificate = X509_STORE_CTX_get0_cert(store);
    Fingerprint given{};
    unsigned size = given.size();
    const bool matches =
        certificate != nullptr &&
        X509_digest(certificate, EVP_sha256(), as_octets(std::span<std::byte>(given)), &size) == 1 &&
        CRYPTO_memcmp(given.data(), port.expected.data(), given.size()) == 0;
    if (!matches) X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
    return matches ? 1 : 0;
}

}  // namespace

struct DtlsIdentity::Context {
    std::unique_ptr<SSL_CTX, FreeContext> ssl;
};

DtlsIdentity::DtlsIdentity() : context_(std::make_unique<Context>()) {
    const Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "a P-256 key");
    const Certificate certificate = self_signed(key.get());
    fingerprint_ = fingerprint_of(certificate.get());

    context_->ssl.reset(SSL_CTX_new(DTLS_server_method()));
    auto* ssl = context_->ssl.get();
    require(ssl != nullptr, "a DTLS context");
    require(SSL_CTX_set_min_proto_version(ssl, DTLS1_2_VERSION) == 1, "DTLS 1.2");
    require(SSL_CTX_use_certificate(ssl, certificate.get()) == 1, "its certificate");
    require(SSL_CTX_use_PrivateKey(ssl, key.get()) == 1, "its key");
    require(SSL_CTX_set_cipher_list(ssl, kCiphers) == 1, "the cipher list");
    require(SSL_CTX_set_tlsext_use_srtp(ssl, kProfiles) == 0, "the SRTP profiles");  // 0 is success here
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(ssl, verify_fingerprint, nullptr);
    SSL_CTX_set_options(ssl, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(ssl, 1);
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
}

DtlsIdentity::~DtlsIdentity() = default;

struct DtlsSession::Association {
    DatagramPort port;
    std::unique_ptr<SSL, FreeSsl> ssl;
};

DtlsSession::DtlsSession(const DtlsIdentity& identity, const Fingerprint& expected, Send send)
    : association_(std::make_unique<Association>()) {
    association_->port.send = std::move(send);
    association_->port.expected = expected;
    association_->ssl.reset(SSL_new(identity.context_->ssl.get()));
    auto* ssl = association_->ssl.get();
    require(ssl != nullptr, "a DTLS session");
    SSL_set_app_data(ssl, &association_->port);
    BIO* bio = port_bio(association_->port);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_mtu(ssl, kMtuBytes);
    SSL_set_accept_state(ssl);
}

DtlsSession::~DtlsSession() = default;

DtlsSession::State DtlsSession::receive(ByteView datagram) {
    if (state_ != State::kHandshake && state_ != State::kOpen) return state_;
    association_->port.waiting = datagram;
    advance();
    association_->port.waiting = {};
    ERR_clear_error();
    return state_;
}

void DtlsSession::advance() {
    auto* ssl = association_->ssl.get();
    if (state_ == State::kHandshake) {
        const int result = SSL_do_handshake(ssl);
        if (result == 1) {
            state_ = State::kOpen;
        } else {
            const int error = SSL_get_error(ssl, result);
            if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) state_ = State::kFailed;
        }
        return;
    }
    std::array<char, 2048> ignored;  // application data: we offer no data channel
    const int result = SSL_read(ssl, ignored.data(), ignored.size());
    if (result > 0) return;
    const int error = SSL_get_error(ssl, result);
    if (error == SSL_ERROR_ZERO_RETURN) state_ = State::kClosed;
    if (error == SSL_ERROR_SSL) state_ = State::kFailed;
}

DtlsSession::State DtlsSession::resend_if_due() {
    if (state_ != State::kHandshake) return state_;
    if (DTLSv1_handle_timeout(association_->ssl.get()) < 0) state_ = State::kFailed;
    ERR_clear_error();
    return state_;
}

void DtlsSession::close() {
    if (state_ == State::kOpen) SSL_shutdown(association_->ssl.get());
    state_ = State::kClosed;
    ERR_clear_error();
}

SrtpKeys DtlsSession::srtp_keys() const {
    auto* ssl = association_->ssl.get();
    const auto* profile = SSL_get_selected_srtp_profile(ssl);
    if (profile == nullptr) throw Unavailable("no SRTP profile in common", std::chrono::seconds(0));
    SrtpKeys keys;
    const bool gcm = profile->id == SRTP_AEAD_AES_128_GCM;
    keys.profile = gcm ? SrtpProfile::kAeadAes128Gcm : SrtpProfile::kAes128CmSha1_80;
    const std::size_t salt_bytes = gcm ? 12 : 14;

    // client key | server key | client salt | server salt
    std::array<std::byte, 2 * (kSrtpKeyBytes + kSrtpSaltBytes)> material{};
    const std::size_t size = 2 * (kSrtpKeyBytes + salt_bytes);
    require(SSL_export_keying_material(ssl, as_octets(std::span<std::byte>(material)), size,
                                       kExporterLabel.data(), kExporterLabel.size(), nullptr, 0, 0) == 1,
            "keying material");
    const auto* at = material.data();
    std::copy_n(at, kSrtpKeyBytes, keys.theirs.key.begin());
    std::copy_n(at + kSrtpKeyBytes, kSrtpKeyBytes, keys.ours.key.begin());
    std::copy_n(at + 2 * kSrtpKeyBytes, salt_bytes, keys.theirs.salt.begin());
    std::copy_n(at + 2 * kSrtpKeyBytes + salt_bytes, salt_bytes, keys.ours.salt.begin());
    OPENSSL_cleanse(material.data(), material.size());
    return keys;
}

}  // namespace stagecast::mixer::rtc
