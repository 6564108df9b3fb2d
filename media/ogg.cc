#include "media/ogg.h"

#include <fcntl.h>
#include <ogg/ogg.h>
#include <opus/opus.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "base/error.h"

namespace stagecast::media {
namespace {

constexpr int kPreSkipFrames = 312;  // libopus' look-ahead at 48 kHz, application AUDIO
// One page per flush where the format allows it (255 segments); libogg would cut at 4 KiB.
constexpr int kPageFillBytes = 60'000;
constexpr std::size_t kMaxPacketBytes = 8 * 1024;
constexpr std::size_t kReadBytes = 64 * 1024;

void append_le32(std::string& out, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xff);
}

// RFC 7845, 5.1: mapping family 0, no gain.
std::string opus_head(int channels) {
    std::string head = "OpusHead";
    head += '\x01';
    head += static_cast<char>(channels);
    head += static_cast<char>(kPreSkipFrames & 0xff);
    head += static_cast<char>(kPreSkipFrames >> 8);
    append_le32(head, 48'000);
    head.append(3, '\0');
    return head;
}

// RFC 7845, 5.2.
std::string opus_tags(const Tags& tags) {
    const std::string vendor = "stagecast";
    std::string out = "OpusTags";
    append_le32(out, static_cast<std::uint32_t>(vendor.size()));
    out += vendor;
    append_le32(out, static_cast<std::uint32_t>(tags.size()));
    for (const auto& [name, value] : tags) {
        append_le32(out, static_cast<std::uint32_t>(name.size() + 1 + value.size()));
        out += name + "=" + value;
    }
    return out;
}

void append_page(std::string& out, const ogg_page& page) {
    out.append(reinterpret_cast<const char*>(page.header), static_cast<std::size_t>(page.header_len));
    out.append(reinterpret_cast<const char*>(page.body), static_cast<std::size_t>(page.body_len));
}

}  // namespace

int opus_packet_frames(std::span<const std::byte> packet) noexcept {
    if (packet.empty() || packet.size() > kMaxPacketBytes) return 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(packet.data());
    const auto size = static_cast<opus_int32>(packet.size());
    std::array<opus_int16, 48> sizes{};
    if (opus_packet_parse(bytes, size, nullptr, nullptr, sizes.data(), nullptr) < 0) return 0;
    const int frames = opus_packet_get_nb_samples(bytes, size, 48'000);
    return frames > 0 ? frames : 0;
}

struct OggOpusMuxer::Impl {
    ogg_stream_state stream{};
    std::string headers;
    std::int64_t frames = 0;
    std::int64_t packets = 0;
    std::uint32_t serial = 0;

    explicit Impl(std::uint32_t serial_number) : serial(serial_number) {
        if (ogg_stream_init(&stream, static_cast<int>(serial)) != 0)
            throw Unavailable("no memory for an Ogg stream", std::chrono::seconds(5));
    }
    ~Impl() { ogg_stream_clear(&stream); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    enum class Place { kFirst, kFurther };
    void put(std::span<const std::byte> bytes, Place place) {
        ogg_packet packet{};
        // libogg copies and does not write; its type is older than const.
        packet.packet = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(bytes.data()));
        packet.bytes = static_cast<long>(bytes.size());
        packet.b_o_s = place == Place::kFirst;
        packet.granulepos = frames;
        packet.packetno = packets++;
        ogg_stream_packetin(&stream, &packet);
    }
    std::string pages() {
        std::string out;
        ogg_page page;
        while (ogg_stream_flush_fill(&stream, &page, kPageFillBytes) != 0) append_page(out, page);
        return out;
    }
    // RFC 3533, 6: a page on which no packet ends has granule position -1. libogg makes no page without a
    // packet.
    std::string empty_last_page() const {
        std::string out = "OggS";
        out += '\0';
        out += '\x04';
        out.append(8, '\xff');
        append_le32(out, serial);
        append_le32(out, static_cast<std::uint32_t>(stream.pageno));
        append_le32(out, 0);
        out += '\0';
        ogg_page page{};
        page.header = reinterpret_cast<unsigned char*>(out.data());
        page.header_len = static_cast<long>(out.size());
        ogg_page_checksum_set(&page);
        return out;
    }
};

OggOpusMuxer::OggOpusMuxer(std::uint32_t serial, int channels, const Tags& tags)
    : impl_(std::make_unique<Impl>(serial)) {
    const std::string head = opus_head(channels);
    const std::string comments = opus_tags(tags);
    impl_->put(std::as_bytes(std::span(head)), Impl::Place::kFirst);
    impl_->headers = impl_->pages();
    impl_->put(std::as_bytes(std::span(comments)), Impl::Place::kFurther);
    impl_->headers += impl_->pages();
}

OggOpusMuxer::~OggOpusMuxer() = default;

const std::string& OggOpusMuxer::headers() const noexcept {
    return impl_->headers;
}
std::int64_t OggOpusMuxer::frames() const noexcept {
    return impl_->frames;
}

void OggOpusMuxer::packet(std::span<const std::byte> packet) {
    const int frames = opus_packet_frames(packet);
    if (frames == 0) throw Invalid("packet", "is not a whole Opus packet");
    impl_->frames += frames;
    impl_->put(packet, Impl::Place::kFurther);
}

std::string OggOpusMuxer::flush() {
    return impl_->pages();
}

std::string OggOpusMuxer::finish() {
    if (impl_->stream.lacing_fill == 0) return impl_->empty_last_page();
    impl_->stream.e_o_s = 1;
    return impl_->pages();
}

// Pages from a file, packets from the pages of its first stream.
struct OggOpusReader::Impl {
    explicit Impl(const std::string& path) : file(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (file < 0) throw NotFound("no such audio");
        ogg_sync_init(&sync);
    }
    ~Impl() {
        if (stream) ogg_stream_clear(&*stream);
        ogg_sync_clear(&sync);
        ::close(file);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    bool fill() {
        char* buffer = ogg_sync_buffer(&sync, static_cast<long>(kReadBytes));
        if (buffer == nullptr) throw Unavailable("no memory to read audio", std::chrono::seconds(5));
        const ssize_t got = ::read(file, buffer, kReadBytes);
        if (got < 0) {
            const std::string why = std::strerror(errno);
            throw Unavailable("audio cannot be read: " + why, std::chrono::seconds(5));
        }
        ogg_sync_wrote(&sync, static_cast<long>(got));
        return got > 0;
    }
    // False at the end: what follows the last whole page is not there.
    bool next_page() {
        ogg_page page;
        for (;;) {
            const long moved = ogg_sync_pageseek(&sync, &page);
            if (moved == 0) {
                if (!fill()) return false;
                continue;
            }
            position_bytes += std::abs(moved);
            if (moved < 0) continue;  // not a page: libogg looks on for the next capture pattern
            whole_bytes = position_bytes;
            if (!stream) {
                stream.emplace();
                ogg_stream_init(&*stream, ogg_page_serialno(&page));
            }
            if (ogg_stream_pagein(&*stream, &page) == 0) return true;
        }
    }
    bool is_header(std::span<const std::byte> bytes) noexcept {
        if (headers_seen == 2) return false;
        const char* magic = headers_seen == 0 ? "OpusHead" : "OpusTags";
        if (bytes.size() >= 8 && std::memcmp(bytes.data(), magic, 8) == 0) ++headers_seen;
        return true;
    }
    std::span<const std::byte> next() {
        for (;;) {
            ogg_packet raw;
            const int found = stream ? ogg_stream_packetout(&*stream, &raw) : 0;
            if (found < 0) continue;  // a page is missing: the packet across it is not whole
            if (found == 0) {
                if (!next_page()) return {};
                continue;
            }
            const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(raw.packet),
                                                   static_cast<std::size_t>(raw.bytes));
            if (!is_header(bytes) && opus_packet_frames(bytes) > 0) return bytes;
        }
    }

    const int file;
    ogg_sync_state sync{};
    std::optional<ogg_stream_state> stream;
    int headers_seen = 0;
    std::int64_t position_bytes = 0;
    std::int64_t whole_bytes = 0;
};

OggOpusReader::OggOpusReader(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
OggOpusReader::~OggOpusReader() = default;
std::span<const std::byte> OggOpusReader::next() {
    return impl_->next();
}
std::int64_t OggOpusReader::whole_bytes() const noexcept {
    return impl_->whole_bytes;
}

std::int64_t read_ogg_opus(const std::string& path,
                           const std::function<void(std::span<const std::byte>)>& packet) {
    OggOpusReader reader(path);
    std::int64_t count = 0;
    for (auto bytes = reader.next(); !bytes.empty(); bytes = reader.next()) {
        packet(bytes);
        ++count;
    }
    return count;
}

OggOpusExtent measure_ogg_opus(const std::string& path) {
    OggOpusExtent extent;
    OggOpusReader reader(path);
    for (auto bytes = reader.next(); !bytes.empty(); bytes = reader.next())
        extent.frames += opus_packet_frames(bytes);
    extent.whole_bytes = reader.whole_bytes();
    return extent;
}

}  // namespace stagecast::media
