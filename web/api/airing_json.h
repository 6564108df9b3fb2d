#pragma once
#include <string>

#include "scheduler/listing.h"

namespace stagecast::web {

// Appends one airing as the schema Airing of web/api/openapi.json: text after text, since a day has
// thousands.
void append_airing(std::string& out, const scheduler::Listing& listing);
void append_json_string(std::string& out, std::string_view text);  // quoted; requires UTF-8

}  // namespace stagecast::web
