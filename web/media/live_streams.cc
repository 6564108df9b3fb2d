#include "web/media/live_streams.h"

namespace stagecast::web {

std::shared_ptr<StreamChannel> LiveStreams::join(const std::string& key,
                                                 const StreamChannel::Settings& settings, const Open& open) {
    auto feed = find(key);
    if (!feed) {
        feed = std::make_shared<Feed>();
        feed->channel = std::make_shared<StreamChannel>(settings);
        feed->source = open(feed->channel);
        feed = keep(key, std::move(feed));
    }
    // Whoever holds the channel holds the feed.
    auto* const channel = feed->channel.get();
    return {std::move(feed), channel};
}

std::shared_ptr<LiveStreams::Feed> LiveStreams::find(const std::string& key) {
    return feeds_.with([&](auto& feeds) {
        std::erase_if(feeds, [](const auto& entry) { return entry.second.expired(); });
        const auto found = feeds.find(key);
        return found == feeds.end() ? nullptr : found->second.lock();
    });
}

std::shared_ptr<LiveStreams::Feed> LiveStreams::keep(const std::string& key, std::shared_ptr<Feed> made) {
    return feeds_.with([&](auto& feeds) {
        auto& kept = feeds[key];
        if (auto there = kept.lock()) return there;
        kept = made;
        return made;
    });
}

}  // namespace stagecast::web
