#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/Session.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/error.h"
#include "store/connection.h"
#include "store/poco.h"

namespace stagecast::store {

namespace {

namespace sqlite = Poco::Data::SQLite;
using namespace std::chrono_literals;

constexpr auto kRetryAfter = 5s;

// The wait for other processes only: within ours the writer's lock keeps the order. 5 s is longer than any
// transaction.
constexpr const char* kBusyTimeout = "PRAGMA busy_timeout = 5000";
constexpr const char* kWriteAheadLog = "PRAGMA journal_mode = WAL";
constexpr const char* kForeignKeys = "PRAGMA foreign_keys = ON";
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

// Always throws: the exception under way, as one of ours.
[[noreturn]] void rethrow_as_ours() {
    try {
        throw;
    } catch (const sqlite::ConstraintViolationException& error) {
        if (error.message().find("UNIQUE constraint failed") != std::string::npos)
            throw Conflict(field_of(error.message()) + ": is already taken");
        throw Error("database: " + error.message());
    } catch (const sqlite::DBLockedException&) {
        throw Unavailable("the database is busy", kRetryAfter);
    } catch (const sqlite::TableLockedException&) {
        throw Unavailable("the database is busy", kRetryAfter);
    } catch (const sqlite::DatabaseFullException&) {
        throw Unavailable("the database's disk is full", kRetryAfter);
    } catch (const sqlite::IOErrorException&) {
        throw Unavailable("the database's disk does not answer", kRetryAfter);
    } catch (const sqlite::CantOpenDBFileException&) {
        throw Unavailable("the database file cannot be opened", kRetryAfter);
    } catch (const Poco::Exception& error) {
        throw Error("database: " + error.displayText());
    }
}

class SqliteConnection final : public Connection {
public:
    SqliteConnection(const std::string& path, Use use) : use_(use), session_(open(path)) {
        poco::query(session_, kBusyTimeout, 1, {});
        poco::query(session_, kWriteAheadLog, 1, {});
        poco::execute(session_, kForeignKeys, {});
        poco::query(session_, kSecureDelete, 1, {});
        poco::execute(session_, kSynchronousFull, {});
        if (use == Use::kRead) poco::execute(session_, kReadOnly, {});
    }

    void begin(Durability durability) override {
        is_spoilt_ = false;
        if (use_ == Use::kRead) {
            guarded([&] { poco::execute(session_, kBeginRead, {}); });
            return;
        }
        guarded([&] {
            if (durability != durability_) {
                poco::execute(session_,
                              durability == Durability::kFull ? kSynchronousFull : kSynchronousNormal, {});
                durability_ = durability;
            }
            poco::execute(session_, kBeginWrite, {});
        });
    }

    void commit() override {
        if (is_spoilt_) throw Error("database: a statement of this transaction failed");
        guarded([&] { poco::execute(session_, kCommit, {}); });
    }

    bool rollback() noexcept override {
        try {
            poco::execute(session_, kRollback, {});
            return true;
        } catch (...) {
            return false;
        }
    }

    bool is_alive() const noexcept override { return true; }

    std::vector<Cells> query(const std::string& sql, std::size_t columns,
                             std::vector<Value> values) override {
        return guarded([&] { return poco::query(session_, sql, columns, std::move(values)); });
    }

    std::int64_t execute(const std::string& sql, std::vector<Value> values) override {
        return guarded([&] { return poco::execute(session_, sql, std::move(values)); });
    }

private:
    static Poco::Data::Session open(const std::string& path) {
        try {
            return Poco::Data::Session(sqlite::Connector::KEY, path);
        } catch (const Poco::Exception&) {
            throw Unavailable("the database file cannot be opened", kRetryAfter);
        }
    }

    template <class F>
    auto guarded(F&& f) -> decltype(f()) {
        try {
            return f();
        } catch (...) {
            is_spoilt_ = true;
            rethrow_as_ours();
        }
    }

    const Use use_;
    Poco::Data::Session session_;
    Durability durability_ = Durability::kFull;
    bool is_spoilt_ = false;
};

class Sqlite final : public Dialect {
public:
    explicit Sqlite(std::string path) : path_(std::move(path)) { sqlite::Connector::registerConnector(); }

    std::unique_ptr<Connection> connect(Use use) override {
        make_private_file();
        try {
            return std::make_unique<SqliteConnection>(path_, use);
        } catch (const Poco::Exception&) {
            rethrow_as_ours();
        }
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
