#pragma once
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "store/connection.h"
#include "store/words.h"

// How the repositories speak to a connection: statements are named constants with $1…$n in the order of first
// use (SQLite numbers such names by first use, PostgreSQL by the digits: in this order they agree).
namespace stagecast::store {

// "SELECT columns rest". The columns are counted by their commas: no function calls with two arguments in
// them.
struct Query {
    std::string_view columns;
    std::string_view rest;
    std::size_t column_count() const noexcept;
    std::string text() const;
};

// Reads one row from left to right, each cell once. Throws Error for a cell of another shape than asked for.
class Row {
public:
    Row(const Cells& cells, std::size_t columns) : cells_(cells), columns_(columns) {}
    std::string text() { return std::string(view()); }
    std::string_view view() { return cells_.text(next()); }  // good until the next row
    std::optional<std::string> optional_text();
    std::optional<std::string_view> optional_view();  // good until the next row
    std::int64_t integer() { return cells_.integer(next()); }
    std::optional<std::int64_t> optional_integer();
    int small() { return static_cast<int>(integer()); }
    bool flag() { return integer() != 0; }
    double number() { return cells_.number(next()); }
    Instant instant() { return Instant(Milliseconds(integer())); }
    LocalTime local();
    template <class I>
    I id() {
        return I::trusted(text());
    }
    template <class E>
    E word() {
        return enumerator<E>(view());
    }
    std::optional<Instant> optional_instant();
    std::optional<LocalTime> optional_local();
    template <class I>
    std::optional<I> optional_id() {
        auto cell = optional_text();
        return cell ? std::optional(I::trusted(*std::move(cell))) : std::nullopt;
    }

private:
    std::size_t next();  // the next cell's column
    const Cells& cells_;
    const std::size_t columns_;
    std::size_t position_ = 0;
};

// Throws Invalid for text that one of the databases cannot hold: not UTF-8, or with a NUL in it.
Value text_value(std::string_view text);

template <class T>
Value value_of(const T& x) {
    if constexpr (std::is_same_v<T, Instant>) {
        return std::int64_t{x.time_since_epoch().count()};
    } else if constexpr (std::is_same_v<T, LocalTime>) {
        return text_value(to_iso8601(x));
    } else if constexpr (std::is_enum_v<T>) {
        return text_value(word(x));
    } else if constexpr (std::floating_point<T>) {
        return double{x};
    } else if constexpr (std::integral<T>) {
        return std::int64_t{x};
    } else if constexpr (requires { x.has_value(); }) {
        return x ? value_of(*x) : Value{};
    } else if constexpr (requires { x.text(); }) {
        return text_value(x.text());
    } else {
        return text_value(x);
    }
}

// Calls visit(Row&) with each row. It must not use the database.
template <class Visit, class... T>
void visit(Snapshot& snapshot, const Query& query, Visit visit, const T&... values) {
    const auto columns = query.column_count();
    snapshot.impl().connection.query(query.text(), columns, {value_of(values)...}, [&](const Cells& cells) {
        Row row(cells, columns);
        visit(row);
    });
}

template <class Read, class... T>
std::vector<std::invoke_result_t<Read, Row&>> select(Snapshot& snapshot, const Query& query, Read read,
                                                     const T&... values) {
    std::vector<std::invoke_result_t<Read, Row&>> result;
    visit(
        snapshot, query, [&](Row& row) { result.push_back(read(row)); }, values...);
    return result;
}

template <class Read, class... T>
std::optional<std::invoke_result_t<Read, Row&>> select_one(Snapshot& snapshot, const Query& query, Read read,
                                                           const T&... values) {
    auto rows = select(snapshot, query, read, values...);
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
}

template <class... T>
std::int64_t execute(Tx& tx, std::string_view sql, const T&... values) {
    return tx.impl().connection.execute(std::string(sql), {value_of(values)...});
}

// Throws NotFound(noun) unless a row was changed.
template <class... T>
void execute_on_one(Tx& tx, std::string_view noun, std::string_view sql, const T&... values) {
    if (execute(tx, sql, values...) == 0) throw NotFound(std::string(noun) + " not found");
}

// A limit as both databases take it: a negative one is nothing, not everything.
inline int at_most(int limit) {
    return limit < 0 ? 0 : limit;
}

}  // namespace stagecast::store
