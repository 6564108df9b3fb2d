#include "base/metrics.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace stagecast {
namespace {

std::string escape_help(std::string_view help) {
    std::string out;
    for (const char c : help) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

std::string head(const std::string& name, const std::string& help, std::string_view type) {
    return fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, escape_help(help), type);
}

}  // namespace

Metrics::Counter& Metrics::counter(const std::string& name, const std::string& help,
                                   const std::string& labels) {
    const std::lock_guard lock(mutex_);
    Family& family = families_[name];
    if (family.help.empty()) family.help = help;
    auto& counter = family.counters[labels];
    if (!counter) counter = std::make_unique<Counter>(0);
    return *counter;
}

void Metrics::gauge(const std::string& name, const std::string& help, std::function<double()> read) {
    const std::lock_guard lock(mutex_);
    Family& family = families_[name];
    family.help = help;
    family.gauge = std::move(read);
}

std::string Metrics::text() const {
    struct Gauge {
        std::string name, help;
        std::function<double()> read;
    };
    std::vector<Gauge> gauges;
    std::string out;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, family] : families_) {
            if (family.gauge) gauges.push_back({name, family.help, family.gauge});
            if (family.counters.empty()) continue;
            out += head(name, family.help, "counter");
            for (const auto& [labels, value] : family.counters)
                out += labels.empty() ? fmt::format("{} {}\n", name, value->load())
                                      : fmt::format("{}{{{}}} {}\n", name, labels, value->load());
        }
    }
    // Foreign code: called without the lock.
    for (const Gauge& gauge : gauges)
        out += head(gauge.name, gauge.help, "gauge") + fmt::format("{} {}\n", gauge.name, gauge.read());
    return out;
}

}  // namespace stagecast
