#include "base/thread.h"

#include <pthread.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/ring.h"

using namespace stagecast;

TEST_CASE("a named thread bears its name, blocks all signals and ends when asked", "[thread]") {
    std::string seen_name;
    sigset_t seen_mask;
    sigemptyset(&seen_mask);
    bool stopped = false;
    {
        const auto thread = named_thread("render-0", [&](const std::stop_token& stop) {
            std::array<char, 16> name{};
            pthread_getname_np(pthread_self(), name.data(), name.size());
            seen_name = name.data();
            pthread_sigmask(SIG_SETMASK, nullptr, &seen_mask);
            while (!stop.stop_requested()) std::this_thread::yield();
            stopped = true;
        });
    }
    CHECK(seen_name == "render-0");
    CHECK(sigismember(&seen_mask, SIGTERM) == 1);
    CHECK(sigismember(&seen_mask, SIGCHLD) == 1);
    CHECK(stopped);
    sigset_t own_mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &own_mask);
    CHECK(sigismember(&own_mask, SIGTERM) == 0);
    named_thread("a name far too long for the kernel", [&](const std::stop_token&) {
        std::array<char, 16> name{};
        pthread_getname_np(pthread_self(), name.data(), name.size());
        seen_name = name.data();
    }).join();
    CHECK(seen_name == "a name far too ");
}

TEST_CASE("a ring hands over everything in order, and is full at its capacity", "[ring]") {
    Ring<int> ring(3);
    int value = 0;
    CHECK_FALSE(ring.pop(value));
    for (int i = 0; i < 3; ++i) CHECK(ring.push(int{i}));
    CHECK_FALSE(ring.push(3));
    for (int i = 0; i < 3; ++i) {
        REQUIRE(ring.pop(value));
        CHECK(value == i);
    }
    CHECK_FALSE(ring.pop(value));
}

TEST_CASE("a ring between two threads loses, doubles and disorders nothing", "[ring]") {
    constexpr int kCount = 50'000;
    Ring<int> ring(7);
    const auto producer = named_thread("producer", [&ring](const std::stop_token&) {
        for (int i = 0; i < kCount; ++i)
            while (!ring.push(int{i})) std::this_thread::yield();
    });
    for (int expected = 0; expected < kCount; ++expected) {
        int value = -1;
        while (!ring.pop(value)) std::this_thread::yield();
        if (value != expected) FAIL(value << " instead of " << expected);
    }
    SUCCEED();
}

TEST_CASE("guarded data changes under its lock only", "[guarded]") {
    Guarded<int> sum(0);
    {
        std::vector<std::jthread> threads;
        threads.reserve(4);
        for (int t = 0; t < 4; ++t)
            threads.push_back(named_thread("adder", [&sum](const std::stop_token&) {
                for (int i = 0; i < 1000; ++i) sum.with([](int& value) { ++value; });
            }));
    }
    CHECK(std::as_const(sum).with([](const int& value) { return value; }) == 4000);
}
