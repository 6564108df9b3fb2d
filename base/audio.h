#pragma once
#include <array>
#include <chrono>
#include <cstddef>

namespace stagecast {

inline constexpr int kSampleRateHz = 48'000;
inline constexpr std::size_t kBlockFrames = 960;  // 20 ms x 48 kHz
inline constexpr std::chrono::milliseconds kBlockTime{20};

// Mono, 1.0 is 0 dBFS.
using Block = std::array<float, kBlockFrames>;

}  // namespace stagecast
