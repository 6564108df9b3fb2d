#pragma once
#include "feeds/guide.h"

namespace stagecast::feeds {

// XMLTV by its DTD (0.5): the children's order is fixed there. Every channel of which an airing is written,
// then the airings; times in the input's zone. An airing whose channel is not among the channels is left out,
// and so is a channel without airings (tv_validate_file refuses it).
std::string xmltv(const GuideInput& input);

}  // namespace stagecast::feeds
