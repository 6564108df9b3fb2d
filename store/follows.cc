#include "store/follows.h"

#include <fmt/format.h>

#include "base/text.h"
#include "store/sql.h"

namespace stagecast::store::follows {

namespace {

constexpr std::string_view kAdd =
    "INSERT INTO follows (account_id, kind, target_id, created_at_ms) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (account_id, kind, target_id) DO NOTHING";
constexpr std::string_view kRemove =
    "DELETE FROM follows WHERE account_id = $1 AND kind = $2 AND target_id = $3";
constexpr Query kOfAccount{"account_id, kind, target_id, created_at_ms",
                           "FROM follows WHERE account_id = $1 ORDER BY created_at_ms, target_id"};
constexpr Query kHas{"target_id", "FROM follows WHERE account_id = $1 AND kind = $2 AND target_id = $3"};
constexpr Query kCount{"count(*)", "FROM follows WHERE kind = $1 AND target_id = $2"};

constexpr std::string_view kInsertLink =
    "INSERT INTO calendar_links (hash, account_id, alarms, created_at_ms) VALUES ($1, $2, $3, $4)";
constexpr std::string_view kLinkColumns = "hash, account_id, alarms, created_at_ms";
constexpr Query kFindLink{kLinkColumns, "FROM calendar_links WHERE hash = $1"};
constexpr Query kLinksOf{kLinkColumns,
                         "FROM calendar_links WHERE account_id = $1 ORDER BY created_at_ms DESC, hash"};
constexpr std::string_view kEraseLink = "DELETE FROM calendar_links WHERE account_id = $1 AND hash = $2";

Follow read_follow(Row& row) {
    return Follow{.account = row.id<AccountId>(),
                  .kind = row.word<FollowKind>(),
                  .target_id = row.text(),
                  .created_at = row.instant()};
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
    execute(tx, kAdd, f.account, f.kind, f.target_id, f.created_at);
}

void remove(Tx& tx, const AccountId& account, FollowKind kind, const std::string& target_id) {
    execute(tx, kRemove, account, kind, target_id);
}

std::vector<Follow> of_account(Snapshot& snapshot, const AccountId& account) {
    return select(snapshot, kOfAccount, read_follow, account);
}

bool has(Snapshot& snapshot, const AccountId& account, FollowKind kind, const std::string& target_id) {
    return select_one(
               snapshot, kHas, [](Row& row) { return row.text(); }, account, kind, target_id)
        .has_value();
}

int count(Snapshot& snapshot, FollowKind kind, const std::string& target_id) {
    return select(
               snapshot, kCount, [](Row& row) { return row.small(); }, kind, target_id)
        .at(0);
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
