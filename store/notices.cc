#include "store/notices.h"

#include <algorithm>

#include "store/sql.h"

namespace stagecast::store {

namespace {

constexpr std::string_view kNoticeColumns =
    "id, idempotency_key, kind, channel_id, show_id, room_id, minutes_before, rungs, starts_at_ms, "
    "was_at_ms, "
    "body, by_id, due_at_ms, expires_at_ms, created_at_ms, reached, planned_at_ms";
constexpr std::string_view kInsertNotice =
    "INSERT INTO notices (id, idempotency_key, kind, channel_id, show_id, room_id, minutes_before, rungs, "
    "starts_at_ms, was_at_ms, body, by_id, due_at_ms, expires_at_ms, created_at_ms, reached, planned_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) "
    "ON CONFLICT (idempotency_key) DO NOTHING";
constexpr std::string_view kInsertTarget =
    "INSERT INTO notice_targets (notice_id, kind, target_id, told_at_ms) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (notice_id, kind, target_id) DO NOTHING";
constexpr Query kFindNotice{kNoticeColumns, "FROM notices WHERE id = $1"};
constexpr Query kFindByKey{kNoticeColumns, "FROM notices WHERE idempotency_key = $1"};
constexpr Query kTargets{"kind, target_id",
                         "FROM notice_targets WHERE notice_id = $1 ORDER BY kind, target_id"};
constexpr Query kUnplanned{
    kNoticeColumns,
    "FROM notices WHERE planned_at_ms IS NULL AND due_at_ms <= $1 ORDER BY due_at_ms, id LIMIT $2"};
constexpr std::string_view kSetReached = "UPDATE notices SET reached = $1 WHERE id = $2";
constexpr std::string_view kSetPlanned = "UPDATE notices SET planned_at_ms = $1 WHERE id = $2";
// By the follows, of which a person has few, and the targets' own notices.
constexpr Query kHeardBy{kNoticeColumns,
                         "FROM notices WHERE planned_at_ms IS NOT NULL AND id IN ("
                         "SELECT t.notice_id FROM follows f JOIN notice_targets t ON t.kind = f.kind AND "
                         "t.target_id = f.target_id "
                         "AND t.told_at_ms >= f.created_at_ms JOIN notices n ON n.id = t.notice_id "
                         "WHERE f.follower_id = $1 AND (n.rungs = 0 OR (f.ladder & n.rungs) <> 0)) "
                         "ORDER BY created_at_ms DESC, id LIMIT $2"};
constexpr Query kHeardSince{
    "count(*)",
    "FROM (SELECT 1 FROM notices WHERE planned_at_ms IS NOT NULL AND id IN ("
    "SELECT t.notice_id FROM follows f JOIN notice_targets t ON t.kind = f.kind AND t.target_id = "
    "f.target_id "
    "AND t.told_at_ms >= f.created_at_ms AND t.told_at_ms > $1 JOIN notices n ON n.id = t.notice_id "
    "WHERE f.follower_id = $2 AND (n.rungs = 0 OR (f.ladder & n.rungs) <> 0)) LIMIT $3) AS heard"};
constexpr Query kNotesSince{
    "count(*)",
    "FROM notices n JOIN notice_targets t ON t.notice_id = n.id "
    "WHERE t.kind = 'show' AND t.target_id = $1 AND t.told_at_ms > $2 AND n.kind = 'note'"};
constexpr Query kConcerns{
    "f.follower_id",
    "FROM notice_targets t JOIN follows f ON f.kind = t.kind AND f.target_id = t.target_id "
    "WHERE t.notice_id = $1 AND f.follower_id = $2 LIMIT 1"};
constexpr Query kHasFollower{"target_id", "FROM follows WHERE kind = $1 AND target_id = $2 LIMIT 1"};
constexpr Query kHasWebhook{"id", "FROM webhooks WHERE channel_id = $1 AND is_on = 1 LIMIT 1"};
constexpr Query kOld{"id", "FROM notices WHERE created_at_ms < $1 ORDER BY created_at_ms LIMIT $2"};
constexpr std::string_view kEraseDispatches = "DELETE FROM dispatches WHERE notice_id = $1";
constexpr std::string_view kEraseTargets = "DELETE FROM notice_targets WHERE notice_id = $1";
constexpr std::string_view kEraseNotice = "DELETE FROM notices WHERE id = $1";

constexpr std::string_view kDispatchColumns =
    "notice_id, follower_id, way, receiver, due_at_ms, expires_at_ms, state, attempts, leased_until_ms, "
    "settled_at_ms, why";
constexpr std::string_view kInsertDispatch =
    "INSERT INTO dispatches (notice_id, follower_id, way, receiver, due_at_ms, expires_at_ms, state, "
    "attempts, "
    "leased_until_ms, settled_at_ms, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
    "ON CONFLICT (notice_id, follower_id, way, receiver) DO NOTHING";
// Each by its partial index.
constexpr Query kDue{kDispatchColumns,
                     "FROM dispatches WHERE state = 'planned' AND way <> 'digest' AND due_at_ms <= $1 "
                     "ORDER BY due_at_ms LIMIT $2"};
constexpr Query kLapsed{kDispatchColumns,
                        "FROM dispatches WHERE state = 'leased' AND leased_until_ms <= $1 "
                        "ORDER BY leased_until_ms LIMIT $2"};
constexpr std::string_view kLease =
    "UPDATE dispatches SET state = 'leased', leased_until_ms = $1 "
    "WHERE notice_id = $2 AND follower_id = $3 AND way = $4 AND receiver = $5";
constexpr std::string_view kSettle =
    "UPDATE dispatches SET due_at_ms = $1, state = $2, attempts = $3, leased_until_ms = NULL, "
    "settled_at_ms = $4, why = $5 WHERE notice_id = $6 AND follower_id = $7 AND way = $8 AND receiver = $9 "
    "AND state = 'leased' AND leased_until_ms = $10";
constexpr std::string_view kRelease =
    "UPDATE dispatches SET state = 'planned', leased_until_ms = NULL WHERE state = 'leased'";
constexpr Query kToldSince{"count(*)",
                           "FROM dispatches WHERE follower_id = $1 AND due_at_ms > $2 AND way <> 'digest'"};
constexpr std::string_view kGather =
    "UPDATE dispatches SET state = 'delivered', settled_at_ms = $1, why = $2 "
    "WHERE follower_id = $3 AND way = 'digest' AND state = 'planned'";
constexpr Query kGathered{
    "n.id, n.idempotency_key, n.kind, n.channel_id, n.show_id, n.room_id, n.minutes_before, n.rungs, "
    "n.starts_at_ms, n.was_at_ms, n.body, n.by_id, n.due_at_ms, n.expires_at_ms, n.created_at_ms, n.reached, "
    "n.planned_at_ms",
    "FROM dispatches d JOIN notices n ON n.id = d.notice_id "
    "WHERE d.follower_id = $1 AND d.way = 'digest' AND d.why = $2 ORDER BY n.due_at_ms, n.id LIMIT 200"};
constexpr Query kFailed{kDispatchColumns,
                        "FROM dispatches WHERE state = 'failed' ORDER BY settled_at_ms DESC LIMIT $1"};
constexpr std::string_view kRetryFailed =
    "UPDATE dispatches SET state = 'planned', attempts = 0, due_at_ms = $1 WHERE state = 'failed'";
constexpr Query kOldestDue{"min(due_at_ms)", "FROM dispatches WHERE state = 'planned' AND way <> 'digest'"};
constexpr Query kFirstLapse{"min(leased_until_ms)", "FROM dispatches WHERE state = 'leased'"};
constexpr Query kWaiting{"count(*)", "FROM dispatches WHERE state = 'planned' AND way <> 'digest'"};
constexpr Query kOfNotice{
    kDispatchColumns, "FROM dispatches WHERE notice_id = $1 ORDER BY follower_id, way, receiver LIMIT $2"};

Notice read_notice(Row& row) {
    return Notice{.id = row.id<NoticeId>(),
                  .key = row.text(),
                  .kind = row.word<NoticeKind>(),
                  .channel = row.optional_id<ChannelId>(),
                  .show = row.optional_id<ShowId>(),
                  .room = row.optional_id<RoomId>(),
                  .minutes_before = row.small(),
                  .rungs = row.small(),
                  .starts_at = row.optional_instant(),
                  .was_at = row.optional_instant(),
                  .text = row.text(),
                  .by = row.optional_id<AccountId>(),
                  .due_at = row.instant(),
                  .expires_at = row.instant(),
                  .created_at = row.instant(),
                  .reached = row.text(),
                  .planned_at = row.optional_instant()};
}

Dispatch read_dispatch(Row& row) {
    return Dispatch{.notice = row.id<NoticeId>(),
                    .follower = row.id<FollowerId>(),
                    .way = row.word<Way>(),
                    .receiver = row.text(),
                    .due_at = row.instant(),
                    .expires_at = row.instant(),
                    .state = row.word<MessageState>(),
                    .attempts = row.small(),
                    .leased_until = row.optional_instant(),
                    .settled_at = row.optional_instant(),
                    .why = row.text()};
}

template <class... T>
int counted(Snapshot& snapshot, const Query& query, const T&... values) {
    return select(
               snapshot, query, [](Row& row) { return row.small(); }, values...)
        .at(0);
}

}  // namespace

namespace notices {

bool insert(Tx& tx, const Notice& n, const std::vector<NoticeTarget>& targets) {
    const bool is_new = execute(tx, kInsertNotice, n.id, n.key, n.kind, n.channel, n.show, n.room,
                                n.minutes_before, n.rungs, n.starts_at, n.was_at, n.text, n.by, n.due_at,
                                n.expires_at, n.created_at, n.reached, n.planned_at) == 1;
    if (is_new)
        for (const auto& target : targets)
            execute(tx, kInsertTarget, n.id, target.kind, target.id, n.created_at);
    return is_new;
}

std::optional<Notice> find(Snapshot& snapshot, const NoticeId& id) {
    return select_one(snapshot, kFindNotice, read_notice, id);
}

std::optional<Notice> find_by_key(Snapshot& snapshot, const std::string& key) {
    return select_one(snapshot, kFindByKey, read_notice, key);
}

std::vector<NoticeTarget> targets(Snapshot& snapshot, const NoticeId& id) {
    return select(
        snapshot, kTargets,
        [](Row& row) {
            const auto kind = row.word<FollowKind>();
            return NoticeTarget{kind, row.text()};
        },
        id);
}

std::vector<Notice> unplanned(Snapshot& snapshot, Instant now, int limit) {
    return select(snapshot, kUnplanned, read_notice, now, at_most(limit));
}

void set_reached(Tx& tx, const NoticeId& id, const FollowerId& follower) {
    execute_on_one(tx, "notice", kSetReached, follower, id);
}

void set_planned(Tx& tx, const NoticeId& id, Instant at) {
    execute_on_one(tx, "notice", kSetPlanned, at, id);
}

void silence(Tx& tx, const NoticeId& id, Instant at) {
    execute(tx, kEraseTargets, id);
    set_planned(tx, id, at);
}

bool has_ears(Snapshot& snapshot, const ChannelId& channel, const std::vector<NoticeTarget>& targets) {
    const auto text = [](Row& row) { return row.text(); };
    if (select_one(snapshot, kHasWebhook, text, channel)) return true;
    for (const auto& target : targets)
        if (select_one(snapshot, kHasFollower, text, target.kind, target.id)) return true;
    return false;
}

std::vector<Notice> heard_by(Snapshot& snapshot, const FollowerId& follower, int limit) {
    return select(snapshot, kHeardBy, read_notice, follower, at_most(limit));
}

int heard_since(Snapshot& snapshot, const FollowerId& follower, Instant since, int limit) {
    return counted(snapshot, kHeardSince, since, follower, at_most(limit));
}

int notes_since(Snapshot& snapshot, const ShowId& show, Instant since) {
    return counted(snapshot, kNotesSince, show, since);
}

bool concerns(Snapshot& snapshot, const NoticeId& notice, const FollowerId& follower) {
    return select_one(
               snapshot, kConcerns, [](Row& row) { return row.text(); }, notice, follower)
        .has_value();
}

int erase_before(Tx& tx, Instant before, int limit) {
    const auto old = select(
        tx, kOld, [](Row& row) { return row.text(); }, before, at_most(limit));
    for (const auto& id : old) {
        execute(tx, kEraseDispatches, id);
        execute(tx, kEraseTargets, id);
        execute(tx, kEraseNotice, id);
    }
    return static_cast<int>(old.size());
}

}  // namespace notices

namespace dispatches {

bool insert(Tx& tx, const Dispatch& d) {
    return execute(tx, kInsertDispatch, d.notice, d.follower, d.way, d.receiver, d.due_at, d.expires_at,
                   d.state, d.attempts, d.leased_until, d.settled_at, d.why) == 1;
}

std::vector<Dispatch> lease(Tx& tx, Instant now, Instant until, int limit) {
    auto due = select(tx, kLapsed, read_dispatch, now, at_most(limit));
    auto planned = select(tx, kDue, read_dispatch, now, at_most(limit - static_cast<int>(due.size())));
    due.insert(due.end(), std::make_move_iterator(planned.begin()), std::make_move_iterator(planned.end()));
    for (auto& one : due) {
        execute(tx, kLease, until, one.notice, one.follower, one.way, one.receiver);
        one.state = MessageState::kLeased;
        one.leased_until = until;
    }
    return due;
}

bool settle(Tx& tx, const Dispatch& d) {
    return execute(tx, kSettle, d.due_at, d.state, d.attempts, d.settled_at, d.why, d.notice, d.follower,
                   d.way, d.receiver, d.leased_until) == 1;
}

int release(Tx& tx) {
    return static_cast<int>(execute(tx, kRelease));
}

int told_since(Snapshot& snapshot, const FollowerId& follower, Instant since) {
    return counted(snapshot, kToldSince, follower, since);
}

int gather(Tx& tx, const FollowerId& follower, const NoticeId& digest, Instant now) {
    return static_cast<int>(execute(tx, kGather, now, digest, follower));
}

std::vector<Notice> gathered(Snapshot& snapshot, const FollowerId& follower, const NoticeId& digest) {
    return select(snapshot, kGathered, read_notice, follower, digest);
}

std::vector<Dispatch> failed(Snapshot& snapshot, int limit) {
    return select(snapshot, kFailed, read_dispatch, at_most(limit));
}

int retry_failed(Tx& tx, Instant now) {
    return static_cast<int>(execute(tx, kRetryFailed, now));
}

std::optional<Instant> oldest_due(Snapshot& snapshot) {
    const auto first = [](Row& row) { return row.optional_instant(); };
    const auto due = select(snapshot, kOldestDue, first).at(0);
    const auto lapse = select(snapshot, kFirstLapse, first).at(0);
    return due && lapse ? std::min(due, lapse) : due ? due : lapse;
}

int waiting(Snapshot& snapshot) {
    return counted(snapshot, kWaiting);
}

std::vector<Dispatch> of_notice(Snapshot& snapshot, const NoticeId& notice, int limit) {
    return select(snapshot, kOfNotice, read_dispatch, notice, at_most(limit));
}

}  // namespace dispatches
}  // namespace stagecast::store
