#include "scheduler/plan_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::minutes;

constexpr std::size_t kMaxTitleCharacters = 200, kMaxNotesCharacters = 20'000, kMaxCategoryCharacters = 80;
constexpr minutes kLateness{5};  // a start "now" may be this old when it arrives

// "de", "pt-br": what a feed's <language> and a calendar's LANGUAGE take.
std::string checked_language(const std::string& text, const std::string& field) {
    const auto language = lower_ascii(text);
    const bool fits = language.size() >= 2 && language.size() <= 8 && language.front() != '-' &&
                      language.back() != '-' &&
                      language.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
    if (!fits) throw Invalid(field, "must be a language code such as en or fr");
    return language;
}

enum class Title { kNeeded, kOptional };

std::vector<store::Text> checked_texts(const std::vector<store::Text>& texts, const std::string& main,
                                       Title title) {
    if (texts.size() > static_cast<std::size_t>(kMaxTexts))
        throw Invalid("texts", fmt::format("at most {} further languages", kMaxTexts));
    std::set<std::string> seen{main};
    std::vector<store::Text> result;
    for (const auto& text : texts) {
        store::Text checked;
        checked.language = checked_language(text.language, "texts");
        checked.title =
            checked_text(text.title, "texts", title == Title::kNeeded ? 1 : 0, kMaxTitleCharacters);
        checked.notes = checked_text(text.notes, "texts", 0, kMaxNotesCharacters, Lines::kMany);
        if (!seen.insert(checked.language).second)
            throw Invalid("texts", checked.language + " is there twice, or is the main language");
        result.push_back(std::move(checked));
    }
    return result;
}

std::string checked_notes(const std::string& notes) {
    return checked_text(notes, "notes", 0, kMaxNotesCharacters, Lines::kMany);
}

}  // namespace

std::string checked_title(const std::string& title) {
    return checked_text(title, "title", 1, kMaxTitleCharacters);
}

ShowPlan checked(const ShowPlan& plan) {
    auto result = plan;
    result.title = checked_title(plan.title);
    result.notes = checked_notes(plan.notes);
    result.category = checked_text(plan.category, "category", 1, kMaxCategoryCharacters);
    result.language = checked_language(plan.language, "language");
    result.texts = checked_texts(plan.texts, result.language, Title::kNeeded);
    if (!plan.slug.empty()) result.slug = checked_slug(plan.slug, "slug");
    if (!plan.podcast_email.empty())
        result.podcast_email = checked_email(plan.podcast_email, "podcast_email");
    check(plan.schedule);
    return result;
}

AiringPlan checked(const AiringPlan& plan) {
    auto result = plan;
    if (plan.title) result.title = checked_text(*plan.title, "title", 0, kMaxTitleCharacters);
    if (plan.notes) result.notes = checked_notes(*plan.notes);
    if (plan.language && !plan.language->empty())
        result.language = checked_language(*plan.language, "language");
    if (plan.texts) result.texts = checked_texts(*plan.texts, plan.language.value_or(""), Title::kOptional);
    if (plan.hosts && plan.hosts->size() > static_cast<std::size_t>(kMaxHosts))
        throw Invalid("hosts", fmt::format("at most {}", kMaxHosts));
    if (plan.length_minutes) check_length(*plan.length_minutes);
    return result;
}

void check_length(int length_minutes) {
    if (length_minutes < kMinLengthMinutes || length_minutes > kMaxLengthMinutes)
        throw Invalid("length_minutes",
                      fmt::format("must be from {} to {}", kMinLengthMinutes, kMaxLengthMinutes));
}

void check_start(Instant starts_at, Instant now) {
    if (starts_at < now - kLateness) throw Invalid("starts_at", "is in the past");
    if (starts_at > now + kHorizon)
        throw Invalid("starts_at", fmt::format("is more than {} days ahead", kHorizon.count()));
}

std::vector<std::string> changed_fields(const store::Show& before, const std::vector<store::Text>& texts,
                                        const ShowPlan& plan) {
    std::vector<std::string> fields;
    const auto note = [&](bool is_changed, const char* field) {
        if (is_changed) fields.emplace_back(field);
    };
    const auto schedule = schedule_of(before);
    note(plan.title != before.title, "title");
    note(plan.notes != before.notes, "notes");
    note(plan.language != before.language, "language");
    note(plan.texts != texts, "texts");
    note(!plan.slug.empty() && plan.slug != before.slug, "slug");
    note(plan.schedule.start != schedule.start, "start");
    note(plan.schedule.zone != schedule.zone, "zone");
    note(plan.schedule.rrule != schedule.rrule, "rrule");
    note(plan.schedule.exdates != schedule.exdates, "exdates");
    note(plan.schedule.rdates != schedule.rdates, "rdates");
    note(plan.schedule.pauses != schedule.pauses, "pauses");
    note(plan.schedule.length_minutes != schedule.length_minutes, "length_minutes");
    note(plan.category != before.category, "category");
    note(plan.podcast_email != before.podcast_email, "podcast_email");
    note(plan.is_explicit != before.is_explicit, "explicit");
    return fields;
}

}  // namespace stagecast::scheduler
