#include <ebur128.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "media/render.h"

namespace stagecast::media {
namespace {

constexpr double kSilence = -std::numeric_limits<double>::infinity();

}  // namespace

struct LoudnessMeter::Impl {
    ebur128_state* state = nullptr;
    bool has_true_peak = false;
};

LoudnessMeter::LoudnessMeter(Measure measure) : impl_(std::make_unique<Impl>()) {
    impl_->has_true_peak = measure == Measure::kLoudnessAndTruePeak;
    const int mode = EBUR128_MODE_I | (impl_->has_true_peak ? EBUR128_MODE_TRUE_PEAK : 0);
    impl_->state = ebur128_init(1, kSampleRateHz, mode);
    if (impl_->state == nullptr) throw Unavailable("no memory to measure loudness", std::chrono::seconds(5));
}

LoudnessMeter::~LoudnessMeter() {
    ebur128_destroy(&impl_->state);
}

void LoudnessMeter::add(const float* frames, std::size_t count) {
    ebur128_add_frames_float(impl_->state, frames, count);
}

double LoudnessMeter::integrated_lufs() const {
    double lufs = kSilence;
    if (ebur128_loudness_global(impl_->state, &lufs) != EBUR128_SUCCESS) return kSilence;
    return lufs;
}

double LoudnessMeter::true_peak_dbtp() const {
    double peak = 0;
    if (!impl_->has_true_peak || ebur128_true_peak(impl_->state, 0, &peak) != EBUR128_SUCCESS)
        return kSilence;
    return 20 * std::log10(peak);
}

}  // namespace stagecast::media
