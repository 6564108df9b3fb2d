#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

enum class RoomState { kScheduled, kBackstage, kLive, kEnded, kCancelled };
enum class Visibility { kPublic, kUnlisted, kPrivate };
enum class StageRole { kHost, kCohost, kSpeaker };

// One airing, scheduled or spontaneous. Its id and its slot stay when it is moved or cancelled.
struct Room {
    RoomId id;
    ChannelId channel;
    std::optional<ShowId> show;
    std::string title;  // of this airing; empty: the show's
    RoomState state = RoomState::kScheduled;
    Visibility visibility = Visibility::kPublic;
    Instant starts_at{};
    Instant ends_at{};                    // planned
    std::optional<Instant> slot;          // the instant the rule gave: RECURRENCE-ID; empty: spontaneous
    std::optional<LocalTime> slot_local;  // the same in the show's zone
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
// Public rooms of any state that overlap [from, to), by starts_at; at most `limit`.
std::vector<Room> between(Snapshot&, Instant from, Instant to, int limit);
// Rooms of one show with starts_at in [from, to), by starts_at.
std::vector<Room> of_show(Snapshot&, const ShowId&, Instant from, Instant to, int limit);
std::vector<Room> of_channel(Snapshot&, const ChannelId&, Instant from, Instant to, int limit);
std::vector<Room> in_state(Snapshot&, RoomState);
std::vector<Room> scheduled_before(Snapshot&, Instant, int limit);  // state scheduled, starts_at < Instant
// Scheduled rooms of the show with a slot at or after `from` that nobody opened, moved or retitled: gone.
void erase_untouched_slots(Tx&, const ShowId&, Instant from);
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
