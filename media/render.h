#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/audio.h"
#include "media/ogg.h"

namespace stagecast::media {

// Integrated loudness and true peak (EBU R128, ITU-R BS.1770-4) by libebur128. Mono 48 kHz.
class LoudnessMeter {
public:
    LoudnessMeter();
    ~LoudnessMeter();
    void add(const float* frames, std::size_t count);
    double integrated_lufs() const;  // -infinity for silence
    double true_peak_dbtp() const;

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

// A look-ahead limiter that keeps the true peak under a ceiling. Mono.
class TruePeakLimiter {
public:
    explicit TruePeakLimiter(double ceiling_dbtp);
    ~TruePeakLimiter();
    void process(std::vector<float>& samples);  // in place, whole programme

private:
    const double ceiling_;
};

enum class FileFormat { kM4a, kMp3, kOpus };

// Encodes a mono 48 kHz programme to a finished file (AAC 96 kb/s, MP3 96 kb/s CBR, Opus 64 kb/s) with tags.
// Pull: `read(out, n)` fills up to n frames and returns how many, 0 at the end.
// Throws Unavailable when the encoder or the disk refuses.
void encode_file(FileFormat format, const std::filesystem::path& path, const Tags& tags,
                 const std::function<std::size_t(float*, std::size_t)>& read);

}  // namespace stagecast::media
