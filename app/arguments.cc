#include "app/arguments.h"

#include <unistd.h>

#include "base/error.h"

namespace stagecast::app {
namespace {

std::map<std::string, std::string> environment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const auto equals = text.find('=');
        if (equals != std::string::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

}  // namespace

Arguments::Arguments(int count, const char* const* values) {
    for (int i = 1; i < count; ++i) {
        const std::string text = values[i];
        if (!text.starts_with("--")) {
            words_.push_back(text);
            continue;
        }
        const auto equals = text.find('=');
        std::string name = text.substr(2, equals == std::string::npos ? equals : equals - 2);
        if (equals == std::string::npos && i + 1 == count) throw Invalid("--" + name, "needs a value");
        std::string value = equals == std::string::npos ? values[++i] : text.substr(equals + 1);
        if (!options_.emplace(name, std::move(value)).second) throw Invalid("--" + name, "is given twice");
    }
}

std::string Arguments::word() {
    if (words_.empty()) return {};
    auto first = words_.front();
    words_.erase(words_.begin());
    return first;
}

std::optional<std::string> Arguments::option(const std::string& name) {
    const auto found = options_.find(name);
    if (found == options_.end()) return std::nullopt;
    auto value = found->second;
    options_.erase(found);
    return value;
}

std::string Arguments::required(const std::string& name) {
    auto value = option(name);
    if (!value) throw Invalid("--" + name, "is missing");
    return *value;
}

void Arguments::done() const {
    if (!words_.empty()) throw Invalid(words_.front(), "is not a command I know");
    if (!options_.empty()) throw Invalid("--" + options_.begin()->first, "is not an option of this command");
}

Config config_from(Arguments& arguments) {
    std::map<std::string, std::string> overrides;
    for (const auto* name : {"data", "listen"}) {
        if (auto value = arguments.option(name)) overrides[name] = *value;
    }
    if (const auto set = arguments.option("set")) {
        const auto equals = set->find('=');
        if (equals == std::string::npos) throw Invalid("--set", "wants KEY=VALUE");
        overrides[set->substr(0, equals)] = set->substr(equals + 1);
    }
    std::optional<std::filesystem::path> file;
    if (const auto path = arguments.option("config")) file = *path;
    auto config = load_config(file, environment(), overrides);
    if (config.data.empty()) config.data = "data";
    return config;
}

}  // namespace stagecast::app
