#include "web/time_of_day.h"

#include <fmt/format.h>

#include "base/error.h"

namespace stagecast::web {
namespace {

constexpr int kHours = 24, kMinutes = 60;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

int minutes_of_day(const std::string& text, const std::string& field) {
    const auto kept = text.size() == 8 && text.ends_with(":00") ? text.substr(0, 5) : text;
    const bool is_shaped = kept.size() == 5 && kept[2] == ':' && is_digit(kept[0]) && is_digit(kept[1]) &&
                           is_digit(kept[3]) && is_digit(kept[4]);
    const int hour = is_shaped ? (kept[0] - '0') * 10 + kept[1] - '0' : kHours;
    const int minute = is_shaped ? (kept[3] - '0') * 10 + kept[4] - '0' : 0;
    if (hour >= kHours || minute >= kMinutes) throw Invalid(field, "must be a time of day like 22:30");
    return hour * kMinutes + minute;
}

std::string time_of_day(int minutes) {
    return fmt::format("{:02}:{:02}", minutes / kMinutes, minutes % kMinutes);
}

}  // namespace stagecast::web
