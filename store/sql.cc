#include "store/sql.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace stagecast::store {

namespace {

template <class N>
N parsed(std::string_view text) {
    N number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        throw Error("the database holds no number where one is expected");
    return number;
}

}  // namespace

void refuse_null() {
    throw Error("the database holds NULL where a value is expected");
}

std::int64_t parse_integer(std::string_view text) {
    return parsed<std::int64_t>(text);
}
double parse_number(std::string_view text) {
    return parsed<double>(text);
}

std::size_t Query::column_count() const noexcept {
    return 1 + static_cast<std::size_t>(std::count(columns.begin(), columns.end(), ','));
}

std::string Query::text() const {
    std::string sql = "SELECT ";
    sql.append(columns).append(" ").append(rest);
    return sql;
}

std::size_t Row::next() {
    if (position_ >= columns_) throw Error("a row has fewer columns than are read");
    return position_++;
}

std::optional<std::string_view> Row::optional_view() {
    const auto column = next();
    if (cells_.is_null(column)) return std::nullopt;
    return cells_.text(column);
}

std::optional<std::string> Row::optional_text() {
    const auto view = optional_view();
    if (!view) return std::nullopt;
    return std::string(*view);
}

std::optional<std::int64_t> Row::optional_integer() {
    const auto column = next();
    if (cells_.is_null(column)) return std::nullopt;
    return cells_.integer(column);
}

LocalTime Row::local() {
    return parse_local(view(), "stored local time");
}

std::optional<Instant> Row::optional_instant() {
    const auto count_ms = optional_integer();
    if (!count_ms) return std::nullopt;
    return Instant(Milliseconds(*count_ms));
}

std::optional<LocalTime> Row::optional_local() {
    const auto view = optional_view();
    if (!view) return std::nullopt;
    return parse_local(*view, "stored local time");
}

Value text_value(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) throw Invalid("text", "holds a NUL character");
    if (!is_utf8(text)) throw Invalid("text", "is not UTF-8");
    return std::string(text);
}

}  // namespace stagecast::store
