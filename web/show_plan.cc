#include "web/show_plan.h"

namespace stagecast::web {

scheduler::ShowPlan stored_plan(store::Snapshot& snapshot, const store::Show& show) {
    scheduler::ShowPlan plan;
    plan.title = show.title;
    plan.notes = show.notes;
    plan.language = show.language;
    plan.slug = show.slug;
    plan.texts = store::shows::texts(snapshot, show.id);
    plan.schedule = scheduler::schedule_of(show);
    plan.category = show.category;
    plan.podcast_email = show.podcast_email;
    plan.is_explicit = show.is_explicit;
    return plan;
}

}  // namespace stagecast::web
