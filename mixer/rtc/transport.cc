#include "mixer/rtc/transport.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "base/thread.h"
#include "mixer/rtc/directory.h"
#include "mixer/rtc/mailbox.h"
#include "mixer/rtc/reactor.h"
#include "mixer/rtc/sdp.h"
#include "mixer/rtc/socket.h"

namespace stagecast::mixer::rtc {
namespace {

// A crowd of a thousand that arrives within a second must get in; what is not connected costs us 2 kB and 15
// s.
constexpr int kMaxHalfOpen = 1024;
constexpr int kMaxPeers = 20'000;
constexpr std::size_t kMaxCandidates = 16;
constexpr std::size_t kIceUfragCharacters = 8;      // 48 bits; RFC 8839 wants 24
constexpr std::size_t kIcePasswordCharacters = 24;  // 144 bits; RFC 8839 wants 128
constexpr char kCname[] = "stagecast";

// RFC 8839, 5.4: the characters of ufrag and password.
std::string random_ice_text(Random& random, std::size_t characters) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Bytes bytes(characters);
    random.fill(bytes);
    std::string out;
    for (const auto byte : bytes) out += kAlphabet[std::to_integer<std::size_t>(byte) % kAlphabet.size()];
    return out;
}

std::uint32_t random_u32(Random& random) {
    std::array<std::byte, 4> bytes;
    random.fill(bytes);
    return read_u32(bytes, 0);
}

IpAddress listen_address(const std::string& text) {
    const auto address = IpAddress::parse(text);
    if (!address) throw Invalid("listen", "\"" + text + "\" is not an IP address");
    return *address;
}

std::vector<IpAddress> announced_addresses(const RtcSettings& settings) {
    std::vector<IpAddress> out;
    for (const auto& text : settings.announce) {
        const auto address = IpAddress::parse(text);
        if (!address || address->is_wildcard())
            throw Invalid("announce", "\"" + text + "\" is not an IP address");
        out.push_back(*address);
    }
    return out;
}

// What we answer to a speaker: they hear the room only when they offer to.
Direction answer_to_speaker(Direction offered) {
    if (offered == Direction::kSendRecv) return Direction::kSendRecv;
    if (offered == Direction::kSendOnly) return Direction::kRecvOnly;
    throw Invalid("sdp", "the offer does not send audio");
}

Direction answer_to_listener(Direction offered) {
    if (offered == Direction::kSendRecv || offered == Direction::kRecvOnly) return Direction::kSendOnly;
    throw Invalid("sdp", "the offer does not receive audio");
}

class TransportOnSocket final : public Transport {
public:
    TransportOnSocket(const RtcSettings& settings, Metrics& metrics)
        : listen_(listen_address(settings.listen_address)),
          announced_(announced_addresses(settings)),
          socket_(listen_, settings.port),
          reactor_(socket_, mailbox_, identity_, *census_, metrics,
                   [this](const std::string& session) { forget(session); }) {
        // The gauges may be read when we are gone: they hold what they count in.
        metrics.gauge("stagecast_rtc_peers", "WebRTC sessions",
                      [census = census_] { return census->peers.load(); });
        metrics.gauge("stagecast_rtc_half_open", "WebRTC sessions that are not connected yet",
                      [census = census_] { return census->half_open.load(); });
        thread_ = named_thread("rtc-0", [this](const std::stop_token& stop) { reactor_.run(stop); });
    }

    ~TransportOnSocket() override {
        thread_.request_stop();
        mailbox_.wake();
        thread_.join();
    }

    std::uint16_t port() const override { return socket_.port(); }

    Answer add_speaker(std::string_view sdp, std::shared_ptr<PeerEvents> events) override {
        const auto offer = parse_offer(sdp);
        const auto direction = answer_to_speaker(offer.direction);
        return add(offer, direction, SpeakerRole{std::move(events), offer.level_extension});
    }

    Answer add_listener(std::string_view sdp, Group group) override {
        const auto offer = parse_offer(sdp);
        const auto direction = answer_to_listener(offer.direction);
        directory_.with([&](Directory& directory) {
            if (!directory.groups.contains(group)) throw NotFound("no such group");
        });
        const bool short_packets = offer.longest_packet_ms.value_or(60) < 60;
        return add(offer, direction, ListenerRole{group, offer.nack, short_packets});
    }

    bool remove(const std::string& session) override {
        const auto peer = directory_.with([&](Directory& directory) -> std::optional<PeerId> {
            const auto found = directory.sessions.extract(session);
            if (found.empty()) return std::nullopt;
            return found.mapped().peer;
        });
        if (peer) mailbox_.post(RemovePeer{*peer});
        return peer.has_value();
    }

    PatchResult patch(const std::string& session, std::string_view if_match,
                      std::string_view fragment) override {
        const auto entry = find(session);
        if (!entry) return PatchResult::kNoSession;
        const bool any = if_match == "*" || if_match == "\"*\"";  // RFC 9725, 4.3.2: asks for a restart
        if (!any && if_match != entry->etag) return PatchResult::kStale;
        const auto ufrag = fragment_ufrag(fragment);
        if (any || (ufrag && *ufrag != entry->remote_ufrag)) return PatchResult::kUnsupported;
        return PatchResult::kDone;  // an ICE-lite agent learns a peer's addresses from its checks
    }

    Group open_group() override {
        auto figures = std::make_shared<GroupFigures>();
        const auto group = directory_.with([&](Directory& directory) {
            directory.groups[++directory.last_group] = figures;
            return directory.last_group;
        });
        mailbox_.post(OpenGroup{group, std::move(figures)});
        return group;
    }

    void close_group(Group group) override {
        const auto erased =
            directory_.with([&](Directory& directory) { return directory.groups.erase(group); });
        if (erased > 0) mailbox_.post(CloseGroup{group});
    }

    int listeners(Group group) const override {
        return directory_.with([&](const Directory& directory) {
            const auto found = directory.groups.find(group);
            return found == directory.groups.end() ? 0 : found->second->listeners.load();
        });
    }

    void send_to_speaker(const std::string& session, std::span<const std::byte> opus) override {
        if (!is_opus_20ms(opus)) return;
        const auto peer = directory_.with([&](Directory& directory) -> std::optional<PeerId> {
            const auto found = directory.sessions.find(session);
            if (found == directory.sessions.end()) return std::nullopt;
            return found->second.peer;
        });
        if (peer) mailbox_.post_sound(ToSpeaker{*peer}, opus);
    }

    void send_to_group(Group group, std::span<const std::byte> opus) override {
        if (is_opus_20ms(opus)) mailbox_.post_sound(ToGroup{group}, opus);
    }

    std::optional<PeerStats> stats(const std::string& session) const override {
        const auto entry = find(session);
        if (!entry) return std::nullopt;
        return PeerStats{entry->figures->packets_in.load(), entry->figures->packets_lost.load()};
    }

private:
    std::optional<SessionEntry> find(const std::string& session) const {
        return directory_.with([&](const Directory& directory) -> std::optional<SessionEntry> {
            const auto found = directory.sessions.find(session);
            if (found == directory.sessions.end()) return std::nullopt;
            return found->second;
        });
    }

    void forget(const std::string& session) {
        directory_.with([&](Directory& directory) { directory.sessions.erase(session); });
    }

    // One place among those not connected yet, taken until the keys are agreed on.
    void admit() {
        if (census_->peers.load() >= kMaxPeers)
            throw Unavailable("as many WebRTC sessions as this server takes", std::chrono::seconds(30));
        if (census_->half_open.fetch_add(1) < kMaxHalfOpen) return;
        --census_->half_open;
        throw Unavailable("too many WebRTC sessions are being set up", std::chrono::seconds(2));
    }

    PeerPlan plan_for(const Offer& offer, Direction direction, std::variant<SpeakerRole, ListenerRole> role) {
        PeerPlan plan;
        plan.session = random_token(random_);
        plan.ice_ufrag = random_ice_text(random_, kIceUfragCharacters);
        plan.ice_password = random_ice_text(random_, kIcePasswordCharacters);
        plan.remote_ufrag = offer.ice_ufrag;
        plan.remote_fingerprint = offer.fingerprint;
        plan.payload_type = offer.opus_payload_type;
        plan.sends = direction != Direction::kRecvOnly;
        plan.ssrc = random_u32(random_);
        plan.first_sequence = static_cast<std::uint16_t>(random_u32(random_) & 0x7fff);  // RFC 3711, 3.3.1
        plan.first_time_frames = random_u32(random_);
        plan.cname = kCname;
        plan.role = std::move(role);
        plan.figures = std::make_shared<PeerFigures>();
        return plan;
    }

    std::vector<IpAddress> candidates() const {
        if (!announced_.empty()) return announced_;
        if (!listen_.is_wildcard()) return {listen_};
        auto addresses = host_addresses();
        addresses.resize(std::min(addresses.size(), kMaxCandidates));
        return addresses;
    }

    Answer add(const Offer& offer, Direction direction, std::variant<SpeakerRole, ListenerRole> role) {
        auto plan = plan_for(offer, direction, std::move(role));
        Answer answer;
        answer.session = plan.session;
        answer.etag = "\"" + plan.ice_ufrag + "\"";
        answer.sdp =
            write_answer(offer, {direction, plan.ice_ufrag, plan.ice_password, identity_.fingerprint(),
                                 candidates(), port(), plan.ssrc, plan.cname, random_u32(random_)});
        admit();
        plan.id = directory_.with([&](Directory& directory) {
            const auto id = ++directory.last_peer;
            directory.sessions[plan.session] = {id, answer.etag, plan.remote_ufrag, plan.figures};
            return id;
        });
        mailbox_.post(AddPeer{std::make_unique<Peer>(std::move(plan), std::chrono::steady_clock::now())});
        return answer;
    }

    SystemRandom random_;
    const IpAddress listen_;
    const std::vector<IpAddress> announced_;
    const DtlsIdentity identity_;
    const std::shared_ptr<Census> census_ = std::make_shared<Census>();
    Guarded<Directory> directory_;
    Mailbox mailbox_;
    UdpSocket socket_;
    Reactor reactor_;
    std::jthread thread_;
};

}  // namespace

std::unique_ptr<Transport> Transport::start(const RtcSettings& settings, Metrics& metrics) {
    return std::make_unique<TransportOnSocket>(settings, metrics);
}

}  // namespace stagecast::mixer::rtc
