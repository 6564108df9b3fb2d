#pragma once
#include <string>
#include <string_view>

namespace stagecast::feeds {

// What both XML 1.0 and RFC 5545 can carry: bytes that are not UTF-8, control characters but newline and tab,
// and non-characters are left out.
std::string clean(std::string_view text);

// Clean, on one line: white space and line separators of any length become one space, and a change of writing
// direction that the text begins it also ends, so that it can stand within a longer line.
std::string one_line(std::string_view text);

// A URI without anything that could end its line or attribute: other than printable ASCII is percent-encoded.
std::string clean_uri(std::string_view uri);

// The same of an http or https address; empty for any other, which no reader should follow.
std::string web_uri(std::string_view uri);

// At most max_bytes, cut before a character.
std::string_view cut(std::string_view text, std::size_t max_bytes);

// Looks like a language of BCP 47: "fr", "pt-BR", "zh-Hant-TW".
bool is_language_tag(std::string_view text);

}  // namespace stagecast::feeds
