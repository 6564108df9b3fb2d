#pragma once
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/id_places.h"
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

// What an airing says, but for its time.
struct Said {
    std::string_view channel;  // its id
    std::string_view channel_slug, channel_title, channel_colour;
    std::string_view show_slug;  // empty: spontaneous
    std::string_view title, language, category;
    std::span<const store::Text> texts;  // title in further languages
    std::span<const store::Host> hosts;
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
    std::optional<std::size_t> place(std::string_view id) const;  // of a show in shows()
    const std::vector<ListedShow>& shows() const noexcept { return shows_; }
    // What airings say that have no words or hosts of their own, by their shows' places.
    const std::vector<Said>& said() const noexcept { return said_; }
    // What a search finds the shows by, in their order: folded title, notes, texts and names of hosts, a line
    // each.
    const std::vector<std::string>& folded() const;

private:
    const std::int64_t revision_;
    const std::vector<store::Channel> channels_;
    const std::vector<ListedShow> shows_;
    IdPlaces channel_places_, show_places_;  // constant after construction
    std::vector<Said> said_;                 // the same
    mutable std::once_flag folding_;
    mutable std::vector<std::string> folded_;  // guarded by folding_
};

}  // namespace stagecast::scheduler
