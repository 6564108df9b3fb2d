#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

// kRoom: of one airing alone ("remind me").
enum class FollowKind { kShow, kChannel, kHost, kRoom };

// The rungs of a ladder as a set of bits: the start, and so many minutes before.
inline constexpr int kAtStart = 1, kTenMinutes = 2, kHour = 4, kDay = 8;
inline constexpr int kEveryRung = kAtStart | kTenMinutes | kHour | kDay;
inline constexpr int kUsualLadder = kHour | kAtStart;

// What one person wants to hear of, and when.
struct Follow {
    FollowerId follower;
    FollowKind kind = FollowKind::kShow;
    std::string target_id;  // of a show, a channel, an account, a room
    int ladder = kUsualLadder;
    bool attends = false;  // of a room: "I'll be there"
    Instant created_at{};
};

// One who follows a target, with what telling them asks of.
struct Listed {
    FollowerId follower;
    int ladder = 0;
    bool is_told = false;  // confirmed, and the account active
    bool by_mail = true;
    int quiet_from_minutes = 0, quiet_until_minutes = 0;
    bool has_digest = false;
    int daily_budget = 0;
    std::string zone;
    int subscriptions = 0;  // to push
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

// The follower must be there. Following again changes ladder and attendance alone.
void add(Tx&, const Follow&);
void remove(Tx&, const FollowerId&, FollowKind, const std::string& target_id);
std::vector<Follow> of(Snapshot&, const FollowerId&);  // by created_at
std::optional<Follow> find(Snapshot&, const FollowerId&, FollowKind, const std::string& target_id);
int count(Snapshot&, FollowKind, const std::string& target_id);
int attending(Snapshot&, const RoomId&);
// Who follows one target, by id, after `after`.
std::vector<Listed> listed(Snapshot&, FollowKind, const std::string& target_id, const FollowerId& after,
                           int limit);

void insert_link(Tx&, const CalendarLink&);
std::optional<CalendarLink> find_link(Snapshot&, const std::string& hash);
std::vector<CalendarLink> links_of(Snapshot&, const AccountId&);  // newest first
// Only of this account.
void erase_link(Tx&, const AccountId&, const std::string& hash);

}  // namespace follows
}  // namespace stagecast::store
