#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mixer/rtc/wire.h"

namespace stagecast::mixer::rtc::test {

// A WebRTC client as a browser is one, of independent parts: controlling ICE agent, OpenSSL's DTLS client,
// SRTP both ways by libsrtp2. It lives in the thread of its test and works only inside run_until().
class RtcClient {
public:
    struct Settings {
        std::string direction = "recvonly";  // of its offer
        std::string profiles = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";
        std::string extra_lines;          // of the audio section, each ending in \r\n
        std::string claimed_fingerprint;  // instead of its own
        std::string claimed_password;     // of the server, instead of the answer's
    };
    struct Received {
        std::uint8_t payload_type = 0;
        bool marker = false;
        std::uint16_t sequence = 0;
        std::uint32_t time_frames = 0, ssrc = 0;
        Bytes payload;
    };

    explicit RtcClient(Settings settings);
    ~RtcClient();
    RtcClient(const RtcClient&) = delete;
    RtcClient& operator=(const RtcClient&) = delete;

    std::string offer() const;
    // Takes the answer and begins its checks towards the candidate with that address, or the first.
    void accept(const std::string& answer, const std::string& address = "");

    // Works until `done` or ten seconds are over; the value of `done` at the end.
    bool run_until(const std::function<bool()>& done);

    bool checked() const;    // an ICE check was answered
    bool connected() const;  // DTLS is done
    bool closed() const;     // the server said goodbye, or refused the handshake
    std::string srtp_profile() const;
    const std::vector<Received>& received() const;
    const std::vector<Bytes>& rtcp() const;  // opened
    int unauthentic() const;                 // packets that libsrtp2 did not open

    // One packet of 20 ms; with the RFC 6464 level under id 1 when one is given.
    void send_opus(ByteView opus, std::optional<int> level_dbov = {});
    void skip_sequence();  // a packet lost on the way
    void send_rtcp(ByteView packet);
    void send_raw(ByteView datagram);
    void stop_answering();  // no more checks: consent runs out
    void say_goodbye();     // DTLS close_notify

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace stagecast::mixer::rtc::test
