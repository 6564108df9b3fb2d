#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/guarded.h"
#include "base/id.h"
#include "store/notices.h"

namespace stagecast::studio {

// Those who have a page open hear at once, by server-sent events (WHATWG HTML, 9.2): "event: bell", its data
// {"notice": id, "kind": word}; the page asks for the words itself, in its own language. The bytes of one
// notice are the same for all. Thread: any.
class Bells {
public:
    // Ends with the object.
    class Watch {
    public:
        Watch(Bells& bells, FollowerId follower, std::uint64_t number)
            : bells_(bells), follower_(std::move(follower)), number_(number) {}
        ~Watch() { bells_.forget(follower_, number_); }
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;

    private:
        Bells& bells_;
        const FollowerId follower_;
        const std::uint64_t number_;
    };
    std::unique_ptr<Watch> watch(const FollowerId& follower, std::shared_ptr<ByteSink> sink);
    // What Teller's ear hears.
    void ring(const store::Notice& notice, std::span<const FollowerId> followers);

private:
    using Sinks = std::map<std::uint64_t, std::shared_ptr<ByteSink>>;
    struct Open {
        std::map<FollowerId, Sinks> sinks;
        std::uint64_t next = 1;
    };
    void forget(const FollowerId& follower, std::uint64_t number);
    Guarded<Open> open_;
};

}  // namespace stagecast::studio
