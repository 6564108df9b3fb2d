#pragma once
#include <memory>

#include "base/config.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "scheduler/message_writer.h"
#include "scheduler/teller.h"
#include "store/database.h"

namespace stagecast::scheduler {

// Carries what the Teller wrote down: leases due dispatches, sends each, notes how it went; each step one
// transaction, so that a crash repeats at most what one courier had in hand. Retries with exponential backoff
// and jitter, 12 attempts, then failed for the operator to see; what expires meanwhile is dropped.
// Threads: "teller-0" ticks four times a second and when woken; "courier-0" to "courier-3", each with a
// connection of its own; between start() and stop().
class Dispatcher {
public:
    struct Parts {
        store::Database& database;
        const Clock& clock;
        Random& random;
        const Config& config;
        Metrics& metrics;
        MessageWriter& writer;
        Teller& teller;
    };
    explicit Dispatcher(const Parts& parts);
    ~Dispatcher();
    // What an earlier process had leased is free again.
    void start();
    void stop();
    void wake();  // something was told
    // One tick and all that is due, by hand: how many dispatches came to an end. Tests call it directly.
    int run_once();

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::scheduler
