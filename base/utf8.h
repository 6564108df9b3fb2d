#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace stagecast {

// Takes one character from the front; nothing, and nothing taken, where the text is not UTF-8 (RFC 3629: no
// overlong forms, no surrogates, nothing above U+10FFFF). Requires a text that is not empty.
std::optional<char32_t> take_utf8(std::string_view& text) noexcept;

// At most that many characters of UTF-8 text.
std::string_view cut_characters(std::string_view text, std::size_t max_characters) noexcept;

}  // namespace stagecast
