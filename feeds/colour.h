#pragma once
#include <string>
#include <string_view>

namespace stagecast::feeds {

// COLOR takes a CSS3 name (RFC 7986, 5.9): the one nearest to "#7a4a1f" of the sixteen basic ones and a few
// between; empty where the text is no such colour.
std::string_view nearest_colour_name(const std::string& colour);

}  // namespace stagecast::feeds
