#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

struct Show {
    ShowId id;
    ChannelId channel;
    std::string slug;
    std::string title;
    std::string notes;  // Markdown
    std::string language = "en";
    // The schedule: floating local time in a named zone. An empty rrule is a single airing at start.
    std::string zone = "UTC";
    LocalTime start{};
    std::string rrule;  // "FREQ=WEEKLY;BYDAY=TU", without "RRULE:"
    std::vector<LocalTime> exdates;
    std::vector<LocalTime> rdates;
    int length_minutes = 60;
    // The podcast.
    std::string podcast_guid;   // UUIDv5, set once
    std::string podcast_email;  // owner e-mail: empty unless the show chose to publish one
    std::string category = "Society & Culture";
    bool is_explicit = false;
    int sequence = 0;  // iCalendar SEQUENCE: goes up when the schedule changes
    int version = 1;   // optimistic lock
    Instant created_at{};
    Instant updated_at{};
};

struct Host {
    AccountId account;
    std::string handle;
    std::string name;
};

namespace shows {

void insert(Tx&, const Show&);  // takes the slug; Conflict if it was ever used
// Requires show.version to be the stored one, else Conflict; stores version + 1. Slug as in channels::update.
void update(Tx&, const Show&);
std::optional<Show> find(Snapshot&, const ShowId&);
std::optional<Show> find_by_slug(Snapshot&, const std::string& slug);  // current slugs only
std::vector<Show> all(Snapshot&);                                      // by title
std::vector<Show> of_channel(Snapshot&, const ChannelId&);
std::vector<Show> of_host(Snapshot&, const AccountId&);

void add_host(Tx&, const ShowId&, const AccountId&);
void remove_host(Tx&, const ShowId&, const AccountId&);
std::vector<Host> hosts(Snapshot&, const ShowId&);

}  // namespace shows
}  // namespace stagecast::store
