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
    std::string_view episode;    // published; empty: none
    const Said* said = nullptr;  // never null
    // Where that is in a roster; empty: the airing has words or hosts of its own.
    struct AsShow {
        const Roster* roster = nullptr;
        std::size_t place = 0;
    };
    std::optional<AsShow> as_show;
};

Said said_by(const GuideEntry& entry);
// `said` outlives it.
Listing listing_of(const GuideEntry& entry, const Said& said);
// The title in the reader's language where there is one, else the main one.
std::string_view title_for(const Said& said, std::string_view language);
// "en" takes "en" and "en-gb".
bool is_in(std::string_view language, std::string_view wanted);

// All that a query without filters selects, read as it lies in the index: a tenth of what entries cost. Says
// where the next page begins.
std::optional<store::rooms::Place> list_all(store::Snapshot& snapshot, const Roster& roster,
                                            const GuideQuery& query, const VisitListing& visit);

}  // namespace stagecast::scheduler
