#include <catch2/catch.hpp>

#include "base/error.h"
#include "media/render.h"
#include "tests/media/signals.h"

using namespace stagecast;
using namespace stagecast::media;
using namespace stagecast::testing;

namespace {

double true_peak_of(const std::vector<float>& frames) {
    LoudnessMeter meter;
    meter.add(frames.data(), frames.size());
    return meter.true_peak_dbtp();
}

double loudness_of(const std::vector<float>& frames) {
    LoudnessMeter meter(LoudnessMeter::Measure::kLoudness);
    meter.add(frames.data(), frames.size());
    return meter.integrated_lufs();
}

void encode(FileFormat format, const std::filesystem::path& path, const std::vector<float>& frames) {
    std::size_t at = 0;
    encode_file(format, path, {{"title", "A title"}, {"artist", "A show"}},
                [&](float* out, std::size_t room) {
                    const std::size_t count = std::min(room, frames.size() - at);
                    std::copy_n(frames.begin() + static_cast<std::ptrdiff_t>(at), count, out);
                    at += count;
                    return count;
                });
}

}  // namespace

TEST_CASE("a limited programme has its true peak under the ceiling, and its length", "[media]") {
    const double ceiling_dbtp = GENERATE(-1.0, -6.0);
    std::vector<float> frames = GENERATE(tone(997, 1.5, 96'000), tone(12'000.5, 1.2, 96'000),
                                         noise(1, 2.0f, 96'000), std::vector<float>(48'000, 0.9f));
    const std::size_t length = frames.size();
    TruePeakLimiter(ceiling_dbtp).process(frames);
    CHECK(frames.size() == length);
    // Two interpolators differ by so much where there is sound up to 24 kHz.
    CHECK(true_peak_of(frames) <= ceiling_dbtp + 0.2);
}

TEST_CASE("a programme under the ceiling leaves the limiter as it came", "[media]") {
    const auto frames = tone(997, 0.5, 48'000);
    auto limited = frames;
    TruePeakLimiter(-1).process(limited);
    CHECK(limited == frames);
}

TEST_CASE("a limiter gives the same in pieces of any size", "[media]") {
    const auto frames = noise(5, 1.6f, 20'000);
    auto whole = frames;
    TruePeakLimiter(-2).process(whole);
    TruePeakLimiter limiter(-2);
    std::vector<float> out;
    const std::size_t step = GENERATE(1u, 7u, 960u, 19'999u);
    for (std::size_t at = 0; at < frames.size(); at += step)
        limiter.push(std::span(frames).subspan(at, std::min(step, frames.size() - at)), out);
    limiter.finish(out);
    CHECK(out == whole);
}

TEST_CASE("a tone of -23 dBFS measures what EBU Tech 3341 says, silence nothing", "[media]") {
    CHECK(loudness_of(tone(1000, std::pow(10, -20.0 / 20), 20 * 48'000)) == Approx(-23.0).margin(0.1));
    CHECK(loudness_of(std::vector<float>(96'000)) < -70);
    CHECK(true_peak_of(tone(997, 0.5, 48'000)) == Approx(-6.02).margin(0.1));
}

TEST_CASE("every format is read by ffmpeg with its length, its tags and its level", "[media]") {
    struct Expected {
        FileFormat format;
        const char* codec;
        const char* title;
    };
    const auto expected = GENERATE(Expected{FileFormat::kM4a, "aac", "format_tags=title"},
                                   Expected{FileFormat::kMp3, "mp3", "format_tags=title"},
                                   Expected{FileFormat::kOpus, "opus", "stream_tags=TITLE"});
    const std::size_t frames = GENERATE(5u * 48'000u, 48'001u);
    const TemporaryDirectory directory;
    const auto path = directory.path() / "a.m4a";
    encode(expected.format, path, tone(1000, 0.25, frames));
    CHECK(probed(path, "stream=codec_name") == expected.codec);
    CHECK(probed(path, expected.title) == "A title");
    CHECK(std::stod(probed(path, "format=duration")) ==
          Approx(static_cast<double>(frames) / 48'000).margin(0.06));
    CHECK(amplitude_at(decode_file(path), 1000) == Approx(0.25).epsilon(0.08));
}

TEST_CASE("the same programme and tags give the same bytes", "[media]") {
    const auto format = GENERATE(FileFormat::kM4a, FileFormat::kMp3, FileFormat::kOpus);
    const TemporaryDirectory directory;
    const auto frames = speech("austen-0880.wav");
    encode(format, directory.path() / "a", frames);
    encode(format, directory.path() / "b", frames);
    CHECK(read_file(directory.path() / "a") == read_file(directory.path() / "b"));
}

TEST_CASE("a file that cannot be written is refused, an unfinished one is removed", "[media]") {
    const TemporaryDirectory directory;
    for (const auto format : {FileFormat::kM4a, FileFormat::kMp3, FileFormat::kOpus}) {
        CHECK_THROWS_AS(FileEncoder(format, directory.path() / "none" / "a", {}), Error);
        {
            FileEncoder encoder(format, directory.path() / "a", {});
            encoder.write(tone(440, 0.1, 48'000));
        }
        CHECK_FALSE(std::filesystem::exists(directory.path() / "a"));
    }
}
