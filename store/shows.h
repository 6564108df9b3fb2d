#pragma once
#include <optional>
#include <string>
#include <utility>
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
    std::vector<DaySpan> pauses;
    int length_minutes = 60;
    // The podcast.
    std::string podcast_guid;   // UUIDv5, set once
    std::string podcast_email;  // owner e-mail: empty unless the show chose to publish one
    std::string category = "Society & Culture";
    bool is_explicit = false;
    int sequence = 0;                   // iCalendar SEQUENCE: goes up when the schedule changes
    int version = 1;                    // optimistic lock
    std::optional<Instant> retired_at;  // taken off the programme
    Instant created_at{};
    Instant updated_at{};
};

struct Host {
    AccountId account;
    std::string handle;
    std::string name;
    bool operator==(const Host&) const = default;
};

// Title and notes in a further language, besides the main one.
struct Text {
    std::string language, title, notes;
    bool operator==(const Text&) const = default;
};

// A schedule that the show had before: its airings are those with a slot before ends_at and not before the
// phase that it follows. Kept so that what was, stays as it was, in every output.
struct Phase {
    ShowId show;
    int number = 1;  // from 1, in order
    Instant ends_at{};
    std::string title, zone;
    LocalTime start{};
    std::string rrule;
    std::vector<LocalTime> exdates, rdates;
    std::vector<DaySpan> pauses;
    int length_minutes = 60;
    int sequence = 0;
    Instant updated_at{};
};

enum class Answer { kPending, kAccepted, kDeclined };

struct CohostInvitation {
    ShowId show;
    AccountId account, invited_by;
    Answer answer = Answer::kPending;
    Instant created_at{};
    std::optional<Instant> answered_at;
};

namespace shows {

void insert(Tx&, const Show&);  // takes the slug; Conflict if it was ever used
// Requires show.version to be the stored one, else Conflict; stores version + 1. Slug as in channels::update.
void update(Tx&, const Show&);
std::optional<Show> find(Snapshot&, const ShowId&);
std::optional<Show> find_by_slug(Snapshot&, const std::string& slug);  // current slugs only
std::vector<Show> all(Snapshot&);                                      // by title; retired ones too
std::vector<Show> of_channel(Snapshot&, const ChannelId&);             // retired ones too
std::vector<Show> of_host(Snapshot&, const AccountId&);
// What a person follows: the show, its channel or one of its hosts. By title, each once; retired ones too.
std::vector<Show> followed_by(Snapshot&, const AccountId&);

void add_host(Tx&, const ShowId&, const AccountId&);
void remove_host(Tx&, const ShowId&, const AccountId&);
std::vector<Host> hosts(Snapshot&, const ShowId&);

// Further languages, by language. Replaces all of them.
void set_texts(Tx&, const ShowId&, const std::vector<Text>&);
std::vector<Text> texts(Snapshot&, const ShowId&);

// What all shows are and say, retired ones too. Texts by language, hosts in their order.
struct Words {
    ShowId show;
    ChannelId channel;
    std::string slug, language, category, title, notes;
};
struct HostOfShow {
    ShowId show;
    Host host;
};
std::vector<Words> all_words(Snapshot&);
std::vector<HostOfShow> all_hosts(Snapshot&);
std::optional<Words> words(Snapshot&, const ShowId&);
// Of shows that are on the programme, each once, sorted: what they speak, and their categories.
std::vector<std::string> languages(Snapshot&);
std::vector<std::string> categories(Snapshot&);

void insert_phase(Tx&, const Phase&);
std::vector<Phase> phases(Snapshot&, const ShowId&);  // by number
// Earlier schedules end at `at` at the latest: those that began then go.
void end_phases(Tx&, const ShowId&, Instant at, Instant updated_at);
// Of all shows, of each in order.
std::vector<std::pair<ShowId, Host>> hosts_of_all(Snapshot&);
std::vector<std::pair<ShowId, Text>> texts_of_all(Snapshot&);
std::vector<Phase> phases_of_all(Snapshot&);
// The zones of shows that are on the programme.
std::vector<std::string> zones(Snapshot&);
std::vector<Show> in_zone(Snapshot&, const std::string& zone);

// Asks, or asks again after a refusal.
void invite_cohost(Tx&, const CohostInvitation&);
// Requires a pending one, else Conflict.
void answer_invitation(Tx&, const ShowId&, const AccountId&, Answer, Instant at);
std::vector<CohostInvitation> invitations(Snapshot&, const ShowId&);
std::vector<CohostInvitation> invitations_to(Snapshot&, const AccountId&);  // pending ones

}  // namespace shows
}  // namespace stagecast::store
