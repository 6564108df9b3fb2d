#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace stagecast {

// Figures for operators, in the Prometheus text format 0.0.4. Owned by app, passed in; no global registry.
// Thread: any.
class Metrics {
public:
    using Counter = std::atomic<std::uint64_t>;
    // The counter of that name and labels (`door="whep"`), made at first use; the reference stays valid.
    Counter& counter(const std::string& name, const std::string& help, const std::string& labels = "");
    // Asked at every reading; must not block.
    void gauge(const std::string& name, const std::string& help, std::function<double()> read);
    std::string text() const;

private:
    struct Family {
        std::string help;
        std::map<std::string, std::unique_ptr<Counter>> counters;
        std::function<double()> gauge;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Family> families_;  // guarded by mutex_
};

}  // namespace stagecast
