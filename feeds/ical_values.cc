#include "feeds/ical_values.h"

#include <charconv>

namespace stagecast::feeds {
namespace {

using std::chrono::seconds;

constexpr seconds kMaxDuration{std::chrono::days(1'000)};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Takes exactly that many digits from the front; nothing, and nothing taken, where they are not there.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, count)) {
        if (!is_digit(c)) return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

std::optional<LocalTime> take_date(std::string_view& text) {
    const auto year = take_digits(text, 4);
    const auto month = take_digits(text, 2);
    const auto day = take_digits(text, 2);
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) return std::nullopt;
    return std::chrono::local_days(date);
}

// A leap second is taken as the one before it.
std::optional<seconds> take_time(std::string_view& text) {
    const auto hour = take_digits(text, 2);
    const auto minute = take_digits(text, 2);
    const auto second = take_digits(text, 2);
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + seconds(std::min(*second, 59));
}

// "30M", taken from the front, in seconds; nothing unless the unit is in `units` after those already used,
// which are then cut from it.
std::optional<seconds> take_amount(std::string_view& text, std::string_view& units) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    if (digits == 0 || digits > 8 || digits == text.size()) return std::nullopt;
    const auto amount = *take_digits(text, digits);
    const auto unit = units.find(text.front());
    if (unit == std::string_view::npos) return std::nullopt;
    units.remove_prefix(unit + 1);
    const char name = text.front();
    text.remove_prefix(1);
    const int scale_s = name == 'W'   ? 604'800
                        : name == 'D' ? 86'400
                        : name == 'H' ? 3'600
                        : name == 'M' ? 60
                                      : 1;
    return seconds(std::int64_t{amount} * scale_s);
}

}  // namespace

std::optional<DateTime> parse_date_time(std::string_view text) {
    const auto date = take_date(text);
    if (!date) return std::nullopt;
    if (text.empty()) return DateTime{*date, DateTime::Form::kDate};
    if (text.front() != 'T' && text.front() != 't') return std::nullopt;
    text.remove_prefix(1);
    const auto time = take_time(text);
    if (!time) return std::nullopt;
    if (text.empty()) return DateTime{*date + *time, DateTime::Form::kLocal};
    if (text != "Z" && text != "z") return std::nullopt;
    return DateTime{*date + *time, DateTime::Form::kUtc};
}

std::optional<seconds> parse_offset(std::string_view text) {
    if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto hour = take_digits(text, 2);
    const auto minute = take_digits(text, 2);
    const auto second = text.empty() ? 0 : take_digits(text, 2);
    if (!hour || !minute || !second || !text.empty() || *hour > 23 || *minute > 59 || *second > 59)
        return std::nullopt;
    return sign * (std::chrono::hours(*hour) + std::chrono::minutes(*minute) + seconds(*second));
}

std::optional<seconds> parse_duration(std::string_view text) {
    const int sign = text.starts_with('-') ? -1 : 1;
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (!text.starts_with('P') || text.size() < 3) return std::nullopt;
    text.remove_prefix(1);
    seconds total{0};
    std::string_view units = "WD";
    while (!text.empty()) {
        if (text.front() == 'T' && units != "HMS" && text.size() > 1) {
            units = "HMS";
            text.remove_prefix(1);
        }
        const auto amount = take_amount(text, units);
        if (!amount) return std::nullopt;
        total += *amount;
    }
    if (total > kMaxDuration) return std::nullopt;
    return sign * total;
}

std::optional<int> parse_number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || (text.front() != '-' && !is_digit(text.front()))) return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string_view take_item(std::string_view& rest, char separator) noexcept {
    const auto end = rest.find(separator);
    const auto item = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return item;
}

}  // namespace stagecast::feeds
