#include "studio/events.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "base/guarded.h"
#include "base/random.h"

using namespace stagecast;
using studio::Events;

namespace {

class Listener final : public ByteSink {
public:
    void headers(SharedBytes bytes) noexcept override { add("headers:" + *bytes); }
    void page(SharedBytes bytes, Join) noexcept override { add(*bytes); }
    void end() noexcept override { add("end"); }
    bool waits_for(const std::string& part) {
        std::unique_lock lock(mutex_);
        return added_.wait_for(lock, std::chrono::seconds(10), [&] {
            return std::any_of(seen_.begin(), seen_.end(),
                               [&](const std::string& text) { return text.find(part) != std::string::npos; });
        });
    }
    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return seen_.size();
    }

private:
    void add(std::string text) {
        const std::lock_guard lock(mutex_);
        seen_.push_back(std::move(text));
        added_.notify_all();
    }
    std::mutex mutex_;
    std::condition_variable added_;
    std::vector<std::string> seen_;
};

RoomId room_of(std::uint64_t seed) {
    SeededRandom random(seed);
    return RoomId::make(random);
}

}  // namespace

TEST_CASE("who watches a room gets its state first, then each change, then the levels, then the end",
          "[studio]") {
    Guarded<std::string> stage(std::string(R"({"state":"backstage"})"));
    Events events({[&](const RoomId&) { return stage.with([](std::string& text) { return text; }); },
                   [](const RoomId&) { return std::string(R"({"x":-20})"); }});
    const auto listener = std::make_shared<Listener>();
    const auto watch = events.watch(room_of(1), listener);
    CHECK(listener->waits_for("headers:retry: 2000\n\nevent: stage\ndata: {\"state\":\"backstage\"}\n\n"));
    stage.with([](std::string& text) { text = R"({"state":"live"})"; });
    events.changed(room_of(1));
    CHECK(listener->waits_for("event: stage\ndata: {\"state\":\"live\"}\n\n"));
    CHECK(listener->waits_for("event: levels\ndata: {\"x\":-20}\n\n"));
    events.stop();
    CHECK(listener->waits_for("end"));
}

TEST_CASE("a watch that ended hears nothing more, the others do", "[studio]") {
    Events events(
        {[](const RoomId&) { return std::string("{}"); }, [](const RoomId&) { return std::string("1"); }});
    const auto gone = std::make_shared<Listener>(), here = std::make_shared<Listener>();
    auto first = events.watch(room_of(1), gone);
    const auto second = events.watch(room_of(1), here);
    CHECK(gone->waits_for("levels"));
    first.reset();
    const auto heard = gone->count();
    const auto before = here->count();
    CHECK(here->waits_for("levels"));
    while (here->count() < before + 3) std::this_thread::yield();
    CHECK(gone->count() <= heard + 1);
}

TEST_CASE("a room that cannot be read for a while is read again later", "[studio]") {
    std::atomic<bool> is_away{false};
    std::atomic<int> refusals{0};
    Events events({[&](const RoomId&) -> std::string {
                       if (is_away) {
                           ++refusals;
                           throw Unavailable("the database is away", std::chrono::seconds(1));
                       }
                       return refusals > 0 ? "\"after\"" : "\"before\"";
                   },
                   [](const RoomId&) { return std::string(); }});
    const auto listener = std::make_shared<Listener>();
    const auto watch = events.watch(room_of(1), listener);
    is_away = true;
    events.changed(room_of(1));
    while (refusals < 2) std::this_thread::yield();
    is_away = false;
    CHECK(listener->waits_for("event: stage\ndata: \"after\"\n\n"));
}
