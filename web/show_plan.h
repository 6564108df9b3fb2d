#pragma once
#include "scheduler/planner.h"
#include "store/database.h"

namespace stagecast::web {

// A show's plan as it stands: what a change is put over.
scheduler::ShowPlan stored_plan(store::Snapshot& snapshot, const store::Show& show);

}  // namespace stagecast::web
