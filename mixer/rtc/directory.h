#pragma once
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/guarded.h"
#include "mixer/rtc/peer.h"

namespace stagecast::mixer::rtc {

// What any thread may know about a session.
struct SessionEntry {
    PeerId peer = 0;
    std::string etag;
    std::string remote_ufrag;
    std::shared_ptr<PeerFigures> figures;
};

// Names of sessions and groups. A session is in it from the answer until remove() or rtc-0 has dropped it.
struct Directory {
    std::unordered_map<std::string, SessionEntry> sessions;
    std::unordered_map<GroupId, std::shared_ptr<GroupFigures>> groups;
    PeerId last_peer = 0;
    GroupId last_group = 0;
};

}  // namespace stagecast::mixer::rtc
