#include "web/range.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace stagecast::web {
namespace {

std::optional<std::uint64_t> number(std::string_view text) noexcept {
    std::uint64_t value = 0;
    const auto end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (text.empty() || result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return value;
}

}  // namespace

ParsedRange parse_range(std::string_view header, std::uint64_t size_bytes) noexcept {
    constexpr std::string_view kUnit = "bytes=";
    if (!header.starts_with(kUnit)) return {};
    header.remove_prefix(kUnit.size());
    const auto dash = header.find('-');
    if (dash == header.npos) return {};
    const auto first_text = header.substr(0, dash), last_text = header.substr(dash + 1);
    const auto first = number(first_text), last = number(last_text);
    if ((!first && !first_text.empty()) || (!last && !last_text.empty()) || (!first && !last)) return {};
    if (first && last && *last < *first) return {};
    if (!first) {
        if (*last == 0 || size_bytes == 0) return {RangeKind::kUnsatisfiable, {}};
        const auto length = std::min(*last, size_bytes);
        return {RangeKind::kPart, {size_bytes - length, length}};
    }
    if (*first >= size_bytes) return {RangeKind::kUnsatisfiable, {}};
    const auto end = last ? std::min(*last, size_bytes - 1) : size_bytes - 1;
    return {RangeKind::kPart, {*first, end - *first + 1}};
}

}  // namespace stagecast::web
