#pragma once
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/channels.h"
#include "store/database.h"
#include "store/shows.h"

namespace stagecast::scheduler {

// A show as the guide speaks of it.
struct ListedShow {
    store::shows::Words words;
    std::vector<store::Host> hosts;
    std::vector<store::Text> texts;  // further languages
};

// All channels and shows with their hosts and words, retired ones too: as many as one remembers at once, so
// that a day of thousands of airings needs no query for each. Immutable; any thread.
class Roster {
public:
    explicit Roster(store::Snapshot& snapshot);
    Roster(const Roster&) = delete;
    Roster& operator=(const Roster&) = delete;

    // The revision of the roster that it was read from: store::programme::State.
    std::int64_t revision() const noexcept { return revision_; }
    const store::Channel* channel(std::string_view id) const;
    const ListedShow* show(std::string_view id) const;
    const std::vector<ListedShow>& shows() const noexcept { return shows_; }
    // What a search finds the shows by, in their order: folded title, notes, texts and names of hosts, a line
    // each.
    const std::vector<std::string>& folded() const;

private:
    const std::int64_t revision_;
    const std::vector<store::Channel> channels_;
    const std::vector<ListedShow> shows_;
    std::unordered_map<std::string_view, std::size_t> channel_places_, show_places_;
    mutable std::once_flag folding_;
    mutable std::vector<std::string> folded_;  // guarded by folding_
};

}  // namespace stagecast::scheduler
