#include "store/sql.h"

#include <algorithm>

#include "base/text.h"

namespace stagecast::store {

namespace {

template <class N>
N parse_number(const std::string& text) {
    N number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        throw Error("the database holds no number where one is expected");
    return number;
}

}  // namespace

std::size_t Query::column_count() const noexcept {
    return 1 + static_cast<std::size_t>(std::count(columns.begin(), columns.end(), ','));
}

std::string Query::text() const {
    std::string sql = "SELECT ";
    sql.append(columns).append(" ").append(rest);
    return sql;
}

const std::optional<std::string>& Row::next() {
    if (position_ >= cells_.size()) throw Error("a row has fewer columns than are read");
    return cells_[position_++];
}

const std::string& Row::filled() {
    const auto& cell = next();
    if (!cell) throw Error("the database holds NULL where a value is expected");
    return *cell;
}

std::string Row::text() {
    return filled();
}
std::int64_t Row::integer() {
    return parse_number<std::int64_t>(filled());
}
double Row::number() {
    return parse_number<double>(filled());
}
LocalTime Row::local() {
    return parse_local(filled(), "stored local time");
}

std::optional<std::int64_t> Row::optional_integer() {
    const auto& cell = next();
    if (!cell) return std::nullopt;
    return parse_number<std::int64_t>(*cell);
}

std::optional<Instant> Row::optional_instant() {
    const auto count_ms = optional_integer();
    if (!count_ms) return std::nullopt;
    return Instant(Milliseconds(*count_ms));
}

std::optional<LocalTime> Row::optional_local() {
    const auto& cell = next();
    if (!cell) return std::nullopt;
    return parse_local(*cell, "stored local time");
}

Value text_value(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) throw Invalid("text", "holds a NUL character");
    if (!is_utf8(text)) throw Invalid("text", "is not UTF-8");
    return std::string(text);
}

}  // namespace stagecast::store
