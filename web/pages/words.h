#pragma once
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace stagecast::web {

// The texts of one language, by key ("guide.title"), from web/i18n. Immutable; any thread.
class Words {
public:
    using Values = std::initializer_list<std::pair<std::string_view, std::string>>;

    // `json` is one flat object of texts. Throws Invalid(name) otherwise.
    Words(std::string_view name, std::string_view json);

    // English where there is no such language.
    static const Words& in(std::string_view language);

    const std::string& language() const { return text("language"); }
    // Throws NotFound for a key that the catalogue does not have: a mistake that the tests find.
    const std::string& text(std::string_view key) const;
    bool has(std::string_view key) const;
    // The text with every {name} replaced.
    std::string text(std::string_view key, Values values) const;
    // key + ".one" or ".other" by the language's rule, with {count} and the rest replaced.
    std::string count(std::string_view key, long number, Values values = {}) const;
    // Every text below a prefix ("js."), by the key without it, as a JSON object that may stand inside
    // <script>.
    std::string json_below(std::string_view prefix) const;

    const std::map<std::string, std::string, std::less<>>& all() const noexcept { return texts_; }

private:
    std::map<std::string, std::string, std::less<>> texts_;
};

// The same JSON, safe inside an HTML <script> data block: no '<', no line separators.
std::string script_safe(std::string json);

}  // namespace stagecast::web
