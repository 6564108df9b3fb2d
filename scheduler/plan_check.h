#pragma once
#include <string>
#include <vector>

#include "scheduler/planner.h"

// What a plan must hold, before anything is opened or written. Pure.
namespace stagecast::scheduler {

// The plan with its texts trimmed and its languages in lower case. Throws Invalid with the field.
ShowPlan checked(const ShowPlan& plan);
AiringPlan checked(const AiringPlan& plan);
std::string checked_title(const std::string& title);
void check_length(int length_minutes);
// A start by hand: from five minutes ago to the horizon.
void check_start(Instant starts_at, Instant now);

// What a plan changes, by the names of its fields.
std::vector<std::string> changed_fields(const store::Show& before, const std::vector<store::Text>& texts,
                                        const ShowPlan& plan);

}  // namespace stagecast::scheduler
