#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace stagecast::web {

// The threads that answer short requests (web-0 …), and the bounded queue before them.
// Thread: submit() from any, stop() from the owner's.
class Pool {
public:
    using Job = std::function<void()>;  // must not throw

    Pool(int threads, std::size_t max_queued);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // False, and nothing taken, when the queue is full.
    [[nodiscard]] bool submit(Job job);
    // Waits for what was begun, drops what was not; nothing is taken afterwards.
    void stop();

private:
    void work(const std::stop_token& stop);

    const std::size_t max_queued_;
    std::mutex mutex_;
    std::condition_variable_any filled_;
    std::deque<Job> queue_;    // guarded by mutex_
    bool is_stopped_ = false;  // guarded by mutex_
    std::vector<std::jthread> threads_;
};

}  // namespace stagecast::web
