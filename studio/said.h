#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "feeds/standing.h"
#include "store/rooms.h"
#include "store/shows.h"

// What every document says of shows and airings in the same way.
namespace stagecast::studio {

// Of the site's address: "stagecast.example".
std::string host_of(const Config& config);

// "<id>@<host of the site>": what a calendar knows a thing by, for ever.
std::string uid_of(const std::string& id, const Config& config);

feeds::Standing standing_of(const store::Room& room);

int minutes_of(const store::Room& room);

// A language as feeds are asked for it (?lang=), in lower case. Throws Invalid("lang") unless it looks like
// one.
std::string checked_feed_language(std::string_view text);

// The text of that language, else one of its kind ("fr" for "fr-ca"); null where there is none.
const store::Text* text_in(const std::vector<store::Text>& texts, std::string_view language);

// Title and notes in the language that was asked for where they exist, else the show's main ones.
store::Text said_of(const store::Show& show, const std::vector<store::Text>& texts,
                    std::string_view language);

}  // namespace stagecast::studio
