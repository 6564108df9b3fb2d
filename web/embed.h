#pragma once
#include <string_view>
#include <vector>

namespace stagecast::web {

// Files that are part of the binary, by their path below web/: "templates/…", "dist/…", "i18n/…",
// "api/openapi.json". Valid for the life of the process. Throws NotFound for a path that was not there when
// the binary was built.
std::string_view embedded(std::string_view path);
// Every path that begins with `prefix`, sorted.
std::vector<std::string_view> embedded_paths(std::string_view prefix);

}  // namespace stagecast::web
