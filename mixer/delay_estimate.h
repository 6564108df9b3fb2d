#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace stagecast::mixer {

// How late a speaker's packets come, from what the last seconds showed, and how long to hold them back for
// that. Transit is arrival on the mixer's clock minus RTP time: only its changes mean anything. All in frames
// at 48 kHz. Thread: one. Memory: none.
class DelayEstimate {
public:
    static constexpr std::int64_t kLeastFrames = 960;    // 20 ms: one block
    static constexpr std::int64_t kMostFrames = 9'600;   // 200 ms
    static constexpr std::int64_t kFirstFrames = 1'920;  // 40 ms, until settled()

    void note(std::int64_t transit_frames, std::int64_t arrival_frames) noexcept;
    void forget() noexcept { *this = DelayEstimate(); }
    bool known() const noexcept { return packets_ > 0; }
    // A second of packets has been seen.
    bool settled() const noexcept { return packets_ == kFewPackets; }
    // The quickest transit seen.
    std::int64_t base_frames() const noexcept;
    // Held back beyond base_frames(): the jitter seen, a block, and 10 ms of margin, within the limits above.
    std::int64_t target_frames() const noexcept;

private:
    static constexpr std::int64_t kSpanFrames = 96'000;  // 2 s; four spans remember 6 to 8 s
    static constexpr std::int64_t kMarginFrames = 480;   // 10 ms
    static constexpr unsigned kFewPackets = 50;

    struct Span {
        std::int64_t least = INT64_MAX, most = INT64_MIN;
    };
    std::array<Span, 4> spans_{};
    std::size_t current_ = 0;
    std::int64_t span_start_frames_ = 0;
    unsigned packets_ = 0;  // saturates at kFewPackets
};

}  // namespace stagecast::mixer
