#pragma once
#include <cstdint>
#include <string>

namespace stagecast::feeds {

// A file that an item of a feed leads to.
struct Enclosure {
    std::string url, type;
    std::int64_t size_bytes = 0;
};

}  // namespace stagecast::feeds
