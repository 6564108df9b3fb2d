#include "mixer/rtc/peer.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "mixer/rtc/rtp.h"

namespace stagecast::mixer::rtc {
namespace {

// Speakers' browsers steer their bandwidth by our reports; listeners only measure the round trip.
constexpr std::chrono::milliseconds kSpeakerReportInterval{2'500};
constexpr std::chrono::milliseconds kListenerReportInterval{5'000};
// As many packets again as were sent, at most one ring: a NACK cannot make us a source of floods.
constexpr unsigned kMaxResends = static_cast<unsigned>(Lane::kKept);
constexpr std::chrono::seconds kNtpEpoch{2'208'988'800};  // from 1900 to 1970

std::uint64_t ntp_time(std::chrono::system_clock::time_point wall) {
    const auto since_1900 = wall.time_since_epoch() + kNtpEpoch;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1900);
    const auto nanoseconds =
        std::chrono::duration_cast<std::chrono::nanoseconds>(since_1900 - seconds).count();
    const auto fraction = (static_cast<std::uint64_t>(nanoseconds) << 32) / 1'000'000'000u;
    return static_cast<std::uint64_t>(seconds.count()) << 32 | fraction;
}

}  // namespace

Peer::Peer(PeerPlan plan, Time now)
    : plan_(std::move(plan)),
      username_(plan_.ice_ufrag + ":" + plan_.remote_ufrag),
      created_(now),
      last_consent_(now),
      next_sequence_(plan_.first_sequence),
      next_time_frames_(plan_.first_time_frames) {}

Peer::~Peer() = default;

bool Peer::expired(Time now) const noexcept {
    if (phase_ != Phase::kOpen && now - created_ > kConnectTimeout) return true;
    return now - last_consent_ > kConsentTimeout;
}

bool Peer::check(const Path& path, ByteView datagram, const StunMessage& message, UdpSocket& socket,
                 Time now) {
    if (!equal_constant_time(message.username, username_)) return false;
    if (!has_integrity(datagram, message, plan_.ice_password)) return false;
    if (!add_address(path.remote)) return false;
    last_consent_ = now;
    if (!path_ || message.use_candidate) path_ = path;
    socket.send(path, stun_binding_success(message.transaction, path.remote, plan_.ice_password));
    return true;
}

bool Peer::add_address(const Endpoint& endpoint) {
    if (std::find(addresses_.begin(), addresses_.end(), endpoint) != addresses_.end()) return true;
    if (addresses_.size() == kMaxAddresses) return false;
    addresses_.push_back(endpoint);
    return true;
}

Peer::Phase Peer::receive_dtls(ByteView datagram, const DtlsIdentity& identity, UdpSocket& socket) {
    if (!path_ || phase_ == Phase::kEnded) return phase_;
    if (!dtls_) {
        dtls_ = std::make_unique<DtlsSession>(identity, plan_.remote_fingerprint,
                                              [this, &socket](ByteView out) { socket.send(*path_, out); });
        phase_ = Phase::kHandshake;
    }
    const auto state = dtls_->receive(datagram);
    if (state == DtlsSession::State::kClosed || state == DtlsSession::State::kFailed) phase_ = Phase::kEnded;
    if (state == DtlsSession::State::kOpen && phase_ == Phase::kHandshake)
        phase_ = open_srtp() ? Phase::kOpen : Phase::kEnded;
    return phase_;
}

bool Peer::open_srtp() {
    try {
        const auto keys = dtls_->srtp_keys();
        sealer_.emplace(keys.profile, derive_rtp_keys(keys.profile, keys.ours));
        report_sealer_.emplace(keys.profile, derive_rtcp_keys(keys.profile, keys.ours));
        opener_.emplace(keys.profile, keys.theirs);
        return true;
    } catch (const Error&) {
        return false;
    }
}

Peer::Phase Peer::resend_dtls_if_due() {
    if (phase_ == Phase::kHandshake && dtls_->resend_if_due() == DtlsSession::State::kFailed)
        phase_ = Phase::kEnded;
    return phase_;
}

void Peer::close() {
    if (dtls_) dtls_->close();
    phase_ = Phase::kEnded;
}

bool Peer::receive_rtp(std::span<std::byte> datagram, Time now) {
    const auto* speaker = std::get_if<SpeakerRole>(&plan_.role);
    if (phase_ != Phase::kOpen || speaker == nullptr) return false;
    const auto opened = opener_->open_rtp(datagram);
    if (!opened) return false;
    last_consent_ = now;
    const auto packet = parse_rtp(*opened, speaker->level_extension);
    if (!packet) return false;
    if (packet->payload_type != plan_.payload_type) return true;
    reception_.packet(packet->ssrc, packet->sequence, packet->time_frames, now);
    plan_.figures->packets_in.store(reception_.received_packets(), std::memory_order_relaxed);
    plan_.figures->packets_lost.store(reception_.lost_packets(), std::memory_order_relaxed);
    if (packet->payload.empty()) return true;  // a probe
    speaker->events->packet({packet->payload, packet->time_frames, packet->sequence, now},
                            packet->level_dbov.value_or(-1));
    return true;
}

std::optional<RtcpContents> Peer::receive_rtcp(std::span<std::byte> datagram, Time now) {
    if (phase_ != Phase::kOpen) return std::nullopt;
    const auto opened = opener_->open_rtcp(datagram);
    if (!opened) return std::nullopt;
    last_consent_ = now;
    auto contents = parse_rtcp(*opened);
    if (contents && contents->sender_report) reception_.sender_report(*contents->sender_report, now);
    return contents;
}

void Peer::send_rtp(ByteView payload, std::uint16_t sequence, std::uint32_t time_frames, UdpSocket& socket) {
    const auto room = socket.slot();
    const bool first = sequence == plan_.first_sequence && packets_sent_ == 0;
    write_rtp_header(room, {plan_.payload_type, first, sequence, time_frames, plan_.ssrc});
    std::copy(payload.begin(), payload.end(), room.begin() + kRtpHeaderBytes);
    socket.send_slot(*path_, sealer_->seal(room, kRtpHeaderBytes + payload.size()));
}

void Peer::sent(std::uint32_t time_frames, std::size_t payload_bytes, Time now) {
    ++packets_sent_;
    bytes_sent_ += static_cast<std::uint32_t>(payload_bytes);
    last_time_frames_ = time_frames;
    last_sent_ = now;
}

void Peer::send_opus(ByteView opus, UdpSocket& socket, Time now) {
    if (!plan_.sends || phase_ != Phase::kOpen) return;
    send_rtp(opus, next_sequence_, next_time_frames_, socket);
    sent(next_time_frames_, opus.size(), now);
    ++next_sequence_;
    next_time_frames_ += static_cast<std::uint32_t>(kBlockFrames);
}

void Peer::join_lane(const Lane& lane) {
    lane_ = &lane;
    lane_offset_ = static_cast<std::uint16_t>(next_sequence_ - lane.next_number());
    lane_packets_sent_ = 0;
}

void Peer::send_lane_packet(const LanePacket& packet, UdpSocket& socket, Time now) {
    if (phase_ != Phase::kOpen) return;
    const auto sequence = static_cast<std::uint16_t>(lane_offset_ + packet.number);
    const auto time_frames = plan_.first_time_frames + packet.time_frames;
    send_rtp(packet.payload, sequence, time_frames, socket);
    sent(time_frames, packet.payload.size(), now);
    next_sequence_ = static_cast<std::uint16_t>(sequence + 1);
    ++lane_packets_sent_;
    resends_left_ = std::min(resends_left_ + 1, kMaxResends);
}

void Peer::resend(const std::vector<std::uint16_t>& sequences, UdpSocket& socket) {
    const auto* listener = std::get_if<ListenerRole>(&plan_.role);
    if (phase_ != Phase::kOpen || listener == nullptr || !listener->resends || lane_ == nullptr) return;
    for (const auto sequence : sequences) {
        const auto behind = static_cast<std::uint16_t>(next_sequence_ - sequence);
        // Only what this lane gave us: another payload under the same number would break the cipher.
        if (behind == 0 || behind > lane_packets_sent_ || resends_left_ == 0) continue;
        const auto* packet = lane_->find(lane_->next_number() - behind);
        if (packet == nullptr) continue;
        --resends_left_;
        send_rtp(packet->payload, sequence, plan_.first_time_frames + packet->time_frames, socket);
    }
}

void Peer::report_if_due(UdpSocket& socket, Time now, std::chrono::system_clock::time_point wall) {
    if (phase_ != Phase::kOpen || now < next_report_) return;
    const bool speaks = std::holds_alternative<SpeakerRole>(plan_.role);
    next_report_ = now + (speaks ? kSpeakerReportInterval : kListenerReportInterval);
    std::optional<SenderInfo> sender;
    if (packets_sent_ > 0) sender = sender_info(now, wall);
    const auto block = reception_.report(now);
    if (!sender && !block) return;
    const auto report = write_report(plan_.ssrc, sender, block, plan_.cname);
    const auto room = socket.slot();
    std::copy(report.begin(), report.end(), room.begin());
    socket.send_slot(*path_, report_sealer_->seal(room, report.size()));
}

SenderInfo Peer::sender_info(Time now, std::chrono::system_clock::time_point wall) const {
    using Frames = std::chrono::duration<std::int64_t, std::ratio<1, kSampleRateHz>>;
    const auto since_last = std::chrono::duration_cast<Frames>(now - last_sent_).count();
    return {ntp_time(wall), last_time_frames_ + static_cast<std::uint32_t>(since_last), packets_sent_,
            bytes_sent_};
}

}  // namespace stagecast::mixer::rtc
