#include "web/api/plans.h"

#include "base/error.h"

namespace stagecast::web {
namespace {

std::vector<LocalTime> times_of(const std::vector<std::string>& texts, const char* field) {
    std::vector<LocalTime> times;
    times.reserve(texts.size());
    for (const auto& text : texts) times.push_back(parse_local(text, field));
    return times;
}

std::chrono::local_days day_of(const std::string& text) {
    if (text.size() != 10) throw Invalid("pauses", "a pause has dates such as 2026-07-01");
    return std::chrono::floor<std::chrono::days>(parse_local(text + "T00:00", "pauses"));
}

std::vector<scheduler::Pause> pauses_of(std::vector<Body> bodies) {
    std::vector<scheduler::Pause> pauses;
    for (auto& body : bodies) {
        pauses.push_back({day_of(body.text("first")), day_of(body.text("last"))});
        body.done();
    }
    return pauses;
}

}  // namespace

void read_words(Body& body, scheduler::ShowPlan& plan) {
    plan.title = body.text_or("title", plan.title);
    plan.notes = body.text_or("notes", plan.notes);
    plan.language = body.text_or("language", plan.language);
    plan.slug = body.text_or("slug", plan.slug);
    plan.category = body.text_or("category", plan.category);
    plan.podcast_email = body.text_or("podcast_email", plan.podcast_email);
    plan.is_explicit = body.optional_flag("explicit").value_or(plan.is_explicit);
    if (auto texts = read_texts(body)) plan.texts = std::move(*texts);
}

scheduler::Schedule read_schedule(Body& body, scheduler::Schedule schedule) {
    if (const auto start = body.optional_text("start")) schedule.start = parse_local(*start, "start");
    schedule.zone = body.text_or("zone", schedule.zone);
    schedule.rrule = body.text_or("rrule", schedule.rrule);
    if (const auto dates = body.optional_texts("exdates")) schedule.exdates = times_of(*dates, "exdates");
    if (const auto dates = body.optional_texts("rdates")) schedule.rdates = times_of(*dates, "rdates");
    if (auto pauses = body.optional_objects("pauses")) schedule.pauses = pauses_of(std::move(*pauses));
    schedule.length_minutes = body.optional_number("length_minutes").value_or(schedule.length_minutes);
    body.done();
    return schedule;
}

scheduler::Schedule read_new_schedule(Body& body) {
    auto inner = body.optional_object("schedule");
    if (!inner) throw Invalid("schedule", "it is missing");
    inner->text("start");
    inner->text("zone");
    inner->number("length_minutes");
    return read_schedule(*inner, {});
}

std::optional<std::vector<store::Text>> read_texts(Body& body) {
    auto bodies = body.optional_objects("texts");
    if (!bodies) return std::nullopt;
    std::vector<store::Text> texts;
    for (auto& text : *bodies) {
        texts.push_back({text.text("language"), text.text_or("title", ""), text.text_or("notes", "")});
        text.done();
    }
    return texts;
}

scheduler::Clashing read_clashing(Body& body) {
    return body.optional_flag("accept_clashes").value_or(false) ? scheduler::Clashing::kAccept
                                                                : scheduler::Clashing::kRefuse;
}

}  // namespace stagecast::web
