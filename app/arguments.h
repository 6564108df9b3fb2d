#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/config.h"

namespace stagecast::app {

// A command line: words, then --name value pairs (--name=value too).
class Arguments {
public:
    // Throws Invalid for an option without a value, or one given twice.
    Arguments(int count, const char* const* values);

    // The next word; empty when there is none.
    std::string word();
    std::optional<std::string> option(const std::string& name);
    // As option(), but Invalid(name) when it is missing.
    std::string required(const std::string& name);
    // Throws Invalid for anything that nobody asked for.
    void done() const;

private:
    std::vector<std::string> words_;
    std::map<std::string, std::string> options_;
};

// --config FILE, --data DIR, --listen ADDR:PORT, --set KEY=VALUE over the environment over the file. The data
// directory defaults to ./data, the site's URL to http://localhost:PORT.
Config config_from(Arguments& arguments);

}  // namespace stagecast::app
