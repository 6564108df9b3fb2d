#pragma once
#include "scheduler/planner.h"
#include "web/api/body.h"

// A plan as programs send it. Errors: Invalid names the field.
namespace stagecast::web {

// Takes the plan's fields, without which it stays as it is, all but its schedule.
void read_words(Body& body, scheduler::ShowPlan& plan);
// What is given, over what was.
scheduler::Schedule read_schedule(Body& body, scheduler::Schedule schedule);
// The field "schedule", which must say start, zone and length.
scheduler::Schedule read_new_schedule(Body& body);
std::optional<std::vector<store::Text>> read_texts(Body& body);
// The field "accept_clashes".
scheduler::Clashing read_clashing(Body& body);

}  // namespace stagecast::web
