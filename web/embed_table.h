#pragma once
#include <span>
#include <string_view>

namespace stagecast::web {

struct EmbeddedFile {
    std::string_view path;
    const char* begin;
    const char* end;
};

// Sorted by path. Written by web/embed.cmake.
std::span<const EmbeddedFile> embed_table();

}  // namespace stagecast::web
