#include "web/pool.h"

#include <string>

#include "base/thread.h"

namespace stagecast::web {

Pool::Pool(int threads, std::size_t max_queued) : max_queued_(max_queued) {
    for (int i = 0; i < threads; ++i)
        threads_.push_back(
            named_thread("web-" + std::to_string(i), [this](const std::stop_token& stop) { work(stop); }));
}

Pool::~Pool() {
    stop();
}

void Pool::stop() {
    for (auto& thread : threads_) thread.request_stop();
    threads_.clear();
    std::deque<Job> dropped;  // ends after the lock: what a job holds may do anything when it goes
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    dropped.swap(queue_);
}

bool Pool::submit(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopped_ || queue_.size() >= max_queued_) return false;
        queue_.push_back(std::move(job));
    }
    filled_.notify_one();
    return true;
}

void Pool::work(const std::stop_token& stop) {
    while (true) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            filled_.wait(lock, stop, [this] { return !queue_.empty(); });
            if (stop.stop_requested()) return;
            job = std::move(queue_.front());
            queue_.pop_front();
        }
        job();
    }
}

}  // namespace stagecast::web
