#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

// kAsked: an address that has not confirmed that it wants mail. kStopped: wants none again.
enum class FollowerState { kAsked, kConfirmed, kStopped };
enum class Digest { kOff, kDaily, kWeekly };

// A person who is told, and how: one with an account, or an address that confirmed.
struct Follower {
    FollowerId id;
    std::optional<AccountId> account;
    // The account's where there is one: read with it, and then not stored here.
    std::string email, language = "en", zone = "UTC";
    FollowerState state = FollowerState::kConfirmed;  // with an account: kStopped unless that is active
    bool by_mail = true;
    int quiet_from_minutes = 0;        // of the local day, [0, 1440)
    int quiet_until_minutes = 7 * 60;  // the same; equal: never quiet
    Digest digest = Digest::kOff;
    int daily_budget = 20;  // messages in 24 hours, before the rest waits for a digest
    std::optional<Instant> next_digest_at;
    Instant bell_seen_at{};
    Instant created_at{};
};

namespace followers {

// An account's follower has the account's id.
inline FollowerId id_of(const AccountId& account) {
    return FollowerId::trusted(account.text());
}
void insert(Tx&, const Follower&);  // Conflict names "email"
void update(Tx&, const Follower&);  // all but id, account and created_at; NotFound
std::optional<Follower> find(Snapshot&, const FollowerId&);
// Of those without an account.
std::optional<Follower> find_by_email(Snapshot&, const std::string& email);
// Made with the defaults where there is none yet.
Follower of_account(Tx&, const AccountId&, Instant now);
// By when they are due.
std::vector<Follower> with_digest_due(Snapshot&, Instant now, int limit);
void set_next_digest(Tx&, const FollowerId&, const std::optional<Instant>&);
// Those that never confirmed, asked before that instant.
int erase_asked(Tx&, Instant before);

}  // namespace followers
}  // namespace stagecast::store
