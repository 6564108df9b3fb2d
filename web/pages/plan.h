#pragma once
#include <string>

#include "scheduler/planner.h"
#include "web/http.h"
#include "web/pages/data.h"
#include "web/pages/viewer.h"

namespace stagecast::web {

// What the planning form holds, as it was typed.
struct PlanForm {
    std::string title, notes, language = "en", slug, date, time = "20:00", zone = "UTC",
                              length_minutes = "60";
    std::string repeat = "weekly";  // once, daily, weekly, monthly_date, monthly_weekday, monthly_last, rule
    std::string every = "1";        // of the repeat's unit
    std::vector<std::string> weekdays;  // "MO" …; none: that of the date
    std::string rrule;                  // of repeat "rule"
    std::string exdates, rdates;        // a date or a date and time a line
    std::string category = "Society & Culture", podcast_email, is_explicit;
    std::string version;  // of the show that is edited
};

PlanForm typed_plan(const Request& request);
// The form of a show as it is.
PlanForm plan_of(const store::Show& show);
// The rule of the simple choices: what the page's module shows while one plans is the same.
std::string rule_of(const PlanForm& form);
// Throws Invalid naming the form's field.
scheduler::ShowPlan checked_plan(const PlanForm& form);
// For templates/plan.mustache.
Data plan_data(const PlanForm& form, const Words& words);

}  // namespace stagecast::web
