#include "base/metrics.h"

#include <catch2/catch.hpp>
#include <thread>

using namespace stagecast;

TEST_CASE("metrics are told in the text format of Prometheus", "[metrics]") {
    Metrics metrics;
    metrics.counter("stagecast_joins_total", "joins by door", "door=\"whep\"") += 3;
    metrics.counter("stagecast_joins_total", "joins by door", "door=\"whip\"");
    metrics.counter("stagecast_starts_total", "a \\ and\na line") = 1;
    metrics.gauge("stagecast_rooms", "rooms on air", [] { return 2.5; });
    CHECK(metrics.text() ==
          "# HELP stagecast_joins_total joins by door\n"
          "# TYPE stagecast_joins_total counter\n"
          "stagecast_joins_total{door=\"whep\"} 3\n"
          "stagecast_joins_total{door=\"whip\"} 0\n"
          "# HELP stagecast_starts_total a \\\\ and\\na line\n"
          "# TYPE stagecast_starts_total counter\n"
          "stagecast_starts_total 1\n"
          "# HELP stagecast_rooms rooms on air\n"
          "# TYPE stagecast_rooms gauge\n"
          "stagecast_rooms 2.5\n");
}

TEST_CASE("a counter is the same one each time, from any thread", "[metrics]") {
    Metrics metrics;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&metrics] {
                for (int i = 0; i < 1000; ++i) ++metrics.counter("n", "n");
            });
    }
    CHECK(metrics.counter("n", "n") == 4000);
}

TEST_CASE("a gauge may ask the metrics themselves", "[metrics]") {
    Metrics metrics;
    metrics.gauge("g", "g", [&metrics] { return static_cast<double>(metrics.counter("n", "n").load()); });
    CHECK(metrics.text().find("g 0\n") != std::string::npos);
}
