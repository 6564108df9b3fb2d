#include "mixer/rtc/transport.h"

#include <opus/opus.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <sstream>

#include "base/error.h"
#include "mixer/rtc/peer.h"
#include "mixer/rtc/rtcp.h"
#include "tests/mixer/rtc_bytes.h"
#include "tests/mixer/rtc_client.h"
#include "tests/mixer/rtc_opus.h"

using namespace stagecast;
using namespace stagecast::mixer;
using namespace stagecast::mixer::rtc;
using namespace stagecast::mixer::rtc::test;

namespace {

struct HeardPacket {
    Bytes payload;
    std::uint16_t sequence = 0;
    std::uint32_t time_frames = 0;
    int level_dbov = 0;
};

// What the transport tells about a speaker. Thread: rtc-0 writes, the test reads.
class Heard final : public PeerEvents {
public:
    void connected() noexcept override { ++connected_; }
    void packet(const media::OpusPacket& packet, int level_dbov) noexcept override {
        const std::lock_guard lock(mutex_);
        packets_.push_back({copy_of(packet.payload), packet.sequence, packet.rtp_time_frames, level_dbov});
    }
    void gone() noexcept override { ++gone_; }

    int times_connected() const { return connected_; }
    int times_gone() const { return gone_; }
    std::vector<HeardPacket> packets() const {
        const std::lock_guard lock(mutex_);
        return packets_;
    }

private:
    std::atomic<int> connected_{0}, gone_{0};
    mutable std::mutex mutex_;
    std::vector<HeardPacket> packets_;  // guarded by mutex_
};

double metric(const Metrics& metrics, const std::string& name) {
    std::istringstream lines(metrics.text());
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(name + " ")) return std::stod(line.substr(name.size() + 1));
    return -1;
}

struct House {
    explicit House(const RtcSettings& settings = {}) : transport(Transport::start(settings, metrics)) {}
    double peers() const { return metric(metrics, "stagecast_rtc_peers"); }

    Metrics metrics;
    std::unique_ptr<Transport> transport;
    std::vector<Bytes> tone = opus_tone(60);
};

RtcClient::Settings speaker(const std::string& direction = "sendrecv") {
    RtcClient::Settings settings;
    settings.direction = direction;
    return settings;
}

RtcClient::Settings listener_with(const std::string& extra_lines) {
    RtcClient::Settings settings;
    settings.extra_lines = extra_lines;
    return settings;
}

// A listener that is connected.
std::unique_ptr<RtcClient> tune_in(House& house, Transport::Group group, RtcClient::Settings settings = {},
                                   std::string* session = nullptr) {
    auto client = std::make_unique<RtcClient>(std::move(settings));
    const int before = house.transport->listeners(group);
    const auto answer = house.transport->add_listener(client->offer(), group);
    if (session != nullptr) *session = answer.session;
    client->accept(answer.sdp);
    REQUIRE(
        client->run_until([&] { return client->connected() && house.transport->listeners(group) > before; }));
    return client;
}

int duration_ms(const Bytes& opus) {
    return opus_packet_get_nb_samples(as_octets(ByteView(opus)), static_cast<int>(opus.size()), 48'000) / 48;
}

}  // namespace

TEST_CASE("transport: what a speaker sends arrives, with time, sequence and level", "[rtc]") {
    const auto profile = GENERATE("SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_SHA1_80");
    House house;
    const auto heard = std::make_shared<Heard>();
    auto settings = speaker();
    settings.profiles = profile;
    RtcClient client(settings);
    const auto answer = house.transport->add_speaker(client.offer(), heard);
    CHECK(answer.sdp.find("a=sendrecv") != std::string::npos);
    client.accept(answer.sdp);
    REQUIRE(client.run_until([&] { return heard->times_connected() == 1 && client.connected(); }));
    CHECK(client.srtp_profile() == profile);

    client.send_opus(house.tone[0], 42);
    client.skip_sequence();
    client.send_opus(house.tone[1]);
    REQUIRE(client.run_until([&] { return heard->packets().size() == 2; }));
    const auto packets = heard->packets();
    CHECK(packets[0].payload == house.tone[0]);
    CHECK(packets[0].level_dbov == 42);
    CHECK(packets[1].payload == house.tone[1]);
    CHECK(packets[1].level_dbov < 0);
    CHECK(packets[1].sequence == packets[0].sequence + 2);
    CHECK(packets[1].time_frames == packets[0].time_frames + 1920);
    const auto stats = house.transport->stats(answer.session);
    REQUIRE(stats);
    CHECK(stats->packets_in == 2);
    CHECK(stats->packets_lost == 1);
}

TEST_CASE(
    "transport: a speaker gets packets of 20 ms, marked once, and reports of what was sent and received",
    "[rtc]") {
    House house;
    const auto heard = std::make_shared<Heard>();
    RtcClient client(speaker());
    const auto answer = house.transport->add_speaker(client.offer(), heard);
    client.accept(answer.sdp);
    REQUIRE(client.run_until([&] { return heard->times_connected() == 1 && client.connected(); }));
    client.send_opus(house.tone[0]);
    for (std::size_t i = 0; i < 10; ++i) house.transport->send_to_speaker(answer.session, house.tone[i]);
    REQUIRE(client.run_until([&] { return client.received().size() == 10; }));
    for (std::size_t i = 0; i < 10; ++i) {
        const auto& packet = client.received()[i];
        CHECK(packet.payload == house.tone[i]);
        CHECK(packet.payload_type == 96);
        CHECK(packet.marker == (i == 0));
        CHECK(packet.sequence == static_cast<std::uint16_t>(client.received()[0].sequence + i));
        CHECK(packet.time_frames == client.received()[0].time_frames + 960 * i);
    }
    REQUIRE(client.run_until([&] {
        const auto last = client.rtcp().empty() ? std::nullopt : parse_rtcp(client.rtcp().back());
        return last && last->sender_report && last->reports.size() == 1;
    }));
    const auto report = parse_rtcp(client.rtcp().back());
    CHECK(report->sender_report->info.packets == 10);
    CHECK(report->sender_report->ssrc == client.received()[0].ssrc);
    CHECK(report->reports[0].ssrc == 0x5eed);
    CHECK(report->reports[0].packets_lost == 0);
    CHECK(client.unauthentic() == 0);
}

TEST_CASE("transport: a speaker who only sends is answered recvonly and sent no sound", "[rtc]") {
    House house;
    const auto heard = std::make_shared<Heard>();
    RtcClient client(speaker("sendonly"));
    const auto answer = house.transport->add_speaker(client.offer(), heard);
    CHECK(answer.sdp.find("a=recvonly") != std::string::npos);
    client.accept(answer.sdp);
    REQUIRE(client.run_until([&] { return client.connected() && heard->times_connected() == 1; }));
    house.transport->send_to_speaker(answer.session, house.tone[0]);
    client.send_opus(house.tone[0]);
    REQUIRE(client.run_until([&] { return !client.rtcp().empty(); }));
    CHECK(client.received().empty());
    const auto report = parse_rtcp(client.rtcp().back());
    CHECK_FALSE(report->sender_report);
    CHECK(report->reports.size() == 1);
}

TEST_CASE("transport: listeners get the group's sound in packets of 60 ms, spread over the ticks", "[rtc]") {
    House house;
    const auto group = house.transport->open_group();
    std::vector<std::unique_ptr<RtcClient>> clients(3);
    for (auto& client : clients) client = tune_in(house, group);
    CHECK(house.transport->listeners(group) == 3);
    for (const auto& packet : house.tone) house.transport->send_to_group(group, packet);
    std::vector<std::size_t> first_packet_ms;
    for (auto& client : clients) {
        REQUIRE(client->run_until([&] { return client->received().size() >= 19; }));
        const auto& packets = client->received();
        CHECK(packets[0].marker);
        first_packet_ms.push_back(static_cast<std::size_t>(duration_ms(packets[0].payload)));
        for (std::size_t i = 1; i < 19; ++i) {
            CHECK(duration_ms(packets[i].payload) == 60);
            CHECK_FALSE(packets[i].marker);
            CHECK(packets[i].sequence == static_cast<std::uint16_t>(packets[i - 1].sequence + 1));
            CHECK(packets[i].time_frames ==
                  packets[i - 1].time_frames +
                      48u * static_cast<unsigned>(duration_ms(packets[i - 1].payload)));
        }
        CHECK(client->unauthentic() == 0);
    }
    std::sort(first_packet_ms.begin(), first_packet_ms.end());
    CHECK(first_packet_ms == std::vector<std::size_t>{20, 40, 60});  // one listener on each tick
}

TEST_CASE("transport: a listener who asks for short packets gets 20 ms", "[rtc]") {
    House house;
    const auto group = house.transport->open_group();
    const auto client = tune_in(house, group, listener_with("a=maxptime:20\r\n"));
    for (std::size_t i = 0; i < 10; ++i) house.transport->send_to_group(group, house.tone[i]);
    REQUIRE(client->run_until([&] { return client->received().size() == 10; }));
    for (std::size_t i = 0; i < 10; ++i) CHECK(client->received()[i].payload == house.tone[i]);
}

TEST_CASE("transport: a listener who loses packets and has no NACK goes over to 20 ms without a jump",
          "[rtc]") {
    House house;
    const auto group = house.transport->open_group();
    const auto client = tune_in(house, group);
    for (std::size_t i = 0; i < 9; ++i) house.transport->send_to_group(group, house.tone[i]);
    REQUIRE(client->run_until([&] { return client->received().size() >= 3; }));
    ReportBlock lossy;
    lossy.ssrc = client->received()[0].ssrc;
    lossy.fraction_lost = 26;  // 10 %
    client->send_rtcp(write_report(1, std::nullopt, lossy, "test"));
    std::size_t next = 9;
    REQUIRE(client->run_until([&] {
        house.transport->send_to_group(group, house.tone[next++ % house.tone.size()]);
        return duration_ms(client->received().back().payload) == 20;
    }));
    for (std::size_t i = 1; i < client->received().size(); ++i)
        CHECK(client->received()[i].sequence ==
              static_cast<std::uint16_t>(client->received()[i - 1].sequence + 1));
}

TEST_CASE("transport: a NACK is answered with the same packet, and never without having been agreed on",
          "[rtc]") {
    const bool agreed = GENERATE(true, false);
    House house;
    const auto group = house.transport->open_group();
    const auto client = tune_in(house, group, listener_with(agreed ? "a=rtcp-fb:96 nack\r\n" : ""));
    for (const auto& packet : house.tone) house.transport->send_to_group(group, packet);
    REQUIRE(client->run_until([&] { return client->received().size() >= 19; }));
    const auto before = client->received().size();
    Bytes nack = from_hex("81cd0003 00000001");
    put_u32(nack, client->received()[0].ssrc);
    put_u16(nack, client->received()[10].sequence);
    put_u16(nack, 0);
    const int unauthentic_before = client->unauthentic();
    client->send_rtcp(nack);
    // libsrtp2 knows the packet already: that it comes again shows as a replay.
    if (agreed) {
        CHECK(client->run_until([&] { return client->unauthentic() == unauthentic_before + 1; }));
    } else {
        for (int i = 0; i < 3; ++i) house.transport->send_to_group(group, house.tone[0]);
        REQUIRE(client->run_until([&] { return client->received().size() > before; }));
        CHECK(client->unauthentic() == unauthentic_before);
    }
}

TEST_CASE("transport: another certificate than the offer's is refused", "[rtc]") {
    House house;
    const auto heard = std::make_shared<Heard>();
    auto settings = speaker();
    settings.claimed_fingerprint =
        "8F:2D:F2:8F:79:6A:3C:9B:1E:43:71:05:5C:6D:77:0A:12:F0:EA:9C:33:52:D6:A1:40:7B:C8:5E:94:2B:66:1D";
    RtcClient client(settings);
    const auto answer = house.transport->add_speaker(client.offer(), heard);
    client.accept(answer.sdp);
    CHECK(client.run_until([&] { return client.closed() && heard->times_gone() == 1; }));
    CHECK(heard->times_connected() == 0);
    CHECK(house.peers() == 0);
    CHECK(metric(house.metrics, "stagecast_rtc_half_open") == 0);
    CHECK(metric(house.metrics, "stagecast_rtc_refused_total{reason=\"dtls\"}") == 1);
}

TEST_CASE("transport: nobody speaks before a check with the right password", "[rtc]") {
    House house;
    const auto heard = std::make_shared<Heard>();
    auto settings = speaker();
    settings.claimed_password = "wrongwrongwrongwrongwrong";
    RtcClient client(settings);
    client.accept(house.transport->add_speaker(client.offer(), heard).sdp);
    const auto refused = [&](const std::string& reason) {
        return metric(house.metrics, "stagecast_rtc_refused_total{reason=\"" + reason + "\"}");
    };
    REQUIRE(client.run_until([&] { return refused("ice_credentials") >= 3; }));
    CHECK_FALSE(client.checked());
    client.send_raw(from_hex("16feff0000000000000000000100"));  // begins like DTLS
    client.send_raw(from_hex("80600001000003c000005eed00"));    // begins like RTP
    REQUIRE(client.run_until([&] { return refused("unknown_address") == 2; }));
    CHECK(metric(house.metrics, "stagecast_rtc_packets_total{direction=\"out\"}") == 0);
}

TEST_CASE("transport: garbage from a connected speaker changes nothing", "[rtc]") {
    House house;
    const auto heard = std::make_shared<Heard>();
    RtcClient client(speaker());
    client.accept(house.transport->add_speaker(client.offer(), heard).sdp);
    REQUIRE(client.run_until([&] { return client.connected() && heard->times_connected() == 1; }));
    const double before = metric(house.metrics, "stagecast_rtc_packets_total{direction=\"in\"}");
    const int sent = 256 + 60;
    for (int first = 0; first < 256; ++first) {
        Bytes garbage(static_cast<std::size_t>(first) + 1, static_cast<std::byte>(first * 7));
        garbage[0] = static_cast<std::byte>(first);
        client.send_raw(garbage);
    }
    for (unsigned size = 1; size <= 60; ++size) client.send_raw(Bytes(size, std::byte{0x80}));
    REQUIRE(client.run_until([&] {
        return metric(house.metrics, "stagecast_rtc_packets_total{direction=\"in\"}") >= before + sent;
    }));
    client.send_opus(house.tone[0]);
    CHECK(client.run_until([&] { return heard->packets().size() == 1; }));
    CHECK(heard->times_gone() == 0);
}

TEST_CASE("transport: however a speaker leaves, they are gone exactly once", "[rtc]") {
    enum class Way { kRemoved, kGoodbye, kTransportEnds };
    const auto way = GENERATE(Way::kRemoved, Way::kGoodbye, Way::kTransportEnds);
    House house;
    const auto heard = std::make_shared<Heard>();
    RtcClient client(speaker());
    const auto answer = house.transport->add_speaker(client.offer(), heard);
    client.accept(answer.sdp);
    REQUIRE(client.run_until([&] { return client.connected() && heard->times_connected() == 1; }));
    if (way == Way::kRemoved) {
        CHECK(house.transport->remove(answer.session));
        CHECK_FALSE(house.transport->remove(answer.session));
        CHECK(client.run_until([&] { return client.closed(); }));
    } else if (way == Way::kGoodbye) {
        client.say_goodbye();
    } else {
        house.transport.reset();
    }
    REQUIRE(client.run_until([&] { return heard->times_gone() == 1; }));
    if (house.transport) {
        CHECK_FALSE(house.transport->stats(answer.session));
        CHECK_FALSE(house.transport->remove(answer.session));
        house.transport.reset();
    }
    CHECK(house.peers() == 0);
    CHECK(heard->times_gone() == 1);
}

TEST_CASE("transport: a closed group says goodbye to its listeners and takes no new ones", "[rtc]") {
    House house;
    const auto group = house.transport->open_group(), other = house.transport->open_group();
    const auto leaving = tune_in(house, group), staying = tune_in(house, other);
    house.transport->close_group(group);
    CHECK(leaving->run_until([&] { return leaving->closed(); }));
    CHECK(house.transport->listeners(group) == 0);
    CHECK(house.transport->listeners(other) == 1);
    CHECK_THROWS_AS(house.transport->add_listener(leaving->offer(), group), NotFound);
    house.transport->send_to_group(group, house.tone[0]);
    for (const auto& packet : house.tone) house.transport->send_to_group(other, packet);
    CHECK(staying->run_until([&] { return !staying->received().empty(); }));
}

TEST_CASE("transport: twenty joins and leaves while sound flies leave nobody behind", "[rtc]") {
    House house;
    const auto group = house.transport->open_group();
    for (int i = 0; i < 20; ++i) {
        const auto heard = std::make_shared<Heard>();
        RtcClient talker(speaker());
        const auto talking = house.transport->add_speaker(talker.offer(), heard);
        talker.accept(talking.sdp);
        std::string listening;
        const auto client = tune_in(house, group, {}, &listening);
        REQUIRE(talker.run_until([&] { return talker.connected() && heard->times_connected() == 1; }));
        for (std::size_t p = 0; p < 6; ++p) {
            house.transport->send_to_group(group, house.tone[p]);
            house.transport->send_to_speaker(talking.session, house.tone[p]);
            if (p == 2) CHECK(house.transport->remove(i % 2 == 0 ? listening : talking.session));
            if (p == 4) CHECK(house.transport->remove(i % 2 == 0 ? talking.session : listening));
        }
        CHECK(client->run_until([&] { return client->closed(); }));
        CHECK(talker.run_until([&] { return heard->times_gone() == 1; }));
    }
    CHECK(house.transport->listeners(group) == 0);
    CHECK(house.peers() == 0);
    CHECK(metric(house.metrics, "stagecast_rtc_half_open") == 0);
}

TEST_CASE("transport: on every address of the host it answers from the one that was asked", "[rtc]") {
    RtcSettings settings;
    settings.listen_address = GENERATE("0.0.0.0", "::");
    House house(settings);
    const auto group = house.transport->open_group();
    RtcClient probe({});
    const auto answer = house.transport->add_listener(probe.offer(), group).sdp;
    std::istringstream lines(answer);
    int tried = 0;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("a=candidate:")) continue;
        std::istringstream words(line);
        std::string skipped, address;
        words >> skipped >> skipped >> skipped >> skipped >> address;
        RtcClient client({});
        client.accept(house.transport->add_listener(client.offer(), group).sdp, address);
        CHECK(client.run_until([&] { return client.connected(); }));
        ++tried;
    }
    CHECK(tried >= 1);
    CHECK(answer.find(" 127.0.0.1 ") != std::string::npos);
}

TEST_CASE("transport: announced addresses take the place of the host's", "[rtc]") {
    RtcSettings settings;
    settings.announce = {"192.0.2.10", "2001:db8::7"};
    House house(settings);
    RtcClient client({});
    const auto sdp = house.transport->add_listener(client.offer(), house.transport->open_group()).sdp;
    const auto port = std::to_string(house.transport->port());
    CHECK(sdp.find(" 192.0.2.10 " + port + " typ host") != std::string::npos);
    CHECK(sdp.find(" 2001:db8::7 " + port + " typ host") != std::string::npos);
    CHECK(sdp.find("127.0.0.1 " + port) == std::string::npos);
    settings.announce = {"example.org"};
    CHECK_THROWS_AS(Transport::start(settings, house.metrics), Invalid);
}

TEST_CASE("transport: an offer of the wrong direction is refused, and a taken port", "[rtc]") {
    House house;
    const auto group = house.transport->open_group();
    const auto heard = std::make_shared<Heard>();
    RtcClient receives({}), sends(speaker("sendonly")), sleeps(speaker("inactive"));
    CHECK_THROWS_AS(house.transport->add_speaker(receives.offer(), heard), Invalid);
    CHECK_THROWS_AS(house.transport->add_speaker(sleeps.offer(), heard), Invalid);
    CHECK_THROWS_AS(house.transport->add_listener(sends.offer(), group), Invalid);
    CHECK(house.peers() == 0);
    CHECK(heard->times_gone() == 0);
    RtcSettings settings;
    settings.port = house.transport->port();
    CHECK_THROWS_AS(Transport::start(settings, house.metrics), Unavailable);
}

TEST_CASE("transport: a trickled candidate is taken, a stale or restarting patch is not", "[rtc]") {
    House house;
    RtcClient client({});
    const auto answer = house.transport->add_listener(client.offer(), house.transport->open_group());
    const std::string trickle = "a=ice-ufrag:test\r\na=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\n";
    CHECK(house.transport->patch(answer.session, answer.etag, trickle) == PatchResult::kDone);
    CHECK(house.transport->patch(answer.session, "\"other\"", trickle) == PatchResult::kStale);
    CHECK(house.transport->patch(answer.session, answer.etag, "a=ice-ufrag:next\r\n") ==
          PatchResult::kUnsupported);
    CHECK(house.transport->patch(answer.session, "*", trickle) == PatchResult::kUnsupported);
    CHECK(house.transport->patch("nobody", answer.etag, trickle) == PatchResult::kNoSession);
}

TEST_CASE("transport: those who never come are bounded and a refusal takes no place", "[rtc]") {
    House house;
    RtcClient client({});
    const auto group = house.transport->open_group();
    int taken = 0;
    for (;; ++taken) {
        REQUIRE(taken < 5'000);
        try {
            house.transport->add_listener(client.offer(), group);
        } catch (const Unavailable&) {
            break;
        }
    }
    CHECK(metric(house.metrics, "stagecast_rtc_half_open") == taken);
    CHECK_THROWS_AS(house.transport->add_listener(client.offer(), group), Unavailable);
    CHECK(metric(house.metrics, "stagecast_rtc_half_open") == taken);
}

TEST_CASE("peer: one who never connects is given up after 15 seconds", "[rtc]") {
    PeerPlan plan;
    plan.role = ListenerRole{};
    const Peer::Time start{};
    const Peer peer(std::move(plan), start);
    CHECK_FALSE(peer.expired(start + Peer::kConnectTimeout));
    CHECK(peer.expired(start + Peer::kConnectTimeout + std::chrono::milliseconds(1)));
}
