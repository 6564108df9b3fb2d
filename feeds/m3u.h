#pragma once
#include "feeds/guide.h"

namespace stagecast::feeds {

// An extended M3U of the channels that have a stream: the first of its streams, its id that of the XMLTV file
// (`xmltv_url`). Names stand on one line and lose commas and double quotes, which readers take for
// separators.
std::string m3u(const GuideInput& input);

}  // namespace stagecast::feeds
