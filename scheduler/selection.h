#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "scheduler/entry_reader.h"
#include "scheduler/guide.h"

namespace stagecast::scheduler {

// The airings that a query selects: of one channel, of few shows or of all, by whichever index looks at
// least. Lives inside one snapshot.
class Selection {
public:
    // Throws Invalid for a query out of bounds, or for a channel that is not there.
    Selection(store::Snapshot& snapshot, const GuideQuery& query);
    GuidePage page();
    std::vector<GuideEntry> moved_away();

private:
    // A set of words, by their places in words_.
    using Found = std::uint64_t;
    // How much of the query a show fulfils.
    struct Fit {
        bool by_language = false, by_category = false;
        Found words = 0;
    };

    void judge_shows();
    bool fits(const Fit& fit) const;
    bool fits(const GuideEntry& entry) const;
    bool is_wanted(const store::Room& room);
    Found words_in(const std::string& text) const;

    std::vector<store::Room> rooms_after(const store::rooms::Place& place, int limit);
    GuidePage scan();
    GuidePage gather();
    GuidePage page_of(std::vector<store::Room> rooms, std::optional<store::rooms::Place> scanned_to);

    store::Snapshot& snapshot_;
    const GuideQuery& query_;
    EntryReader reader_;
    std::optional<ChannelId> channel_;
    std::vector<std::string> words_;  // folded
    bool takes_all_ = true;           // but for the channel
    std::unordered_map<ShowId, Fit> shows_;
    std::vector<ShowId> wanted_shows_;
};

}  // namespace stagecast::scheduler
