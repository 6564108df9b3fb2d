#pragma once
#include <optional>
#include <string_view>

#include "base/time.h"

namespace stagecast::feeds {

// The values of RFC 5545, 3.3, that a calendar's times are made of. Nothing for text of any other form, dates
// that no calendar has included.
struct DateTime {
    LocalTime local{};
    enum class Form { kDate, kLocal, kUtc } form = Form::kLocal;
};
std::optional<DateTime> parse_date_time(std::string_view text);           // 20261124, 20261124T200000, …Z
std::optional<std::chrono::seconds> parse_offset(std::string_view text);  // +0100, -023000
std::optional<std::chrono::seconds> parse_duration(
    std::string_view text);                              // PT1H30M, P1W; at most 1,000 days
std::optional<int> parse_number(std::string_view text);  // -1, +2, 11

// Takes what stands before the first separator, and that, from the front; everything where there is none.
std::string_view take_item(std::string_view& rest, char separator) noexcept;

}  // namespace stagecast::feeds
