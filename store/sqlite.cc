#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unordered_map>

#include "base/error.h"
#include "store/connection.h"

namespace stagecast::store {

namespace {

using namespace std::chrono_literals;

constexpr auto kRetryAfter = 5s;

// The wait for other processes only: within ours the writer's lock keeps the order. 5 s is longer than any
// transaction.
constexpr const char* kBusyTimeout = "PRAGMA busy_timeout = 5000";
constexpr const char* kWriteAheadLog = "PRAGMA journal_mode = WAL";
constexpr const char* kForeignKeys = "PRAGMA foreign_keys = ON";
// 32 MiB of pages, once: what is written to a crowd's rows in order of their ids stays at hand.
constexpr const char* kWriterCache = "PRAGMA cache_size = -32768";
// What was erased must not stay readable in free pages.
constexpr const char* kSecureDelete = "PRAGMA secure_delete = ON";
constexpr const char* kReadOnly = "PRAGMA query_only = ON";
constexpr const char* kSynchronousFull = "PRAGMA synchronous = FULL";
constexpr const char* kSynchronousNormal = "PRAGMA synchronous = NORMAL";

// A transaction that starts as a reader and then writes fails at once when another wrote in between;
// IMMEDIATE waits.
constexpr const char* kBeginWrite = "BEGIN IMMEDIATE";
constexpr const char* kBeginRead = "BEGIN DEFERRED";
constexpr const char* kCommit = "COMMIT";
constexpr const char* kRollback = "ROLLBACK";

constexpr std::array<std::string_view, 2> kConsentsAreAppendOnly{
    "CREATE TRIGGER consents_no_update BEFORE UPDATE ON consents "
    "BEGIN SELECT RAISE(ABORT, 'consents are append-only'); END",
    "CREATE TRIGGER consents_no_delete BEFORE DELETE ON consents "
    "BEGIN SELECT RAISE(ABORT, 'consents are append-only'); END"};

// "UNIQUE constraint failed: speakers.room_id, speakers.account_id" → "account".
std::string field_of(const std::string& message) {
    auto column = message.substr(message.rfind('.') + 1);
    column.erase(column.find_last_not_of("\n\r ") + 1);
    for (const std::string_view suffix : {"_id", "_ms"})
        if (column.ends_with(suffix)) column.erase(column.size() - suffix.size());
    return column;
}

// What a result code means to us. Always throws.
[[noreturn]] void refuse(sqlite3* database, int code) {
    const std::string message = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT:
            if (message.find("UNIQUE constraint failed") != std::string::npos)
                throw Conflict(field_of(message) + ": is already taken");
            break;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw Unavailable("the database is busy", kRetryAfter);
        case SQLITE_FULL:
            throw Unavailable("the database's disk is full", kRetryAfter);
        case SQLITE_IOERR:
            throw Unavailable("the database's disk does not answer", kRetryAfter);
        case SQLITE_CANTOPEN:
            throw Unavailable("the database file cannot be opened", kRetryAfter);
        default:
            break;
    }
    throw Error("database: " + message);
}

// One prepared statement, run again and again with other values.
class Statement final : public Cells {
public:
    Statement(sqlite3* database, const std::string& sql) : database_(database) {
        const int code = sqlite3_prepare_v3(database, sql.c_str(), static_cast<int>(sql.size()) + 1,
                                            SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
        if (code != SQLITE_OK) refuse(database, code);
    }
    ~Statement() override { sqlite3_finalize(statement_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    void run(const std::vector<Value>& values, const EachRow& each) {
        // Whatever happens, nothing of this run stays: neither its locks nor its values.
        struct Reset {
            ~Reset() {
                sqlite3_reset(statement);
                sqlite3_clear_bindings(statement);
            }
            sqlite3_stmt* statement;
        } const reset{statement_};
        bind(values);
        for (int code = sqlite3_step(statement_); code != SQLITE_DONE; code = sqlite3_step(statement_)) {
            if (code != SQLITE_ROW) refuse(database_, code);
            each(*this);
        }
    }

    bool is_null(std::size_t column) const override { return type(column) == SQLITE_NULL; }
    std::string_view text(std::size_t column) const override {
        const auto* const bytes = sqlite3_column_text(statement_, static_cast<int>(column));
        if (bytes == nullptr) {
            if (is_null(column)) refuse_null();
            throw Error("database: out of memory");
        }
        const auto size_bytes = sqlite3_column_bytes(statement_, static_cast<int>(column));
        return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size_bytes)};
    }
    std::int64_t integer(std::size_t column) const override {
        if (type(column) == SQLITE_INTEGER) return sqlite3_column_int64(statement_, static_cast<int>(column));
        return parse_integer(text(column));
    }
    double number(std::size_t column) const override {
        const int kind = type(column);
        if (kind != SQLITE_FLOAT && kind != SQLITE_INTEGER) return parse_number(text(column));
        return sqlite3_column_double(statement_, static_cast<int>(column));
    }

private:
    int type(std::size_t column) const { return sqlite3_column_type(statement_, static_cast<int>(column)); }

    // The values live as long as the run: SQLite need not copy them.
    void bind(const std::vector<Value>& values) {
        if (static_cast<std::size_t>(sqlite3_bind_parameter_count(statement_)) != values.size())
            throw Error("a statement was given another number of values than it has places");
        int place = 0;
        for (const auto& value : values) {
            ++place;
            int code = SQLITE_OK;  // a place that was bound to nothing is NULL
            if (const auto* integer = std::get_if<std::int64_t>(&value))
                code = sqlite3_bind_int64(statement_, place, *integer);
            else if (const auto* number = std::get_if<double>(&value))
                code = sqlite3_bind_double(statement_, place, *number);
            else if (const auto* text = std::get_if<std::string>(&value))
                code = sqlite3_bind_text(statement_, place, text->data(), static_cast<int>(text->size()),
                                         SQLITE_STATIC);
            if (code != SQLITE_OK) refuse(database_, code);
        }
    }

    sqlite3* const database_;
    sqlite3_stmt* statement_ = nullptr;
};

class SqliteConnection final : public Connection {
public:
    SqliteConnection(const std::string& path, Use use) : use_(use), database_(open(path)) {
        for (const char* pragma :
             {kBusyTimeout, kWriteAheadLog, kForeignKeys, kSecureDelete, kSynchronousFull})
            command(pragma);
        command(use == Use::kRead ? kReadOnly : kWriterCache);
    }

    void begin(Durability durability) override {
        is_spoilt_ = false;
        if (use_ == Use::kRead) {
            command(kBeginRead);
            return;
        }
        if (durability != durability_) {
            command(durability == Durability::kFull ? kSynchronousFull : kSynchronousNormal);
            durability_ = durability;
        }
        command(kBeginWrite);
    }

    void commit() override {
        if (is_spoilt_) throw Error("database: a statement of this transaction failed");
        command(kCommit);
    }

    bool rollback() noexcept override {
        try {
            // A full disk and the like have rolled back already.
            if (sqlite3_get_autocommit(database_.get()) == 0) command(kRollback);
            return true;
        } catch (...) {
            return false;
        }
    }

    bool is_alive() const noexcept override { return true; }

    void query(const std::string& sql, std::size_t columns, const std::vector<Value>& values,
               const EachRow& each) override {
        static_cast<void>(columns);  // SQLite knows
        run(sql, values, each);
    }

    std::int64_t execute(const std::string& sql, const std::vector<Value>& values) override {
        run(sql, values, [](const Cells&) {});
        return sqlite3_changes(database_.get());
    }

private:
    struct Close {
        void operator()(sqlite3* database) const noexcept { sqlite3_close(database); }
    };
    using Handle = std::unique_ptr<sqlite3, Close>;

    // One thread at a time uses it: SQLite needs no lock of its own.
    static Handle open(const std::string& path) {
        sqlite3* opened = nullptr;
        const int code = sqlite3_open_v2(
            path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
        Handle database(opened);
        if (code != SQLITE_OK) throw Unavailable("the database file cannot be opened", kRetryAfter);
        sqlite3_extended_result_codes(opened, 1);
        return database;
    }

    void command(const char* sql) {
        run(sql, {}, [](const Cells&) {});
    }

    void run(const std::string& sql, const std::vector<Value>& values, const EachRow& each) {
        try {
            statement(sql).run(values, each);
        } catch (...) {
            is_spoilt_ = true;
            throw;
        }
    }

    // Statements are constants of the repositories: as many as there are of those.
    Statement& statement(const std::string& sql) {
        const auto known = statements_.find(sql);
        if (known != statements_.end()) return known->second;
        return statements_.try_emplace(sql, database_.get(), sql).first->second;
    }

    const Use use_;
    const Handle database_;
    std::unordered_map<std::string, Statement> statements_;  // before the handle goes
    Durability durability_ = Durability::kFull;
    bool is_spoilt_ = false;
};

class Sqlite final : public Dialect {
public:
    explicit Sqlite(std::string path) : path_(std::move(path)) {}

    std::unique_ptr<Connection> connect(Use use) override {
        make_private_file();
        return std::make_unique<SqliteConnection>(path_, use);
    }

    std::span<const std::string_view> statements_after(int migration) const override {
        if (migration == 1) return kConsentsAreAppendOnly;
        return {};
    }

private:
    // Addresses and password hashes are for our eyes; SQLite gives its log files the mode of the database.
    // Only ever a new file: closing a descriptor of one in use would drop the locks that this process holds
    // on it.
    void make_private_file() const {
        const int file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (file >= 0) {
            ::close(file);
        } else if (errno != EEXIST) {
            throw Unavailable("the database file cannot be opened: " + std::string(std::strerror(errno)),
                              kRetryAfter);
        }
    }

    const std::string path_;
};

}  // namespace

std::unique_ptr<Dialect> make_sqlite(const std::string& path) {
    return std::make_unique<Sqlite>(std::filesystem::absolute(path).string());
}

}  // namespace stagecast::store
