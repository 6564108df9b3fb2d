#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/audio.h"

// Sounds whose place in a mix can be measured.
namespace stagecast::mixer::testing {

inline constexpr double kTurn = 6.283185307179586;

// The block of a sine that begins at `start_frame`.
inline Block tone(double frequency_hz, std::int64_t start_frame, float amplitude = 0.2f) {
    Block block;
    for (std::size_t i = 0; i < block.size(); ++i) {
        const double turns =
            frequency_hz * static_cast<double>(start_frame + static_cast<std::int64_t>(i)) / kSampleRateHz;
        block[i] = amplitude * static_cast<float>(std::sin(kTurn * (turns - std::floor(turns))));
    }
    return block;
}

// White noise of at most `amplitude`, the same for the same seed.
inline Block noise(std::uint32_t seed, float amplitude = 0.1f) {
    Block block;
    std::uint64_t state = seed + 1;
    for (float& sample : block) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        sample = amplitude * (static_cast<float>(state >> 40) / 8388608.0f - 1.0f);
    }
    return block;
}

// Amplitude of one frequency (a Hann window keeps neighbours 100 Hz away out).
inline double amplitude_at(std::span<const float> sound, double frequency_hz) {
    double re = 0, im = 0, weight = 0;
    for (std::size_t i = 0; i < sound.size(); ++i) {
        const double window =
            0.5 - 0.5 * std::cos(kTurn * static_cast<double>(i) / static_cast<double>(sound.size()));
        const double angle = kTurn * frequency_hz * static_cast<double>(i) / kSampleRateHz;
        re += window * static_cast<double>(sound[i]) * std::cos(angle);
        im += window * static_cast<double>(sound[i]) * std::sin(angle);
        weight += window;
    }
    return 2 * std::sqrt(re * re + im * im) / weight;
}

// The same over sounds longer than a speed that changes by 0.2 % lets a single window be: the mean of 100 ms
// windows.
inline double level_at(std::span<const float> sound, double frequency_hz) {
    constexpr std::size_t kWindow = 4'800;
    double power = 0;
    for (std::size_t at = 0; at + kWindow <= sound.size(); at += kWindow) {
        power += std::pow(amplitude_at(sound.subspan(at, kWindow), frequency_hz), 2);
    }
    const std::size_t windows = sound.size() / kWindow;
    return std::sqrt(power / static_cast<double>(windows));
}

// What is this far under what it was is not there. Ten times slower under the thread sanitizer, a mixer
// misses ticks, and every click has a little of all frequencies.
#ifdef __SANITIZE_THREAD__
inline constexpr double kGoneDb = -30;
#else
inline constexpr double kGoneDb = -60;
#endif

inline double to_db(double ratio) {
    return 20 * std::log10(std::max(ratio, 1e-12));
}

inline float peak(std::span<const float> sound) {
    float most = 0;
    for (const float sample : sound) most = std::max(most, std::abs(sample));
    return most;
}

}  // namespace stagecast::mixer::testing
