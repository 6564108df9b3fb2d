#pragma once
#include <cstdint>
#include <string>
#include <string_view>
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
    Selection(store::Snapshot& snapshot, const Roster& roster, const GuideQuery& query);
    GuidePage page();
    std::optional<store::rooms::Place> list(const VisitListing& visit);
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
    const Fit* fit_of(const store::Room& room) const;  // of its show; null: it has none
    bool fits(const GuideEntry& entry) const;
    bool is_wanted(const store::Room& room);
    Fit judge(const ListedShow& show, const std::string& folded) const;
    Found words_in(std::string_view folded) const;

    std::vector<store::Room> rooms_after(const store::rooms::Place& place, int limit);
    GuidePage scan();
    GuidePage gather();
    GuidePage page_of(std::vector<store::Room> rooms, std::optional<store::rooms::Place> scanned_to);

    store::Snapshot& snapshot_;
    const Roster& roster_;
    const GuideQuery& query_;
    EntryReader reader_;
    std::optional<ChannelId> channel_;
    std::vector<std::string> words_;                  // folded
    bool takes_all_ = true;                           // but for the channel
    std::unordered_map<std::string_view, Fit> fits_;  // of shows by their ids in the roster
    std::vector<ShowId> wanted_shows_;
};

}  // namespace stagecast::scheduler
