#pragma once
#include <algorithm>
#include <string>

#include "base/config.h"
#include "feeds/podcast.h"
#include "store/recordings.h"
#include "store/rooms.h"
#include "store/shows.h"

namespace stagecast::studio {

// Reads what a podcast feed says of a show or a channel. Lives inside one snapshot.
class PodcastReader {
public:
    PodcastReader(store::Snapshot& snapshot, const Config& config);

    // A feed without a text of its own says its title: directories refuse an empty description.
    void describe(const std::string& title, const std::string& description, const std::string& path,
                  std::string language);
    void add_episode(const store::Episode& episode);
    // What of a show is on now, and its next airing at the programme's moment. When an airing has passed
    // unheld, the feed changed then.
    void add_live_items(const store::Show& show);

    void changed_at(Instant at) { latest_ = std::max(latest_, at); }
    Instant latest() const noexcept { return latest_; }

    feeds::PodcastInput input;

private:
    void add_live(const store::Room& room, const std::string& title);

    store::Snapshot& snapshot_;
    const Config& config_;
    const Instant now_;  // the programme's moment
    Instant latest_{};
};

}  // namespace stagecast::studio
