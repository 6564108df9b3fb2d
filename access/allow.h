#pragma once
#include <optional>
#include <string>
#include <variant>

#include "base/id.h"
#include "store/database.h"

namespace stagecast::access {

// Who asks. Built at the door from a session, an API token or a guest's key; empty: a stranger.
struct Actor {
    std::optional<AccountId> account;
    bool is_operator = false;
    std::optional<SpeakerId> guest;    // by personal link
    std::optional<RoomId> guest_room;  // the only room that link opens
    std::string name() const;          // for the journal: account id, "guest:<id>", "stranger"
};

enum class Action {
    kSeeGuide,     // Site
    kMakeChannel,  // Site
    kOperate,      // Site: invitations, approvals, messages, journal
    kSeeChannel,   // ChannelId
    kEditChannel,  // ChannelId: owner
    kMakeShow,     // ChannelId: owner, host
    kSeeShow,      // ShowId
    kEditShow,     // ShowId: channel owner, the show's hosts
    kSeeRoom,  // RoomId: public, unlisted: everyone; private: its stage, who runs it, the channel's members
    kListen,   // RoomId: as kSeeRoom
    kRunRoom,  // RoomId: change, move, open, live, end, cancel, invite, mute: the show's hosts, this airing's
               // own, channel owner, its host speakers
    kSpeak,    // RoomId: who has a place on its stage
    kWithdraw,  // SpeakerId: that person only
    kHearStem,  // StemId: its owner
};

struct Site {};
using Object = std::variant<Site, ChannelId, ShowId, RoomId, SpeakerId, StemId>;

// The one function, asked at every door. Reads, decides, changes nothing.
// Errors: NotFound when the object does not exist.
bool allow(store::Snapshot&, const Actor&, Action, const Object&);

// Throws Unauthenticated (a stranger), Forbidden, or NotFound (where even its existence is not theirs to
// know: private rooms) unless allowed.
void require(store::Snapshot&, const Actor&, Action, const Object&);

}  // namespace stagecast::access
