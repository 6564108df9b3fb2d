#pragma once
#include <map>
#include <string>

#include "base/config.h"
#include "feeds/guide.h"
#include "store/channels.h"
#include "store/database.h"
#include "store/rooms.h"
#include "store/shows.h"

namespace stagecast::studio {

// The XMLTV file reaches from a day before the programme's moment to fourteen days after; what is coming, as
// many.
inline constexpr std::chrono::days kGuideBehind{1}, kGuideAhead{14};
inline constexpr int kMaxGuideAirings = 20'000;  // those that begin first
inline constexpr int kMaxComing = 200;

// The stable address of a channel's live stream: it leads to the room that is on air.
std::string listen_path(const std::string& channel_slug, const std::string& extension);

// Reads what the guide's documents say. Lives inside one snapshot.
class GuideReader {
public:
    // `language` is the reader's wish; empty: the site's.
    GuideReader(store::Snapshot& snapshot, const Config& config, std::string language);

    // `path` is the document's own ("/guide.atom").
    void describe(const std::string& path);
    void add_channels();
    // Public airings that overlap [from, to), by start.
    void add_airings(Instant from, Instant to, int limit);

    Instant now() const noexcept { return now_; }
    Instant latest() const noexcept { return input.updated_at; }
    bool speaks() const noexcept { return speaks_; }

    feeds::GuideInput input;

private:
    const store::Show& show_of(const ShowId& id);
    void add_replay(feeds::GuideAiring& airing, const EpisodeId& episode);

    store::Snapshot& snapshot_;
    const Config& config_;
    const std::string language_;
    const Instant now_;  // the programme's moment
    bool speaks_;
    std::map<ShowId, store::Show> shows_;
};

}  // namespace stagecast::studio
