#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

enum class ChannelRole { kOwner, kHost, kModerator };

struct Channel {
    ChannelId id;
    std::string slug;
    std::string title;
    std::string description;
    std::string language = "en";
    std::string colour = "#7a4a1f";  // accent, #rrggbb
    bool allows_overlap = false;     // may two of its airings be on at once?
    Instant created_at{};
    Instant updated_at{};
};

struct Member {
    AccountId account;
    std::string handle;  // joined from accounts
    std::string name;
    ChannelRole role = ChannelRole::kHost;
};

// Where a slug leads. Slugs are global over channels and shows, and never given to another thing.
enum class SlugKind { kChannel, kShow };
struct SlugTarget {
    SlugKind kind = SlugKind::kChannel;
    std::string target_id;
    std::string current_slug;  // differs from the one asked for when that is an old one: answer 301
};

namespace channels {

void insert(Tx&, const Channel&);  // takes the slug; Conflict("slug …") if it was ever used
void update(Tx&, const Channel&);  // a new slug is taken, the old one kept as a redirect
std::optional<Channel> find(Snapshot&, const ChannelId&);
std::optional<Channel> find_by_slug(Snapshot&, const std::string& slug);  // current slugs only
std::vector<Channel> all(Snapshot&);                                      // by title
std::vector<Channel> of_account(Snapshot&, const AccountId&);

void set_member(Tx&, const ChannelId&, const AccountId&, ChannelRole);
void remove_member(Tx&, const ChannelId&, const AccountId&);
std::vector<Member> members(Snapshot&, const ChannelId&);
std::optional<ChannelRole> role_of(Snapshot&, const ChannelId&, const AccountId&);

std::optional<SlugTarget> resolve_slug(Snapshot&, const std::string& slug);
// "slug", or "slug-2", "slug-3" …: the first that was never used.
std::string free_slug(Snapshot&, const std::string& wanted);

}  // namespace channels
}  // namespace stagecast::store
