#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/audio.h"

typedef struct _GstElement GstElement;  // NOLINT(bugprone-reserved-identifier): GStreamer's own name
typedef void* GstClockID;

namespace stagecast::mixer {

// The one thread of a stagemix: calls `tick` every 20 ms of the element's clock while playing, never in
// parallel. Thread: state changes by GStreamer's; tick by the task's own.
class StagemixTask {
public:
    enum class Continuity { kNext, kAfterGap };
    // `start_frames`: running time at which the block begins; it is called when the block has passed.
    using Tick = std::function<void(std::int64_t start_frames, Continuity continuity)>;

    // A tick later than this is left out rather than sent in a burst.
    static constexpr std::int64_t kMostLateFrames = 9'600;  // 200 ms

    StagemixTask(GstElement* element, Tick tick) : element_(element), tick_(std::move(tick)) {}
    ~StagemixTask() { stop(); }

    void start(std::string thread_name);  // paused
    void play();
    void pause();
    // Asks the thread to end; the element's pads must flush before stop() so that no push can hold it.
    void request_stop();
    void stop();

private:
    enum class State { kStopped, kPaused, kPlaying };

    void run();
    bool wait_until_playing();
    bool wait_for(std::int64_t frames);
    std::optional<std::int64_t> now_frames() const;
    void change(State state);

    GstElement* const element_;  // owns this
    const Tick tick_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    State state_ = State::kStopped;     // guarded by mutex_
    GstClockID waiting_for_ = nullptr;  // guarded by mutex_
    std::jthread thread_;               // start() and stop()
};

}  // namespace stagecast::mixer
