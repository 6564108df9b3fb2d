#include "web/embed.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "web/embed_table.h"

namespace stagecast::web {

std::string_view embedded(std::string_view path) {
    const auto table = embed_table();
    const auto found = std::ranges::lower_bound(table, path, {}, &EmbeddedFile::path);
    if (found == table.end() || found->path != path) throw NotFound(std::string(path) + " not found");
    return {found->begin, static_cast<std::size_t>(found->end - found->begin)};
}

std::vector<std::string_view> embedded_paths(std::string_view prefix) {
    std::vector<std::string_view> paths;
    for (const auto& file : embed_table())
        if (file.path.starts_with(prefix)) paths.push_back(file.path);
    return paths;
}

}  // namespace stagecast::web
