#pragma once
#include <string>
#include <string_view>

namespace stagecast {

// RFC 1952; the same bytes for the same input, so that a strong ETag holds.
std::string gzip(std::string_view bytes);

}  // namespace stagecast
