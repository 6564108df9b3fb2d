#pragma once
#include <cstddef>
#include <memory>
#include <span>

#include "base/audio.h"

namespace stagecast::media {

// Opus to mono float. Thread: one. Memory: none after construction.
class OpusDecoder {
public:
    OpusDecoder();
    ~OpusDecoder();
    // Decodes one packet; returns frames written (at most 5760 = 120 ms), 0 for a malformed packet.
    // out.size() >= 5760.
    int decode(std::span<const std::byte> packet, std::span<float> out) noexcept;
    // Packet loss concealment: `frames` (multiple of 120) made up.
    int conceal(std::span<float> out, int frames) noexcept;
    // The lost packet before `next`, from its in-band FEC.
    int recover(std::span<const std::byte> next, std::span<float> out, int frames) noexcept;

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

struct OpusSettings {
    int bitrate_bps = 64'000;
    int complexity = 5;
    bool constant_bitrate = false;
};

// Mono float blocks to Opus, application AUDIO. Thread: one. Memory: none after construction.
class OpusEncoder {
public:
    explicit OpusEncoder(const OpusSettings& settings);
    ~OpusEncoder();
    // Returns the packet's bytes in out (at least 1276). Never fails on finite input; 0 for anything else.
    std::size_t encode(const Block& block, std::span<std::byte> out) noexcept;

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::media
