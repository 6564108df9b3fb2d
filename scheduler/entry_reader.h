#pragma once
#include <map>

#include "scheduler/guide.h"
#include "scheduler/roster.h"

namespace stagecast::scheduler {

// Completes rooms to entries. Takes channels and shows from a roster, or reads each once. Lives inside one
// snapshot.
class EntryReader {
public:
    explicit EntryReader(store::Snapshot& snapshot) : snapshot_(snapshot) {}
    // Requires a roster of this snapshot.
    EntryReader(store::Snapshot& snapshot, const Roster& roster) : snapshot_(snapshot), roster_(&roster) {}
    GuideEntry read(store::Room room);
    std::vector<GuideEntry> read(std::vector<store::Room> rooms);  // public ones, by start
    const store::Channel& channel(const ChannelId& id);

private:
    const ListedShow& show(const ShowId& id);
    void say(GuideEntry& entry);
    std::optional<EpisodeId> episode(const RoomId& room);
    void look_up_episodes(const std::vector<store::Room>& rooms);

    store::Snapshot& snapshot_;
    const Roster* const roster_ = nullptr;  // null: none was given
    std::map<ChannelId, store::Channel> channels_;
    std::map<ShowId, ListedShow> shows_;
    std::optional<std::map<RoomId, EpisodeId>>
        episodes_;  // of the rooms that are being read, when they are many
};

}  // namespace stagecast::scheduler
