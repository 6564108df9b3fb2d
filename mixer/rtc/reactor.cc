#include "mixer/rtc/reactor.h"

#include <poll.h>

#include <algorithm>

#include "mixer/rtc/rtp.h"
#include "mixer/rtc/stun.h"

namespace stagecast::mixer::rtc {
namespace {

// DTLS flights are first repeated after 1 s: looking every 50 ms is early enough.
constexpr std::chrono::milliseconds kTick{50};
constexpr std::size_t kMaxBatchesAtOnce = 8;  // then the mailbox has its turn
// Above 2 % loss without resending, 60 ms packets are heard as gaps.
constexpr std::uint8_t kLossyFraction = 5;  // of 256

// RFC 7983: the first byte tells the protocols on one port apart.
enum class Protocol { kStun, kDtls, kRtp, kUnknown };
Protocol protocol_of(ByteView datagram) {
    const auto first = read_u8(datagram, 0);
    if (first <= 3) return Protocol::kStun;
    if (first >= 20 && first <= 63) return Protocol::kDtls;
    if (first >= 128 && first <= 191) return Protocol::kRtp;
    return Protocol::kUnknown;
}

Metrics::Counter& refused(Metrics& metrics, const std::string& reason) {
    return metrics.counter("stagecast_rtc_refused_total", "datagrams and handshakes not accepted, by reason",
                           "reason=\"" + reason + "\"");
}

}  // namespace

ReactorCounters::ReactorCounters(Metrics& metrics)
    : packets_in(metrics.counter("stagecast_rtc_packets_total", "UDP datagrams", "direction=\"in\"")),
      bytes_in(metrics.counter("stagecast_rtc_bytes_total", "bytes in UDP datagrams", "direction=\"in\"")),
      packets_out(metrics.counter("stagecast_rtc_packets_total", "UDP datagrams", "direction=\"out\"")),
      bytes_out(metrics.counter("stagecast_rtc_bytes_total", "bytes in UDP datagrams", "direction=\"out\"")),
      dropped_out(
          metrics.counter("stagecast_rtc_dropped_packets_total", "datagrams the kernel did not take")),
      refused_ice(refused(metrics, "ice_credentials")),
      refused_address(refused(metrics, "unknown_address")),
      refused_dtls(refused(metrics, "dtls")),
      refused_srtp(refused(metrics, "srtp")),
      refused_malformed(refused(metrics, "malformed")) {}

Reactor::Reactor(UdpSocket& socket, Mailbox& mailbox, const DtlsIdentity& identity, Census& census,
                 Metrics& metrics, Forget forget)
    : socket_(socket),
      mailbox_(mailbox),
      identity_(identity),
      census_(census),
      counters_(metrics),
      forget_(std::move(forget)) {}

void Reactor::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        wait();
        look_round();
    }
    take_mail();
    while (!peers_.empty()) drop(peers_.begin()->first);
    socket_.flush();
    count_sent();
}

void Reactor::wait() const {
    std::array<pollfd, 2> descriptors{pollfd{socket_.descriptor(), POLLIN, 0},
                                      pollfd{mailbox_.descriptor(), POLLIN, 0}};
    int timeout_ms = -1;
    if (!peers_.empty()) {
        const auto left = next_tick_ - std::chrono::steady_clock::now();
        timeout_ms = static_cast<int>(
            std::chrono::ceil<std::chrono::milliseconds>(std::max(left, left.zero())).count());
    }
    poll(descriptors.data(), descriptors.size(), timeout_ms);
}

void Reactor::look_round() {
    now_ = std::chrono::steady_clock::now();
    take_mail();
    const auto receiver = [this](const Path& path, std::span<std::byte> datagram) {
        receive(path, datagram);
    };
    for (std::size_t batch = 0; batch < kMaxBatchesAtOnce; ++batch) {
        if (socket_.receive(receiver) < UdpSocket::kBatchDatagrams) break;
        now_ = std::chrono::steady_clock::now();
    }
    if (now_ >= next_tick_) tick();
    socket_.flush();
    count_sent();
}

void Reactor::take_mail() {
    mailbox_.quieten();
    for (auto& command : mailbox_.take_commands())
        std::visit([this](auto& each) { obey(std::move(each)); }, command);
    take_sound();
}

void Reactor::take_sound() {
    while (mailbox_.take_sound(sound_))
        std::visit([this](const auto& target) { send_to(target, sound_.opus()); }, sound_.target);
}

void Reactor::obey(AddPeer command) {
    Peer& peer = *command.peer;
    by_ufrag_[peer.plan().ice_ufrag] = &peer;
    if (peers_.empty()) next_tick_ = now_ + kTick;
    peers_[peer.plan().id] = std::move(command.peer);
    ++census_.peers;
    const auto* listener = std::get_if<ListenerRole>(&peer.plan().role);
    if (listener != nullptr && !groups_.contains(listener->group)) drop(peer.plan().id);  // closed meanwhile
}

void Reactor::obey(RemovePeer command) {
    drop(command.peer);
}

void Reactor::obey(OpenGroup command) {
    auto& group = groups_[command.group];
    group.figures = std::move(command.figures);
    for (unsigned phase = 0; phase < kJoinedLanes; ++phase)
        group.lanes.push_back({Lane(static_cast<unsigned>(kJoinedLanes), phase), {}});
    group.lanes.push_back({Lane(1, 0), {}});
}

void Reactor::obey(CloseGroup command) {
    std::vector<PeerId> members;
    for (const auto& [id, peer] : peers_) {
        const auto* listener = std::get_if<ListenerRole>(&peer->plan().role);
        if (listener != nullptr && listener->group == command.group) members.push_back(id);
    }
    for (const auto id : members) drop(id);
    groups_.erase(command.group);
}

void Reactor::send_to(const ToSpeaker& target, ByteView opus) {
    const auto found = peers_.find(target.peer);
    if (found != peers_.end()) found->second->send_opus(opus, socket_, now_);
}

void Reactor::send_to(const ToGroup& target, ByteView opus) {
    const auto found = groups_.find(target.group);
    if (found == groups_.end()) return;
    auto& group = found->second;
    for (auto& state : group.lanes) {
        state.lane.add(opus, group.tick, [&](const LanePacket& packet) {
            for (Peer* listener : state.listeners) listener->send_lane_packet(packet, socket_, now_);
        });
    }
    ++group.tick;
}

void Reactor::receive(const Path& path, std::span<std::byte> datagram) {
    counters_.packets_in.fetch_add(1, std::memory_order_relaxed);
    counters_.bytes_in.fetch_add(datagram.size(), std::memory_order_relaxed);
    const auto protocol = datagram.size() < 2 ? Protocol::kUnknown : protocol_of(datagram);
    if (protocol == Protocol::kStun) return receive_stun(path, datagram);
    const auto found = by_address_.find(path.remote);
    if (found == by_address_.end()) {
        counters_.refused_address.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    if (protocol == Protocol::kDtls)
        receive_dtls(*found->second, datagram);
    else if (protocol == Protocol::kRtp && is_rtcp(datagram))
        receive_rtcp(*found->second, datagram);
    else if (protocol == Protocol::kRtp)
        receive_rtp(*found->second, datagram);
    else
        counters_.refused_malformed.fetch_add(1, std::memory_order_relaxed);
}

void Reactor::receive_stun(const Path& path, ByteView datagram) {
    const auto message = parse_stun(datagram);
    if (!message || message->type != kStunBindingRequest) {
        counters_.refused_malformed.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    const auto colon = message->username.find(':');
    const auto found = by_ufrag_.find(std::string(message->username.substr(0, colon)));
    if (found == by_ufrag_.end() || !found->second->check(path, datagram, *message, socket_, now_)) {
        counters_.refused_ice.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    // The newest session that proves itself from an address has it: a page that was loaded again may reuse
    // its port.
    by_address_[path.remote] = found->second;
}

void Reactor::receive_dtls(Peer& peer, ByteView datagram) {
    const auto before = peer.phase();
    const auto after = peer.receive_dtls(datagram, identity_, socket_);
    if (before != Peer::Phase::kOpen && after == Peer::Phase::kOpen) opened(peer);
    if (after == Peer::Phase::kEnded) {
        if (before != Peer::Phase::kOpen) counters_.refused_dtls.fetch_add(1, std::memory_order_relaxed);
        drop(peer.plan().id);
    }
    // A handshake takes a millisecond; a crowd of them must not delay the sound of those inside.
    socket_.flush();
    take_sound();
}

void Reactor::receive_rtp(Peer& peer, std::span<std::byte> datagram) {
    if (!peer.receive_rtp(datagram, now_)) counters_.refused_srtp.fetch_add(1, std::memory_order_relaxed);
}

void Reactor::receive_rtcp(Peer& peer, std::span<std::byte> datagram) {
    const auto contents = peer.receive_rtcp(datagram, now_);
    if (!contents) {
        counters_.refused_srtp.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    const auto* listener = std::get_if<ListenerRole>(&peer.plan().role);
    if (listener == nullptr) return;
    if (!contents->nacked_sequences.empty()) peer.resend(contents->nacked_sequences, socket_);
    const auto group = groups_.find(listener->group);
    if (listener->resends || group == groups_.end()) return;
    for (const auto& block : contents->reports) {
        if (block.ssrc == peer.plan().ssrc && block.fraction_lost > kLossyFraction)
            enter_lane(peer, group->second, kJoinedLanes);
    }
}

void Reactor::opened(Peer& peer) {
    --census_.half_open;
    if (const auto* speaker = std::get_if<SpeakerRole>(&peer.plan().role)) {
        speaker->events->connected();
        return;
    }
    const auto& listener = std::get<ListenerRole>(peer.plan().role);
    const auto found = groups_.find(listener.group);
    if (found == groups_.end()) return;
    auto& lanes = found->second.lanes;
    const auto shortest = std::min_element(
        lanes.begin(), lanes.begin() + kJoinedLanes,
        [](const LaneState& a, const LaneState& b) { return a.listeners.size() < b.listeners.size(); });
    const auto joined = static_cast<std::size_t>(shortest - lanes.begin());
    enter_lane(peer, found->second, listener.wants_short_packets ? kJoinedLanes : joined);
    ++found->second.figures->listeners;
}

void Reactor::enter_lane(Peer& peer, GroupState& group, std::size_t lane) {
    auto& state = group.lanes[lane];
    if (std::find(state.listeners.begin(), state.listeners.end(), &peer) != state.listeners.end()) return;
    for (auto& other : group.lanes) std::erase(other.listeners, &peer);
    peer.join_lane(state.lane);
    state.listeners.push_back(&peer);
}

void Reactor::leave_lanes(Peer& peer) {
    const auto* listener = std::get_if<ListenerRole>(&peer.plan().role);
    if (listener == nullptr) return;
    const auto group = groups_.find(listener->group);
    if (group == groups_.end()) return;
    std::size_t erased = 0;
    for (auto& state : group->second.lanes) erased += std::erase(state.listeners, &peer);
    if (erased > 0) --group->second.figures->listeners;
}

void Reactor::drop(PeerId id) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) return;
    const auto peer = std::move(found->second);
    peers_.erase(found);
    leave_lanes(*peer);
    by_ufrag_.erase(peer->plan().ice_ufrag);
    for (const auto& address : peer->addresses()) {
        const auto entry = by_address_.find(address);
        if (entry != by_address_.end() && entry->second == peer.get()) by_address_.erase(entry);
    }
    if (!peer->had_keys()) --census_.half_open;
    --census_.peers;
    peer->close();
    forget_(peer->plan().session);
    if (const auto* speaker = std::get_if<SpeakerRole>(&peer->plan().role)) speaker->events->gone();
}

void Reactor::tick() {
    next_tick_ = now_ + kTick;
    const auto wall = std::chrono::system_clock::now();
    std::vector<PeerId> over;
    for (const auto& [id, peer] : peers_) {
        if (peer->expired(now_) || peer->resend_dtls_if_due() == Peer::Phase::kEnded)
            over.push_back(id);
        else
            peer->report_if_due(socket_, now_, wall);
    }
    for (const auto id : over) drop(id);
}

void Reactor::count_sent() {
    const auto totals = socket_.take_totals();
    counters_.packets_out.fetch_add(totals.sent_packets, std::memory_order_relaxed);
    counters_.bytes_out.fetch_add(totals.sent_bytes, std::memory_order_relaxed);
    counters_.dropped_out.fetch_add(totals.dropped_packets, std::memory_order_relaxed);
}

}  // namespace stagecast::mixer::rtc
