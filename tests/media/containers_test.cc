#include <catch2/catch.hpp>

#include "base/error.h"
#include "media/ogg.h"
#include "media/webm.h"
#include "tests/media/signals.h"

using namespace stagecast;
using namespace stagecast::media;
using namespace stagecast::testing;

namespace {

std::string ogg_file(const std::vector<std::string>& packets, std::size_t packets_a_page) {
    OggOpusMuxer muxer(7, 1, {{"TITLE", "a test"}});
    std::string out = muxer.headers();
    for (std::size_t n = 0; n < packets.size(); ++n) {
        muxer.packet(bytes_of(packets[n]));
        if (n % packets_a_page == packets_a_page - 1) out += muxer.flush();
    }
    return out + muxer.finish();
}

std::vector<std::string> packets_in(const std::filesystem::path& path) {
    std::vector<std::string> out;
    read_ogg_opus(path, [&](std::span<const std::byte> packet) {
        out.emplace_back(reinterpret_cast<const char*>(packet.data()), packet.size());
    });
    return out;
}

}  // namespace

TEST_CASE("what goes into an Ogg file comes out of it, whatever the pages", "[media]") {
    const auto packets = opus_packets(speech("austen-0880.wav"));
    const TemporaryDirectory directory;
    const auto path = directory.path() / "a.opus";
    write_file(path, ogg_file(packets, GENERATE(1u, 3u, 50u, 10'000u)));
    CHECK(packets_in(path) == packets);
    const auto extent = measure_ogg_opus(path);
    CHECK(extent.frames == static_cast<std::int64_t>(packets.size() * kBlockFrames));
    CHECK(extent.whole_bytes == static_cast<std::int64_t>(std::filesystem::file_size(path)));
}

TEST_CASE("an Ogg file cut anywhere gives a beginning of its packets and no other", "[media]") {
    const auto packets = opus_packets(tone(440, 0.3, 48'000));
    const std::string whole = ogg_file(packets, 10);
    const TemporaryDirectory directory;
    const auto path = directory.path() / "a.opus";
    for (std::size_t size = 0; size < whole.size(); size += 37) {
        write_file(path, whole.substr(0, size));
        const auto found = packets_in(path);
        REQUIRE(found.size() <= packets.size());
        REQUIRE(std::equal(found.begin(), found.end(), packets.begin()));
        const auto extent = measure_ogg_opus(path);
        REQUIRE(extent.whole_bytes <= static_cast<std::int64_t>(size));
        REQUIRE(extent.frames == static_cast<std::int64_t>(found.size() * kBlockFrames));
    }
}

TEST_CASE("a damaged page is passed over, the pages around it are read", "[media]") {
    const auto packets = opus_packets(tone(440, 0.3, 48'000));
    std::string bytes = ogg_file(packets, 10);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
    const TemporaryDirectory directory;
    write_file(directory.path() / "a.opus", bytes);
    CHECK(packets_in(directory.path() / "a.opus").size() == packets.size() - 10);
}

TEST_CASE("garbage is no audio, and no file is not found", "[media]") {
    const TemporaryDirectory directory;
    std::mt19937 engine(3);
    std::string bytes(100'000, '\0');
    std::ranges::generate(bytes, [&] { return static_cast<char>(engine()); });
    write_file(directory.path() / "a.opus", bytes);
    CHECK(packets_in(directory.path() / "a.opus").empty());
    CHECK_THROWS_AS(packets_in(directory.path() / "b.opus"), NotFound);
}

TEST_CASE("ffmpeg plays an Ogg file of ours for as long as its packets last", "[media]") {
    const auto packets = opus_packets(tone(1000, 0.3, 3 * 48'000));
    const TemporaryDirectory directory;
    const auto path = directory.path() / "a.opus";
    write_file(path, ogg_file(packets, 50));
    CHECK(std::stod(probed(path, "format=duration")) == Approx(3.0).margin(0.02));
    CHECK(probed(path, "stream_tags=TITLE") == "a test");
    CHECK(amplitude_at(decode_file(path), 1000) == Approx(0.3).epsilon(0.05));
}

TEST_CASE("an Opus packet's length is known, a malformed one has none", "[media]") {
    CHECK(opus_packet_frames(bytes_of(opus_packets(tone(440, 0.3, 960))[0])) == 960);
    CHECK(opus_packet_frames(bytes_of(std::string("\xfb\x06"))) == 5760);
    CHECK(opus_packet_frames(bytes_of(std::string("\xfb\x07"))) == 0);  // 140 ms: more than 120
    CHECK(opus_packet_frames(bytes_of(std::string("\xfb"))) == 0);      // without its count
    CHECK(opus_packet_frames({}) == 0);
    OggOpusMuxer muxer(1, 1, {});
    CHECK_THROWS_AS(muxer.packet(bytes_of(std::string("\xfb\x07"))), Invalid);
    CHECK(muxer.frames() == 0);
}

TEST_CASE("a WebM stream is heard whole, and from any of its clusters on", "[media]") {
    const auto packets = opus_packets(tone(1000, 0.3, 4 * 48'000));
    WebmMuxer muxer(1);
    std::vector<std::string> clusters;
    for (std::size_t n = 0; n < packets.size(); ++n) {
        muxer.packet(bytes_of(packets[n]), 960);
        if (n % 10 == 9) clusters.push_back(muxer.flush());
    }
    CHECK(muxer.flush().empty());
    const std::size_t first = GENERATE(0u, 1u, 13u);
    std::string stream = muxer.headers();
    for (std::size_t n = first; n < clusters.size(); ++n) stream += clusters[n];
    const TemporaryDirectory directory;
    const auto path = directory.path() / "a.webm";
    write_file(path, stream);
    CHECK(probed(path, "stream=codec_name") == "opus");
    const auto heard = decode_file(path);
    CHECK(static_cast<double>(heard.size()) ==
          Approx(48'000 * (4 - 0.2 * static_cast<double>(first))).margin(960));
    CHECK(amplitude_at(heard, 1000) == Approx(0.3).epsilon(0.05));
}

TEST_CASE("a WebM cluster that nobody flushes stays within what a block's time can say", "[media]") {
    WebmMuxer muxer(1);
    const std::string silence = "\xfb\x06";
    for (int n = 0; n < 600; ++n) muxer.packet(bytes_of(silence), 5760);  // 72 s
    const std::string id = "\x1f\x43\xb6\x75";
    const std::string bytes = muxer.flush();
    int clusters = 0;
    for (auto at = bytes.find(id); at != std::string::npos; at = bytes.find(id, at + 1)) ++clusters;
    CHECK(clusters == 3);
}

TEST_CASE("an Opus decoder gives silence for garbage and conceals what is lost", "[media]") {
    const auto packets = opus_packets(tone(440, 0.3, 9600));
    OpusDecoder decoder;
    std::vector<float> out(5760);
    CHECK(decoder.decode({}, out) == 0);
    CHECK(decoder.decode(bytes_of(std::string("\xfb\x07")), out) == 0);
    for (const auto& packet : packets) CHECK(decoder.decode(bytes_of(packet), out) == 960);
    CHECK(decoder.decode(bytes_of(packets[0]), std::span(out).first(100)) == 0);
    CHECK(decoder.conceal(out, 960) == 960);
    CHECK(amplitude_at(std::span(out).first(960), 440) > 0.05);
}
