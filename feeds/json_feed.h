#pragma once
#include "feeds/guide.h"

namespace stagecast::feeds {

// JSON Feed 1.1: the airings as items, in the document's language where they have it; an item's id is the
// room's. What the format has no word for stands in `_stagecast`: starts_at, ends_at, previous_start,
// standing, channel, show (docs/formats.md).
std::string json_feed(const GuideInput& input);

}  // namespace stagecast::feeds
