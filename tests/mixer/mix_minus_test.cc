#include "mixer/mix_minus.h"

#include <catch2/catch.hpp>
#include <vector>

#include "base/error.h"
#include "tests/mixer/tones.h"

using namespace stagecast;
using namespace stagecast::mixer;
using namespace stagecast::mixer::testing;

namespace {
float max_abs_difference(const Block& a, const Block& b) {
    float most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
    return most;
}
Block sum(const Block& a, const Block& b) {
    Block all;
    for (std::size_t i = 0; i < a.size(); ++i) all[i] = a[i] + b[i];
    return all;
}
}  // namespace

TEST_CASE("mix-minus: my own voice plus what I hear is the programme", "[mixer]") {
    const auto speakers = GENERATE(1u, 2u, 7u, 64u);
    MixMinus mixer(64);
    std::vector<Block> in, out(speakers);
    for (unsigned s = 0; s < speakers; ++s) in.push_back(noise(s));
    mixer.mix(in, out);
    for (unsigned s = 0; s < speakers; ++s) {
        CHECK(max_abs_difference(sum(in[s], out[s]), mixer.programme()) < 1e-5f);
    }
}

TEST_CASE("mix-minus: my voice is in everyone's mix but mine", "[mixer]") {
    MixMinus mixer(8);
    std::vector<Block> in(8), out(8);
    in[3] = noise(1);
    mixer.mix(in, out);
    for (unsigned s = 0; s < 8; ++s) CHECK(max_abs_difference(out[s], s == 3 ? Block{} : in[3]) == 0.0f);
}

TEST_CASE("mix-minus: mixing in place gives the same as mixing apart", "[mixer]") {
    MixMinus mixer(4);
    std::vector<Block> in{noise(1), noise(2), noise(3)}, apart(3);
    mixer.mix(in, apart);
    mixer.mix(in, in);
    for (unsigned s = 0; s < 3; ++s) CHECK(max_abs_difference(in[s], apart[s]) == 0.0f);
}

TEST_CASE("mix-minus: an over-full sum is not clipped, so that my own voice still cancels", "[mixer]") {
    MixMinus mixer(4);
    std::vector<Block> in(4, noise(9, 0.9f)), out(4);
    mixer.mix(in, out);
    CHECK(peak(mixer.programme()) > 2.0f);
    CHECK(max_abs_difference(sum(in[0], out[0]), mixer.programme()) < 1e-5f);
}

TEST_CASE("mix-minus: nobody on stage is silence", "[mixer]") {
    MixMinus mixer(4);
    std::vector<Block> one{noise(1)}, out(1);
    mixer.mix(one, out);
    mixer.mix({}, {});
    CHECK(peak(mixer.programme()) == 0.0f);
}

TEST_CASE("mix-minus: a stage of none or of too many is refused by name", "[mixer]") {
    const auto size = GENERATE(std::size_t{0}, MixMinus::kMaxSpeakers + 1);
    CHECK_THROWS_AS(MixMinus(size), Invalid);
}
