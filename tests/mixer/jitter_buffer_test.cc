#include "mixer/jitter_buffer.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <vector>

#include "media/opus.h"
#include "tests/mixer/tones.h"

using namespace stagecast;
using namespace stagecast::mixer;
using namespace stagecast::mixer::testing;

namespace {

constexpr std::int64_t kBlock = static_cast<std::int64_t>(kBlockFrames);
using Bytes = std::vector<std::byte>;

// A speaker's encoder: a tone, packet by packet.
class Voice {
public:
    explicit Voice(double frequency_hz = 440) : frequency_hz_(frequency_hz), encoder_({}) {}
    Bytes next() {
        Bytes packet(1276);
        packet.resize(encoder_.encode(tone(frequency_hz_, at_, 0.3f), packet));
        at_ += kBlock;
        return packet;
    }

private:
    const double frequency_hz_;
    media::OpusEncoder encoder_;
    std::int64_t at_ = 0;
};

// A network and a mixer on one virtual clock: packets arrive when told, a block is taken every 20 ms.
class Line {
public:
    void send(Bytes packet, std::uint32_t rtp_time_frames, std::int64_t arrival_frames) {
        on_the_way_.emplace(arrival_frames, Flight{std::move(packet), rtp_time_frames});
    }
    Sound tick() {
        now_ += kBlock;
        while (!on_the_way_.empty() && on_the_way_.begin()->first <= now_) {
            const auto& [arrival, flight] = *on_the_way_.begin();
            buffer.put(flight.packet, flight.rtp_time_frames, arrival, Sound::kVoice);
            on_the_way_.erase(on_the_way_.begin());
        }
        Block block;
        const Sound sound = buffer.take(block, now_);
        heard.insert(heard.end(), block.begin(), block.end());
        return sound;
    }
    void run_until(std::int64_t frames) {
        while (now_ < frames) tick();
    }
    std::int64_t now() const { return now_; }
    std::int64_t delay_frames() const { return buffer.delay_frames(now_ + kBlock); }

    JitterBuffer buffer;
    std::vector<float> heard;

private:
    struct Flight {
        Bytes packet;
        std::uint32_t rtp_time_frames;
    };
    std::multimap<std::int64_t, Flight> on_the_way_;
    std::int64_t now_ = 0;
};

// The largest break of a sine's law x[i+1] = k x[i] - x[i-1]: how loud the worst click is.
float worst_click(std::span<const float> sound, double frequency_hz) {
    const auto k = static_cast<float>(2 * std::cos(kTurn * frequency_hz / kSampleRateHz));
    float worst = 0;
    for (std::size_t i = 1; i + 1 < sound.size(); ++i) {
        worst = std::max(worst, std::abs(sound[i + 1] - (k * sound[i] - sound[i - 1])));
    }
    return worst;
}

constexpr std::int64_t kSecond = kSampleRateHz;
constexpr std::uint32_t kRtpStart = 0xffff'0000u;  // the time wraps within two seconds

std::uint32_t rtp(std::int64_t packet) {
    return kRtpStart + static_cast<std::uint32_t>(packet * kBlock);
}

}  // namespace

TEST_CASE("jitter buffer: a steady line gives the tone, whole, after at most 60 ms", "[mixer]") {
    Line line;
    Voice voice;
    for (int p = 0; p < 250; ++p) line.send(voice.next(), rtp(p), 500 + p * kBlock);
    line.run_until(5 * kSecond);
    CHECK(line.buffer.counters().concealed_frames == 0);
    CHECK(line.buffer.counters().late_packets == 0);
    CHECK(line.delay_frames() <= 2'880);
    CHECK(amplitude_at(std::span(line.heard).subspan(96'000, 9'600), 440) == Approx(0.3).epsilon(0.03));
    CHECK(worst_click(std::span(line.heard).subspan(24'000, 96'000), 440) < 0.01f);
}

TEST_CASE("jitter buffer: packets that overtake each other are heard in order", "[mixer]") {
    Line line;
    Voice voice;
    for (int p = 0; p < 250; ++p)
        line.send(voice.next(), rtp(p), 500 + p * kBlock + (p % 3 == 1 ? 1'500 : 0));
    line.run_until(4 * kSecond);
    CHECK(line.buffer.counters().late_packets <= 2);
    CHECK(worst_click(std::span(line.heard).subspan(96'000, 90'000), 440) < 0.01f);
}

TEST_CASE("jitter buffer: a packet that comes twice is heard once", "[mixer]") {
    Line line;
    Voice voice;
    for (int p = 0; p < 200; ++p) {
        const Bytes packet = voice.next();
        line.send(packet, rtp(p), 500 + p * kBlock);
        line.send(packet, rtp(p), 700 + p * kBlock);
    }
    line.run_until(3 * kSecond);
    CHECK(line.buffer.counters().late_packets >= 140);
    CHECK(worst_click(std::span(line.heard).subspan(24'000, 96'000), 440) < 0.01f);
}

TEST_CASE("jitter buffer: one lost packet in ten is concealed, and the delay does not grow", "[mixer]") {
    Line line;
    Voice voice;
    for (int p = 0; p < 500; ++p) {
        Bytes packet = voice.next();
        if (p % 10 != 7) line.send(std::move(packet), rtp(p), 500 + p * kBlock);
    }
    line.run_until(9 * kSecond);
    const auto& counters = line.buffer.counters();
    CHECK(counters.concealed_frames + counters.recovered_frames >= 40 * 960u);
    CHECK(counters.late_packets == 0);
    CHECK(line.delay_frames() <= 3'360);
    CHECK(amplitude_at(std::span(line.heard).subspan(240'000, 9'600), 440) > 0.27);
}

TEST_CASE("jitter buffer: clocks 300 ppm apart do not add up in five minutes", "[mixer]") {
    const double ppm = GENERATE(300.0, -300.0);
    Line line;
    Voice voice;
    const int packets = 300 * 50;
    for (int p = 0; p < packets; ++p) {
        const double sent = static_cast<double>(p) * static_cast<double>(kBlock) * (1 + ppm * 1e-6);
        line.send(voice.next(), rtp(p), 500 + static_cast<std::int64_t>(sent));
    }
    std::int64_t least = INT64_MAX, most = 0;
    while (line.now() < 299 * kSecond) {
        line.tick();
        if (line.now() < kSecond) continue;
        least = std::min(least, line.delay_frames());
        most = std::max(most, line.delay_frames());
    }
    CHECK(least >= 960);
    CHECK(most <= 2'880);
    CHECK(line.buffer.counters().concealed_frames == 0);
    CHECK(line.buffer.counters().restarts == 0);
    CHECK(worst_click(std::span(line.heard).subspan(48'000), 440) < 0.01f);
}

TEST_CASE("jitter buffer: jitter of 80 ms makes the delay grow to bear it, a calm line lets it shrink",
          "[mixer]") {
    Line line;
    Voice voice;
    std::minstd_rand random(7);
    const auto jitter = [&](int p) {
        return p < 1'000 ? static_cast<std::int64_t>(random() % 3'840) : std::int64_t{0};
    };
    for (int p = 0; p < 3'000; ++p) line.send(voice.next(), rtp(p), 500 + p * kBlock + jitter(p));
    line.run_until(10 * kSecond);
    const auto learning = line.buffer.counters();
    line.run_until(19 * kSecond);
    CHECK(line.delay_frames() >= 3'840);
    CHECK(line.buffer.counters().late_packets == learning.late_packets);
    CHECK(line.buffer.counters().concealed_frames == learning.concealed_frames);
    line.run_until(59 * kSecond);
    CHECK(line.delay_frames() <= 2'400);
}

TEST_CASE("jitter buffer: a speaker who stalls falls silent, and is back at once with the delay as before",
          "[mixer]") {
    Line line;
    Voice voice;
    for (int p = 0; p < 100; ++p) line.send(voice.next(), rtp(p), 500 + p * kBlock);
    // Packets 100 to 199 are stuck and come in one burst with the 200th.
    for (int p = 100; p < 300; ++p) line.send(voice.next(), rtp(p), 500 + std::max(p, 200) * kBlock);
    line.run_until(3 * kSecond);
    CHECK(peak(std::span(line.heard).last(kBlockFrames)) == 0.0f);
    CHECK(line.tick() == Sound::kSilence);
    line.run_until(5 * kSecond);
    CHECK(line.delay_frames() <= DelayEstimate::kMostFrames);
    CHECK(amplitude_at(std::span(line.heard).last(24'000), 440) > 0.25);
}

TEST_CASE("jitter buffer: a speaker whose clock stood still for a while is heard again within 200 ms",
          "[mixer]") {
    const std::int64_t pause_frames = GENERATE(4'800, 9'600, 14'400, 96'000);
    Line line;
    Voice voice;
    for (int p = 0; p < 100; ++p) line.send(voice.next(), rtp(p), 500 + p * kBlock);
    for (int p = 100; p < 300; ++p) line.send(voice.next(), rtp(p), 500 + p * kBlock + pause_frames);
    line.run_until(100 * kBlock + pause_frames + 9'600);
    const auto concealed = line.buffer.counters().concealed_frames;
    for (int b = 0; b < 100; ++b) REQUIRE(line.tick() == Sound::kVoice);
    CHECK(line.buffer.counters().concealed_frames == concealed);
    CHECK(level_at(std::span(line.heard).last(90'000), 440) > 0.25);
    // What the delay can grow to is waited for, not lost.
    if (pause_frames == 4'800) CHECK(line.buffer.counters().late_packets == 0);
}

TEST_CASE("jitter buffer: a new stream with another RTP time is heard within 100 ms", "[mixer]") {
    Line line;
    Voice voice;
    for (int p = 0; p < 100; ++p) line.send(voice.next(), rtp(p), 500 + p * kBlock);
    for (int p = 100; p < 200; ++p) line.send(voice.next(), rtp(p) + 0x4000'0000u, 500 + p * kBlock);
    line.run_until(100 * kBlock + 4'800 + kBlock);
    for (int b = 0; b < 50; ++b) CHECK(line.tick() == Sound::kVoice);
}

TEST_CASE("jitter buffer: garbage, floods and giants are counted, never heard, never more than a pool",
          "[mixer]") {
    JitterBuffer buffer;
    std::minstd_rand random(3);
    Block block;
    for (std::int64_t now = 0; now < 200 * kBlock; now += kBlock) {
        for (int n = 0; n < 200; ++n) {
            Bytes bytes(random() % 1'600);
            for (auto& byte : bytes) byte = static_cast<std::byte>(random());
            buffer.put(bytes, static_cast<std::uint32_t>(random()), now, Sound::kVoice);
        }
        buffer.take(block, now);
        for (const float sample : block) REQUIRE(std::isfinite(sample));
    }
    CHECK(buffer.counters().refused_packets > 0);
}

TEST_CASE("jitter buffer: packets said to be silent are not decoded once that has lasted", "[mixer]") {
    JitterBuffer buffer;
    Voice voice;
    Block block;
    Sound last = Sound::kVoice;
    for (int p = 0; p < 60; ++p) {
        buffer.put(voice.next(), rtp(p), p * kBlock, p < 10 ? Sound::kVoice : Sound::kSilence);
        last = buffer.take(block, p * kBlock);
    }
    CHECK(last == Sound::kSilence);
    CHECK(peak(block) == 0.0f);
}
