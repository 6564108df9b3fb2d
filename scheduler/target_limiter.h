#pragma once
#include <algorithm>
#include <map>
#include <string>

#include "base/guarded.h"
#include "base/time.h"

namespace stagecast::scheduler {

// How fast one server elsewhere is spoken to, whoever of ours speaks: a bucket each. Thread: any.
class TargetLimiter {
public:
    // Zero: go on, and it is counted. Else how long to wait, and nothing is counted.
    Milliseconds wait(const std::string& host, int per_second, Instant now) {
        return buckets_.with([&](std::map<std::string, Instant>& free_at) {
            if (free_at.size() > kMaxHosts)
                std::erase_if(free_at, [&](const auto& bucket) { return bucket.second <= now; });
            const Milliseconds gap(1'000 / per_second);
            // A clock that went back must not hold anybody: a bucket is never further ahead than it may fill.
            auto& next = free_at[host];
            next = std::clamp(next, now - kBurst, now + kBurst);
            if (next > now) return next - now;
            next += gap;
            return Milliseconds(0);
        });
    }

private:
    static constexpr Milliseconds kBurst{1'000};
    static constexpr std::size_t kMaxHosts = 10'000;
    Guarded<std::map<std::string, Instant>> buckets_;  // by host: when it may be spoken to again
};

}  // namespace stagecast::scheduler
