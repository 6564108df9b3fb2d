#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"
#include "store/shows.h"

namespace stagecast::store {

enum class RoomState { kScheduled, kBackstage, kLive, kEnded, kCancelled };
// Of an airing whose time has come and whose room is not live: ten minutes after, thirty minutes after.
enum class Lateness { kOnTime, kDelayed, kNotHeld };
enum class Visibility { kPublic, kUnlisted, kPrivate };
enum class StageRole { kHost, kCohost, kSpeaker };

// One airing, scheduled or spontaneous. Its id and its slot stay when it is moved or cancelled.
struct Room {
    RoomId id;
    ChannelId channel;
    std::optional<ShowId> show;
    std::string title;     // of this airing; empty: the show's
    std::string notes;     // the same
    std::string language;  // the same
    RoomState state = RoomState::kScheduled;
    Visibility visibility = Visibility::kPublic;
    Instant starts_at{};
    Instant ends_at{};                     // planned
    std::optional<Instant> slot;           // the instant the rule gave: RECURRENCE-ID; empty: spontaneous
    std::optional<LocalTime> slot_local;   // the same in the show's zone
    std::optional<LocalTime> moved_local;  // where a host moved it, in the show's zone; empty: at its slot
    std::optional<Instant> moved_from;     // its first start, when it was moved
    Lateness lateness = Lateness::kOnTime;
    bool has_parts = false;  // texts or hosts of its own: kept by set_texts and set_hosts alone
    std::optional<Instant> opened_at, live_at, ended_at;
    int sequence = 0;
    int version = 1;
    Instant updated_at{};
};

// One person on one room's stage.
struct Speaker {
    SpeakerId id;
    RoomId room;
    std::optional<AccountId> account;  // empty: a guest
    std::string name;
    StageRole role = StageRole::kSpeaker;
    bool muted_by_host = false;
    Instant created_at{};
    std::optional<Instant> first_joined_at, left_at;
};

namespace rooms {

void insert(Tx&, const Room&);
// Requires the stored version, else Conflict; stores version + 1.
void update(Tx&, const Room&);
std::optional<Room> find(Snapshot&, const RoomId&);
// Public rooms of any state that overlap [from, to), in reading order: by starts_at, then id; at most
// `limit`.
std::vector<Room> between(Snapshot&, Instant from, Instant to, int limit);
// Of those the ones after a place in that order, and among them those of a channel, of a show, or with words
// or hosts of their own.
struct Place {
    Instant starts_at{};
    std::string id;
    auto operator<=>(const Place&) const = default;
};
inline Place place_of(const Room& room) {
    return {room.starts_at, room.id.text()};
}
std::vector<Room> between_after(Snapshot&, Instant from, Instant to, const Place& after, int limit);
std::vector<Room> between_after(Snapshot&, const ChannelId&, Instant from, Instant to, const Place& after,
                                int limit);
std::vector<Room> between_after(Snapshot&, const ShowId&, Instant from, Instant to, const Place& after,
                                int limit);
std::vector<Room> worded_between_after(Snapshot&, Instant from, Instant to, const Place& after, int limit);
// What a list of airings says of one. Views are good until the visit returns.
struct Line {
    std::string_view id, channel, title, language;  // title and language of its own, or empty
    std::optional<std::string_view> show;
    RoomState state = RoomState::kScheduled;
    Lateness lateness = Lateness::kOnTime;
    Instant starts_at{}, ends_at{};
    std::optional<Instant> moved_from;
    bool has_parts = false;
};
// The lines of between_after(). `visit` must not use the database.
void visit_between_after(Snapshot&, Instant from, Instant to, const Place& after, int limit,
                         const std::function<void(const Line&)>& visit);
// Public rooms that were moved away from a start in [from, to), by that start.
std::vector<Room> moved_from_between(Snapshot&, Instant from, Instant to, int limit);
// The public room whose id begins like this: nothing unless it is one alone.
std::optional<RoomId> find_public_by_beginning(Snapshot&, const std::string& beginning);
// Shows with a public airing that is to come in [from, to), each with the first, by that.
struct NextOfShow {
    ShowId show;
    Instant starts_at{};
};
std::vector<NextOfShow> shows_ahead(Snapshot&, Instant from, Instant to, int limit);
// Rooms of one show with a slot in [from, to), by slot.
std::vector<Room> slots_of_show(Snapshot&, const ShowId&, Instant from, Instant to, int limit);
// Rooms of one show with starts_at in [from, to), by starts_at.
std::vector<Room> of_show(Snapshot&, const ShowId&, Instant from, Instant to, int limit);
std::vector<Room> of_channel(Snapshot&, const ChannelId&, Instant from, Instant to, int limit);
// Public rooms with starts_at in [from, to) of what a person follows: the channel, the show, one of the hosts
// of either the show or the airing, or the room itself. By starts_at; each once, however often it is
// followed.
std::vector<Room> followed_by(Snapshot&, const FollowerId&, Instant from, Instant to, int limit);
// Public rooms that wait for their start, after that place and before `to`, in reading order.
std::vector<Room> starting_after(Snapshot&, const Place& after, Instant to, int limit);
std::vector<Room> in_state(Snapshot&, RoomState);
std::vector<Room> scheduled_before(Snapshot&, Instant, int limit);  // state scheduled, starts_at < Instant
// Nobody opened, changed or was invited to it: what a changed rule may take away. `update` touches.
bool is_untouched(Snapshot&, const Room&);
// Requires an untouched one.
void erase_untouched(Tx&, const RoomId&);
// Gives the room another slot, start and end without touching it. The slots of a show are unique: where slots
// change hands, lift_slot() the rooms first.
void set_slot(Tx&, const Room&);
void lift_slot(Tx&, const RoomId&, std::int64_t nth);  // to a slot of its own that no rule gives
// Scheduled or backstage rooms that began before `before` and are not known as not held, by start.
std::vector<Room> expected_before(Snapshot&, Instant before, int limit);
void set_lateness(Tx&, const RoomId&, Lateness, Instant at);
// The last start or end of a public room in (after, until].
std::optional<Instant> last_boundary(Snapshot&, Instant after, Instant until);
// Airings that were live, of one host's shows; no more than `limit` are counted.
int held_by(Snapshot&, const AccountId&, int limit);

// Further languages of this airing, by language; replaces all of them.
void set_texts(Tx&, const RoomId&, const std::vector<Text>&);
std::vector<Text> texts(Snapshot&, const RoomId&);
// Hosts of this airing alone; none: the show's.
void set_hosts(Tx&, const RoomId&, const std::vector<AccountId>&);
std::vector<Host> hosts(Snapshot&, const RoomId&);

// Texts and hosts of all airings of a show, and of all shows.
using TextOf = std::pair<RoomId, Text>;
using HostOf = std::pair<RoomId, Host>;
std::vector<TextOf> texts_of_show(Snapshot&, const ShowId&);
std::vector<TextOf> all_texts(Snapshot&);
std::vector<HostOf> hosts_of_show(Snapshot&, const ShowId&);  // of each in order
std::vector<HostOf> all_hosts(Snapshot&);

// What a calendar must say of single airings that have a slot: those that changed since they were made (their
// sequence went up) and those that are not public, by slot.
std::vector<Room> told_of_show(Snapshot&, const ShowId&, int limit);
std::vector<Room> told(Snapshot&, int limit);  // of all shows
// Those with an episode, of the newest `limit`.
std::vector<Room> replayed_of_show(Snapshot&, const ShowId&, int limit);
std::vector<Room> replayed(Snapshot&, int limit);
// Public rooms without a slot from `from` on, by start.
std::vector<Room> spontaneous_of_show(Snapshot&, const ShowId&, Instant from, int limit);
std::vector<Room> spontaneous_of_channel(Snapshot&, const ChannelId&, Instant from, int limit);
std::vector<Room> spontaneous(Snapshot&, Instant from, int limit);

// Rooms of one channel, of one host's shows or with them as their own host, that overlap [from, to), whatever
// their visibility; neither cancelled nor ended nor known as not held. None is longer than two days.
std::vector<Room> busy_on_channel(Snapshot&, const ChannelId&, Instant from, Instant to, int limit);
std::vector<Room> busy_with_host(Snapshot&, const AccountId&, Instant from, Instant to, int limit);
std::optional<Instant> last_slot(Snapshot&, const ShowId&);
// Inserts unless the show has a room with that slot; true if inserted.
bool insert_slot(Tx&, const Room&);

void insert_speaker(Tx&, const Speaker&);
void update_speaker(Tx&, const Speaker&);
std::optional<Speaker> find_speaker(Snapshot&, const SpeakerId&);
std::optional<Speaker> find_speaker_of(Snapshot&, const RoomId&, const AccountId&);
std::vector<Speaker> speakers(Snapshot&, const RoomId&);                   // by created_at
std::vector<Speaker> appearances(Snapshot&, const AccountId&, int limit);  // newest first

}  // namespace rooms
}  // namespace stagecast::store
