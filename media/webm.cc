#include "media/webm.h"

#include <bit>
#include <utility>

namespace stagecast::media {
namespace {

constexpr std::int64_t kFramesPerMs = 48;
constexpr std::int64_t kMaxClusterMs =
    30'000;  // a block's time is 16 bits, signed, in milliseconds from its cluster

std::string id_bytes(std::uint32_t id) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8)
        if (const auto byte = static_cast<char>(id >> shift & 0xff); byte != 0 || !out.empty()) out += byte;
    return out;
}

// An EBML size of 1 to 8 bytes; all ones is reserved for "unknown".
std::string size_bytes(std::uint64_t size) {
    int length = 1;
    while (length < 8 && size >= (std::uint64_t{1} << (7 * length)) - 1) ++length;
    const std::uint64_t marked = size | std::uint64_t{1} << (7 * length);
    std::string out;
    for (int shift = 8 * (length - 1); shift >= 0; shift -= 8)
        out += static_cast<char>(marked >> shift & 0xff);
    return out;
}

std::string element(std::uint32_t id, const std::string& body) {
    return id_bytes(id) + size_bytes(body.size()) + body;
}

std::string big_endian(std::uint64_t value, int bytes) {
    std::string out;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
    return out;
}

std::string number(std::uint32_t id, std::uint64_t value) {
    int bytes = 1;
    while (bytes < 8 && value >> (8 * bytes) != 0) ++bytes;
    return element(id, big_endian(value, bytes));
}

std::string opus_head(int channels) {
    using namespace std::string_literals;
    return "OpusHead\x01"s + static_cast<char>(channels) +
           "\x38\x01\x80\xbb\0\0\0\0\0"s;  // 312, 48000, no gain
}

std::string header(int channels) {
    using namespace std::string_literals;
    const std::string ebml = number(0x4286, 1) + number(0x42F7, 1) + number(0x42F2, 4) + number(0x42F3, 8) +
                             element(0x4282, "webm") + number(0x4287, 4) + number(0x4285, 2);
    const std::string info =
        number(0x2AD7B1, 1'000'000) + element(0x4D80, "stagecast") + element(0x5741, "stagecast");
    const std::string sound = element(0xB5, big_endian(std::bit_cast<std::uint64_t>(48'000.0), 8)) +
                              number(0x9F, static_cast<std::uint64_t>(channels));
    const std::string track = number(0xD7, 1) + number(0x73C5, 1) + number(0x83, 2) + number(0x9C, 0) +
                              element(0x86, "A_OPUS") + number(0x56AA, 6'500'000) +
                              number(0x56BB, 80'000'000) + element(0x63A2, opus_head(channels)) +
                              element(0xE1, sound);
    return element(0x1A45DFA3, ebml) + id_bytes(0x18538067) + "\x01\xff\xff\xff\xff\xff\xff\xff"s +
           element(0x1549A966, info) + element(0x1654AE6B, element(0xAE, track));
}

}  // namespace

WebmMuxer::WebmMuxer(int channels) : headers_(header(channels)) {}

void WebmMuxer::packet(std::span<const std::byte> packet, int frames) {
    if (time_frames_ / kFramesPerMs - cluster_start_frames_ / kFramesPerMs > kMaxClusterMs) close_cluster();
    if (blocks_.empty()) cluster_start_frames_ = time_frames_;
    const std::int64_t relative_ms = time_frames_ / kFramesPerMs - cluster_start_frames_ / kFramesPerMs;
    std::string block = "\x81";  // track 1
    block += big_endian(static_cast<std::uint64_t>(relative_ms), 2);
    block += '\x80';  // a key frame, as every Opus packet is
    block.append(reinterpret_cast<const char*>(packet.data()), packet.size());
    blocks_ += element(0xA3, block);
    time_frames_ += frames;
}

std::string WebmMuxer::flush() {
    close_cluster();
    return std::exchange(clusters_, {});
}

void WebmMuxer::close_cluster() {
    if (blocks_.empty()) return;
    const auto start_ms = static_cast<std::uint64_t>(cluster_start_frames_ / kFramesPerMs);
    clusters_ += element(0x1F43B675, number(0xE7, start_ms) + blocks_);
    blocks_.clear();
}

}  // namespace stagecast::media
