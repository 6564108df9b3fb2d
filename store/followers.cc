#include "store/followers.h"

#include "store/sql.h"

namespace stagecast::store::followers {

namespace {

constexpr std::string_view kColumns =
    "f.id, f.account_id, f.email, f.language, f.zone, a.email, a.language, a.zone, a.state, f.state, "
    "f.by_mail, "
    "f.quiet_from_minutes, f.quiet_until_minutes, f.digest, f.daily_budget, f.next_digest_at_ms, "
    "f.bell_seen_at_ms, f.created_at_ms";
constexpr std::string_view kInsert =
    "INSERT INTO followers (id, account_id, email, language, zone, state, by_mail, quiet_from_minutes, "
    "quiet_until_minutes, digest, daily_budget, next_digest_at_ms, bell_seen_at_ms, created_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
constexpr std::string_view kUpdate =
    "UPDATE followers SET email = $1, language = $2, zone = $3, state = $4, by_mail = $5, "
    "quiet_from_minutes = $6, quiet_until_minutes = $7, digest = $8, daily_budget = $9, "
    "next_digest_at_ms = $10, bell_seen_at_ms = $11 WHERE id = $12";
constexpr Query kFind{kColumns,
                      "FROM followers f LEFT JOIN accounts a ON a.id = f.account_id WHERE f.id = $1"};
constexpr Query kFindByEmail{kColumns,
                             "FROM followers f LEFT JOIN accounts a ON a.id = f.account_id "
                             "WHERE f.email = $1 AND f.account_id IS NULL"};
constexpr Query kDigestDue{kColumns,
                           "FROM followers f LEFT JOIN accounts a ON a.id = f.account_id "
                           "WHERE f.next_digest_at_ms <= $1 ORDER BY f.next_digest_at_ms, f.id LIMIT $2"};
constexpr std::string_view kSetNextDigest = "UPDATE followers SET next_digest_at_ms = $1 WHERE id = $2";
constexpr std::string_view kEraseAsked =
    "DELETE FROM followers WHERE state = 'asked' AND created_at_ms < $1 AND account_id IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM follows WHERE follower_id = followers.id)";

Follower read_follower(Row& row) {
    Follower follower;
    follower.id = row.id<FollowerId>();
    follower.account = row.optional_id<AccountId>();
    follower.email = row.text();
    follower.language = row.text();
    follower.zone = row.text();
    if (auto email = row.optional_text()) follower.email = *std::move(email);
    if (auto language = row.optional_text()) follower.language = *std::move(language);
    if (auto zone = row.optional_text()) follower.zone = *std::move(zone);
    const auto account_state = row.optional_text();
    follower.state = row.word<FollowerState>();
    if (account_state && *account_state != word(AccountState::kActive))
        follower.state = FollowerState::kStopped;
    follower.by_mail = row.flag();
    follower.quiet_from_minutes = row.small();
    follower.quiet_until_minutes = row.small();
    follower.digest = row.word<Digest>();
    follower.daily_budget = row.small();
    follower.next_digest_at = row.optional_instant();
    follower.bell_seen_at = row.instant();
    follower.created_at = row.instant();
    return follower;
}

// What is stored of an address: nothing where the account has it.
std::string own(const Follower& follower, const std::string& text) {
    return follower.account ? "" : text;
}

}  // namespace

void insert(Tx& tx, const Follower& f) {
    execute(tx, kInsert, f.id, f.account, own(f, f.email), own(f, f.language), own(f, f.zone), f.state,
            f.by_mail, f.quiet_from_minutes, f.quiet_until_minutes, f.digest, f.daily_budget,
            f.next_digest_at, f.bell_seen_at, f.created_at);
}

void update(Tx& tx, const Follower& f) {
    // An account that is not active now may be so again: what it stored stays.
    const auto state = f.account ? FollowerState::kConfirmed : f.state;
    execute_on_one(tx, "follower", kUpdate, own(f, f.email), own(f, f.language), own(f, f.zone), state,
                   f.by_mail, f.quiet_from_minutes, f.quiet_until_minutes, f.digest, f.daily_budget,
                   f.next_digest_at, f.bell_seen_at, f.id);
}

std::optional<Follower> find(Snapshot& snapshot, const FollowerId& id) {
    return select_one(snapshot, kFind, read_follower, id);
}

std::optional<Follower> find_by_email(Snapshot& snapshot, const std::string& email) {
    return select_one(snapshot, kFindByEmail, read_follower, email);
}

Follower of_account(Tx& tx, const AccountId& account, Instant now) {
    if (auto known = find(tx, id_of(account))) return *std::move(known);
    Follower made;
    made.id = id_of(account);
    made.account = account;
    made.created_at = made.bell_seen_at = now;
    insert(tx, made);
    return find(tx, made.id).value();
}

std::vector<Follower> with_digest_due(Snapshot& snapshot, Instant now, int limit) {
    return select(snapshot, kDigestDue, read_follower, now, at_most(limit));
}

void set_next_digest(Tx& tx, const FollowerId& id, const std::optional<Instant>& at) {
    execute_on_one(tx, "follower", kSetNextDigest, at, id);
}

int erase_asked(Tx& tx, Instant before) {
    return static_cast<int>(execute(tx, kEraseAsked, before));
}

}  // namespace stagecast::store::followers
