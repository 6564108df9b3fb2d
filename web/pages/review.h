#pragma once
#include <optional>
#include <string>
#include <vector>

#include "scheduler/planner.h"
#include "web/http.h"
#include "web/pages/viewer.h"

// The step between a planning form and saving it, when there is something to say: what it clashes with, what
// it would change, and the ways out. It carries what was typed; its buttons send it back to the form's door
// with the field "do".
namespace stagecast::web {

enum class LeavingOut { kPossible, kImpossible };

struct ReviewPage {
    std::string subject;   // what is planned
    std::string action;    // the form's door
    std::string all_same;  // the button that saves although it clashes
    std::vector<scheduler::Clash> clashes;
    std::optional<LocalTime> free_start;
    std::vector<store::Room> misfits;
    int added = 0, removed = 0, kept = 0;
    // Of the plan; one that repeats can do without a date.
    scheduler::Schedule schedule;
    LeavingOut leaving_out = LeavingOut::kImpossible;
};

Response show_review(Services& services, const Request& request, const ReviewPage& review);

// What a button of the review asks for.
enum class Decision {
    kLook,    // none was pressed: say what there is to say, or save
    kEdit,    // "edit": back to the form
    kSave,    // "save": nothing clashes
    kAccept,  // "accept": save although it clashes
    kStart,   // "start:LOCAL": another start
    kLeave,   // "leave:LOCAL": without that date
};
struct Decided {
    Decision decision = Decision::kLook;
    LocalTime local{};  // of kStart and kLeave
};
// Throws Invalid("do").
Decided decided(const Request& request);

// The request as if `value` had been typed into its form.
Request with_value(Request request, const std::string& name, const std::string& value);

// The form's field "version". Throws Invalid.
int version_field(const Request& request);

// What was changed meanwhile, by whom, for somebody who edits an older version.
std::string say_changes(const scheduler::Stale& stale, const Viewer& viewer);

}  // namespace stagecast::web
