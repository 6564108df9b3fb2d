#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/metrics.h"
#include "mixer/rtc/dtls.h"
#include "mixer/rtc/fanout.h"
#include "mixer/rtc/mailbox.h"
#include "mixer/rtc/peer.h"
#include "mixer/rtc/socket.h"

namespace stagecast::mixer::rtc {

// How many there are; written by rtc-0 (and half_open by those who add), read by any thread.
struct Census {
    std::atomic<int> peers{0};
    std::atomic<int> half_open{0};  // added, keys not yet agreed on
};

struct ReactorCounters {
    explicit ReactorCounters(Metrics& metrics);
    Metrics::Counter &packets_in, &bytes_in, &packets_out, &bytes_out, &dropped_out;
    Metrics::Counter &refused_ice, &refused_address, &refused_dtls, &refused_srtp, &refused_malformed;
};

// The life of thread rtc-0: owns the socket and every peer; reads datagrams and the mailbox, sends sound on,
// keeps time.
class Reactor {
public:
    // Told on rtc-0 when a session is over.
    using Forget = std::function<void(const std::string& session)>;

    Reactor(UdpSocket& socket, Mailbox& mailbox, const DtlsIdentity& identity, Census& census,
            Metrics& metrics, Forget forget);

    // Until stopped (which needs a Mailbox::wake()); then every peer is told and gone.
    void run(const std::stop_token& stop);

private:
    using Time = Peer::Time;
    // Three lanes of 60 ms, each ending at another tick, so that the work of a crowd is spread; and one of 20
    // ms for listeners who ask for short packets or lose many.
    static constexpr std::size_t kJoinedLanes = 3;
    struct LaneState {
        Lane lane;
        std::vector<Peer*> listeners;
    };
    struct GroupState {
        std::uint32_t tick = 0;
        std::vector<LaneState> lanes;
        std::shared_ptr<GroupFigures> figures;
    };

    void wait() const;
    void look_round();
    void take_mail();
    void take_sound();
    void obey(AddPeer command);
    void obey(RemovePeer command);
    void obey(OpenGroup command);
    void obey(CloseGroup command);
    void send_to(const ToSpeaker& target, ByteView opus);
    void send_to(const ToGroup& target, ByteView opus);

    void receive(const Path& path, std::span<std::byte> datagram);
    void receive_stun(const Path& path, ByteView datagram);
    void receive_dtls(Peer& peer, ByteView datagram);
    void receive_rtp(Peer& peer, std::span<std::byte> datagram);
    void receive_rtcp(Peer& peer, std::span<std::byte> datagram);
    void index_addresses(Peer& peer);

    void opened(Peer& peer);
    void enter_lane(Peer& peer, GroupState& group, std::size_t lane);
    void leave_lanes(Peer& peer);
    void drop(PeerId id);
    void tick();
    void count_sent();

    UdpSocket& socket_;
    Mailbox& mailbox_;
    const DtlsIdentity& identity_;
    Census& census_;
    ReactorCounters counters_;
    const Forget forget_;

    Time now_{};
    Time next_tick_{};
    Mailbox::Sound sound_;
    std::unordered_map<PeerId, std::unique_ptr<Peer>> peers_;
    std::unordered_map<std::string, Peer*> by_ufrag_;
    std::unordered_map<Endpoint, Peer*, EndpointHash> by_address_;
    std::unordered_map<GroupId, GroupState> groups_;
};

}  // namespace stagecast::mixer::rtc
