#include "web/pages/reasons.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "base/error.h"
#include "web/embed.h"

namespace stagecast::web {
namespace {

using Values = std::map<std::string, std::string>;

// "at most {count} dates" in pieces: what is said before each value, and after the last.
struct Pattern {
    std::vector<std::string> literals;  // one more than names
    std::vector<std::string> names;
    std::string said;
};

Pattern parse(std::string_view text, std::string said) {
    Pattern pattern;
    pattern.said = std::move(said);
    for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
        const auto close = text.find('}', open);
        pattern.literals.emplace_back(text.substr(0, open));
        pattern.names.emplace_back(text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
    }
    pattern.literals.emplace_back(text);
    return pattern;
}

// The values, if the text is the pattern's.
std::optional<Values> match(const Pattern& pattern, std::string_view text) {
    if (!text.starts_with(pattern.literals.front())) return std::nullopt;
    text.remove_prefix(pattern.literals.front().size());
    Values values;
    for (std::size_t i = 0; i < pattern.names.size(); ++i) {
        const auto& next = pattern.literals[i + 1];
        const bool is_last = i + 1 == pattern.names.size();
        if (is_last && !text.ends_with(next)) return std::nullopt;
        const auto end = is_last ? text.size() - next.size() : text.find(next);
        if (end == std::string_view::npos || end == 0) return std::nullopt;
        values[pattern.names[i]] = text.substr(0, end);
        text.remove_prefix(end + next.size());
    }
    if (!text.empty()) return std::nullopt;
    return values;
}

std::size_t literal_bytes(const Pattern& pattern) {
    std::size_t bytes = 0;
    for (const auto& literal : pattern.literals) bytes += literal.size();
    return bytes;
}

// The most particular first: the first that fits decides.
const std::vector<Pattern>& patterns(std::string_view language) {
    // Parsed once: a constant of the binary, like the catalogues.
    static const auto kAll = [] {
        std::map<std::string, std::vector<Pattern>, std::less<>> all;
        for (const std::string name : {"en", "fr"}) {
            const auto catalogue = nlohmann::json::parse(embedded("i18n/reasons." + name + ".json"));
            for (const auto& [text, said] : catalogue.items())
                all[name].push_back(parse(text, said.get<std::string>()));
        }
        for (auto& [name, list] : all)
            std::stable_sort(list.begin(), list.end(), [](const Pattern& a, const Pattern& b) {
                return literal_bytes(a) > literal_bytes(b);
            });
        return all;
    }();
    const auto found = kAll.find(language);
    return found == kAll.end() ? kAll.at("en") : found->second;
}

// "1 December 2026, 20:00" for "2026-12-01T20:00:00"; anything but a date as it is.
std::string say_date(const std::string& text, const Viewer& viewer) {
    try {
        const auto day = viewer.day_with_year(parse_date(text.substr(0, 10), "date"));
        if (text.size() < 16) return day;
        return viewer.words().text("date.at", {{"day", day}, {"time", text.substr(11, 5)}});
    } catch (const Invalid&) {
        return text;
    }
}

}  // namespace

bool has_reason(std::string_view language, const std::string& why) {
    for (const auto& pattern : patterns(language))
        if (match(pattern, why)) return true;
    return false;
}

std::string say_reason(const std::string& why, const Viewer& viewer) {
    for (const auto& pattern : patterns(viewer.words().language())) {
        const auto values = match(pattern, why);
        if (!values) continue;
        auto said = parse(pattern.said, {});
        std::string text = said.literals.front();
        for (std::size_t i = 0; i < said.names.size(); ++i) {
            const auto& name = said.names[i];
            const auto value = values->find(name);
            if (value != values->end())
                text += name == "date" ? say_date(value->second, viewer) : value->second;
            text += said.literals[i + 1];
        }
        return text;
    }
    return why;
}

}  // namespace stagecast::web
