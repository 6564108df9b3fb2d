#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

enum class FollowKind { kShow, kChannel, kHost };

// What one person wants to hear of.
struct Follow {
    AccountId account;
    FollowKind kind = FollowKind::kShow;
    std::string target_id;  // of a show, a channel, an account
    Instant created_at{};
};

// A personal calendar's address: known by its hash only.
struct CalendarLink {
    std::string hash;  // SHA-256 of the token, hex
    AccountId account;
    std::vector<int> alarms_minutes;  // before the start; 0: at the start
    Instant created_at{};
};

// No part of the programme: its revision stands still, so that a crowd that follows makes no document anew.
namespace follows {

void add(Tx&, const Follow&);  // following again is no change
void remove(Tx&, const AccountId&, FollowKind, const std::string& target_id);
std::vector<Follow> of_account(Snapshot&, const AccountId&);  // by created_at
bool has(Snapshot&, const AccountId&, FollowKind, const std::string& target_id);
int count(Snapshot&, FollowKind, const std::string& target_id);

void insert_link(Tx&, const CalendarLink&);
std::optional<CalendarLink> find_link(Snapshot&, const std::string& hash);
std::vector<CalendarLink> links_of(Snapshot&, const AccountId&);  // newest first
// Only of this account.
void erase_link(Tx&, const AccountId&, const std::string& hash);

}  // namespace follows
}  // namespace stagecast::store
