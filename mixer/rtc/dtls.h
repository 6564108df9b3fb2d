#pragma once
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "mixer/rtc/srtp.h"
#include "mixer/rtc/wire.h"

namespace stagecast::mixer::rtc {

// SHA-256 of a certificate.
using Fingerprint = std::array<std::byte, 32>;

// Who we are to every peer of this process: an ECDSA P-256 key with a self-signed certificate, made at
// construction. Thread: any, after construction.
class DtlsIdentity {
public:
    // Throws Unavailable when OpenSSL refuses.
    DtlsIdentity();
    ~DtlsIdentity();
    DtlsIdentity(const DtlsIdentity&) = delete;
    DtlsIdentity& operator=(const DtlsIdentity&) = delete;

    const Fingerprint& fingerprint() const noexcept { return fingerprint_; }

private:
    friend class DtlsSession;
    struct Context;
    std::unique_ptr<Context> context_;
    Fingerprint fingerprint_{};
};

// The server's side of one DTLS 1.2 handshake (RFC 5763: the offer's answer says setup:passive), and the end
// of the association. It goes no further than the certificate unless that has the fingerprint of the offer.
//
// Thread: rtc-0. Memory: OpenSSL's; buffers are released between datagrams.
class DtlsSession {
public:
    enum class State { kHandshake, kOpen, kClosed, kFailed };
    // Takes each datagram to be sent, at most kMtuBytes long.
    using Send = std::function<void(ByteView)>;
    static constexpr std::size_t kMtuBytes = 1200;

    DtlsSession(const DtlsIdentity& identity, const Fingerprint& expected, Send send);
    ~DtlsSession();
    DtlsSession(const DtlsSession&) = delete;
    DtlsSession& operator=(const DtlsSession&) = delete;

    State state() const noexcept { return state_; }
    State receive(ByteView datagram);
    // Sends the last flight again when its time has come. To be called every 50 ms or so during the
    // handshake.
    State resend_if_due();
    // Tells the peer that nothing follows.
    void close();
    // Requires kOpen. Throws Unavailable when no SRTP profile was agreed on.
    SrtpKeys srtp_keys() const;

private:
    struct Association;
    void advance();

    std::unique_ptr<Association> association_;
    State state_ = State::kHandshake;
};

}  // namespace stagecast::mixer::rtc
