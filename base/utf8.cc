#include "base/utf8.h"

#include <cstddef>

namespace stagecast {

std::optional<char32_t> take_utf8(std::string_view& text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        text.remove_prefix(1);
        return first;
    }
    if (first < 0xc2 || first > 0xf4) return std::nullopt;
    const std::size_t size_bytes = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (text.size() < size_bytes) return std::nullopt;
    char32_t c = first & (0x7fU >> size_bytes);
    for (std::size_t i = 1; i < size_bytes; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) return std::nullopt;
        c = (c << 6) | (byte(i) & 0x3fU);
    }
    const bool overlong = (size_bytes == 3 && c < 0x800) || (size_bytes == 4 && c < 0x10000);
    if (overlong || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff) return std::nullopt;
    text.remove_prefix(size_bytes);
    return c;
}

std::string_view cut_characters(std::string_view text, std::size_t max_characters) noexcept {
    std::size_t at = 0;
    for (; at < text.size(); ++at)
        if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80 && max_characters-- == 0) break;
    return text.substr(0, at);
}

}  // namespace stagecast
