#pragma once
#include <string>

namespace stagecast::web {

// Show notes, written in Markdown, as HTML that may stand in a page: headings below the page's own, no raw
// HTML, no pictures (nothing loads from another host: their description stays), links to http, https and
// mailto only.
std::string notes_html(const std::string& markdown);
// The first paragraph as plain text, at most `max_characters`, for link previews.
std::string notes_summary(const std::string& markdown, std::size_t max_characters);

}  // namespace stagecast::web
