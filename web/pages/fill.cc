#include <kainjow/mustache.hpp>
#include <map>

#include "base/error.h"
#include "web/embed.h"
#include "web/pages/page.h"

namespace stagecast::web {
namespace {

namespace mustache = kainjow::mustache;

mustache::data converted(const Data& data) {
    struct Convert {
        mustache::data operator()(bool yes) const {
            return mustache::data(yes ? mustache::data::type::bool_true : mustache::data::type::bool_false);
        }
        mustache::data operator()(const std::string& text) const {
            return text.empty() ? mustache::data(mustache::data::type::bool_false) : mustache::data(text);
        }
        mustache::data operator()(const Data::List& list) const {
            mustache::data items(mustache::data::type::list);
            for (const auto& item : list) items.push_back(converted(item));
            return items;
        }
        mustache::data operator()(const Data::Object& object) const {
            mustache::data parts(mustache::data::type::object);
            for (const auto& [name, part] : object) parts.set(name, converted(part));
            return parts;
        }
    };
    return std::visit(Convert{}, data.value());
}

// Looks up {{t.key}} in the catalogue and {{>part}} among the embedded templates, everything else in the
// data.
class Context final : public mustache::context<std::string> {
public:
    Context(const mustache::data* data, const Words& words)
        : mustache::context<std::string>(data), words_(words) {}

    const mustache::data* get(const std::string& name) const override {
        if (!name.starts_with("t.")) return mustache::context<std::string>::get(name);
        auto found = texts_.find(name);
        if (found == texts_.end())
            found = texts_.emplace(name, mustache::data(words_.text(name.substr(2)))).first;
        return &found->second;
    }
    const mustache::data* get_partial(const std::string& name) const override {
        auto found = partials_.find(name);
        if (found == partials_.end()) {
            const auto text = embedded("templates/_" + name + ".mustache");
            found = partials_.emplace(name, mustache::data(std::string(text))).first;
        }
        return &found->second;
    }

private:
    const Words& words_;
    mutable std::map<std::string, mustache::data> texts_, partials_;  // looked up so far
};

}  // namespace

std::string fill(std::string_view template_name, const Data& data, const Words& words) {
    const auto text = embedded("templates/" + std::string(template_name) + ".mustache");
    mustache::mustache parsed{std::string(text)};
    if (!parsed.is_valid()) throw Invalid(std::string(template_name), parsed.error_message());
    const auto values = converted(data);
    Context context(&values, words);
    auto filled = parsed.render(static_cast<mustache::basic_context<std::string>&>(context));
    if (!parsed.is_valid()) throw Invalid(std::string(template_name), parsed.error_message());
    return filled;
}

}  // namespace stagecast::web
