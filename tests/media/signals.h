#pragma once
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numbers>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "media/opus.h"

// Sounds and files for the tests of media and recorder. Mono, 48 kHz, 1.0 is 0 dBFS.
namespace stagecast::testing {

inline std::vector<float> tone(double hertz, double amplitude, std::size_t frames) {
    std::vector<float> out(frames);
    for (std::size_t n = 0; n < frames; ++n)
        out[n] = static_cast<float>(
            amplitude * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(n) / kSampleRateHz));
    return out;
}

inline std::vector<float> noise(std::uint32_t seed, float amplitude, std::size_t frames) {
    std::mt19937 engine(seed);
    std::uniform_real_distribution<float> spread(-amplitude, amplitude);
    std::vector<float> out(frames);
    std::ranges::generate(out, [&] { return spread(engine); });
    return out;
}

// The amplitude of one frequency, measured under a Hann window so that a neighbour does not leak into it.
inline double amplitude_at(std::span<const float> frames, double hertz) {
    if (frames.empty()) return 0;
    std::complex<double> sum = 0;
    const double step = 2 * std::numbers::pi / static_cast<double>(frames.size());
    for (std::size_t n = 0; n < frames.size(); ++n) {
        const double t = static_cast<double>(n);
        const double hann = 1 - std::cos(step * t);
        sum += hann * static_cast<double>(frames[n]) *
               std::polar(1.0, -2 * std::numbers::pi * hertz * t / kSampleRateHz);
    }
    return 2 * std::abs(sum) / static_cast<double>(frames.size());
}

inline std::vector<std::string> opus_packets(const std::vector<float>& frames) {
    media::OpusEncoder encoder({});
    std::vector<std::string> packets;
    std::array<std::byte, 1276> out{};
    for (std::size_t at = 0; at < frames.size(); at += kBlockFrames) {
        Block block{};
        std::copy_n(frames.begin() + static_cast<std::ptrdiff_t>(at),
                    std::min(kBlockFrames, frames.size() - at), block.begin());
        packets.emplace_back(reinterpret_cast<const char*>(out.data()), encoder.encode(block, out));
    }
    return packets;
}

inline std::span<const std::byte> bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text));
}

inline std::string output_of(const std::string& command) {
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run: " + command);
    std::string out;
    std::array<char, 65536> buffer{};
    for (std::size_t got; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        out.append(buffer.data(), got);
    ::pclose(pipe);
    return out;
}

// Any audio file, decoded by the ffmpeg program: an independent reader. Empty if it refuses the file.
inline std::vector<float> decode_file(const std::filesystem::path& path) {
    const std::string raw = output_of("ffmpeg -v error -i '" + path.string() +
                                      "' -f f32le -ac 1 -ar 48000 - 2>/dev/null </dev/null");
    std::vector<float> frames(raw.size() / sizeof(float));
    std::memcpy(frames.data(), raw.data(), frames.size() * sizeof(float));
    return frames;
}

// One value of ffprobe's, "" if it refuses the file: "format=duration", "stream=codec_name",
// "format_tags=title".
inline std::string probed(const std::filesystem::path& path, const std::string& entry) {
    std::string out = output_of("ffprobe -v error -show_entries " + entry + " -of csv=p=0 '" + path.string() +
                                "' 2>/dev/null </dev/null");
    while (!out.empty() && (out.back() == '\n' || out.back() == ',')) out.pop_back();
    return out;
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

// Real speech from tests/data/speech.
inline std::vector<float> speech(const std::string& name) {
    auto frames = decode_file(std::string(STAGECAST_TEST_DATA) + "/speech/" + name);
    if (frames.empty()) throw std::runtime_error("no speech in " + name);
    return frames;
}

// Removed with all that is in it.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "stagecast-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
        path_ = name;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace stagecast::testing
