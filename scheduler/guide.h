#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/time.h"
#include "store/channels.h"
#include "store/database.h"
#include "store/rooms.h"
#include "store/shows.h"

namespace stagecast::scheduler {

class Roster;
struct Listing;
using VisitListing = std::function<void(const Listing&)>;

// One airing with what is said about it.
struct GuideEntry {
    store::Room room;
    std::string channel_slug, channel_title, channel_colour;
    std::string show_slug;               // empty: spontaneous
    std::string title, notes, language;  // the airing's, else the show's
    std::vector<store::Text> texts;      // the same in further languages
    std::string category;                // empty: spontaneous
    std::vector<store::Host> hosts;      // the airing's, else the show's
    std::optional<EpisodeId> episode;    // published
};

// Title and notes in the reader's language where there are such, else the main ones; with their language.
store::Text text_for(const GuideEntry& entry, std::string_view language);

inline constexpr std::chrono::days kMaxGuideSpan{62};
inline constexpr int kMaxGuideEntries = 5'000;
inline constexpr int kMaxScanned = 20'000, kMaxMovedAway = 500;
inline constexpr std::size_t kMaxSearchCharacters = 100;

struct GuideQuery {
    Instant from{}, to{};
    std::string language = {}, category = {}, channel = {};  // empty: all; a channel by its slug
    // Words, each of which must be in the title, the notes (in any language) or a host's name; case and
    // accents do not matter.
    std::string search = {};
    std::optional<store::rooms::Place> after = {};  // where the page before ended
    int limit = kMaxGuideEntries;                   // 1 to kMaxGuideEntries
};

struct GuidePage {
    std::vector<GuideEntry> entries;          // by start
    std::optional<store::rooms::Place> next;  // there are more
};

// What the shows on the programme offer to choose from.
struct Choices {
    std::vector<std::string> languages, categories;  // each once, sorted
    std::vector<store::Channel> channels;            // by title
};

// A host whose first shows these are, and the next of them.
struct NewVoice {
    store::Host host;
    GuideEntry next;
    int held = 0;  // airings that were live so far
};

inline constexpr int kNewVoiceHeld = 5;  // a host is new until they were on air more often
inline constexpr std::chrono::days kNewVoiceAhead{14};
inline constexpr int kNewVoices = 6;

// What is on, read from airings that are rows.
// Thread: any. Errors: Invalid names the field.
class Guide {
public:
    Guide(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    // Public airings that overlap [from, to), at most 62 days. A page may be shorter than its limit and have
    // a next one: no reading looks at more than kMaxScanned airings.
    GuidePage page(const GuideQuery& query);
    // The same page, one airing after the other as a list shows it (scheduler/listing.h): what thousands of
    // them take least time by. Says where the next page begins. `visit` must not use the database.
    std::optional<store::rooms::Place> list(const GuideQuery& query, const VisitListing& visit);
    // Of the same, those that were moved away from a start in [from, to): by that start, at most
    // kMaxMovedAway.
    std::vector<GuideEntry> moved_away(const GuideQuery& query);
    Choices choices();
    std::vector<GuideEntry> on_air();  // live and public, whatever the plan says
    std::vector<GuideEntry> upcoming(const ShowId& show, int limit);
    std::optional<GuideEntry> entry(const RoomId& room);
    // Hosts who were live at most kNewVoiceHeld times and have a show within kNewVoiceAhead, soonest first:
    // at most kNewVoices, each with one show. Chosen once a minute.
    std::vector<NewVoice> new_voices();

private:
    using SharedRoster = std::shared_ptr<const Roster>;
    SharedRoster roster(store::Snapshot& snapshot);

    struct Chosen {
        std::optional<Instant> at;
        std::vector<NewVoice> voices;
    };

    store::Database& database_;
    const Clock& clock_;
    Guarded<SharedRoster> roster_;  // the last that was read
    Guarded<Chosen> chosen_;
};

}  // namespace stagecast::scheduler
