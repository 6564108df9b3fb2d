#pragma once
#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/allow.h"
#include "base/config.h"
#include "base/random.h"
#include "base/time.h"
#include "scheduler/planner.h"
#include "store/database.h"

namespace stagecast::studio {

// Why an event was not taken, besides what feeds::ImportIssue tells; word() names each.
enum class ImportReason {
    kAlready,  // it came to this channel before, and is on the programme; detail: the show's or room's title
    kPast,     // it is over
    kOver,     // no airing of the series lies ahead
    kTooFar,   // beyond the horizon, and happens once
    kRefused,  // no schedule that can be planned; detail: why
    kClash,    // the hosts or the channel have something else on; detail: what
    kTooMany,  // more than one import takes: importing again goes on from there
    kLostAiring,  // the series was taken, but one changed airing is not as it was there
    kTogether,    // taken as one show with others of the same title; detail: how many
    kJoined,      // taken as an airing of a show that has its title; detail: the title
};
inline constexpr int kImportReasons = static_cast<int>(ImportReason::kJoined) + 1;
std::string_view word(ImportReason reason) noexcept;

struct ImportRemark {
    std::string code;  // a word of feeds::ImportIssue or ImportReason
    std::string detail;
    std::optional<LocalTime> slot;  // of the airing it is about
};

enum class ImportFate { kShow, kRoom, kNotTaken };
std::string_view word(ImportFate fate) noexcept;

// What became, or would become, of one event.
struct ImportLine {
    int line = 0;  // of the file
    std::string title;
    ImportFate fate = ImportFate::kNotTaken;
    std::string slug;                             // of the show, its own or the one it joined
    std::string room;                             // the room's id
    std::optional<scheduler::Schedule> schedule;  // of a show
    std::optional<Instant> starts_at;             // of the first airing to come
    std::vector<ImportRemark> remarks;
};

struct ImportReport {
    std::string name;                 // of the calendar
    std::vector<ImportLine> lines;    // an event each, as they stand in the file
    std::vector<ImportRemark> notes;  // of the calendar as a whole
    int shows = 0, rooms = 0, not_taken = 0;
};

inline constexpr std::size_t kMaxImportShows = 200;       // of one import
inline constexpr std::size_t kMaxImportAirings = 10'000;  // the same
inline constexpr std::chrono::seconds kMaxFeedFetch{10};

// Takes calendars from elsewhere to a channel: a series becomes a show, an event of its own a room, events of
// their own with one title and length a show with further dates. What came before is not taken again. Thread:
// any. Errors: Invalid("ics") for what is no calendar, Invalid("url"), Forbidden, NotFound, Unavailable.
class Importer {
public:
    Importer(store::Database& database, const Clock& clock, Random& random, const Config& config)
        : database_(database), clock_(clock), random_(random), config_(config) {}

    struct Wish {
        std::string zone = "UTC";  // for times without one
        scheduler::Clashing clashing = scheduler::Clashing::kRefuse;
    };
    // What take() would do now: the same work, undone at its end.
    ImportReport preview(const access::Actor&, const std::string& channel_slug, std::string_view ics,
                         const Wish&);
    // All of it in one transaction. The taker is the shows' host.
    ImportReport take(const access::Actor&, const std::string& channel_slug, std::string_view ics,
                      const Wish&);

    // The text behind a feed's address (https, http, webcal), within the limits of outbound.addresses, 1 MiB
    // and kMaxFeedFetch. For those who may make shows on the channel; few at once.
    std::string fetch(const access::Actor&, const std::string& channel_slug, const std::string& url);

private:
    enum class Mode { kPreview, kTake };
    ImportReport run(const access::Actor&, const std::string& channel_slug, std::string_view ics, const Wish&,
                     Mode);

    store::Database& database_;
    const Clock& clock_;
    Random& random_;
    const Config& config_;
    std::atomic<int> fetching_ = 0;
};

}  // namespace stagecast::studio
