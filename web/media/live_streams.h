#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/guarded.h"
#include "web/stream_channel.h"

namespace stagecast::web {

// The live streams that somebody reads: one source for all who read the same. Made for the first reader, gone
// with the last. Thread: any. No call-out under a lock: two first readers at once may both open; one of the
// two is dropped at once.
class LiveStreams {
public:
    // What feeds a channel for as long as it lives.
    using Source = std::shared_ptr<void>;
    using Open = std::function<Source(std::shared_ptr<ByteSink>)>;

    std::shared_ptr<StreamChannel> join(const std::string& key, const StreamChannel::Settings& settings,
                                        const Open& open);

private:
    struct Feed {
        std::shared_ptr<StreamChannel> channel;
        Source source;  // after channel: ends first
    };
    std::shared_ptr<Feed> find(const std::string& key);
    // Yours, or the one that was quicker.
    std::shared_ptr<Feed> keep(const std::string& key, std::shared_ptr<Feed> made);

    Guarded<std::map<std::string, std::weak_ptr<Feed>>> feeds_;
};

}  // namespace stagecast::web
