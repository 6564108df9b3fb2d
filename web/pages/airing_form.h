#pragma once
#include <string>
#include <vector>

#include "scheduler/planner.h"
#include "web/http.h"
#include "web/pages/data.h"
#include "web/pages/viewer.h"

namespace stagecast::web {

// One airing as its hosts change it: the room, the show it is of, and who may be its hosts.
struct OwnAiring {
    store::Room room;
    std::optional<store::Show> show;
    store::Channel channel;
    std::vector<store::Text> texts;       // of this airing alone
    std::vector<store::Host> hosts;       // the same
    std::vector<store::Host> show_hosts;  // those of the show
    std::vector<store::Host> people;      // who may be ticked: the show's, the channel's, this airing's
};
// Throws NotFound.
OwnAiring own_airing(store::Snapshot& snapshot, const RoomId& id);

// What the form of one airing holds, as it was typed.
struct AiringForm {
    std::string title, notes, language, date, time, length_minutes, version;
    std::vector<store::Text> texts;
    std::vector<std::string> hosts;  // handles
};
AiringForm typed_airing(const Request& request);
// The form of an airing as it is, in the zone of its show; without one, the viewer's.
AiringForm airing_form(const OwnAiring& airing, const Viewer& local);
// What differs from the airing as it is. Throws Invalid naming the form's field.
scheduler::AiringPlan checked_airing(const AiringForm& form, const OwnAiring& airing, const Viewer& local);
// For templates/airing.mustache.
Data airing_form_data(const AiringForm& form, const OwnAiring& airing, const Words& words);

}  // namespace stagecast::web
