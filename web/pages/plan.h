#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "scheduler/planner.h"
#include "web/http.h"
#include "web/pages/data.h"
#include "web/pages/plan_rule.h"
#include "web/pages/viewer.h"

namespace stagecast::web {

// What the planning form holds, as it was typed.
struct PlanForm {
    std::string title, notes, language = "en", slug, date, time = "20:00", zone = "UTC",
                              length_minutes = "60";
    RuleChoices rule;
    std::string exdates, rdates;                              // a date or a date and time a line
    std::vector<std::pair<std::string, std::string>> pauses;  // first and last day
    std::string category = "Society & Culture", podcast_email, is_explicit;
    std::string version;  // of the show that is edited
};

PlanForm typed_plan(const Request& request);
// The form of a show as it is.
PlanForm plan_of(const store::Show& show);
// With what a pasted event says of start, zone and dates in the fields for them, and its rule alone in the
// rule's. Throws Invalid as read_pasted() does.
PlanForm settled(PlanForm form);
Request with_pasted(Request request);
// Throws Invalid naming the form's field.
scheduler::ShowPlan checked_plan(const PlanForm& form);
// For templates/plan.mustache.
Data plan_data(const PlanForm& form, const Words& words);

// The date that was offered is taken by its button: the form is shown again, not saved.
bool takes_offer(const Request& request);
// Why the form's schedule cannot be; nothing if it can.
std::optional<Invalid> schedule_refusal(const PlanForm& form);
// {field, why} on the form, in the viewer's language; where another start would do, {first_fitting, use} too.
Data refusal_data(const Invalid& refusal, const PlanForm& form, const Viewer& viewer);
// The same in the data of templates/plan.mustache, at its field; above the form if it has none.
void mark_refusal(Data& page, const Invalid& refusal, const PlanForm& form, const Viewer& viewer);
// For templates/_plan_preview.mustache: the sentence and the next airings in the show's zone and, where that
// differs, in the viewer's. Throws Invalid.
Data plan_preview(const PlanForm& form, const Viewer& viewer, Instant now);

}  // namespace stagecast::web
