#include "access/allow.h"

#include <algorithm>

#include "base/error.h"
#include "store/channels.h"
#include "store/recordings.h"
#include "store/rooms.h"
#include "store/shows.h"

namespace stagecast::access {
namespace {

using store::Snapshot;

template <class T>
const T& as(const Object& object) {
    if (const auto* found = std::get_if<T>(&object)) return *found;
    throw Invalid("object", "is of another kind than the action takes");
}

template <class T>
T found(std::optional<T> thing, const char* noun) {
    if (!thing) throw NotFound(std::string(noun) + " not found");
    return std::move(*thing);
}

std::optional<store::ChannelRole> role(Snapshot& snapshot, const Actor& actor, const ChannelId& channel) {
    if (!actor.account) return std::nullopt;
    return store::channels::role_of(snapshot, channel, *actor.account);
}

bool owns(Snapshot& snapshot, const Actor& actor, const ChannelId& channel) {
    return role(snapshot, actor, channel) == store::ChannelRole::kOwner;
}

bool is_among(const std::vector<store::Host>& all, const AccountId& account) {
    return std::any_of(all.begin(), all.end(),
                       [&](const store::Host& host) { return host.account == account; });
}

bool hosts(Snapshot& snapshot, const Actor& actor, const ShowId& show) {
    return actor.account && is_among(store::shows::hosts(snapshot, show), *actor.account);
}

// The actor's own place on the room's stage.
std::optional<store::Speaker> place(Snapshot& snapshot, const Actor& actor, const RoomId& room) {
    if (actor.account) return store::rooms::find_speaker_of(snapshot, room, *actor.account);
    if (!actor.guest) return std::nullopt;
    auto speaker = store::rooms::find_speaker(snapshot, *actor.guest);
    return speaker && speaker->room == room ? speaker : std::nullopt;
}

bool is_person(const Actor& actor, const store::Speaker& speaker) {
    if (actor.guest) return *actor.guest == speaker.id;
    return actor.account && speaker.account && *actor.account == *speaker.account;
}

bool may_make_show(Snapshot& snapshot, const Actor& actor, const ChannelId& channel) {
    found(store::channels::find(snapshot, channel), "channel");
    const auto theirs = role(snapshot, actor, channel);
    return theirs == store::ChannelRole::kOwner || theirs == store::ChannelRole::kHost;
}

bool may_edit_show(Snapshot& snapshot, const Actor& actor, const ShowId& id) {
    const auto show = found(store::shows::find(snapshot, id), "show");
    return owns(snapshot, actor, show.channel) || hosts(snapshot, actor, id);
}

bool may_run_room(Snapshot& snapshot, const Actor& actor, const store::Room& room) {
    if (!actor.account) return false;
    if (owns(snapshot, actor, room.channel)) return true;
    if (room.show && hosts(snapshot, actor, *room.show)) return true;
    if (is_among(store::rooms::hosts(snapshot, room.id), *actor.account)) return true;
    const auto own = place(snapshot, actor, room.id);
    return own && own->role == store::StageRole::kHost;
}

bool may_see_room(Snapshot& snapshot, const Actor& actor, const store::Room& room) {
    if (room.visibility != store::Visibility::kPrivate) return true;
    return place(snapshot, actor, room.id).has_value() || role(snapshot, actor, room.channel).has_value() ||
           may_run_room(snapshot, actor, room);
}

store::Room room_of(Snapshot& snapshot, const Object& object) {
    return found(store::rooms::find(snapshot, as<RoomId>(object)), "room");
}

store::Speaker speaker_of(Snapshot& snapshot, const Object& object) {
    const auto* stem_id = std::get_if<StemId>(&object);
    if (!stem_id) return found(store::rooms::find_speaker(snapshot, as<SpeakerId>(object)), "speaker");
    const auto stem = found(store::stems::find(snapshot, *stem_id), "stem");
    return found(store::rooms::find_speaker(snapshot, stem.speaker), "stem");
}

// The room whose existence the object would give away.
std::optional<store::Room> room_around(Snapshot& snapshot, const Object& object) {
    if (std::holds_alternative<RoomId>(object)) return room_of(snapshot, object);
    if (!std::holds_alternative<SpeakerId>(object) && !std::holds_alternative<StemId>(object))
        return std::nullopt;
    return store::rooms::find(snapshot, speaker_of(snapshot, object).room);
}

const char* noun_of(const Object& object) {
    if (std::holds_alternative<SpeakerId>(object)) return SpeakerIdTag::kNoun;
    return std::holds_alternative<StemId>(object) ? StemIdTag::kNoun : RoomIdTag::kNoun;
}

}  // namespace

std::string Actor::name() const {
    if (account) return account->text();
    return guest ? "guest:" + guest->text() : "stranger";
}

bool allow(Snapshot& snapshot, const Actor& actor, Action action, const Object& object) {
    switch (action) {
        case Action::kSeeGuide:
            return true;
        case Action::kMakeChannel:
            return actor.account.has_value();
        case Action::kOperate:
            return actor.is_operator;
        case Action::kSeeChannel:
            return found(store::channels::find(snapshot, as<ChannelId>(object)), "channel"), true;
        case Action::kEditChannel:
            found(store::channels::find(snapshot, as<ChannelId>(object)), "channel");
            return owns(snapshot, actor, as<ChannelId>(object));
        case Action::kMakeShow:
            return may_make_show(snapshot, actor, as<ChannelId>(object));
        case Action::kSeeShow:
            return found(store::shows::find(snapshot, as<ShowId>(object)), "show"), true;
        case Action::kEditShow:
            return may_edit_show(snapshot, actor, as<ShowId>(object));
        case Action::kSeeRoom:
        case Action::kListen:
            return may_see_room(snapshot, actor, room_of(snapshot, object));
        case Action::kRunRoom:
            return may_run_room(snapshot, actor, room_of(snapshot, object));
        case Action::kSpeak:
            return place(snapshot, actor, room_of(snapshot, object).id).has_value();
        case Action::kWithdraw:
            return is_person(actor, speaker_of(snapshot, as<SpeakerId>(object)));
        case Action::kHearStem:
            return is_person(actor, speaker_of(snapshot, as<StemId>(object)));
    }
    return false;
}

void require(Snapshot& snapshot, const Actor& actor, Action action, const Object& object) {
    if (allow(snapshot, actor, action, object)) return;
    const auto room = room_around(snapshot, object);
    if (room && !may_see_room(snapshot, actor, *room))
        throw NotFound(std::string(noun_of(object)) + " not found");
    if (!actor.account && !actor.guest) throw Unauthenticated("sign in first");
    throw Forbidden("this is not yours to do");
}

}  // namespace stagecast::access
