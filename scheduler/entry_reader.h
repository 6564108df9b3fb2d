#pragma once
#include <map>

#include "scheduler/guide.h"

namespace stagecast::scheduler {

// Completes rooms to entries, reading each channel and show once. Lives inside one snapshot.
class EntryReader {
public:
    explicit EntryReader(store::Snapshot& snapshot) : snapshot_(snapshot) {}
    GuideEntry read(store::Room room);
    std::vector<GuideEntry> read(std::vector<store::Room> rooms);  // public ones, by start
    const store::Channel& channel(const ChannelId& id);

private:
    struct ShowParts {
        store::Show show;
        std::vector<store::Host> hosts;
        std::vector<store::Text> texts;
    };
    const ShowParts& show(const ShowId& id);
    void say(GuideEntry& entry);
    std::optional<EpisodeId> episode(const RoomId& room);
    void look_up_episodes(const std::vector<store::Room>& rooms);

    store::Snapshot& snapshot_;
    std::map<ChannelId, store::Channel> channels_;
    std::map<ShowId, ShowParts> shows_;
    std::optional<std::map<RoomId, EpisodeId>>
        episodes_;  // of the rooms that are being read, when they are many
};

}  // namespace stagecast::scheduler
