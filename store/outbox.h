#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

// kDropped: no longer true, or no longer wanted, before it went out.
enum class MessageState { kPlanned, kLeased, kDelivered, kFailed, kDropped };

// One message to one receiver by one channel of delivery ("mail" so far).
struct Message {
    MessageId id;
    std::string key;  // idempotency: a second insert with the same key does nothing
    std::string by = "mail";
    std::string to;
    std::string subject;
    std::string text;
    Instant due_at{};
    MessageState state = MessageState::kPlanned;
    int attempts = 0;
    std::optional<Instant> leased_until, delivered_at;
    std::string why;  // of the last failure
    Instant created_at{};
};

// What was done by whom: for operators and appeals.
struct LogEntry {
    Instant at{};
    std::string actor;   // account id, "guest:<speaker id>", "system"
    std::string action;  // "room.live"
    std::string object;
    std::string detail;
};

namespace outbox {
bool insert(Tx&, const Message&);  // false: the key was there
// Leases up to `limit` due messages (planned and due, or leased with an expired lease), oldest due first.
std::vector<Message> lease(Tx&, Instant now, Instant until, int limit);
void update(Tx&, const Message&);
std::vector<Message> newest(Snapshot&, int limit);
int waiting(Snapshot&);
std::optional<Message> find(Snapshot&, const MessageId&);
}  // namespace outbox

namespace journal {
void append(Tx&, const LogEntry&);
std::vector<LogEntry> newest(Snapshot&, int limit);
}  // namespace journal

// Small facts of the installation: secrets' hex, markers.
namespace settings {
std::optional<std::string> get(Snapshot&, const std::string& key);
void set(Tx&, const std::string& key, const std::string& value);
}  // namespace settings

}  // namespace stagecast::store
