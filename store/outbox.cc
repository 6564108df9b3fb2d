#include "store/outbox.h"

#include "store/sql.h"

namespace stagecast::store {

namespace {

constexpr std::string_view kMessageColumns =
    "id, idempotency_key, delivered_by, recipient, subject, body, due_at_ms, state, attempts, "
    "leased_until_ms, "
    "delivered_at_ms, why, created_at_ms";
constexpr std::string_view kInsertMessage =
    "INSERT INTO outbox (id, idempotency_key, delivered_by, recipient, subject, body, due_at_ms, state, "
    "attempts, "
    "leased_until_ms, delivered_at_ms, why, created_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (idempotency_key) DO "
    "NOTHING";
constexpr Query kDue{kMessageColumns,
                     "FROM outbox WHERE (state = 'planned' AND due_at_ms <= $1) "
                     "OR (state = 'leased' AND leased_until_ms <= $1) ORDER BY due_at_ms, id LIMIT $2"};
constexpr std::string_view kLease = "UPDATE outbox SET state = 'leased', leased_until_ms = $1 WHERE id = $2";
constexpr std::string_view kUpdateMessage =
    "UPDATE outbox SET delivered_by = $1, recipient = $2, subject = $3, body = $4, due_at_ms = $5, state = "
    "$6, "
    "attempts = $7, leased_until_ms = $8, delivered_at_ms = $9, why = $10 WHERE id = $11";
constexpr Query kNewestMessages{kMessageColumns, "FROM outbox ORDER BY created_at_ms DESC, id DESC LIMIT $1"};
// Two counts, so that each is of its partial index and not of everything that was ever delivered.
constexpr Query kWaiting{
    "(SELECT count(*) FROM outbox WHERE state = 'planned') + (SELECT count(*) FROM outbox WHERE state = "
    "'leased')",
    ""};
constexpr Query kFindMessage{kMessageColumns, "FROM outbox WHERE id = $1"};

constexpr std::string_view kAppendEntry =
    "INSERT INTO journal (entry, at_ms, actor, action, object, detail) "
    "VALUES ((SELECT coalesce(max(entry), 0) + 1 FROM journal), $1, $2, $3, $4, $5)";
constexpr Query kNewestEntries{"at_ms, actor, action, object, detail",
                               "FROM journal ORDER BY entry DESC LIMIT $1"};

constexpr Query kGetSetting{"value", "FROM settings WHERE name = $1"};
constexpr std::string_view kSetSetting =
    "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = "
    "excluded.value";

Message read_message(Row& row) {
    return Message{.id = row.id<MessageId>(),
                   .key = row.text(),
                   .by = row.text(),
                   .to = row.text(),
                   .subject = row.text(),
                   .text = row.text(),
                   .due_at = row.instant(),
                   .state = row.word<MessageState>(),
                   .attempts = row.small(),
                   .leased_until = row.optional_instant(),
                   .delivered_at = row.optional_instant(),
                   .why = row.text(),
                   .created_at = row.instant()};
}

LogEntry read_entry(Row& row) {
    return LogEntry{.at = row.instant(),
                    .actor = row.text(),
                    .action = row.text(),
                    .object = row.text(),
                    .detail = row.text()};
}

}  // namespace

namespace outbox {

bool insert(Tx& tx, const Message& m) {
    return execute(tx, kInsertMessage, m.id, m.key, m.by, m.to, m.subject, m.text, m.due_at, m.state,
                   m.attempts, m.leased_until, m.delivered_at, m.why, m.created_at) == 1;
}

std::vector<Message> lease(Tx& tx, Instant now, Instant until, int limit) {
    auto due = select(tx, kDue, read_message, now, at_most(limit));
    for (auto& message : due) {
        execute(tx, kLease, until, message.id);
        message.state = MessageState::kLeased;
        message.leased_until = until;
    }
    return due;
}

void update(Tx& tx, const Message& m) {
    execute_on_one(tx, "message", kUpdateMessage, m.by, m.to, m.subject, m.text, m.due_at, m.state,
                   m.attempts, m.leased_until, m.delivered_at, m.why, m.id);
}

std::vector<Message> newest(Snapshot& snapshot, int limit) {
    return select(snapshot, kNewestMessages, read_message, at_most(limit));
}

int waiting(Snapshot& snapshot) {
    return select(snapshot, kWaiting, [](Row& row) { return row.small(); }).at(0);
}

std::optional<Message> find(Snapshot& snapshot, const MessageId& id) {
    return select_one(snapshot, kFindMessage, read_message, id);
}

}  // namespace outbox

namespace journal {

void append(Tx& tx, const LogEntry& e) {
    execute(tx, kAppendEntry, e.at, e.actor, e.action, e.object, e.detail);
}

std::vector<LogEntry> newest(Snapshot& snapshot, int limit) {
    return select(snapshot, kNewestEntries, read_entry, at_most(limit));
}

}  // namespace journal

namespace settings {

std::optional<std::string> get(Snapshot& snapshot, const std::string& key) {
    return select_one(
        snapshot, kGetSetting, [](Row& row) { return row.text(); }, key);
}

void set(Tx& tx, const std::string& key, const std::string& value) {
    execute(tx, kSetSetting, key, value);
}

}  // namespace settings
}  // namespace stagecast::store
