#include "recorder/stem_file.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "base/file.h"
#include "media/ogg.h"

namespace stagecast::recorder {
namespace {

constexpr std::int64_t kFramesPerMs = 48;
constexpr std::int64_t kSmallestPacketFrames = 120;  // 2.5 ms
constexpr std::int64_t kJumpPackets =
    100;  // RFC 3550, A.1: further off than this is a sender that began anew
constexpr std::string_view kAudioSuffix = ".opus";

// Packets without sound (RFC 6716, 3.2.1: a frame of no bytes), fullband CELT: 6 × 20 ms, then 20, 10, 5, 2.5
// ms.
struct Silence {
    std::int64_t frames;
    std::array<std::byte, 2> bytes;
    std::size_t size_bytes;
};
constexpr std::array<Silence, 5> kSilences{{{5760, {std::byte{0xfb}, std::byte{6}}, 2},
                                            {960, {std::byte{0xf8}}, 1},
                                            {480, {std::byte{0xf0}}, 1},
                                            {240, {std::byte{0xe8}}, 1},
                                            {120, {std::byte{0xe0}}, 1}}};

constexpr int kNewFile = O_CREAT | O_EXCL | O_WRONLY | O_APPEND;

std::int64_t elapsed_frames(Instant from, Instant to) {
    return (to - from).count() * kFramesPerMs;
}

}  // namespace

struct StemFile::Impl {
    Impl(const std::filesystem::path& audio, const std::filesystem::path& sidecar, std::uint32_t serial)
        : audio_path(audio),
          sidecar_path(sidecar),
          audio_file(open_file(audio, kNewFile)),
          sidecar_file(open_file(sidecar, kNewFile)),
          muxer(serial, 1, {}) {
        write_all(audio_file, muxer.headers(), audio_path);
        sync_directory(audio.parent_path());
    }

    void add(StemPacket packet) {
        if (media::opus_packet_frames(packet.payload) == 0) {
            ++dropped.malformed;
            return;
        }
        if (!started) expected_sequence = packet.sequence;
        const auto ahead =
            static_cast<std::int16_t>(packet.sequence - static_cast<std::uint16_t>(expected_sequence));
        if (ahead < -kJumpPackets || ahead > kJumpPackets) {
            release_all();
            expected_sequence = packet.sequence;
            waiting.emplace(expected_sequence, std::move(packet));
        } else if (ahead < 0 || !waiting.try_emplace(expected_sequence + ahead, std::move(packet)).second) {
            ++dropped.late;
            return;
        }
        release_in_order();
        while (waiting.size() > kWindowPackets) release_first();
    }
    void release_in_order() {
        while (!waiting.empty() && waiting.begin()->first == expected_sequence) release_first();
    }
    void release_first() {
        auto first = waiting.extract(waiting.begin());
        expected_sequence = first.key() + 1;
        write(first.mapped());
        release_in_order();
    }
    void release_all() {
        while (!waiting.empty()) release_first();
    }

    void write(const StemPacket& packet) {
        const int frames = media::opus_packet_frames(packet.payload);
        if (!started) begin(packet);
        const std::int64_t limit = elapsed_frames(*started, packet.arrival) + kAheadFrames;
        if (muxer.frames() + frames > limit) {
            ++dropped.ahead;
            return;
        }
        const auto gap = static_cast<std::int32_t>(packet.rtp_time_frames - next_rtp_time);
        const bool backwards = gap <= -kSmallestPacketFrames;
        if (backwards || gap > kMaxGapFrames || muxer.frames() + gap + frames > limit)
            realign(packet);
        else
            fill(gap);
        note_pair(packet);
        muxer.packet(packet.payload);
        next_rtp_time += static_cast<std::uint32_t>(frames);
        if (muxer.frames() - flushed_frames >= kPageFrames) flush(packet.arrival);
    }
    void begin(const StemPacket& packet) {
        started = last_flush = packet.arrival;
        next_rtp_time = packet.rtp_time_frames;
        append_pair({0, packet.arrival});
    }
    // Leaves less than the smallest packet unfilled, which the next gap makes up for.
    void fill(std::int64_t gap_frames) {
        for (const Silence& silence : kSilences)
            for (; gap_frames >= silence.frames; gap_frames -= silence.frames) {
                muxer.packet(std::span(silence.bytes).first(silence.size_bytes));
                next_rtp_time += static_cast<std::uint32_t>(silence.frames);
                if (muxer.frames() - flushed_frames >= kMaxUnflushedFrames) flush(last_flush);
            }
    }
    void realign(const StemPacket& packet) {
        append_best_pair();
        next_rtp_time = packet.rtp_time_frames;
        append_pair({muxer.frames(), packet.arrival});
    }

    // Of the packets of kPairEvery the one that was least under way: the others were delayed by the network.
    void note_pair(const StemPacket& packet) {
        const AlignmentPair pair{muxer.frames(), packet.arrival};
        const auto delay = [](const AlignmentPair& p) {
            return p.at.time_since_epoch().count() * kFramesPerMs - p.position_frames;
        };
        if (best_pair && packet.arrival - best_pair_since >= kPairEvery) append_best_pair();
        if (!best_pair) best_pair_since = packet.arrival;
        if (!best_pair || delay(pair) < delay(*best_pair)) best_pair = pair;
    }
    void append_best_pair() {
        if (best_pair) append_pair(*best_pair);
        best_pair.reset();
    }
    void append_pair(const AlignmentPair& pair) {
        const std::string line = std::to_string(pair.position_frames) + " " +
                                 std::to_string(pair.at.time_since_epoch().count()) + "\n";
        write_all(sidecar_file, line, sidecar_path);
    }

    void flush(Instant now) {
        write_all(audio_file, muxer.flush(), audio_path);
        flushed_frames = muxer.frames();
        last_flush = now;
    }
    void settle(Instant now) {
        while (!waiting.empty() && now - waiting.begin()->second.arrival >= kWindowTime) release_first();
        if (muxer.frames() > flushed_frames && elapsed_frames(last_flush, now) >= kPageFrames) flush(now);
    }
    std::int64_t close() {
        release_all();
        append_best_pair();
        write_all(audio_file, muxer.finish(), audio_path);
        sync_both();
        return muxer.frames();
    }
    void sync_both() {
        stagecast::sync(audio_file, audio_path);
        stagecast::sync(sidecar_file, sidecar_path);
    }

    static constexpr std::int64_t kMaxUnflushedFrames =
        200 * 5760;  // 200 packets of silence: one page holds 255

    const std::filesystem::path audio_path, sidecar_path;
    const Descriptor audio_file, sidecar_file;
    media::OggOpusMuxer muxer;
    Dropped dropped;
    std::map<std::int64_t, StemPacket> waiting;  // by sequence number without wrapping
    std::int64_t expected_sequence = 0;
    std::uint32_t next_rtp_time = 0;
    std::optional<Instant> started;
    std::optional<AlignmentPair> best_pair;
    Instant best_pair_since{};
    std::int64_t flushed_frames = 0;
    Instant last_flush{};
};

StemFile::StemFile(const std::filesystem::path& audio, const std::filesystem::path& sidecar,
                   std::uint32_t serial)
    : impl_(std::make_unique<Impl>(audio, sidecar, serial)) {}
StemFile::~StemFile() = default;
void StemFile::add(StemPacket packet) {
    impl_->add(std::move(packet));
}
void StemFile::settle(Instant now) {
    impl_->settle(now);
}
void StemFile::sync() {
    impl_->sync_both();
}
std::int64_t StemFile::close() {
    return impl_->close();
}
const StemFile::Dropped& StemFile::dropped() const noexcept {
    return impl_->dropped;
}

std::string sidecar_key(const std::string& audio_key) {
    std::string_view stem = audio_key;
    if (stem.ends_with(kAudioSuffix)) stem.remove_suffix(kAudioSuffix.size());
    return std::string(stem) + ".align";
}

std::vector<AlignmentPair> parse_alignment(const std::string& text) {
    std::vector<AlignmentPair> pairs;
    for (std::size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
        const char* const last = text.data() + end;
        std::int64_t position = 0, at_ms = 0;
        const auto first = std::from_chars(text.data() + begin, last, position);
        if (first.ec != std::errc() || first.ptr == last || *first.ptr != ' ') continue;
        const auto second = std::from_chars(first.ptr + 1, last, at_ms);
        if (second.ec != std::errc() || second.ptr != last) continue;
        if (position < 0 || (!pairs.empty() && position < pairs.back().position_frames)) continue;
        pairs.push_back({position, Instant(Milliseconds(at_ms))});
    }
    return pairs;
}

}  // namespace stagecast::recorder
