#include "web/pages/form.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "base/zone.h"

namespace stagecast::web {
namespace {

std::string spaced(std::string text) {
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

}  // namespace

FormView& FormView::add(Field field) {
    fields_.push_back({std::move(field), {}});
    return *this;
}

void FormView::take(const Request& request) {
    for (auto& shown : fields_)
        if (shown.field.kind != "password") shown.field.value = request.form_value(shown.field.name);
}

void FormView::refuse(const std::string& field, const std::string& why) {
    const auto found = std::find_if(fields_.begin(), fields_.end(),
                                    [&](const Shown& shown) { return shown.field.name == field; });
    if (found != fields_.end() && found->field.kind != "hidden")
        found->error = why;
    else
        error_ = field.empty() ? why : field + ": " + why;
}

Data FormView::field_data(const Shown& shown) const {
    const auto& field = shown.field;
    Data data;
    data["name"] = field.name;
    data["label"] = field.label;
    data["value"] = field.value;
    data["hint"] = field.hint;
    data["autocomplete"] = field.autocomplete;
    data["error"] = shown.error;
    data["required"] = field.needed == "yes";
    data["hidden"] = field.kind == "hidden";
    data["textarea"] = field.kind == "textarea";
    data["select"] = field.kind == "select";
    data["checkbox"] = field.kind == "checkbox";
    const bool is_input = field.kind != "hidden" && field.kind != "textarea" && field.kind != "select" &&
                          field.kind != "checkbox";
    data["input"] = is_input ? Data(field.kind) : Data(false);
    data["checked"] = field.kind == "checkbox" && !field.value.empty();
    for (const auto& choice : field.choices) {
        Data option;
        option["value"] = choice.value;
        option["label"] = choice.label;
        option["chosen"] = choice.value == field.value;
        data["choices"].add(std::move(option));
    }
    return data;
}

Data FormView::data() const {
    Data data;
    data["action"] = action_;
    data["submit"] = submit_;
    data["error"] = error_;
    for (const auto& shown : fields_) data["fields"].add(field_data(shown));
    return data;
}

int whole_number(const std::string& text, const std::string& field) {
    int value = 0;
    const auto trimmed = trim(text);
    const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), value);
    if (error != std::errc() || end != trimmed.data() + trimmed.size() || trimmed.empty())
        throw Invalid(field, "must be a whole number");
    return value;
}

std::vector<Choice> zone_choices() {
    std::vector<Choice> choices;
    for (const auto& name : Zone::names()) choices.push_back({name, spaced(name)});
    return choices;
}

std::vector<Choice> language_choices() {
    return {{"en", "English"}, {"fr", "Français"}};
}

Data zone_groups(const std::string& chosen) {
    std::map<std::string, Data> zones;  // by continent
    for (const auto& name : Zone::names()) {
        const auto slash = name.find('/');
        const auto continent = slash == std::string::npos ? "UTC" : name.substr(0, slash);
        Data zone;
        zone["value"] = name;
        zone["label"] = spaced(slash == std::string::npos ? name : name.substr(slash + 1));
        zone["chosen"] = name == chosen;
        zones[continent].add(std::move(zone));
    }
    Data groups;
    for (auto& [continent, list] : zones) {
        Data group;
        group["label"] = continent;
        group["zones"] = std::move(list);
        groups.add(std::move(group));
    }
    return groups;
}

}  // namespace stagecast::web
