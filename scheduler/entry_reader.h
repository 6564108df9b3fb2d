#pragma once
#include <map>

#include "scheduler/guide.h"
#include "store/channels.h"

namespace stagecast::scheduler {

// Completes rooms to entries, reading each channel and show once. Lives inside one snapshot.
class EntryReader {
public:
    explicit EntryReader(store::Snapshot& snapshot) : snapshot_(snapshot) {}
    GuideEntry read(const store::Room& room);
    const store::Channel& channel(const ChannelId& id);

private:
    struct ShowParts {
        store::Show show;
        std::vector<store::Host> hosts;
        std::vector<store::Text> texts;
    };
    const ShowParts& show(const ShowId& id);
    void say(GuideEntry& entry, const store::Room& room);

    store::Snapshot& snapshot_;
    std::map<ChannelId, store::Channel> channels_;
    std::map<ShowId, ShowParts> shows_;
};

}  // namespace stagecast::scheduler
