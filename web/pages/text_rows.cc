#include "web/pages/text_rows.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/planner.h"
#include "web/pages/form.h"

namespace stagecast::web {
namespace {

bool says_nothing(const store::Text& text) {
    return trim(text.title).empty() && trim(text.notes).empty();
}

}  // namespace

std::vector<store::Text> typed_texts(const Request& request) {
    const auto languages = values_of(request, "text_language"), titles = values_of(request, "text_title"),
               notes = values_of(request, "text_notes");
    std::vector<store::Text> texts;
    for (std::size_t i = 0; i < std::min({languages.size(), titles.size(), notes.size()}); ++i) {
        store::Text text{languages[i], titles[i], with_line_feeds(notes[i])};
        if (!says_nothing(text)) texts.push_back(std::move(text));
    }
    return texts;
}

void check_texts(const std::vector<store::Text>& texts) {
    for (const auto& text : texts)
        if (text.language.empty()) throw Invalid("texts", "say which language this is");
}

Data text_rows(const std::vector<store::Text>& texts, const Words& words) {
    auto shown = texts;
    if (shown.size() < static_cast<std::size_t>(scheduler::kMaxTexts)) shown.emplace_back();
    Data rows;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        Data row;
        row["row"] = i + 1;
        row["text_title"] = shown[i].title;
        row["text_notes"] = shown[i].notes;
        row["text_languages"] = language_options(shown[i].language, words.text("airing.choose_language"));
        rows.add(std::move(row));
    }
    return rows;
}

Data language_options(const std::string& chosen, const std::string& empty_label) {
    auto choices = language_choices();
    choices.insert(choices.begin(), {"", empty_label});
    const bool is_known =
        std::ranges::any_of(choices, [&](const Choice& choice) { return choice.value == chosen; });
    if (!is_known) choices.push_back({chosen, chosen});
    Data list;
    for (const auto& choice : choices) {
        Data option;
        option["value"] = choice.value;
        option["label"] = choice.label;
        option["chosen"] = choice.value == chosen;
        list.add(std::move(option));
    }
    return list;
}

std::vector<std::string> values_of(const Request& request, const std::string& name) {
    std::vector<std::string> values;
    const auto [first, last] = request.form.equal_range(name);
    for (auto it = first; it != last; ++it) values.push_back(it->second);
    return values;
}

std::string with_line_feeds(std::string text) {
    std::erase(text, '\r');
    return text;
}

}  // namespace stagecast::web
