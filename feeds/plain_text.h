#pragma once
#include <string>
#include <string_view>

namespace stagecast::feeds {

// The words of show notes without their marks: paragraphs a blank line apart, list items after "- ", a link's
// address in brackets behind its words. Cleaned (feeds/text.h).
std::string plain_text(std::string_view markdown);

// The same text as HTML: paragraphs and line breaks, all else escaped.
std::string text_html(std::string_view plain);

}  // namespace stagecast::feeds
