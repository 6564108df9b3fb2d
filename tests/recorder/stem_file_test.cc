#include <catch2/catch.hpp>

#include "base/error.h"
#include "media/ogg.h"
#include "recorder/stem_file.h"
#include "recorder/stem_track.h"
#include "tests/media/signals.h"

using namespace stagecast;
using namespace stagecast::recorder;
using namespace stagecast::testing;

namespace {

const Instant kStart{Milliseconds(1'000'000)};

struct Files {
    TemporaryDirectory directory;
    std::filesystem::path audio = directory.path() / "a.opus";
    std::filesystem::path sidecar = directory.path() / "a.align";
    StemFile file{audio, sidecar, 7};
    std::vector<AlignmentPair> pairs() const { return parse_alignment(read_file(sidecar)); }
};

// The n-th packet of 20 ms of a sender whose numbers wrap on the way.
StemPacket packet_at(const std::string& payload, std::uint32_t n) {
    const auto bytes = bytes_of(payload);
    return {{bytes.begin(), bytes.end()},
            0xffff'0000u + n * 960,
            static_cast<std::uint16_t>(65'500 + n),
            kStart + Milliseconds(20) * n};
}

}  // namespace

TEST_CASE("packets that come in disorder, twice or not at all make a stem of the right length and order",
          "[recorder]") {
    const auto packets = opus_packets(speech("austen-0870.wav"));
    std::vector<std::uint32_t> order(packets.size());
    for (std::uint32_t n = 0; n < order.size(); ++n) order[n] = n;
    std::mt19937 engine(GENERATE(1u, 2u, 3u));
    for (std::size_t n = 1; n + 6 < order.size(); n += 5)
        std::shuffle(order.begin() + static_cast<std::ptrdiff_t>(n),
                     order.begin() + static_cast<std::ptrdiff_t>(n + 5), engine);

    Files files;
    std::uint64_t repeats = 0, lost = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i % 31 == 17) {
            ++lost;
            continue;
        }
        files.file.add(packet_at(packets[order[i]], order[i]));
        if (i % 7 == 3) {
            files.file.add(packet_at(packets[order[i]], order[i]));
            ++repeats;
        }
    }
    CHECK(files.file.close() == static_cast<std::int64_t>(packets.size()) * 960);
    CHECK(files.file.dropped().late == repeats);
    std::size_t n = 0, filled = 0;
    media::read_ogg_opus(files.audio, [&](std::span<const std::byte> packet) {
        const bool is_own = std::ranges::equal(packet, bytes_of(packets[n]));
        filled += is_own ? 0 : 1;
        ++n;
    });
    CHECK(n == packets.size());
    CHECK(filled == lost);
}

TEST_CASE("a gap plays as long as it was, whatever its length", "[recorder]") {
    const auto packets = opus_packets(tone(440, 0.3, 96'000));
    const auto gap_frames = GENERATE(119u, 120u, 960u, 5000u, 144'000u, 5 * 60 * 48'000u);
    Files files;
    for (std::uint32_t n = 0; n < packets.size(); ++n) {
        auto packet = packet_at(packets[n], n);
        if (n >= 50) {
            packet.rtp_time_frames += gap_frames;
            packet.arrival += Milliseconds(gap_frames / 48);
        }
        files.file.add(packet);
    }
    const auto frames = files.file.close();
    CHECK(frames <= 96'000 + gap_frames);
    CHECK(frames > 96'000 + gap_frames - 120);
    CHECK(std::stod(probed(files.audio, "format=duration")) ==
          Approx(static_cast<double>(frames) / 48'000).margin(0.01));
    const auto decoded = decode_file(files.audio);
    CHECK(static_cast<double>(decoded.size()) == Approx(frames).margin(960));
    if (gap_frames >= 48'000) {
        const std::vector<float> middle(decoded.begin() + 48'000 + 24'000, decoded.begin() + 48'000 + 36'000);
        CHECK(amplitude_at(middle, 440) < 1e-3);
    }
    CHECK(amplitude_at(std::span(decoded).last(40'000), 440) == Approx(0.3).epsilon(0.1));
}

TEST_CASE("whatever a sender does, its stem is readable and never longer than time and ten seconds",
          "[recorder]") {
    std::mt19937 engine(GENERATE(range(0u, 8u)));
    const auto packets = opus_packets(tone(440, 0.3, 48'000));
    Files files;
    Instant now = kStart;
    StemPacket packet = packet_at(packets[0], 0);
    for (int n = 0; n < 3000; ++n) {
        now += Milliseconds(engine() % 25);
        packet.arrival = now;
        packet.sequence = static_cast<std::uint16_t>(packet.sequence + 1);
        packet.rtp_time_frames += 960;
        if (engine() % 10 == 0)
            packet.rtp_time_frames += static_cast<std::uint32_t>(engine()) >> (engine() % 32);
        if (engine() % 10 == 0) packet.rtp_time_frames = static_cast<std::uint32_t>(engine());
        if (engine() % 10 == 0) packet.sequence = static_cast<std::uint16_t>(engine());
        if (engine() % 10 == 0) {
            packet.payload.resize(engine() % 1500);
            std::ranges::generate(packet.payload, [&] { return static_cast<std::byte>(engine()); });
        } else {
            const auto bytes = bytes_of(packets[engine() % packets.size()]);
            packet.payload.assign(bytes.begin(), bytes.end());
        }
        files.file.add(packet);
        if (engine() % 50 == 0) files.file.settle(now);
    }
    const auto frames = files.file.close();
    CHECK(frames <= (now - kStart).count() * 48 + StemFile::kAheadFrames);
    CHECK(media::measure_ogg_opus(files.audio).frames == frames);
    CHECK(files.pairs().size() >= 1);
}

TEST_CASE("a jump of more than ten minutes or backwards goes on at the same place with a new pair",
          "[recorder]") {
    const auto packets = opus_packets(tone(440, 0.3, 96'000));
    const std::uint32_t jump = GENERATE(11u * 60 * 48'000, 0u - 48'000u);
    Files files;
    for (std::uint32_t n = 0; n < packets.size(); ++n) {
        auto packet = packet_at(packets[n], n);
        if (n >= 50) packet.rtp_time_frames += jump;
        files.file.add(packet);
    }
    CHECK(files.file.close() == 96'000);
    const auto pairs = files.pairs();
    CHECK(std::ranges::any_of(pairs, [](const auto& p) {
        return p.position_frames == 48'000 && p.at == kStart + Milliseconds(1000);
    }));
}

TEST_CASE("what was written half a second ago is in the file before it is closed", "[recorder]") {
    const auto packets = opus_packets(tone(440, 0.3, 96'000));
    Files files;
    for (std::uint32_t n = 0; n < packets.size(); ++n) {
        files.file.add(packet_at(packets[n], n));
        const auto there = media::measure_ogg_opus(files.audio).frames;
        REQUIRE(there > static_cast<std::int64_t>(n) * 960 - StemFile::kPageFrames);
    }
    files.file.add(packet_at(packets[0], 100));
    files.file.settle(kStart + Milliseconds(2600));
    CHECK(media::measure_ogg_opus(files.audio).frames == 101 * 960);
}

TEST_CASE("a packet that never comes is waited for only so long", "[recorder]") {
    const auto packets = opus_packets(tone(440, 0.3, 9600));
    Files files;
    for (const std::uint32_t n : {0u, 2u, 3u}) files.file.add(packet_at(packets[n], n));
    files.file.settle(kStart + Milliseconds(300));
    files.file.add(packet_at(packets[1], 1));
    CHECK(files.file.close() == 4 * 960);
    CHECK(files.file.dropped().late == 1);
}

TEST_CASE("a sidecar is read up to its torn last line", "[recorder]") {
    CHECK(parse_alignment("").empty());
    const auto pairs =
        parse_alignment("0 1000\n48000 2001\nnonsense\n-5 3\n96000\n96000 30x\n10 9\n144000 4000\n1920");
    REQUIRE(pairs.size() == 3);
    CHECK(pairs[1].position_frames == 48'000);
    CHECK(pairs[1].at == Instant(Milliseconds(2001)));
    CHECK(pairs[2].position_frames == 144'000);
    CHECK(sidecar_key("stems/ab/abc.opus") == "stems/ab/abc.align");
}

TEST_CASE("a sound is heard at its time although packets were delayed and the sender's clock runs off",
          "[recorder]") {
    // 60 s of silence with a short tone at 50 s; the sender's clock is 2000 ppm fast, so that its stem is too
    // long.
    auto sound = std::vector<float>(60 * 48'000);
    const auto beep = tone(1000, 0.5, 9600);
    std::copy(beep.begin(), beep.end(), sound.begin() + 50 * 48'000);
    const auto packets = opus_packets(sound);
    std::mt19937 engine(4);
    Files files;
    for (std::uint32_t n = 0; n < packets.size(); ++n) {
        auto packet = packet_at(packets[n], n);
        packet.arrival =
            kStart + Milliseconds(static_cast<int>(20 * n * 0.998) + static_cast<int>(engine() % 80));
        files.file.add(packet);
    }
    files.file.close();
    StemTrack track(files.audio, files.pairs(), kStart - Milliseconds(500));
    std::vector<float> heard(61 * 48'000);
    track.read(heard);
    const auto loud = std::ranges::find_if(heard, [](float f) { return std::abs(f) > 0.2f; });
    const double seconds = static_cast<double>(loud - heard.begin()) / 48'000;
    CHECK(seconds == Approx(0.5 + 50 * 0.998).margin(0.07));
}

TEST_CASE("a stem read in pieces of any size is the same", "[recorder]") {
    const auto packets = opus_packets(speech("austen-0880.wav"));
    Files files;
    for (std::uint32_t n = 0; n < packets.size(); ++n) files.file.add(packet_at(packets[n], n));
    files.file.close();
    std::vector<float> whole(3 * 48'000), pieces(3 * 48'000);
    StemTrack(files.audio, files.pairs(), kStart - Milliseconds(7)).read(whole);
    StemTrack track(files.audio, files.pairs(), kStart - Milliseconds(7));
    const std::size_t step = GENERATE(1u, 333u, 48'000u);
    for (std::size_t at = 0; at < pieces.size(); at += step)
        track.read(std::span(pieces).subspan(at, std::min(step, pieces.size() - at)));
    CHECK(whole == pieces);
}
