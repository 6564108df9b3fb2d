#include "studio/personal.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "store/accounts.h"
#include "store/channels.h"
#include "store/documents.h"
#include "store/followers.h"
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
    if (target.kind == FollowKind::kRoom) {
        const auto room = store::rooms::find(snapshot, RoomId::parse(target.name));
        if (!room) not_found(target.kind);
        return room->id.text();
    }
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
        case FollowKind::kRoom: {
            const auto room = store::rooms::find(snapshot, RoomId::trusted(id));
            return room && room->visibility == store::Visibility::kPublic &&
                   access::allow(snapshot, actor, access::Action::kSeeRoom, room->id);
        }
    }
    return false;
}

bool runs(Snapshot& snapshot, const access::Actor& actor, FollowKind kind, const std::string& id) {
    switch (kind) {
        case FollowKind::kShow:
            return access::allow(snapshot, actor, access::Action::kEditShow, ShowId::trusted(id));
        case FollowKind::kChannel:
            return access::allow(snapshot, actor, access::Action::kMakeShow, ChannelId::trusted(id));
        case FollowKind::kHost:
            return actor.account && actor.account->text() == id;
        case FollowKind::kRoom:
            return access::allow(snapshot, actor, access::Action::kRunRoom, RoomId::trusted(id));
    }
    return false;
}

FollowTarget target_of_room(Snapshot& snapshot, const std::string& id, std::string& title) {
    const auto room = store::rooms::find(snapshot, RoomId::trusted(id));
    if (!room) not_found(FollowKind::kRoom);
    title = room->title;
    if (title.empty() && room->show) title = store::shows::find(snapshot, *room->show).value().title;
    return {FollowKind::kRoom, id};
}

// By its present name; of a suspended host the handle alone.
FollowTarget named(Snapshot& snapshot, FollowKind kind, const std::string& id, std::string& title) {
    if (kind == FollowKind::kRoom) return target_of_room(snapshot, id, title);
    if (kind == FollowKind::kShow) {
        const auto show = store::shows::find(snapshot, ShowId::trusted(id));
        if (!show) not_found(kind);
        title = show->title;
        return {kind, show->slug};
    }
    if (kind == FollowKind::kChannel) {
        const auto channel = store::channels::find(snapshot, ChannelId::trusted(id));
        if (!channel) not_found(kind);
        title = channel->title;
        return {kind, channel->slug};
    }
    const auto account = store::accounts::find(snapshot, AccountId::trusted(id));
    if (!account) not_found(kind);
    title = account->state == store::AccountState::kActive ? account->name : account->handle;
    return {kind, account->handle};
}

void end_link(store::Tx& tx, const AccountId& account, const std::string& hash) {
    store::follows::erase_link(tx, account, hash);
    store::documents::erase(tx, calendar_document(hash));
}

}  // namespace

FollowKind follow_kind_named(const std::string& word) {
    for (const auto& [kind, known] : store::kFollowKinds)
        if (known == word) return kind;
    throw NotFound("one follows a show, a channel, a host or an airing");
}

std::string seen_target_id(Snapshot& snapshot, const access::Actor& actor, const FollowTarget& target) {
    const auto id = id_of(snapshot, target);
    if (!may_see(snapshot, actor, target.kind, id)) not_found(target.kind);
    return id;
}

std::string target_id(Snapshot& snapshot, const FollowTarget& target) {
    return id_of(snapshot, target);
}

std::vector<Following> followings(Snapshot& snapshot, const FollowerId& follower) {
    std::vector<Following> list;
    for (const auto& follow : store::follows::of(snapshot, follower)) {
        Following one;
        one.target = named(snapshot, follow.kind, follow.target_id, one.title);
        one.ladder_minutes = scheduler::minutes_of(follow.ladder);
        one.attends = follow.attends;
        one.since = follow.created_at;
        list.push_back(std::move(one));
    }
    std::ranges::stable_sort(
        list, {}, [](const Following& one) { return std::tuple(one.target.kind, lower_ascii(one.title)); });
    return list;
}

Following named_target(Snapshot& snapshot, FollowKind kind, const std::string& id) {
    Following one;
    one.target = named(snapshot, kind, id, one.title);
    return one;
}

void follow(store::Tx& tx, const FollowerId& follower, FollowKind kind, const std::string& id,
            const FollowWish& wish, Instant now) {
    const auto known = store::follows::find(tx, follower, kind, id);
    if (!known && store::follows::of(tx, follower).size() >= kMaxFollows)
        throw Conflict("You follow 1,000 things, and more cannot be. Unfollow one first.");
    if (wish.attends.value_or(false) && kind != FollowKind::kRoom)
        throw Invalid("attends", "one attends an airing only");
    auto stored = known.value_or(store::Follow{follower, kind, id, store::kUsualLadder, false, now});
    if (wish.ladder_minutes)
        stored.ladder = scheduler::rungs_of(scheduler::checked_ladder(*wish.ladder_minutes, "ladder"));
    stored.attends = wish.attends.value_or(stored.attends);
    store::follows::add(tx, stored);
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
    const auto follow =
        store::follows::find(snapshot, store::followers::id_of(*actor.account), kind, target_id);
    state.is_following = follow.has_value();
    if (follow) {
        state.ladder_minutes = scheduler::minutes_of(follow->ladder);
        state.attends = follow->attends;
    }
    if (!runs(snapshot, actor, kind, target_id)) return state;
    state.followers = store::follows::count(snapshot, kind, target_id);
    if (kind == FollowKind::kRoom)
        state.attending = store::follows::attending(snapshot, RoomId::trusted(target_id));
    return state;
}

Following Personal::look(const access::Actor& actor, const FollowTarget& target) {
    return database_.read([&](Snapshot& snapshot) {
        return named_target(snapshot, target.kind, seen_target_id(snapshot, actor, target));
    });
}

FollowState Personal::state(const access::Actor& actor, const FollowTarget& target) {
    signed_in(actor);
    return database_.read([&](Snapshot& snapshot) {
        return follow_state(snapshot, actor, target.kind, seen_target_id(snapshot, actor, target));
    });
}

void Personal::follow(const access::Actor& actor, const FollowTarget& target, const FollowWish& wish) {
    const auto& account = signed_in(actor);
    const auto now = clock_.now();
    database_.write([&](store::Tx& tx) {
        const auto id = seen_target_id(tx, actor, target);
        const auto follower = store::followers::of_account(tx, account, now);
        studio::follow(tx, follower.id, target.kind, id, wish, now);
    });
}

void Personal::unfollow(const access::Actor& actor, const FollowTarget& target) {
    const auto follower = store::followers::id_of(signed_in(actor));
    database_.write(
        [&](store::Tx& tx) { store::follows::remove(tx, follower, target.kind, id_of(tx, target)); });
}

std::vector<Following> Personal::following(const access::Actor& actor) {
    const auto follower = store::followers::id_of(signed_in(actor));
    return database_.read([&](Snapshot& snapshot) { return followings(snapshot, follower); });
}

scheduler::Reminders Personal::reminders(const access::Actor& actor, Instant from, Instant to) {
    const auto& account = signed_in(actor);
    return database_.read([&](Snapshot& snapshot) {
        access::require(snapshot, actor, access::Action::kSeeGuide, access::Site{});
        return scheduler::reminders(snapshot, store::followers::id_of(account), from, to);
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
