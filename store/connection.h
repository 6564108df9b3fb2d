#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/database.h"

namespace stagecast::store {

// What a placeholder stands for: NULL, a whole number, a number, a text.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

// The row that a statement stands on, in the statement's columns. Views are good until the next row.
class Cells {
public:
    virtual ~Cells() = default;
    virtual bool is_null(std::size_t column) const = 0;
    // Throws Error for NULL, and for text where a number is asked for.
    virtual std::string_view text(std::size_t column) const = 0;
    virtual std::int64_t integer(std::size_t column) const = 0;
    virtual double number(std::size_t column) const = 0;
};
using EachRow = std::function<void(const Cells&)>;

enum class Use { kWrite, kRead };

// One session with the database. One thread at a time; inside a transaction between begin() and commit() or
// rollback(). Errors: Conflict names the field of a broken uniqueness, Unavailable, Error. A statement that
// failed spoils its transaction on both databases: commit() then throws, as PostgreSQL would roll back
// without a word.
class Connection {
public:
    virtual ~Connection() = default;
    virtual void begin(Durability durability) = 0;
    virtual void commit() = 0;
    // False: the connection is of no more use and must be dropped.
    virtual bool rollback() noexcept = 0;
    virtual bool is_alive() const noexcept = 0;
    // `each` must not use the connection.
    virtual void query(const std::string& sql, std::size_t columns, const std::vector<Value>& values,
                       const EachRow& each) = 0;
    // How many rows were changed.
    virtual std::int64_t execute(const std::string& sql, const std::vector<Value>& values) = 0;
};

// What differs between the databases; each in a file of its own. Any thread.
class Dialect {
public:
    virtual ~Dialect() = default;
    virtual std::unique_ptr<Connection> connect(Use use) = 0;
    // Statements that this database needs after the common ones of a migration.
    virtual std::span<const std::string_view> statements_after(int migration) const = 0;
};

// What a cell throws that is NULL where a value is expected.
[[noreturn]] void refuse_null();
// Throws Error unless all of the text is one number.
std::int64_t parse_integer(std::string_view text);
double parse_number(std::string_view text);

std::unique_ptr<Dialect> make_sqlite(const std::string& path);
std::unique_ptr<Dialect> make_postgresql(const std::string& conninfo);

struct Snapshot::Impl {
    Connection& connection;
    bool programme_touched = false, roster_touched = false;  // of a transaction: see store/programme.h
};

}  // namespace stagecast::store
