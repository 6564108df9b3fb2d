#include "studio/events.h"

#include <chrono>
#include <vector>

#include "base/log.h"
#include "base/thread.h"

namespace stagecast::studio {
namespace {

constexpr std::chrono::milliseconds kTick{100};  // levels at 10 Hz
constexpr int kReadEveryTicks = 10;              // the stage is read again every second, changed or not

SharedBytes event(const char* name, const std::string& data) {
    return std::make_shared<const std::string>(std::string("event: ") + name + "\ndata: " + data + "\n\n");
}

}  // namespace

Events::Events(Source source)
    : source_(std::move(source)),
      thread_(named_thread("studio-0", [this](const std::stop_token& stop) { run(stop); })) {}

Events::~Events() {
    stop();
}

void Events::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    std::map<RoomId, Room> rooms;
    {
        const std::lock_guard lock(mutex_);
        rooms.swap(rooms_);
    }
    for (auto& [id, room] : rooms) {
        for (auto& [number, sink] : room.sinks) sink->end();
    }
}

std::unique_ptr<Events::Watch> Events::watch(const RoomId& room, std::shared_ptr<ByteSink> sink) {
    const auto stage = source_.stage(room);
    sink->headers(
        std::make_shared<const std::string>("retry: 2000\n\nevent: stage\ndata: " + stage + "\n\n"));
    const std::lock_guard lock(mutex_);
    const auto number = next_watch_++;
    auto& watched = rooms_[room];
    watched.sinks.emplace(number, std::move(sink));
    watched.last_stage = stage;
    wake_.notify_all();
    return std::make_unique<Watch>(*this, room, number);
}

void Events::forget(const RoomId& room, std::uint64_t watch) {
    const std::lock_guard lock(mutex_);
    const auto found = rooms_.find(room);
    if (found == rooms_.end()) return;
    found->second.sinks.erase(watch);
    if (found->second.sinks.empty()) rooms_.erase(found);
}

void Events::changed(const RoomId& room) {
    const std::lock_guard lock(mutex_);
    const auto found = rooms_.find(room);
    if (found != rooms_.end()) found->second.dirty = true;
}

void Events::run(const std::stop_token& stop) {
    auto next = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, stop, [this] { return !rooms_.empty(); });
            next = std::max(next + kTick, std::chrono::steady_clock::now());
            wake_.wait_until(lock, stop, next, [] { return false; });
        }
        if (!stop.stop_requested()) tick();
    }
}

void Events::tick() {
    std::vector<RoomId> watched;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, room] : rooms_) watched.push_back(id);
    }
    for (const auto& room : watched) {
        try {
            tick_room(room);
        } catch (const std::exception& failure) {
            // A database that is away for a while: the next tick reads again.
            log::debug("events.unread", {{"room", room.text()}, {"why", failure.what()}});
            changed(room);
        }
    }
}

void Events::tick_room(const RoomId& room) {
    bool read_stage = false;
    {
        const std::lock_guard lock(mutex_);
        const auto found = rooms_.find(room);
        if (found == rooms_.end()) return;
        read_stage = found->second.dirty || ++found->second.ticks_since_read >= kReadEveryTicks;
        if (read_stage) {
            found->second.dirty = false;
            found->second.ticks_since_read = 0;
        }
    }
    const auto stage = read_stage ? source_.stage(room) : std::string();
    const auto levels = source_.levels(room);
    std::vector<std::shared_ptr<ByteSink>> sinks;
    bool stage_changed = false;
    {
        const std::lock_guard lock(mutex_);
        const auto found = rooms_.find(room);
        if (found == rooms_.end()) return;
        stage_changed = !stage.empty() && stage != found->second.last_stage;
        if (stage_changed) found->second.last_stage = stage;
        for (const auto& [number, sink] : found->second.sinks) sinks.push_back(sink);
    }
    const auto header =
        stage_changed
            ? std::make_shared<const std::string>("retry: 2000\n\nevent: stage\ndata: " + stage + "\n\n")
            : SharedBytes();
    const auto stage_page = stage_changed ? event("stage", stage) : SharedBytes();
    const auto levels_page = levels.empty() ? SharedBytes() : event("levels", levels);
    for (const auto& sink : sinks) {
        if (header) sink->headers(header);
        if (stage_page) sink->page(stage_page, ByteSink::Join::kAllowed);
        if (levels_page) sink->page(levels_page, ByteSink::Join::kAllowed);
    }
}

}  // namespace stagecast::studio
