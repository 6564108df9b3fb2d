#include "mixer/stagemix_task.h"

#include <gst/gst.h>

#include <utility>

#include "base/thread.h"

namespace stagecast::mixer {

namespace {
GstClockTime to_time(std::int64_t frames) {
    return gst_util_uint64_scale(static_cast<guint64>(frames), GST_SECOND, kSampleRateHz);
}
constexpr auto kBlock = static_cast<std::int64_t>(kBlockFrames);
}  // namespace

void StagemixTask::change(State state) {
    const std::lock_guard lock(mutex_);
    state_ = state;
    if (waiting_for_ != nullptr && state != State::kPlaying) gst_clock_id_unschedule(waiting_for_);
    changed_.notify_all();
}

void StagemixTask::start(std::string thread_name) {
    change(State::kPaused);
    thread_ = named_thread(std::move(thread_name), [this](const std::stop_token&) { run(); });
}

void StagemixTask::play() {
    change(State::kPlaying);
}
void StagemixTask::pause() {
    change(State::kPaused);
}
void StagemixTask::request_stop() {
    change(State::kStopped);
}

void StagemixTask::stop() {
    request_stop();
    if (thread_.joinable()) thread_.join();
}

bool StagemixTask::wait_until_playing() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return state_ != State::kPaused; });
    return state_ == State::kPlaying;
}

std::optional<std::int64_t> StagemixTask::now_frames() const {
    const GstClockTime now = gst_element_get_current_running_time(element_);
    if (!GST_CLOCK_TIME_IS_VALID(now)) return std::nullopt;
    return static_cast<std::int64_t>(gst_util_uint64_scale(now, kSampleRateHz, GST_SECOND));
}

// False when the wait was ended by a change of state.
bool StagemixTask::wait_for(std::int64_t frames) {
    GstClock* clock = gst_element_get_clock(element_);
    if (clock == nullptr) clock = gst_system_clock_obtain();
    GstClockID id =
        gst_clock_new_single_shot_id(clock, gst_element_get_base_time(element_) + to_time(frames));
    bool waits = false;
    {
        const std::lock_guard lock(mutex_);
        waits = state_ == State::kPlaying;
        if (waits) waiting_for_ = id;
    }
    const bool reached = waits && gst_clock_id_wait(id, nullptr) != GST_CLOCK_UNSCHEDULED;
    {
        const std::lock_guard lock(mutex_);
        waiting_for_ = nullptr;
    }
    gst_clock_id_unref(id);
    gst_object_unref(clock);
    return reached;
}

void StagemixTask::run() {
    std::optional<std::int64_t> next;
    while (wait_until_playing()) {
        const std::int64_t now = now_frames().value_or(next.value_or(0));
        const bool resumes = !next || now > *next + kBlock + kMostLateFrames;
        if (resumes) next = now;
        if (!wait_for(*next + kBlock)) continue;
        tick_(*next, resumes ? Continuity::kAfterGap : Continuity::kNext);
        *next += kBlock;
    }
}

}  // namespace stagecast::mixer
