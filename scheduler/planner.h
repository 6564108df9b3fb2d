#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "scheduler/rule.h"
#include "store/channels.h"
#include "store/database.h"
#include "store/rooms.h"
#include "store/shows.h"

namespace stagecast::scheduler {

inline constexpr std::chrono::days kHorizon{400};

struct ShowPlan {
    std::string title, notes, language = "en", slug;  // slug empty: made from the title
    Schedule schedule;
    std::string category = "Society & Culture";
    std::string podcast_email;
    bool is_explicit = false;
};

struct GuideEntry {
    store::Room room;
    std::string channel_slug, channel_title, channel_colour;
    std::string show_slug;  // empty: spontaneous
    std::string title;      // the airing's, else the show's
    std::string language;
    std::vector<store::Host> hosts;
    std::optional<EpisodeId> episode;  // published
};

// Shows and their airings as rows for a rolling horizon of 400 days.
// Thread: any. Errors: Invalid names the field, Conflict for a stale version.
class Planner {
public:
    Planner(store::Database& database, const Clock& clock, Random& random, std::string site_url);

    store::Show create(const ChannelId& channel, const AccountId& host, const ShowPlan& plan);
    // A changed schedule: untouched future airings are replaced, opened or moved ones stay; sequence goes up.
    store::Show update(const ShowId& show, int version, const ShowPlan& plan);
    // A room without a slot, now or later. Invalid unless title has 1 to 200 characters.
    store::Room spontaneous(const ChannelId& channel, const std::optional<ShowId>& show,
                            const std::string& title, Instant starts_at, int length_minutes,
                            store::Visibility visibility);
    store::Room cancel(const RoomId& room, int version);
    store::Room move(const RoomId& room, int version, Instant starts_at, int length_minutes);

    // Makes the rows that the horizon now reaches. Returns how many. Called at start and every hour.
    int extend_horizon();

    // Public airings that overlap [from, to): at most 62 days, else Invalid("to").
    std::vector<GuideEntry> guide(Instant from, Instant to);
    std::vector<GuideEntry> upcoming(const ShowId& show, int limit);
    std::optional<GuideEntry> entry(const RoomId& room);

private:
    store::Database& database_;
    const Clock& clock_;
    Random& random_;
    const std::string site_url_;
};

Schedule schedule_of(const store::Show& show);

}  // namespace stagecast::scheduler
