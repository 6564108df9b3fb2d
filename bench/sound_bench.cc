// One tick of a stage and of its listeners, beside what an Opus encode costs.
#include <benchmark/benchmark.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "media/opus.h"
#include "mixer/mix_minus.h"
#include "mixer/rtc/fanout.h"

namespace {

using namespace stagecast;
using mixer::rtc::Bytes;
using mixer::rtc::ByteView;

constexpr std::size_t kSpeakers = 40;
constexpr std::size_t kVoiceBlocks = 500;  // 10 s
const media::OpusSettings kProgramme{.bitrate_bps = 96'000, .complexity = 5, .constant_bitrate = true};

// Harmonics over a pitch that wanders, four syllables a second: what keeps an encoder as busy as a voice
// does.
std::vector<Block> voice(std::size_t blocks) {
    constexpr double kTau = 2 * std::numbers::pi;
    std::vector<Block> out(blocks);
    double phase = 0;
    for (std::size_t i = 0; i < blocks * kBlockFrames; ++i) {
        const double seconds = static_cast<double>(i) / kSampleRateHz;
        phase += kTau * (140 + 30 * std::sin(kTau * 0.7 * seconds)) / kSampleRateHz;
        double sum = 0;
        for (int harmonic = 1; harmonic <= 24; ++harmonic) sum += std::sin(harmonic * phase) / harmonic;
        const double syllable = 0.55 + 0.45 * std::sin(kTau * 4 * seconds);
        out[i / kBlockFrames][i % kBlockFrames] = static_cast<float>(0.2 * syllable * sum);
    }
    return out;
}

void opus_encode(benchmark::State& state) {
    const auto blocks = voice(kVoiceBlocks);
    media::OpusEncoder encoder(kProgramme);
    std::array<std::byte, mixer::rtc::kMaxOpusFrameBytes + 1> packet;
    std::size_t at = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(encoder.encode(blocks[at], packet));
        at = (at + 1) % blocks.size();
    }
}
BENCHMARK(opus_encode);

void mix_minus_40(benchmark::State& state) {
    const auto in = voice(kSpeakers);
    std::vector<Block> out(kSpeakers);
    mixer::MixMinus mix(kSpeakers);
    for (auto _ : state) {
        mix.mix(in, out);
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(mix_minus_40);

void join_three(benchmark::State& state) {
    std::vector<Bytes> packets;
    media::OpusEncoder encoder(kProgramme);
    for (const auto& block : voice(kVoiceBlocks)) {
        Bytes packet(mixer::rtc::kMaxOpusFrameBytes + 1);
        packet.resize(encoder.encode(block, packet));
        packets.push_back(std::move(packet));
    }
    mixer::rtc::Lane lane(3, 2);
    std::uint32_t tick = 0;
    std::int64_t joined = 0;
    for (auto _ : state)
        for (int i = 0; i < 3; ++i, ++tick)
            lane.add(packets[tick % packets.size()], tick, [&](const mixer::rtc::LanePacket&) { ++joined; });
    // Three become one, but for the up to 1 % of ticks where the repacketizer refuses.
    if (joined < state.iterations() || joined > state.iterations() + state.iterations() / 10 + 1)
        state.SkipWithError("packets were not joined");
}
BENCHMARK(join_three);

}  // namespace
