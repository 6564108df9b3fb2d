#pragma once
#include <string>
#include <vector>

#include "store/shows.h"
#include "web/http.h"
#include "web/pages/data.h"
#include "web/pages/words.h"

namespace stagecast::web {

// Title and notes in further languages, a row each, and one more to fill in: templates/_text_rows.mustache.

std::vector<store::Text> typed_texts(const Request& request);  // rows that say something
// Throws Invalid("texts") for a row without its language.
void check_texts(const std::vector<store::Text>& texts);
Data text_rows(const std::vector<store::Text>& texts, const Words& words);
// The options of a language's <select>; the first is no language.
Data language_options(const std::string& chosen, const std::string& empty_label);
// Every value of a field that is there several times.
std::vector<std::string> values_of(const Request& request, const std::string& name);
// As it is stored: forms send CR LF.
std::string with_line_feeds(std::string text);

}  // namespace stagecast::web
