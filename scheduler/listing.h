#pragma once
#include <functional>
#include <span>
#include <string_view>

#include "scheduler/guide.h"
#include "scheduler/roster.h"

namespace stagecast::scheduler {

// One airing as a list shows it, without its notes. Views are good until the visit returns.
struct Listing {
    std::string_view room;
    Instant starts_at{}, ends_at{};
    store::RoomState state = store::RoomState::kScheduled;
    store::Lateness lateness = store::Lateness::kOnTime;
    std::optional<Instant> moved_from;
    std::string_view channel_slug, channel_title, channel_colour;
    std::string_view show_slug;  // empty: spontaneous
    std::string_view title, language, category;
    std::span<const store::Text> texts;  // title in further languages
    std::span<const store::Host> hosts;
    std::string_view episode;  // published; empty: none
};

Listing listing_of(const GuideEntry& entry);
// The title in the reader's language where there is one, else the main one.
std::string_view title_for(const Listing& listing, std::string_view language);
// "en" takes "en" and "en-gb".
bool is_in(std::string_view language, std::string_view wanted);

// All that a query without filters selects, read as it lies in the index: a tenth of what entries cost. Says
// where the next page begins.
std::optional<store::rooms::Place> list_all(store::Snapshot& snapshot, const Roster& roster,
                                            const GuideQuery& query, const VisitListing& visit);

}  // namespace stagecast::scheduler
