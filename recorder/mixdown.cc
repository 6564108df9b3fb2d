#include "recorder/mixdown.h"

#include <fcntl.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/audio.h"
#include "base/file.h"
#include "media/render.h"
#include "recorder/stem_track.h"

namespace stagecast::recorder {
namespace {

using media::FileEncoder;
using media::FileFormat;
using media::LoudnessMeter;

constexpr double kStemLufs = -18, kMaxStemGainDb = 12;
constexpr double kProgrammeLufs = -16, kMaxProgrammeGainDb = 30;
constexpr double kCloseEnoughLu = 0.5;
constexpr int kMaxAttempts = 3;
// A lossy encoder adds up to about half a decibel to a peak; what is published stays under -1 dBTP.
constexpr double kCeilingDbtp = -2.0;
constexpr std::size_t kPeakFrames = kSampleRateHz / 10;
constexpr std::size_t kSecond = kSampleRateHz;

double to_factor(double db) {
    return std::pow(10, db / 20);
}

double gain_db(double from_lufs, double to_lufs, double down_db, double up_db) {
    return std::isfinite(from_lufs) ? std::clamp(to_lufs - from_lufs, -down_db, up_db) : 0;
}

using Take = std::function<void(std::span<const float>)>;

// All stems with their gains, second by second. False if it was broken off.
bool mix(const Mixdown& mixdown, const std::vector<double>& gains_db, const std::function<bool()>& wanted,
         const Take& take) {
    std::vector<std::unique_ptr<StemTrack>> tracks;
    for (const auto& stem : mixdown.stems)
        tracks.push_back(std::make_unique<StemTrack>(stem.path, stem.pairs, mixdown.start));
    std::vector<float> sum, one;
    for (std::int64_t left = mixdown.frames; left > 0; left -= static_cast<std::int64_t>(sum.size())) {
        if (!wanted()) return false;
        sum.assign(std::min(kSecond, static_cast<std::size_t>(left)), 0.0f);
        one.resize(sum.size());
        for (std::size_t n = 0; n < tracks.size(); ++n) {
            tracks[n]->read(one);
            const auto factor = static_cast<float>(to_factor(gains_db[n]));
            std::ranges::transform(sum, one, sum.begin(), [&](float a, float b) { return a + factor * b; });
        }
        take(sum);
    }
    return true;
}

std::optional<double> loudness(const Mixdown& mixdown, const std::vector<double>& gains_db,
                               const std::function<bool()>& wanted) {
    LoudnessMeter meter(LoudnessMeter::Measure::kLoudness);
    const bool whole = mix(mixdown, gains_db, wanted,
                           [&](std::span<const float> frames) { meter.add(frames.data(), frames.size()); });
    return whole ? std::optional(meter.integrated_lufs()) : std::nullopt;
}

std::optional<std::vector<double>> stem_gains_db(const Mixdown& mixdown,
                                                 const std::function<bool()>& wanted) {
    std::vector<double> gains;
    for (const auto& stem : mixdown.stems) {
        const Mixdown alone{{stem}, mixdown.start, mixdown.frames, {}};
        const auto lufs = loudness(alone, {0}, wanted);
        if (!lufs) return std::nullopt;
        gains.push_back(gain_db(*lufs, kStemLufs, kMaxStemGainDb, kMaxStemGainDb));
    }
    return gains;
}

// The highest level of each tenth of a second, 0 to 100.
class Peaks {
public:
    void add(std::span<const float> frames) {
        for (const float frame : frames) {
            highest_ = std::max(highest_, std::abs(frame));
            if (++count_ == kPeakFrames) close();
        }
    }
    std::string json() {
        if (count_ > 0) close();
        return nlohmann::json(peaks_).dump();
    }

private:
    void close() {
        peaks_.push_back(static_cast<int>(std::lround(100 * std::min(highest_, 1.0f))));
        highest_ = 0;
        count_ = 0;
    }
    std::vector<int> peaks_;
    float highest_ = 0;
    std::size_t count_ = 0;
};

// Where the finished programme goes: every format at once, the meter, the peaks.
class Outputs {
public:
    Outputs(const std::filesystem::path& directory, const media::Tags& tags)
        : peaks_path_(directory / mixdown_files()[3].name) {
        const auto add = [&](FileFormat format, std::size_t index) {
            encoders_.push_back(
                std::make_unique<FileEncoder>(format, directory / mixdown_files()[index].name, tags));
        };
        add(FileFormat::kM4a, 0);
        add(FileFormat::kMp3, 1);
        add(FileFormat::kOpus, 2);
    }
    void write(std::span<const float> frames) {
        for (const auto& encoder : encoders_) encoder->write(frames);
        meter_.add(frames.data(), frames.size());
        peaks_.add(frames);
    }
    MixdownResult finish() {
        for (const auto& encoder : encoders_) encoder->finish();
        write_all(open_file(peaks_path_, O_CREAT | O_TRUNC | O_WRONLY), peaks_.json(), peaks_path_);
        return {meter_.integrated_lufs(), meter_.true_peak_dbtp()};
    }

private:
    const std::filesystem::path peaks_path_;
    std::vector<std::unique_ptr<FileEncoder>> encoders_;
    LoudnessMeter meter_;
    Peaks peaks_;
};

std::optional<MixdownResult> encode(const Mixdown& mixdown, const std::vector<double>& gains_db,
                                    const std::filesystem::path& directory,
                                    const std::function<bool()>& wanted) {
    Outputs outputs(directory, mixdown.tags);
    media::TruePeakLimiter limiter(kCeilingDbtp);
    std::vector<float> limited;
    const bool whole = mix(mixdown, gains_db, wanted, [&](std::span<const float> frames) {
        limited.clear();
        limiter.push(frames, limited);
        outputs.write(limited);
    });
    if (!whole) return std::nullopt;
    limited.clear();
    limiter.finish(limited);
    outputs.write(limited);
    return outputs.finish();
}

}  // namespace

const std::vector<MixdownFile>& mixdown_files() {
    static const std::vector<MixdownFile> files{{"m4a", "episode.m4a", "audio/mp4"},
                                                {"mp3", "episode.mp3", "audio/mpeg"},
                                                {"opus", "episode.opus", "audio/ogg"},
                                                {"peaks", "peaks.json", "application/json"}};
    return files;
}

std::optional<MixdownResult> render(const Mixdown& mixdown, const std::filesystem::path& directory,
                                    const std::function<bool()>& wanted) {
    auto gains = stem_gains_db(mixdown, wanted);
    if (!gains) return std::nullopt;
    const auto before = loudness(mixdown, *gains, wanted);
    if (!before) return std::nullopt;
    double programme_db = gain_db(*before, kProgrammeLufs, 200, kMaxProgrammeGainDb);
    std::optional<MixdownResult> result;
    // What the limiter takes away makes the programme quieter: then once more with so much more gain.
    for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
        auto total = *gains;
        for (double& gain : total) gain += programme_db;
        result = encode(mixdown, total, directory, wanted);
        if (!result || !std::isfinite(result->loudness_lufs)) return result;
        const double missing = kProgrammeLufs - result->loudness_lufs;
        if (std::abs(missing) <= kCloseEnoughLu || programme_db >= kMaxProgrammeGainDb) return result;
        programme_db = std::min(programme_db + missing, kMaxProgrammeGainDb);
    }
    return result;
}

}  // namespace stagecast::recorder
