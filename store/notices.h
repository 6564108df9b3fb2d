#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"
#include "store/follows.h"
#include "store/outbox.h"

namespace stagecast::store {

enum class NoticeKind {
    kReminder,
    kLive,
    kDelayed,
    kMoved,
    kCancelled,
    kRestored,
    kRescheduled,  // a show's schedule changed
    kRetired,      // a show ends
    kReplay,       // an episode was published
    kNote,         // a host's words
    kDigest        // to one follower: what waited
};

// One thing that followers are told of, however many they are. Immutable but for how far it was planned.
struct Notice {
    NoticeId id;
    std::string key;  // idempotency: a second with the same key is not taken
    NoticeKind kind = NoticeKind::kReminder;
    std::optional<ChannelId> channel;
    std::optional<ShowId> show;
    std::optional<RoomId> room;
    int minutes_before = 0;  // of a reminder
    int rungs = 0;           // who is told: those with one of these in their ladder; 0: everybody
    std::optional<Instant> starts_at, was_at;  // of the airing, as this says it; before it was moved
    std::string text;                          // of a note; of a digest the follower's id
    std::optional<AccountId> by;               // whose doing it was: not told of it
    Instant due_at{}, expires_at{};            // told in [due_at, expires_at)
    Instant created_at{};
    std::string reached;  // the last follower whose dispatches are made
    std::optional<Instant> planned_at;
};

struct NoticeTarget {
    FollowKind kind = FollowKind::kShow;
    std::string id;
    bool operator==(const NoticeTarget&) const = default;
};

namespace notices {

// False where the key was there. The targets: whose followers are told.
bool insert(Tx&, const Notice&, const std::vector<NoticeTarget>& targets);
std::optional<Notice> find(Snapshot&, const NoticeId&);
std::optional<Notice> find_by_key(Snapshot&, const std::string& key);
std::vector<NoticeTarget> targets(Snapshot&, const NoticeId&);
// Due and not wholly planned, oldest first.
std::vector<Notice> unplanned(Snapshot&, Instant now, int limit);
void set_reached(Tx&, const NoticeId&, const FollowerId&);
void set_planned(Tx&, const NoticeId&, Instant at);
// Planned, and nobody hears of it.
void silence(Tx&, const NoticeId&, Instant at);
// Whether anybody follows one of these, or has a webhook on the channel.
bool has_ears(Snapshot&, const ChannelId&, const std::vector<NoticeTarget>&);
// Planned ones that a person's follows and ladders bring, newest first, each once: since they followed.
std::vector<Notice> heard_by(Snapshot&, const FollowerId&, int limit);
// How many of those came after `since`; no more than `limit` are counted.
int heard_since(Snapshot&, const FollowerId&, Instant since, int limit);
// Of a show's notes, those since that instant.
int notes_since(Snapshot&, const ShowId&, Instant since);
// True where the person follows what the notice is of.
bool concerns(Snapshot&, const NoticeId&, const FollowerId&);
// With their dispatches; at most `limit` notices. How many.
int erase_before(Tx&, Instant, int limit);

}  // namespace notices

// How a notice goes out. kDigest: it waits for the person's next digest.
enum class Way { kMail, kPush, kWebhook, kDigest };

// One notice on its way to one receiver; these four name it.
struct Dispatch {
    NoticeId notice;
    FollowerId follower;  // empty: a webhook's
    Way way = Way::kMail;
    std::string receiver;  // a push subscription's id, a webhook's; else empty
    Instant due_at{}, expires_at{};
    MessageState state = MessageState::kPlanned;
    int attempts = 0;
    std::optional<Instant> leased_until, settled_at;
    std::string why;  // of the last failure, or why it was dropped
};

namespace dispatches {

bool insert(Tx&, const Dispatch&);  // false: it was there
// Leases due ones, oldest due first: planned, or leased with an expired lease. None of kDigest.
std::vector<Dispatch> lease(Tx&, Instant now, Instant until, int limit);
// Stores due_at, state, attempts, settled_at, why; ends the lease. False, and nothing done, where the lease
// is another's by now.
bool settle(Tx&, const Dispatch&);
// At start, where no other process works on this database: nobody holds a lease any more.
int release(Tx&);
// Messages (mail, push) to one person due since, whatever became of them.
int told_since(Snapshot&, const FollowerId&, Instant since);
// Gives what waits for a person's digest to this one: how many. Later what it holds, by due time.
int gather(Tx&, const FollowerId&, const NoticeId& digest, Instant now);
std::vector<Notice> gathered(Snapshot&, const FollowerId&, const NoticeId& digest);
// For operators.
std::vector<Dispatch> failed(Snapshot&, int limit);  // newest first
int retry_failed(Tx&, Instant now);                  // all of them, from their first attempt: how many
std::optional<Instant> oldest_due(Snapshot&);        // of those planned
int waiting(Snapshot&);
std::vector<Dispatch> of_notice(Snapshot&, const NoticeId&, int limit);

}  // namespace dispatches
}  // namespace stagecast::store
