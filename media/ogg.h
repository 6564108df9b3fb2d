#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace stagecast::media {

using Tags = std::vector<std::pair<std::string, std::string>>;

// Frames (48 kHz) one Opus packet plays, 0 for a malformed one (RFC 6716, 3.1 and 3.2.5).
int opus_packet_frames(std::span<const std::byte> packet) noexcept;

// Ogg Opus (RFC 7845, RFC 3533), mono or stereo, pre-skip 312. Pages come out as whole byte strings.
// Thread: one. Memory: amortised by libogg.
class OggOpusMuxer {
public:
    struct Page {
        std::string bytes;
    };
    OggOpusMuxer(std::uint32_t serial, int channels, const Tags& tags);
    ~OggOpusMuxer();
    // OpusHead and OpusTags pages.
    const std::string& headers() const noexcept;
    // Adds a packet of opus_packet_frames(); the granule position follows.
    void packet(std::span<const std::byte> packet);
    // What was added since, as one or more pages; empty if nothing was.
    std::string flush();
    // The last page, with end of stream.
    std::string finish();
    std::int64_t frames() const noexcept;  // added so far

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

// The packets of an Ogg Opus file that may end anywhere (kill -9) and hold anything: pages with a wrong
// checksum, packets that are not whole and packets over 8 KiB are passed over. Throws NotFound where there is
// no file. Thread: one.
class OggOpusReader {
public:
    explicit OggOpusReader(const std::string& path);
    ~OggOpusReader();
    // Valid until the next call; empty at the end.
    std::span<const std::byte> next();
    // To the end of the last whole page seen so far.
    std::int64_t whole_bytes() const noexcept;

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

// Calls back for each whole packet, in order. Returns how many there were.
std::int64_t read_ogg_opus(const std::string& path,
                           const std::function<void(std::span<const std::byte>)>& packet);

// What of a file is whole: its frames, and the bytes to the end of the last whole page.
struct OggOpusExtent {
    std::int64_t frames = 0;
    std::int64_t whole_bytes = 0;
};
OggOpusExtent measure_ogg_opus(const std::string& path);

}  // namespace stagecast::media
