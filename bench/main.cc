// Runs the benchmarks five times over, turn by turn, and ends with a table of the medians: each figure beside
// its peer or limit of the same run. Google Benchmark's own arguments go on.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

// CPU seconds an iteration, by the benchmark's name.
using Medians = std::map<std::string, double>;

class Collector final : public benchmark::ConsoleReporter {
public:
    void ReportRuns(const std::vector<Run>& runs) override {
        ConsoleReporter::ReportRuns(runs);
        for (const auto& run : runs) {
            failed_ = failed_ || run.error_occurred;
            const bool is_median = run.run_type == Run::RT_Aggregate && run.aggregate_name == "median";
            const bool is_only = run.run_type == Run::RT_Iteration && run.repetitions <= 1;
            if (run.error_occurred || !(is_median || is_only)) continue;
            // A benchmark that sets its time has measured CPU itself.
            const bool is_manual = run.run_name.time_type == "manual_time";
            medians_[run.run_name.function_name] =
                (is_manual ? run.GetAdjustedRealTime() : run.GetAdjustedCPUTime()) /
                benchmark::GetTimeUnitMultiplier(run.time_unit);
            const auto p99 = run.counters.find("p99_ms");
            if (p99 != run.counters.end())
                medians_[run.run_name.function_name + " p99"] = p99->second.value / 1e3;
        }
    }
    const Medians& medians() const { return medians_; }
    bool failed() const { return failed_; }

private:
    Medians medians_;
    bool failed_ = false;
};

struct Comparison {
    const char* what;
    const char* ours;
    const char* against;
    const char* peer;  // null: `limit_seconds` stands for it
    double limit_seconds = 0;
};

constexpr std::array kComparisons{
    Comparison{"seal a packet, AES-GCM", "seal_gcm", "libsrtp2", "seal_gcm_libsrtp2"},
    Comparison{"seal a packet, AES-CM", "seal_cm", "libsrtp2", "seal_cm_libsrtp2"},
    Comparison{"mix-minus of 40, one tick", "mix_minus_40", "one Opus encode", "opus_encode"},
    Comparison{"join 3 packets to 60 ms", "join_three", "one Opus encode", "opus_encode"},
    Comparison{"1,000 rules over a year", "expand_rules", "libical", "expand_rules_libical"},
    Comparison{"1,000 rules over a year", "expand_rules", "rrule.js", "expand_rules_rrule_js"},
    Comparison{"the dearest hostile rule", "hostile_rule", "50 ms", nullptr, 0.050},
    Comparison{"guide day, 5,000 airings", "guide_day", "100 ms", nullptr, 0.100},
    Comparison{"guide day of 1,000,000", "guide_day_1m", "of 10,000", "guide_day_10k"},
    Comparison{"the same, p99", "guide_day_1m p99", "10 ms", nullptr, 0.010},
    Comparison{"its 304", "guide_304", "0.3 ms", nullptr, 0.0003},
    Comparison{"3 searches of 1,000,000", "guide_search_1m", "of 10,000", "guide_search_10k"},
    Comparison{"a weekly rule changed", "change_rule", "50 ms", nullptr, 0.050},
    Comparison{"calendar of 500 series", "calendar_500", "5 ms", nullptr, 0.005},
    Comparison{"the same out of SQLite", "document_built", "5 ms", nullptr, 0.005},
    Comparison{"its 304", "document_304", "0.3 ms", nullptr, 0.0003},
    Comparison{"its unchanged bytes again", "document_200", "0.3 ms", nullptr, 0.0003},
    Comparison{"100,000 followers planned", "plan_100k_followers", "3 s", nullptr, 3},
    Comparison{"5,000 mails go out", "drain_5000_mails", "1 s", nullptr, 1},
    Comparison{"calendar of 490 moved", "calendar_500_moved", "5 ms", nullptr, 0.005},
};

std::optional<double> median(const Medians& medians, const char* name) {
    const auto found = medians.find(name);
    if (found == medians.end()) return std::nullopt;
    return found->second;
}

std::string in_units(double seconds) {
    return seconds < 1e-3 ? fmt::format("{:.2f} us", seconds * 1e6) : fmt::format("{:.2f} ms", seconds * 1e3);
}

void print_table(const Medians& medians) {
    fmt::print("\n{:<27} {:>11} {:<17} {:>11} {:>7}\n", "CPU, medians", "ours", "   against", "", "ratio");
    for (const auto& row : kComparisons) {
        const auto ours = median(medians, row.ours);
        const auto peer = row.peer == nullptr ? row.limit_seconds : median(medians, row.peer);
        if (!ours || !peer) continue;  // left out by --benchmark_filter
        fmt::print("{:<27} {:>11}    {:<14} {:>11} {:>7.3f}\n", row.what, in_units(*ours), row.against,
                   in_units(*peer), *ours / *peer);
    }
}

}  // namespace

int main(int argc, char** argv) {
    // Ours first, so that the caller's win. Taking turns spreads what else runs on the machine over all.
    std::vector<std::string> defaults{"--benchmark_repetitions=5", "--benchmark_min_time=0.1",
                                      "--benchmark_report_aggregates_only=true",
                                      "--benchmark_enable_random_interleaving=true"};
    std::vector<char*> arguments{argv[0]};
    for (auto& argument : defaults) arguments.push_back(argument.data());
    arguments.insert(arguments.end(), argv + 1, argv + argc);
    int count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
    Collector collector;
    benchmark::RunSpecifiedBenchmarks(&collector);
    print_table(collector.medians());
    return collector.failed() ? 1 : 0;
}
