#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <srtp2/srtp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <sstream>
#include <stdexcept>

#include "mixer/rtc/endpoint.h"
#include "mixer/rtc/stun.h"
#include "tests/mixer/rtc_client.h"

namespace stagecast::mixer::rtc::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr char kUfrag[] = "test";
constexpr char kPassword[] = "abcdefghijklmnopqrstuvwx";
constexpr unsigned kPayloadType = 96;
constexpr std::uint32_t kSsrc = 0x5eed;

std::string attribute(const std::string& sdp, const std::string& name) {
    const auto at = sdp.find("\r\na=" + name + ":");
    if (at == std::string::npos) return "";
    const auto start = at + name.size() + 5;
    return sdp.substr(start, sdp.find("\r\n", start) - start);
}

// The candidate with that address, or the first.
Endpoint candidate(const std::string& sdp, const std::string& wanted) {
    std::istringstream lines(sdp);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("a=candidate:")) continue;
        std::istringstream words(line);
        std::string foundation, component, protocol, priority, address;
        std::uint16_t port = 0;
        words >> foundation >> component >> protocol >> priority >> address >> port;
        if (wanted.empty() || address == wanted) return {IpAddress::parse(address).value(), port};
    }
    throw std::runtime_error("no such candidate in the answer");
}

// OpenSSL reads whole datagrams from one memory BIO, which is empty before each; it writes into a pair of
// them through a BIO that sends at once.
long send_control(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}
int send_write(BIO* bio, const char* data, int size) {
    const int descriptor = *static_cast<int*>(BIO_get_data(bio));
    ::send(descriptor, data, static_cast<std::size_t>(size), 0);
    return size;
}

std::string fingerprint_of(X509* certificate) {
    std::array<unsigned char, 32> digest;
    unsigned size = digest.size();
    X509_digest(certificate, EVP_sha256(), digest.data(), &size);
    std::string out;
    for (const auto byte : digest) {
        std::array<char, 4> text;
        std::snprintf(text.data(), text.size(), "%s%02X", out.empty() ? "" : ":", byte);
        out += text.data();
    }
    return out;
}

}  // namespace

struct RtcClient::State {
    Settings settings;
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    SSL_CTX* context = nullptr;
    SSL* ssl = nullptr;
    BIO_METHOD* method = nullptr;
    BIO* incoming = nullptr;
    srtp_t srtp_out = nullptr, srtp_in = nullptr;
    int descriptor = -1;

    std::string username, server_password, server_fingerprint;
    bool checked = false, connected = false, closed = false, answering = true;
    Clock::time_point next_check{};
    std::uint16_t sequence = 1000;
    std::uint32_t time_frames = 5000;
    std::vector<Received> received;
    std::vector<Bytes> rtcp;
    int unauthentic = 0;

    void make_certificate();
    void make_context();
    void open_socket(const Endpoint& server);
    void check();
    void start_dtls();
    void take_dtls(ByteView datagram);
    void make_srtp();
    void take_srtp(std::span<std::byte> datagram);
    void take(std::span<std::byte> datagram);
    void turn();
};

void RtcClient::State::make_certificate() {
    key = EVP_EC_gen("P-256");
    certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
}

void RtcClient::State::make_context() {
    context = SSL_CTX_new(DTLS_client_method());
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    SSL_CTX_set_tlsext_use_srtp(context, settings.profiles.c_str());
    SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU);
}

void RtcClient::State::open_socket(const Endpoint& server) {
    sockaddr_storage address{};
    socklen_t size = 0;
    if (server.address.is_v4()) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(address);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(server.port);
        std::memcpy(&v4.sin_addr, server.address.bytes.data() + 12, 4);
        size = sizeof v4;
    } else {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(server.port);
        std::memcpy(&v6.sin6_addr, server.address.bytes.data(), 16);
        size = sizeof v6;
    }
    descriptor = ::socket(address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    // Connected: what comes from any other address than the candidate's is not seen, as in a browser.
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), size) != 0)
        throw std::runtime_error("connect");
}

void RtcClient::State::check() {
    Bytes request;
    put_u16(request, kStunBindingRequest);
    put_u16(request, 0);
    put_u32(request, 0x2112a442);
    for (int i = 0; i < 12; ++i) put_u8(request, static_cast<unsigned>(i));
    put_u16(request, 0x0006);
    put_u16(request, static_cast<std::uint16_t>(username.size()));
    put_text(request, username);
    while (request.size() % 4 != 0) put_u8(request, 0);
    put_u16(request, 0x802a);  // ICE-CONTROLLING
    put_u16(request, 8);
    put_u32(request, 1);
    put_u32(request, 2);
    put_u16(request, 0x0025);  // USE-CANDIDATE
    put_u16(request, 0);
    finish_stun(request, server_password);
    ::send(descriptor, request.data(), request.size(), 0);
}

void RtcClient::State::start_dtls() {
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "send");
    BIO_meth_set_write(method, send_write);
    BIO_meth_set_ctrl(method, send_control);
    BIO* outgoing = BIO_new(method);
    BIO_set_init(outgoing, 1);
    BIO_set_data(outgoing, &descriptor);
    incoming = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(incoming, -1);
    ssl = SSL_new(context);
    SSL_set_bio(ssl, incoming, outgoing);
    SSL_set_mtu(ssl, 1200);
    SSL_set_connect_state(ssl);
    SSL_do_handshake(ssl);
    ERR_clear_error();
}

void RtcClient::State::take_dtls(ByteView datagram) {
    if (ssl == nullptr || closed) return;
    BIO_reset(incoming);
    BIO_write(incoming, datagram.data(), static_cast<int>(datagram.size()));
    std::array<char, 256> ignored;
    const int result = connected ? SSL_read(ssl, ignored.data(), ignored.size()) : SSL_do_handshake(ssl);
    const int error = SSL_get_error(ssl, result);
    ERR_clear_error();
    if (result == 1 && !connected) {
        X509* server = SSL_get1_peer_certificate(ssl);
        if (fingerprint_of(server) != server_fingerprint)
            throw std::runtime_error("not the answer's fingerprint");
        X509_free(server);
        make_srtp();
        connected = true;
    } else if (result <= 0 && (error == SSL_ERROR_ZERO_RETURN || error == SSL_ERROR_SSL)) {
        closed = true;
    }
}

void RtcClient::State::make_srtp() {
    static std::once_flag once;
    std::call_once(once, [] { srtp_init(); });
    const auto* profile = SSL_get_selected_srtp_profile(ssl);
    const bool gcm = profile->id == SRTP_AEAD_AES_128_GCM;
    const std::size_t salt_bytes = gcm ? 12 : 14;
    std::array<unsigned char, 60> material{};
    SSL_export_keying_material(ssl, material.data(), 2 * (16 + salt_bytes), "EXTRACTOR-dtls_srtp", 19,
                               nullptr, 0, 0);
    std::array<unsigned char, 30> client{}, server{};
    std::memcpy(client.data(), material.data(), 16);
    std::memcpy(server.data(), material.data() + 16, 16);
    std::memcpy(client.data() + 16, material.data() + 32, salt_bytes);
    std::memcpy(server.data() + 16, material.data() + 32 + salt_bytes, salt_bytes);
    srtp_policy_t policy;
    std::memset(&policy, 0, sizeof policy);
    const auto id = gcm ? srtp_profile_aead_aes_128_gcm : srtp_profile_aes128_cm_sha1_80;
    srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, id);
    srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, id);
    policy.window_size = 1024;
    policy.ssrc.type = ssrc_any_outbound;
    policy.key = client.data();
    if (srtp_create(&srtp_out, &policy) != srtp_err_status_ok) throw std::runtime_error("srtp_create");
    policy.ssrc.type = ssrc_any_inbound;
    policy.key = server.data();
    if (srtp_create(&srtp_in, &policy) != srtp_err_status_ok) throw std::runtime_error("srtp_create");
}

void RtcClient::State::take_srtp(std::span<std::byte> datagram) {
    if (!connected) return;
    int size = static_cast<int>(datagram.size());
    const auto type = read_u8(datagram, 1);
    if (type >= 192 && type <= 223) {
        if (srtp_unprotect_rtcp(srtp_in, datagram.data(), &size) == srtp_err_status_ok)
            rtcp.emplace_back(datagram.begin(), datagram.begin() + size);
        else
            ++unauthentic;
        return;
    }
    if (srtp_unprotect(srtp_in, datagram.data(), &size) != srtp_err_status_ok) {
        ++unauthentic;
        return;
    }
    const auto opened = datagram.first(static_cast<std::size_t>(size));
    received.push_back({static_cast<std::uint8_t>(type & 0x7f), (type & 0x80) != 0, read_u16(opened, 2),
                        read_u32(opened, 4), read_u32(opened, 8), Bytes(opened.begin() + 12, opened.end())});
}

void RtcClient::State::take(std::span<std::byte> datagram) {
    const auto first = read_u8(datagram, 0);
    if (first < 4) {
        const auto message = parse_stun(datagram);
        if (!message || message->type != kStunBindingSuccess ||
            !has_integrity(datagram, *message, server_password))
            return;
        if (!checked) start_dtls();
        checked = true;
    } else if (first < 64) {
        take_dtls(datagram);
    } else {
        take_srtp(datagram);
    }
}

void RtcClient::State::turn() {
    const auto now = Clock::now();
    if (answering && now >= next_check) {
        check();
        next_check = now + std::chrono::milliseconds(checked ? 1000 : 50);
    }
    if (ssl != nullptr && !connected) DTLSv1_handle_timeout(ssl);
    pollfd one{descriptor, POLLIN, 0};
    ::poll(&one, 1, 5);
    alignas(8) std::array<std::byte, 2048> buffer;
    for (;;) {
        const auto size = ::recv(descriptor, buffer.data(), buffer.size(), 0);
        if (size <= 0) break;
        take(std::span(buffer).first(static_cast<std::size_t>(size)));
    }
}

RtcClient::RtcClient(Settings settings) : state_(std::make_unique<State>()) {
    state_->settings = std::move(settings);
    state_->make_certificate();
    state_->make_context();
}

RtcClient::~RtcClient() {
    if (state_->ssl != nullptr) SSL_free(state_->ssl);
    if (state_->method != nullptr) BIO_meth_free(state_->method);
    if (state_->srtp_out != nullptr) srtp_dealloc(state_->srtp_out);
    if (state_->srtp_in != nullptr) srtp_dealloc(state_->srtp_in);
    SSL_CTX_free(state_->context);
    X509_free(state_->certificate);
    EVP_PKEY_free(state_->key);
    if (state_->descriptor >= 0) ::close(state_->descriptor);
}

std::string RtcClient::offer() const {
    const auto& claimed = state_->settings.claimed_fingerprint;
    const auto type = std::to_string(kPayloadType);
    return "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 "
           "UDP/TLS/RTP/SAVPF " +
           type + "\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:" + kUfrag + "\r\na=ice-pwd:" + kPassword +
           "\r\na=fingerprint:sha-256 " + (claimed.empty() ? fingerprint_of(state_->certificate) : claimed) +
           "\r\na=setup:actpass\r\na=mid:0\r\na=" + state_->settings.direction +
           "\r\na=rtcp-mux\r\na=rtpmap:" + type + " opus/48000/2\r\n" +
           "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n" + state_->settings.extra_lines;
}

void RtcClient::accept(const std::string& answer, const std::string& address) {
    const auto& claimed = state_->settings.claimed_password;
    state_->username = attribute(answer, "ice-ufrag") + ":" + kUfrag;
    state_->server_password = claimed.empty() ? attribute(answer, "ice-pwd") : claimed;
    state_->server_fingerprint = attribute(answer, "fingerprint").substr(8);
    state_->open_socket(candidate(answer, address));
}

bool RtcClient::run_until(const std::function<bool()>& done) {
    const auto end = Clock::now() + std::chrono::seconds(10);
    while (!done() && Clock::now() < end) state_->turn();
    return done();
}

bool RtcClient::checked() const {
    return state_->checked;
}
bool RtcClient::connected() const {
    return state_->connected;
}
bool RtcClient::closed() const {
    return state_->closed;
}
std::string RtcClient::srtp_profile() const {
    return SSL_get_selected_srtp_profile(state_->ssl)->name;
}
const std::vector<RtcClient::Received>& RtcClient::received() const {
    return state_->received;
}
const std::vector<Bytes>& RtcClient::rtcp() const {
    return state_->rtcp;
}
int RtcClient::unauthentic() const {
    return state_->unauthentic;
}

void RtcClient::send_opus(ByteView opus, std::optional<int> level_dbov) {
    Bytes packet;
    put_u8(packet, level_dbov ? 0x90 : 0x80);
    put_u8(packet, kPayloadType);
    put_u16(packet, state_->sequence++);
    put_u32(packet, state_->time_frames);
    put_u32(packet, kSsrc);
    state_->time_frames += 960;
    if (level_dbov) {
        put_u32(packet, 0xbede0001);
        put_u8(packet, 0x10);
        put_u8(packet, 0x80 | static_cast<unsigned>(*level_dbov));
        put_u16(packet, 0);
    }
    packet.insert(packet.end(), opus.begin(), opus.end());
    int size = static_cast<int>(packet.size());
    packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN);
    if (srtp_protect(state_->srtp_out, packet.data(), &size) == srtp_err_status_ok)
        send_raw(ByteView(packet).first(static_cast<std::size_t>(size)));
}

void RtcClient::skip_sequence() {
    ++state_->sequence;
    state_->time_frames += 960;
}

void RtcClient::send_rtcp(ByteView report) {
    Bytes packet(report.begin(), report.end());
    int size = static_cast<int>(packet.size());
    packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN + 4);
    if (srtp_protect_rtcp(state_->srtp_out, packet.data(), &size) == srtp_err_status_ok)
        send_raw(ByteView(packet).first(static_cast<std::size_t>(size)));
}

void RtcClient::send_raw(ByteView datagram) {
    ::send(state_->descriptor, datagram.data(), datagram.size(), 0);
}
void RtcClient::stop_answering() {
    state_->answering = false;
}

void RtcClient::say_goodbye() {
    SSL_shutdown(state_->ssl);
    ERR_clear_error();
}

}  // namespace stagecast::mixer::rtc::test
