#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/bytes.h"
#include "base/id.h"

namespace stagecast::studio {

// Tells those who watch a room what changes, as server-sent events (WHATWG HTML, 9.2). One ByteSink per room
// and watcher; web/ shares it among its connections. Thread: any; reads the rooms every 100 ms on studio-0,
// only while somebody watches.
class Events {
public:
    // What is read of a room. Called on studio-0 and on the threads of watch() and end(), never under the
    // lock of Events.
    struct Source {
        std::function<std::string(const RoomId&)> stage;   // JSON; "" when the room is gone
        std::function<std::string(const RoomId&)> levels;  // JSON; "" when it has no sound
    };
    explicit Events(Source source);
    ~Events();

    class Watch;
    std::unique_ptr<Watch> watch(const RoomId& room, std::shared_ptr<ByteSink> sink);
    // Something about the room changed: the next tick reads it.
    void changed(const RoomId& room);
    void stop();

private:
    struct Room {
        std::map<std::uint64_t, std::shared_ptr<ByteSink>> sinks;
        std::string last_stage;
        int ticks_since_read = 0;
        bool dirty = true;
    };
    void run(const std::stop_token& stop);
    void tick();
    void tick_room(const RoomId& room);
    void forget(const RoomId& room, std::uint64_t watch);

    const Source source_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::map<RoomId, Room> rooms_;  // guarded by mutex_
    std::uint64_t next_watch_ = 1;  // guarded by mutex_
    std::jthread thread_;           // last: the others must be there when it starts
};

class Events::Watch {
public:
    Watch(Events& events, RoomId room, std::uint64_t number)
        : events_(events), room_(std::move(room)), number_(number) {}
    ~Watch() { events_.forget(room_, number_); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

private:
    Events& events_;
    const RoomId room_;
    const std::uint64_t number_;
};

}  // namespace stagecast::studio
