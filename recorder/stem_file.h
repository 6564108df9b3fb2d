#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"

namespace stagecast::recorder {

// One packet of a stem with the wall-clock time of its arrival.
struct StemPacket {
    std::vector<std::byte> payload;
    std::uint32_t rtp_time_frames = 0;
    std::uint16_t sequence = 0;
    Instant arrival{};
};

// One stem on disk: Ogg Opus with a position for every frame of RTP time, and its sidecar (docs/formats.md).
//
// Order:   packets are sorted in a window of kWindowPackets or kWindowTime; late ones and repeats are
// dropped. Gaps:    filled with packets that decode to silence, so that the file's position is the RTP time.
// Bounded: never more than kAheadFrames ahead of the time passed since its first packet, whatever its RTP
// time says;
//          a jump over that, over kMaxGapFrames, or backwards goes on at the same position with a new
//          alignment pair.
// Thread:  one. Errors: Unavailable when the disk refuses; the file is whole up to its last page.
class StemFile {
public:
    static constexpr std::size_t kWindowPackets = 10;
    static constexpr Milliseconds kWindowTime{200};
    static constexpr std::int64_t kMaxGapFrames = 10 * 60 * 48'000;
    static constexpr std::int64_t kAheadFrames = 10 * 48'000;
    static constexpr std::int64_t kPageFrames =
        24'000;  // half a second: with window and ring, under 1 s is lost to kill -9
    static constexpr Milliseconds kPairEvery{5'000};

    struct Dropped {
        std::uint64_t late = 0;  // or a repeat
        std::uint64_t malformed = 0;
        std::uint64_t ahead = 0;  // faster than time
    };

    // Makes both files (Unavailable if one is there) and writes the headers.
    StemFile(const std::filesystem::path& audio, const std::filesystem::path& sidecar, std::uint32_t serial);
    ~StemFile();

    void add(StemPacket packet);
    // Gives up waiting for what should have come kWindowTime before now.
    void settle(Instant now);
    // What was written is on the disk when this returns.
    void sync();
    // Writes what waits and the last page; returns the stem's frames. Nothing may follow.
    std::int64_t close();
    const Dropped& dropped() const noexcept;

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

// Where in wall-clock time a position of a stem was heard.
struct AlignmentPair {
    std::int64_t position_frames = 0;
    Instant at{};
};

// The key of a stem's sidecar, from the key of its audio ("….opus" → "….align").
std::string sidecar_key(const std::string& audio_key);
// The pairs of a sidecar's text, by position; a torn last line and lines that are none are passed over.
std::vector<AlignmentPair> parse_alignment(const std::string& text);

}  // namespace stagecast::recorder
