#include "web/clashes.h"

#include "store/channels.h"

namespace stagecast::web {
namespace {

bool may_know(store::Snapshot& snapshot, const access::Actor& actor, const store::Room& room) {
    if (room.visibility == store::Visibility::kPublic) return true;
    if (!actor.account) return false;
    return store::channels::role_of(snapshot, room.channel, *actor.account).has_value() ||
           access::allow(snapshot, actor, access::Action::kRunRoom, room.id) ||
           access::allow(snapshot, actor, access::Action::kSpeak, room.id);
}

}  // namespace

std::vector<scheduler::Clash> visible_clashes(Services& services, const access::Actor& actor,
                                              std::vector<scheduler::Clash> clashes) {
    services.database.read([&](store::Snapshot& snapshot) {
        for (auto& clash : clashes)
            if (clash.with && !may_know(snapshot, actor, clash.with->room)) clash.with.reset();
    });
    return clashes;
}

}  // namespace stagecast::web
