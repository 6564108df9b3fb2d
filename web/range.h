#pragma once
#include <cstdint>
#include <string_view>

namespace stagecast::web {

struct ByteRange {
    std::uint64_t first = 0, length = 0;
};
enum class RangeKind { kWhole, kPart, kUnsatisfiable };
struct ParsedRange {
    RangeKind kind = RangeKind::kWhole;
    ByteRange range;  // of kPart
};

// A Range header for a representation of `size_bytes` (RFC 9110, 14.1.2): one range; several, another unit or
// nonsense are ignored, which is allowed (14.2).
ParsedRange parse_range(std::string_view header, std::uint64_t size_bytes) noexcept;

}  // namespace stagecast::web
