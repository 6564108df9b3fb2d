#pragma once
#include <optional>
#include <string>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

// What an event of a calendar from elsewhere became on a channel: a show, or a room of its own. Exactly one
// is set.
struct Import {
    ChannelId channel;
    std::string uid;  // the event's, 1 to 1,000 bytes
    std::optional<ShowId> show;
    std::optional<RoomId> room;
    Instant imported_at{};
};

namespace imports {

// Remembers it; what the event became before on that channel is forgotten.
void put(Tx&, const Import&);
// Nothing where that event never came to the channel, or what it became was taken off the programme.
std::optional<Import> find(Snapshot&, const ChannelId&, const std::string& uid);

}  // namespace imports
}  // namespace stagecast::store
