#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "base/config.h"
#include "base/metrics.h"
#include "base/outbound.h"
#include "base/time.h"
#include "store/database.h"
#include "store/outbox.h"

namespace stagecast::scheduler {

// Carries the outbox: leases due messages, sends each, notes the outcome; each step one transaction. Retries
// with exponential backoff (1 min, doubled, at most 6 h, 12 attempts), then failed for the operator to see.
// Without mail.smtp a message lands as data/mail/<id>.eml.
// Thread: its own ("deliver-0") between start() and stop().
class Delivery {
public:
    Delivery(store::Database& database, const Clock& clock, const Config& config, Metrics& metrics);
    ~Delivery();
    void start();
    void stop();
    void wake();  // something was put into the outbox
    // One round, by hand: how many were carried. What the thread calls; tests call it directly.
    int run_once();

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::scheduler
