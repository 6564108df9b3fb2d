#include "recorder/stem_track.h"

#include <algorithm>
#include <cstdlib>

#include "media/ogg.h"
#include "media/opus.h"

namespace stagecast::recorder {
namespace {

constexpr std::int64_t kFramesPerMs = 48;
constexpr std::int64_t kToleratedFrames = 40 * kFramesPerMs;  // what nobody hears between two voices
constexpr std::int64_t kSameStretchFrames =
    500 * kFramesPerMs;  // more than a network delays: the sender's time jumped
constexpr std::size_t kMaxPacketFrames = 5760;

}  // namespace

std::vector<Shift> shifts_of(const std::vector<AlignmentPair>& pairs, Instant start) {
    std::vector<std::int64_t> raw;
    for (const auto& pair : pairs)
        raw.push_back((pair.at - start).count() * kFramesPerMs - pair.position_frames);
    std::vector<Shift> shifts;
    for (std::size_t n = 0; n < pairs.size(); ++n) {
        // A packet comes late by its way, never early: of a pair and its neighbours the earliest is right.
        std::int64_t shift = raw[n];
        for (const std::size_t neighbour : {n - 1, n + 1})
            if (neighbour < raw.size() && std::abs(raw[neighbour] - raw[n]) < kSameStretchFrames)
                shift = std::min(shift, raw[neighbour]);
        if (shifts.empty())
            shifts.push_back({0, shift});
        else if (std::abs(shift - shifts.back().shift_frames) > kToleratedFrames)
            shifts.push_back({pairs[n].position_frames, shift});
    }
    return shifts;
}

struct StemTrack::Impl {
    Impl(const std::string& path, std::vector<Shift> along) : reader(path), shifts(std::move(along)) {}

    void read(std::span<float> out) {
        while (!out.empty()) {
            if (first == count && !decode()) break;
            while (next_shift < shifts.size() && shifts[next_shift].position_frames <= position) ++next_shift;
            const std::int64_t due = position + shifts[next_shift - 1].shift_frames;
            std::int64_t ready = static_cast<std::int64_t>(count - first);
            if (next_shift < shifts.size())
                ready = std::min(ready, shifts[next_shift].position_frames - position);
            if (due > now) {
                advance(out, silence(out, due - now));
            } else if (due < now) {
                skip(std::min(ready, now - due));
            } else {
                const auto length = std::min(static_cast<std::size_t>(ready), out.size());
                std::copy_n(decoded.begin() + static_cast<std::ptrdiff_t>(first), length, out.begin());
                skip(static_cast<std::int64_t>(length));
                advance(out, length);
            }
        }
        std::ranges::fill(out, 0.0f);
        now += static_cast<std::int64_t>(out.size());
    }

    static std::size_t silence(std::span<float> out, std::int64_t frames) {
        const auto length = std::min(static_cast<std::size_t>(frames), out.size());
        std::ranges::fill(out.first(length), 0.0f);
        return length;
    }
    void advance(std::span<float>& out, std::size_t frames) {
        out = out.subspan(frames);
        now += static_cast<std::int64_t>(frames);
    }
    void skip(std::int64_t frames) {
        first += static_cast<std::size_t>(frames);
        position += frames;
    }
    bool decode() {
        const auto packet = reader.next();
        if (packet.empty() || shifts.empty()) return false;
        first = 0;
        count = static_cast<std::size_t>(media::opus_packet_frames(packet));
        const auto made = static_cast<std::size_t>(decoder.decode(packet, decoded));
        std::fill(decoded.begin() + static_cast<std::ptrdiff_t>(made), decoded.end(), 0.0f);
        return true;
    }

    media::OggOpusReader reader;
    media::OpusDecoder decoder;
    const std::vector<Shift> shifts;
    std::size_t next_shift = 0;
    std::vector<float> decoded = std::vector<float>(kMaxPacketFrames);
    std::size_t first = 0, count = 0;  // of `decoded`: what is still to come
    std::int64_t position = 0;         // of the stem: where `first` is
    std::int64_t now = 0;              // of the room: the next frame to give
};

StemTrack::StemTrack(const std::string& path, const std::vector<AlignmentPair>& pairs, Instant start)
    : impl_(std::make_unique<Impl>(path, shifts_of(pairs, start))) {}
StemTrack::~StemTrack() = default;
void StemTrack::read(std::span<float> out) {
    impl_->read(out);
}

}  // namespace stagecast::recorder
