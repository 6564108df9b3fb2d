#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mixer/rtc/dtls.h"
#include "mixer/rtc/endpoint.h"
#include "mixer/rtc/fanout.h"
#include "mixer/rtc/reception.h"
#include "mixer/rtc/socket.h"
#include "mixer/rtc/srtp.h"
#include "mixer/rtc/stun.h"
#include "mixer/rtc/transport.h"

namespace stagecast::mixer::rtc {

using PeerId = std::uint64_t;
using GroupId = Transport::Group;

// Written by rtc-0, read by any thread.
struct PeerFigures {
    std::atomic<std::uint64_t> packets_in{0}, packets_lost{0};
};
struct GroupFigures {
    std::atomic<int> listeners{0};  // connected ones
};

struct SpeakerRole {
    std::shared_ptr<PeerEvents> events;
    std::optional<int> level_extension;
};
struct ListenerRole {
    GroupId group = 0;
    bool resends = false;  // NACK was agreed on
    bool wants_short_packets = false;
};

// What offer and answer agreed on; constant after construction of the peer.
struct PeerPlan {
    PeerId id = 0;
    std::string session;
    std::string ice_ufrag, ice_password;  // ours
    std::string remote_ufrag;
    Fingerprint remote_fingerprint{};
    std::uint8_t payload_type = 0;
    bool sends = true;  // false: a speaker who asked not to hear the room
    std::uint32_t ssrc = 0;
    std::uint16_t first_sequence = 0;
    std::uint32_t first_time_frames = 0;
    std::string cname;
    std::variant<SpeakerRole, ListenerRole> role;
    std::shared_ptr<PeerFigures> figures;
};

// One WebRTC session: consent (ICE), keys (DTLS), sound (SRTP), reports (RTCP).
// Thread: rtc-0. Sends through the socket it is given; never waits.
class Peer {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds kConnectTimeout{15};
    // RFC 7675. Besides checks, authentic and fresh SRTP or SRTCP counts: libnice (GStreamer's peers) sends
    // no checks after the first, only indications, which prove nothing.
    static constexpr std::chrono::seconds kConsentTimeout{30};
    static constexpr std::size_t kMaxAddresses = 16;  // candidate pairs of one browser

    enum class Phase { kWaiting, kHandshake, kOpen, kEnded };

    Peer(PeerPlan plan, Time now);
    ~Peer();

    const PeerPlan& plan() const noexcept { return plan_; }
    Phase phase() const noexcept { return phase_; }
    // True from the moment the keys are agreed on, also after the end.
    bool had_keys() const noexcept { return opener_.has_value(); }
    bool expired(Time now) const noexcept;

    // ICE. True when the check carries our credentials; then its address may speak, and it was answered.
    bool check(const Path& path, ByteView datagram, const StunMessage& message, UdpSocket& socket, Time now);
    // The addresses that may speak for this peer.
    const std::vector<Endpoint>& addresses() const noexcept { return addresses_; }

    // DTLS. Returns the phase afterwards.
    Phase receive_dtls(ByteView datagram, const DtlsIdentity& identity, UdpSocket& socket);
    Phase resend_dtls_if_due();
    void close();

    // Sound in: false when the datagram is not authentic or not RTP.
    bool receive_rtp(std::span<std::byte> datagram, Time now);
    std::optional<RtcpContents> receive_rtcp(std::span<std::byte> datagram, Time now);

    // Sound out. Nothing is sent before the peer is open.
    void send_opus(ByteView opus, UdpSocket& socket, Time now);
    // From here on the lane's packets; also when it had another one. The lane must outlive its use.
    void join_lane(const Lane& lane);
    void send_lane_packet(const LanePacket& packet, UdpSocket& socket, Time now);
    void resend(const std::vector<std::uint16_t>& sequences, UdpSocket& socket);

    // An RTCP report when its time has come.
    void report_if_due(UdpSocket& socket, Time now, std::chrono::system_clock::time_point wall);

private:
    bool add_address(const Endpoint& endpoint);
    bool open_srtp();
    void send_rtp(ByteView payload, std::uint16_t sequence, std::uint32_t time_frames, UdpSocket& socket);
    void sent(std::uint32_t time_frames, std::size_t payload_bytes, Time now);
    SenderInfo sender_info(Time now, std::chrono::system_clock::time_point wall) const;

    const PeerPlan plan_;
    const std::string username_;  // of its checks: ours:theirs
    const Time created_;
    Phase phase_ = Phase::kWaiting;

    std::optional<Path> path_;
    std::vector<Endpoint> addresses_;
    Time last_consent_;

    std::unique_ptr<DtlsSession> dtls_;
    std::optional<SrtpSealer> sealer_;
    std::optional<SrtcpSealer> report_sealer_;
    std::optional<SrtpOpener> opener_;
    Reception reception_;

    std::uint16_t next_sequence_;
    std::uint32_t next_time_frames_;  // speakers only; a listener's time is its lane's
    const Lane* lane_ = nullptr;
    std::uint16_t lane_offset_ = 0;   // sequence - packet number
    unsigned lane_packets_sent_ = 0;  // since join_lane()
    unsigned resends_left_ = 0;
    std::uint32_t packets_sent_ = 0, bytes_sent_ = 0;
    std::uint32_t last_time_frames_ = 0;
    Time last_sent_{};
    Time next_report_{};
};

}  // namespace stagecast::mixer::rtc
