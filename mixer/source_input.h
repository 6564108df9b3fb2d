#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <span>

#include "base/ring.h"
#include "mixer/stage_input.h"

namespace stagecast::mixer {

// Raw mono sound from another element (a track, a test tone), paced by its own clock.
// Held back by 40 ms; a source that stops is silent and starts anew, one that runs ahead loses what is over
// 200 ms. Thread: frames() by one producer, next() and discard() by the mixer.
class SourceInput final : public StageInput {
public:
    SourceInput() : arrived_(kMaxWaiting), held_(std::make_unique<Held>()) {}

    // Copies and returns. Samples that are not finite become silence.
    void frames(std::span<const float> samples) noexcept;

    Sound next(Block& out, std::int64_t now_frames) noexcept override;
    void discard() noexcept override;

private:
    static constexpr std::size_t kChunkFrames = 480;       // 10 ms
    static constexpr std::size_t kMaxWaiting = 100;        // 1 s of chunks
    static constexpr std::size_t kHeldBackFrames = 1'920;  // 40 ms
    static constexpr std::size_t kMostFrames = 9'600;      // 200 ms

    struct Chunk {
        std::array<float, kChunkFrames> samples;
        std::size_t size_frames = 0;
    };
    using Held = std::array<float, kMostFrames + kChunkFrames>;

    void gather() noexcept;
    void drop(std::size_t frames) noexcept;

    Ring<Chunk> arrived_;
    Chunk incoming_{};  // producer
    Chunk taken_{};     // mixer, like all below
    const std::unique_ptr<Held> held_;
    std::size_t size_frames_ = 0;
    bool running_ = false;
};

}  // namespace stagecast::mixer
