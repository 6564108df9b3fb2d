#pragma once
#include "feeds/guide.h"

namespace stagecast::feeds {

// RFC 4287: the airings as entries, in the document's language where they have it. An entry's id is made of
// the room's id alone, so that it stays whatever else changes; the feed's of its address.
std::string atom(const GuideInput& input);

}  // namespace stagecast::feeds
