#include "mixer/rtc/fanout.h"

#include <opus/opus.h>

#include <catch2/catch.hpp>

#include "tests/mixer/rtc_bytes.h"
#include "tests/mixer/rtc_opus.h"

using namespace stagecast::mixer::rtc;
using namespace stagecast::mixer::rtc::test;

namespace {

// The 20 ms packets inside a joined one, byte for byte.
std::vector<Bytes> taken_apart(const Bytes& joined) {
    OpusRepacketizer* repacketizer = opus_repacketizer_create();
    REQUIRE(opus_repacketizer_cat(repacketizer, as_octets(ByteView(joined)),
                                  static_cast<int>(joined.size())) == OPUS_OK);
    std::vector<Bytes> out;
    for (int i = 0; i < opus_repacketizer_get_nb_frames(repacketizer); ++i) {
        Bytes frame(kMaxOpusFrameBytes);
        const int size = opus_repacketizer_out_range(
            repacketizer, i, i + 1, as_octets(std::span<std::byte>(frame)), static_cast<int>(frame.size()));
        REQUIRE(size > 0);
        frame.resize(static_cast<std::size_t>(size));
        out.push_back(std::move(frame));
    }
    opus_repacketizer_destroy(repacketizer);
    return out;
}

std::vector<LanePacket> run(Lane& lane, const std::vector<Bytes>& frames) {
    std::vector<LanePacket> out;
    for (std::uint32_t tick = 0; tick < frames.size(); ++tick)
        lane.add(frames[tick], tick, [&](const LanePacket& packet) { out.push_back(packet); });
    return out;
}

}  // namespace

TEST_CASE("fanout: a lane gives back every frame, in order, in packets of 60 ms that end at its phase",
          "[rtc]") {
    const auto phase = GENERATE(0u, 1u, 2u);
    Lane lane(3, phase);
    const auto frames = opus_tone(30);
    const auto packets = run(lane, frames);
    std::vector<Bytes> back;
    for (std::size_t i = 0; i < packets.size(); ++i) {
        CHECK(packets[i].number == i);
        CHECK(packets[i].time_frames == back.size() * 960);
        const auto inside = taken_apart(packets[i].payload);
        if (i > 0) CHECK(inside.size() == 3);
        CHECK((back.size() + inside.size() - 1) % 3 == phase);
        back.insert(back.end(), inside.begin(), inside.end());
    }
    const auto whole = back.size();
    REQUIRE(whole >= 27);
    CHECK(back == std::vector<Bytes>(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(whole)));
}

TEST_CASE("fanout: where the encoder changes its mode the packet ends early and no frame is lost", "[rtc]") {
    Lane lane(3, 2);
    auto frames = opus_tone(30);
    const auto other = opus_tone(30, OPUS_APPLICATION_RESTRICTED_LOWDELAY, 2);
    for (const std::size_t at : {4u, 5u, 9u, 16u, 20u}) frames[at] = other[at];
    std::vector<Bytes> back;
    for (const auto& packet : run(lane, frames)) {
        CHECK(packet.time_frames == back.size() * 960);
        for (auto& frame : taken_apart(packet.payload)) back.push_back(frame);
    }
    CHECK(back == frames);
}

TEST_CASE("fanout: large frames are not joined beyond one datagram", "[rtc]") {
    Lane lane(3, 2);
    const auto frames = opus_tone(12, OPUS_APPLICATION_AUDIO, 1, 510'000);
    REQUIRE(frames[5].size() * 3 > kMaxJoinedBytes);
    std::size_t count = 0;
    for (const auto& packet : run(lane, frames)) {
        const auto inside = taken_apart(packet.payload);
        count += inside.size();
        if (inside.size() > 1) CHECK(packet.payload.size() <= kMaxJoinedBytes);
    }
    CHECK(count == frames.size());
}

TEST_CASE("fanout: the last packets are kept for resending, older ones are not", "[rtc]") {
    Lane lane(1, 0);
    const auto frames = opus_tone(200);
    const auto packets = run(lane, frames);
    REQUIRE(packets.size() == 200);
    CHECK(lane.next_number() == 200);
    for (std::uint32_t number = 0; number < 210; ++number) {
        const auto* kept = lane.find(number);
        const bool expected = number >= 200 - Lane::kKept && number < 200;
        CHECK((kept != nullptr) == expected);
        if (kept != nullptr && expected) CHECK(kept->payload == frames[number]);
    }
    CHECK(Lane(3, 0).find(0) == nullptr);
}

TEST_CASE("fanout: only packets of 20 ms are taken", "[rtc]") {
    const auto frames = opus_tone(3);
    CHECK(is_opus_20ms(frames[0]));
    CHECK_FALSE(is_opus_20ms({}));
    CHECK_FALSE(is_opus_20ms(Bytes(2000)));
    Lane lane(3, 2);
    const auto joined = run(lane, frames);
    REQUIRE(joined.size() == 1);
    CHECK_FALSE(is_opus_20ms(joined[0].payload));  // 60 ms
}
