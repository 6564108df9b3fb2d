#include "mixer/limiter.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/mixer/tones.h"

using namespace stagecast;
using namespace stagecast::mixer;
using namespace stagecast::mixer::testing;

namespace {
std::vector<float> limited(Limiter& limiter, const std::vector<Block>& blocks) {
    std::vector<float> out;
    for (Block block : blocks) {
        limiter.process(block);
        out.insert(out.end(), block.begin(), block.end());
    }
    return out;
}
}  // namespace

TEST_CASE("limiter: whatever comes in, nothing over the ceiling goes out", "[mixer]") {
    const float loudness = GENERATE(0.5f, 0.9f, 1.0f, 4.0f, 64.0f, 1e6f);
    Limiter limiter;
    std::vector<Block> in;
    for (std::uint32_t b = 0; b < 50; ++b) in.push_back(noise(b, b % 7 == 3 ? loudness : 0.3f));
    CHECK(peak(limited(limiter, in)) <= Limiter::kCeiling);
}

TEST_CASE("limiter: quiet sound passes bit for bit, a known time later", "[mixer]") {
    Limiter limiter;
    std::vector<Block> in;
    std::vector<float> expected(Limiter::kDelayFrames, 0.0f);
    for (std::uint32_t b = 0; b < 10; ++b) {
        in.push_back(noise(b, 0.8f));
        expected.insert(expected.end(), in.back().begin(), in.back().end());
    }
    const auto out = limited(limiter, in);
    CHECK(std::equal(out.begin(), out.end(), expected.begin()));
}

TEST_CASE("limiter: a loud tone stays a tone: no clipping, harmonics 50 dB under", "[mixer]") {
    Limiter limiter;
    std::vector<Block> in;
    for (int b = 0; b < 50; ++b) in.push_back(tone(440, b * 960, 3.0f));
    const auto out = limited(limiter, in);
    const auto settled = std::span(out).subspan(24'000);
    const double fundamental = amplitude_at(settled, 440);
    CHECK(fundamental > 0.8);
    for (const double harmonic : {880.0, 1320.0, 2200.0}) {
        CHECK(to_db(amplitude_at(settled, harmonic) / fundamental) < -50);
    }
}

TEST_CASE("limiter: after a loud moment the level comes back within a second", "[mixer]") {
    Limiter limiter;
    std::vector<Block> in{noise(1, 4.0f)};
    for (int b = 0; b < 60; ++b) in.push_back(tone(500, b * 960, 0.5f));
    const auto out = limited(limiter, in);
    CHECK(amplitude_at(std::span(out).last(4'800), 500) == Approx(0.5).margin(0.001));
}

TEST_CASE("limiter: a copy goes on as the original would", "[mixer]") {
    Limiter original;
    Block first = noise(1, 2.0f);
    original.process(first);
    Limiter copy = original;
    Block a = noise(2, 1.5f), b = a;
    original.process(a);
    copy.process(b);
    CHECK(a == b);
}
