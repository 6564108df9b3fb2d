#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/audio.h"
#include "media/ogg.h"

namespace stagecast::media {

// Integrated loudness and true peak (EBU R128, ITU-R BS.1770-4) by libebur128. Mono 48 kHz.
class LoudnessMeter {
public:
    enum class Measure { kLoudness, kLoudnessAndTruePeak };  // true peak costs five times as much
    explicit LoudnessMeter(Measure measure = Measure::kLoudnessAndTruePeak);
    ~LoudnessMeter();
    void add(const float* frames, std::size_t count);
    double integrated_lufs() const;  // -infinity for silence
    double true_peak_dbtp() const;   // -infinity for silence, or if it is not measured

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

// A look-ahead limiter that keeps the true peak under a ceiling. Mono. Thread: one.
class TruePeakLimiter {
public:
    explicit TruePeakLimiter(double ceiling_dbtp);
    ~TruePeakLimiter();
    // Takes the next frames and appends to `out` those that are finished: about 5 ms later.
    void push(std::span<const float> frames, std::vector<float>& out);
    // Appends what is left: then as many came out as went in. The next push() begins a new programme.
    void finish(std::vector<float>& out);
    void process(std::vector<float>& samples);  // in place, whole programme

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

enum class FileFormat { kM4a, kMp3, kOpus };

// Encodes a mono 48 kHz programme to a finished file (AAC 96 kb/s, MP3 96 kb/s CBR, Opus 64 kb/s) with tags:
// the same programme and tags give the same bytes. Tag names are ffmpeg's: title, artist, album, date,
// comment. Throws Unavailable when the encoder or the disk refuses; an unfinished file is removed.
class FileEncoder {
public:
    FileEncoder(FileFormat format, const std::filesystem::path& path, const Tags& tags);
    ~FileEncoder();
    void write(std::span<const float> frames);
    void finish();

    struct Impl;  // one for libav's formats, one for Ogg

private:
    const std::unique_ptr<Impl> impl_;
};

// The same, pulling: `read(out, n)` fills up to n frames and returns how many, 0 at the end.
void encode_file(FileFormat format, const std::filesystem::path& path, const Tags& tags,
                 const std::function<std::size_t(float*, std::size_t)>& read);

}  // namespace stagecast::media
