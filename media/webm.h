#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace stagecast::media {

// Live WebM with one Opus track (Matroska, RFC 9559): header once, then clusters of known size that a late
// joiner may start with (timecodes go on, players take the first as the beginning).
class WebmMuxer {
public:
    explicit WebmMuxer(int channels);
    const std::string& headers() const noexcept { return headers_; }
    // Adds a packet that plays `frames` at 48 kHz.
    void packet(std::span<const std::byte> packet, int frames);
    // What was added since, as one cluster (more if it was over 30 s); empty if nothing was.
    std::string flush();

private:
    void close_cluster();

    std::string headers_;
    std::string clusters_;  // closed, not yet flushed
    std::string blocks_;
    std::int64_t time_frames_ = 0;
    std::int64_t cluster_start_frames_ = 0;
};

}  // namespace stagecast::media
