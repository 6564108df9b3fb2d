#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <numbers>
#include <numeric>
#include <optional>
#include <utility>

#include "media/render.h"

namespace stagecast::media {
namespace {

constexpr std::size_t kLookAheadFrames =
    240;  // 5 ms: short enough not to be heard as a fade, long enough not to click
constexpr double kReleaseStep = 1.0 / (0.15 * kSampleRateHz);  // back to 63 % in 0.15 s
constexpr int kPhases = 4;                                     // ITU-R BS.1770-4, annex 2: 192 kHz
constexpr int kTaps = 24;                                      // of each phase
constexpr std::size_t kReach = kTaps / 2;  // frames on each side that a value between two frames depends on
// Between frames of at most this part of the ceiling no real sound comes near it: interpolation is not worth
// its time.
constexpr float kWorthLooking = 0.4f;

using Phase = std::array<float, kTaps>;

// Interpolates at 1/4, 2/4, 3/4 between frame kReach-1 and frame kReach of a window of kTaps: a sinc under a
// Kaiser window.
double kaiser(double x) {
    constexpr double kBeta = 8;
    const auto bessel = [](double v) { return std::cyl_bessel_i(0.0, v); };
    return std::abs(x) >= 1 ? 0 : bessel(kBeta * std::sqrt(1 - x * x)) / bessel(kBeta);
}

std::array<Phase, kPhases - 1> make_phases() {
    constexpr int kHalf = kTaps / 2;
    std::array<Phase, kPhases - 1> phases{};
    for (int p = 1; p < kPhases; ++p)
        for (int tap = 0; tap < kTaps; ++tap) {
            const double x = tap - (kHalf - 1) - static_cast<double>(p) / kPhases;
            const double sinc = std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
            phases[static_cast<std::size_t>(p - 1)][static_cast<std::size_t>(tap)] =
                static_cast<float>(sinc * kaiser(x / kHalf));
        }
    return phases;
}
const std::array<Phase, kPhases - 1>& interpolation() {
    static const auto phases = make_phases();
    return phases;
}

}  // namespace

// Frame k leaves when the gains that the frames k … k + kLookAheadFrames - 1 want are known. The least of
// them is what frame k holds (rising again only by the release), and the mean of what the last
// kLookAheadFrames frames hold is the gain: each of those covered frame k, so the mean is never above what it
// wants, and it comes down without a step.
struct TruePeakLimiter::Impl {
    explicit Impl(double ceiling_dbtp) : ceiling(static_cast<float>(std::pow(10, ceiling_dbtp / 20))) {
        reset();
    }

    void reset() {
        input.assign(kReach - 1, 0.0f);
        delayed.assign(kLookAheadFrames, 0.0f);
        held.assign(kLookAheadFrames, 1.0);
        held_sum = kLookAheadFrames;
        least.clear();
        frame = 0;
        taken = given = 0;
        loud_frames = 0;
    }
    void push(std::span<const float> frames, std::vector<float>& out) {
        input.insert(input.end(), frames.begin(), frames.end());
        taken += frames.size();
        take(out);
    }
    void finish(std::vector<float>& out) {
        input.insert(input.end(), kTaps + kLookAheadFrames, 0.0f);
        take(out);
        reset();
    }
    void take(std::vector<float>& out) {
        std::size_t begin = 0;
        for (; begin + kTaps <= input.size(); ++begin) {
            const std::span<const float, kTaps> window(input.data() + begin, kTaps);
            if (const auto limited = step(window[kReach - 1], wanted_gain(window));
                limited && given < taken) {
                out.push_back(*limited);
                ++given;
            }
        }
        input.erase(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(begin));
    }

    double wanted_gain(std::span<const float, kTaps> window) {
        const bool newest_is_loud = std::abs(window.back()) > kWorthLooking * ceiling;
        if (newest_is_loud)
            loud_frames = kTaps;
        else if (loud_frames > 0)
            --loud_frames;
        if (loud_frames == 0) return 1;
        float peak = std::abs(window[kReach - 1]);
        for (const Phase& phase : phases)
            peak = std::max(peak,
                            std::abs(std::inner_product(window.begin(), window.end(), phase.begin(), 0.0f)));
        return peak > ceiling ? static_cast<double>(ceiling / peak) : 1;
    }

    std::optional<float> step(float now, double wanted) {
        while (!least.empty() && least.back().second >= wanted) least.pop_back();
        least.emplace_back(frame, wanted);
        if (least.front().first + kLookAheadFrames <= frame) least.pop_front();
        const std::size_t slot = frame % kLookAheadFrames;
        const double last = held[(frame + kLookAheadFrames - 1) % kLookAheadFrames];
        const double hold = std::min(least.front().second, last + (1 - last) * kReleaseStep);
        held_sum += hold - held[slot];
        held[slot] = hold;
        delayed[slot] = now;
        ++frame;
        if (frame < kLookAheadFrames) return std::nullopt;
        return delayed[frame % kLookAheadFrames] * static_cast<float>(held_sum / kLookAheadFrames);
    }

    const std::array<Phase, kPhases - 1>& phases = interpolation();
    const float ceiling;
    std::vector<float> input;    // from kReach - 1 frames before the next to take
    std::vector<float> delayed;  // ring, as is held
    std::vector<double> held;
    double held_sum = 0;
    std::deque<std::pair<std::uint64_t, double>>
        least;  // frame and gain, rising: the front is the least of the look-ahead
    std::uint64_t frame = 0, taken = 0, given = 0;
    int loud_frames = 0;  // until the last loud frame has left the window
};

TruePeakLimiter::TruePeakLimiter(double ceiling_dbtp) : impl_(std::make_unique<Impl>(ceiling_dbtp)) {}
TruePeakLimiter::~TruePeakLimiter() = default;
void TruePeakLimiter::push(std::span<const float> frames, std::vector<float>& out) {
    impl_->push(frames, out);
}
void TruePeakLimiter::finish(std::vector<float>& out) {
    impl_->finish(out);
}

void TruePeakLimiter::process(std::vector<float>& samples) {
    std::vector<float> out;
    out.reserve(samples.size());
    push(samples, out);
    finish(out);
    samples = std::move(out);
}

}  // namespace stagecast::media
