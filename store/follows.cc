#include "store/follows.h"

#include <fmt/format.h>

#include "base/text.h"
#include "store/sql.h"

namespace stagecast::store::follows {

namespace {

constexpr std::string_view kAdd =
    "INSERT INTO follows (follower_id, kind, target_id, ladder, attends, created_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (follower_id, kind, target_id) DO UPDATE SET "
    "ladder = excluded.ladder, attends = excluded.attends";
constexpr std::string_view kRemove =
    "DELETE FROM follows WHERE follower_id = $1 AND kind = $2 AND target_id = $3";
constexpr std::string_view kColumns = "follower_id, kind, target_id, ladder, attends, created_at_ms";
constexpr Query kOf{kColumns, "FROM follows WHERE follower_id = $1 ORDER BY created_at_ms, target_id"};
constexpr Query kFind{kColumns, "FROM follows WHERE follower_id = $1 AND kind = $2 AND target_id = $3"};
constexpr Query kCount{"count(*)", "FROM follows WHERE kind = $1 AND target_id = $2"};
constexpr Query kAttending{"count(*)", "FROM follows WHERE target_id = $1 AND attends = 1"};
constexpr Query kListed{
    "f.follower_id, f.ladder, w.state, a.state, w.by_mail, w.quiet_from_minutes, w.quiet_until_minutes, "
    "w.digest, w.daily_budget, w.zone, a.zone, "
    "(SELECT count(*) FROM push_subscriptions p WHERE p.follower_id = f.follower_id)",
    "FROM follows f JOIN followers w ON w.id = f.follower_id LEFT JOIN accounts a ON a.id = w.account_id "
    "WHERE f.kind = $1 AND f.target_id = $2 AND f.follower_id > $3 ORDER BY f.follower_id LIMIT $4"};

constexpr std::string_view kInsertLink =
    "INSERT INTO calendar_links (hash, account_id, alarms, created_at_ms) VALUES ($1, $2, $3, $4)";
constexpr std::string_view kLinkColumns = "hash, account_id, alarms, created_at_ms";
constexpr Query kFindLink{kLinkColumns, "FROM calendar_links WHERE hash = $1"};
constexpr Query kLinksOf{kLinkColumns,
                         "FROM calendar_links WHERE account_id = $1 ORDER BY created_at_ms DESC, hash"};
constexpr std::string_view kEraseLink = "DELETE FROM calendar_links WHERE account_id = $1 AND hash = $2";

Follow read_follow(Row& row) {
    return Follow{.follower = row.id<FollowerId>(),
                  .kind = row.word<FollowKind>(),
                  .target_id = row.text(),
                  .ladder = row.small(),
                  .attends = row.flag(),
                  .created_at = row.instant()};
}

Listed read_listed(Row& row) {
    Listed listed;
    listed.follower = row.id<FollowerId>();
    listed.ladder = row.small();
    listed.is_told = row.view() == word(FollowerState::kConfirmed);
    const auto account = row.optional_view();
    if (account && *account != word(AccountState::kActive)) listed.is_told = false;
    listed.by_mail = row.flag();
    listed.quiet_from_minutes = row.small();
    listed.quiet_until_minutes = row.small();
    listed.has_digest = row.view() != word(Digest::kOff);
    listed.daily_budget = row.small();
    listed.zone = row.text();
    if (const auto zone = row.optional_view()) listed.zone = *zone;
    listed.subscriptions = row.small();
    return listed;
}

std::string joined(const std::vector<int>& minutes) {
    return fmt::format("{}", fmt::join(minutes, ","));
}

std::vector<int> parted(const std::string& text) {
    std::vector<int> minutes;
    if (text.empty()) return minutes;
    for (const auto& part : split(text, ',')) minutes.push_back(std::stoi(part));
    return minutes;
}

CalendarLink read_link(Row& row) {
    return CalendarLink{.hash = row.text(),
                        .account = row.id<AccountId>(),
                        .alarms_minutes = parted(row.text()),
                        .created_at = row.instant()};
}

}  // namespace

void add(Tx& tx, const Follow& f) {
    execute(tx, kAdd, f.follower, f.kind, f.target_id, f.ladder, f.attends, f.created_at);
}

void remove(Tx& tx, const FollowerId& follower, FollowKind kind, const std::string& target_id) {
    execute(tx, kRemove, follower, kind, target_id);
}

std::vector<Follow> of(Snapshot& snapshot, const FollowerId& follower) {
    return select(snapshot, kOf, read_follow, follower);
}

std::optional<Follow> find(Snapshot& snapshot, const FollowerId& follower, FollowKind kind,
                           const std::string& target_id) {
    return select_one(snapshot, kFind, read_follow, follower, kind, target_id);
}

int count(Snapshot& snapshot, FollowKind kind, const std::string& target_id) {
    return select(
               snapshot, kCount, [](Row& row) { return row.small(); }, kind, target_id)
        .at(0);
}

int attending(Snapshot& snapshot, const RoomId& room) {
    return select(
               snapshot, kAttending, [](Row& row) { return row.small(); }, room)
        .at(0);
}

std::vector<Listed> listed(Snapshot& snapshot, FollowKind kind, const std::string& target_id,
                           const FollowerId& after, int limit) {
    return select(snapshot, kListed, read_listed, kind, target_id, after, at_most(limit));
}

void insert_link(Tx& tx, const CalendarLink& l) {
    execute(tx, kInsertLink, l.hash, l.account, joined(l.alarms_minutes), l.created_at);
}

std::optional<CalendarLink> find_link(Snapshot& snapshot, const std::string& hash) {
    return select_one(snapshot, kFindLink, read_link, hash);
}

std::vector<CalendarLink> links_of(Snapshot& snapshot, const AccountId& account) {
    return select(snapshot, kLinksOf, read_link, account);
}

void erase_link(Tx& tx, const AccountId& account, const std::string& hash) {
    execute_on_one(tx, "calendar link", kEraseLink, account, hash);
}

}  // namespace stagecast::store::follows
