#include "web/pages/words.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "web/embed.h"

namespace stagecast::web {
namespace {

std::string filled(std::string text, Words::Values values) {
    for (const auto& [name, value] : values) {
        const std::string mark = "{" + std::string(name) + "}";
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
            text.replace(at, mark.size(), value);
    }
    return text;
}

}  // namespace

Words::Words(std::string_view name, std::string_view json) {
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
    if (!parsed.is_object()) throw Invalid(std::string(name), "is not a JSON object");
    for (const auto& [key, value] : parsed.items()) {
        if (!value.is_string()) throw Invalid(std::string(name), key + " is not a text");
        texts_.emplace(key, value.get<std::string>());
    }
}

const Words& Words::in(std::string_view language) {
    // Parsed once: they are constants of the binary, like the templates.
    static const Words kEnglish("en.json", embedded("i18n/en.json"));
    static const Words kFrench("fr.json", embedded("i18n/fr.json"));
    return language == "fr" ? kFrench : kEnglish;
}

const std::string& Words::text(std::string_view key) const {
    const auto found = texts_.find(key);
    if (found == texts_.end()) throw NotFound("text " + std::string(key) + " not found");
    return found->second;
}

bool Words::has(std::string_view key) const {
    return texts_.find(key) != texts_.end();
}

std::string Words::text(std::string_view key, Values values) const {
    return filled(text(key), values);
}

std::string Words::count(std::string_view key, long number, Values values) const {
    // CLDR: in English 1 is one; in French 0 and 1 are.
    const bool one = number == 1 || (number == 0 && language() == "fr");
    const auto chosen = text(std::string(key) + (one ? ".one" : ".other"), values);
    return filled(chosen, {{"count", std::to_string(number)}});
}

std::string Words::json_below(std::string_view prefix) const {
    nlohmann::json below = nlohmann::json::object();
    for (auto at = texts_.lower_bound(prefix); at != texts_.end() && at->first.starts_with(prefix); ++at)
        below[at->first.substr(prefix.size())] = at->second;
    return script_safe(below.dump());
}

std::string script_safe(std::string json) {
    for (auto at = json.find('<'); at != std::string::npos; at = json.find('<', at))
        json.replace(at, 1, "\\u003c");
    return json;
}

}  // namespace stagecast::web
