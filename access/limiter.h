#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "base/guarded.h"
#include "base/time.h"

namespace stagecast::access {

// Counts events per key in windows of an hour. In memory: a restart forgets.
// Thread:  any.
// Memory:  at most kMaxKeys keys; the one whose window began first makes room.
class Limiter {
public:
    static constexpr std::size_t kMaxKeys = 10'000;
    static constexpr std::chrono::hours kWindow{1};

    explicit Limiter(int events_per_window) : events_per_window_(events_per_window) {}

    // How long until the key may again; nothing if it may now.
    std::optional<std::chrono::seconds> wait(const std::string& key, Instant now) const;
    void count(const std::string& key, Instant now);
    void forget(const std::string& key);

private:
    struct Window {
        Instant since{};
        int events = 0;
    };
    const int events_per_window_;
    Guarded<std::map<std::string, Window>> windows_;
};

}  // namespace stagecast::access
