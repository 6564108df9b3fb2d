#include "studio/personal.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "store/accounts.h"
#include "store/channels.h"
#include "store/documents.h"
#include "store/shows.h"
#include "store/words.h"

namespace stagecast::studio {
namespace {

using store::FollowKind;
using store::Snapshot;

const AccountId& signed_in(const access::Actor& actor) {
    if (!actor.account) throw Unauthenticated("sign in first");
    return *actor.account;
}

[[noreturn]] void not_found(FollowKind kind) {
    throw NotFound(std::string(store::word(kind)) + " not found");
}

// A channel's or show's id by any slug that it had.
std::string id_of_slug(Snapshot& snapshot, const FollowTarget& target) {
    const auto wanted = target.kind == FollowKind::kShow ? store::SlugKind::kShow : store::SlugKind::kChannel;
    const auto found = store::channels::resolve_slug(snapshot, target.name);
    if (!found || found->kind != wanted) not_found(target.kind);
    return found->target_id;
}

// Whatever had that name, seen or not.
std::string id_of(Snapshot& snapshot, const FollowTarget& target) {
    if (target.kind != FollowKind::kHost) return id_of_slug(snapshot, target);
    const auto account = store::accounts::find_by_handle(snapshot, target.name);
    if (!account) not_found(target.kind);
    return account->id.text();
}

bool may_see(Snapshot& snapshot, const access::Actor& actor, FollowKind kind, const std::string& id) {
    switch (kind) {
        case FollowKind::kShow:
            return access::allow(snapshot, actor, access::Action::kSeeShow, ShowId::trusted(id));
        case FollowKind::kChannel:
            return access::allow(snapshot, actor, access::Action::kSeeChannel, ChannelId::trusted(id));
        case FollowKind::kHost: {
            const auto account = store::accounts::find(snapshot, AccountId::trusted(id));
            return account && account->state == store::AccountState::kActive &&
                   access::allow(snapshot, actor, access::Action::kSeeGuide, access::Site{});
        }
    }
    return false;
}

std::string seen_id_of(Snapshot& snapshot, const access::Actor& actor, const FollowTarget& target) {
    const auto id = id_of(snapshot, target);
    if (!may_see(snapshot, actor, target.kind, id)) not_found(target.kind);
    return id;
}

bool runs(Snapshot& snapshot, const access::Actor& actor, FollowKind kind, const std::string& id) {
    switch (kind) {
        case FollowKind::kShow:
            return access::allow(snapshot, actor, access::Action::kEditShow, ShowId::trusted(id));
        case FollowKind::kChannel:
            return access::allow(snapshot, actor, access::Action::kMakeShow, ChannelId::trusted(id));
        case FollowKind::kHost:
            return actor.account && actor.account->text() == id;
    }
    return false;
}

// By its present name; of a suspended host the handle alone.
Following named(Snapshot& snapshot, FollowKind kind, const std::string& id, Instant since) {
    if (kind == FollowKind::kShow) {
        const auto show = store::shows::find(snapshot, ShowId::trusted(id));
        if (!show) not_found(kind);
        return {{kind, show->slug}, show->title, since};
    }
    if (kind == FollowKind::kChannel) {
        const auto channel = store::channels::find(snapshot, ChannelId::trusted(id));
        if (!channel) not_found(kind);
        return {{kind, channel->slug}, channel->title, since};
    }
    const auto account = store::accounts::find(snapshot, AccountId::trusted(id));
    if (!account) not_found(kind);
    const bool is_active = account->state == store::AccountState::kActive;
    return {{kind, account->handle}, is_active ? account->name : account->handle, since};
}

void end_link(store::Tx& tx, const AccountId& account, const std::string& hash) {
    store::follows::erase_link(tx, account, hash);
    store::documents::erase(tx, calendar_document(hash));
}

}  // namespace

FollowKind follow_kind_named(const std::string& word) {
    for (const auto& [kind, known] : store::kFollowKinds)
        if (known == word) return kind;
    throw NotFound("one follows a show, a channel or a host");
}

std::string path_of(const FollowTarget& target) {
    return "/" + std::string(store::word(target.kind)) + "s/" + target.name;
}

std::string calendar_path(const std::string& token) {
    return "/me/calendar/" + token + ".ics";
}

FollowState follow_state(Snapshot& snapshot, const access::Actor& actor, FollowKind kind,
                         const std::string& target_id) {
    FollowState state;
    if (!actor.account) return state;
    state.is_following = store::follows::has(snapshot, *actor.account, kind, target_id);
    if (runs(snapshot, actor, kind, target_id))
        state.followers = store::follows::count(snapshot, kind, target_id);
    return state;
}

Following Personal::look(const access::Actor& actor, const FollowTarget& target) {
    return database_.read([&](Snapshot& snapshot) {
        return named(snapshot, target.kind, seen_id_of(snapshot, actor, target), Instant{});
    });
}

FollowState Personal::state(const access::Actor& actor, const FollowTarget& target) {
    signed_in(actor);
    return database_.read([&](Snapshot& snapshot) {
        return follow_state(snapshot, actor, target.kind, seen_id_of(snapshot, actor, target));
    });
}

void Personal::follow(const access::Actor& actor, const FollowTarget& target) {
    const auto& account = signed_in(actor);
    database_.write([&](store::Tx& tx) {
        const auto id = seen_id_of(tx, actor, target);
        if (store::follows::has(tx, account, target.kind, id)) return;
        if (store::follows::of_account(tx, account).size() >= kMaxFollows)
            throw Conflict("You follow 1,000 things, and more cannot be. Unfollow one first.");
        store::follows::add(tx, {account, target.kind, id, clock_.now()});
    });
}

void Personal::unfollow(const access::Actor& actor, const FollowTarget& target) {
    const auto& account = signed_in(actor);
    database_.write([&](store::Tx& tx) {
        const auto id = id_of(tx, target);
        if (store::follows::has(tx, account, target.kind, id))
            store::follows::remove(tx, account, target.kind, id);
    });
}

std::vector<Following> Personal::following(const access::Actor& actor) {
    const auto& account = signed_in(actor);
    auto list = database_.read([&](Snapshot& snapshot) {
        std::vector<Following> found;
        for (const auto& follow : store::follows::of_account(snapshot, account))
            found.push_back(named(snapshot, follow.kind, follow.target_id, follow.created_at));
        return found;
    });
    std::ranges::stable_sort(
        list, {}, [](const Following& one) { return std::tuple(one.target.kind, lower_ascii(one.title)); });
    return list;
}

scheduler::Reminders Personal::reminders(const access::Actor& actor, Instant from, Instant to) {
    const auto& account = signed_in(actor);
    return database_.read([&](Snapshot& snapshot) {
        access::require(snapshot, actor, access::Action::kSeeGuide, access::Site{});
        return scheduler::reminders(snapshot, account, from, to);
    });
}

Personal::NewLink Personal::make_link(const access::Actor& actor, const LinkWish& wish) {
    const auto& account = signed_in(actor);
    NewLink made;
    made.token = random_token(random_);
    made.link = {sha256_hex(made.token), account, {}, clock_.now()};
    database_.write([&](store::Tx& tx) {
        if (wish.replaced) {
            const auto old = store::follows::find_link(tx, *wish.replaced);
            end_link(tx, account, *wish.replaced);
            made.link.alarms_minutes = old.value().alarms_minutes;
        }
        if (wish.alarms_minutes)
            made.link.alarms_minutes = scheduler::checked_ladder(*wish.alarms_minutes, "alarms");
        if (store::follows::links_of(tx, account).size() >= kMaxCalendarLinks)
            throw Conflict("You have 5 calendar links, and more cannot be. Take one back first.");
        store::follows::insert_link(tx, made.link);
    });
    return made;
}

std::vector<store::CalendarLink> Personal::links(const access::Actor& actor) {
    const auto& account = signed_in(actor);
    return database_.read([&](Snapshot& snapshot) { return store::follows::links_of(snapshot, account); });
}

void Personal::revoke_link(const access::Actor& actor, const std::string& hash) {
    const auto& account = signed_in(actor);
    database_.write([&](store::Tx& tx) { end_link(tx, account, hash); });
}

}  // namespace stagecast::studio
