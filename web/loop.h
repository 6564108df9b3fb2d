#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "web/connection.h"
#include "web/pool.h"

namespace stagecast::web {

// What operators see. Shared with the metrics, which may outlive the loop.
struct LoopFigures {
    std::atomic<int> connections{0};
    std::atomic<int> streams{0};
};

// Owns every client socket: accepts, reads requests whole, sends answers, keeps long-lived responses. A
// client that is slow costs its connection and no thread. What needs thought or waits for a disk is done on
// the pool. Threads: stream-0 runs it; start(), stop() and port() are their owner's.
class Loop {
public:
    struct Settings {
        std::string address;
        std::uint16_t port = 0;
        Limits limits;
    };
    using Answerer = std::function<Reply(RawRequest&&)>;  // on the pool; must not throw

    Loop(Settings settings, Pool& pool, Answerer answerer);
    ~Loop();
    // Throws Unavailable when the port is taken.
    void start();
    std::uint16_t port() const;
    // Accepts no more, lets answers under way go out for at most 5 s, ends streams.
    void stop();
    std::shared_ptr<const LoopFigures> figures() const;

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::web
