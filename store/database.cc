#include "store/database.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.h"
#include "store/connection.h"
#include "store/migrations.h"
#include "store/programme.h"

namespace stagecast::store {

namespace {

using namespace std::chrono_literals;

// A page waits at most this long for its turn, then says "try again"; no transaction of ours takes a tenth of
// it.
constexpr auto kLongestWait = 10s;
constexpr auto kRetryAfter = 5s;
// Readers at the same moment: more would only wait for the same two or four cores.
constexpr std::size_t kMaxReaders = 8;

std::unique_ptr<Dialect> dialect_of(const std::string& url) {
    const auto colon = url.find(':');
    const auto scheme = url.substr(0, colon);
    if (colon != std::string::npos && colon + 1 < url.size()) {
        if (scheme == "sqlite") return make_sqlite(url.substr(colon + 1));
        if (scheme == "postgresql") return make_postgresql(url.substr(colon + 1));
    }
    throw Invalid("database", "must be sqlite:<path> or postgresql:<settings>");
}

// Opens where nothing is open, and once more where the connection turns out to be lost: nothing was done on
// it yet.
void begin_on(std::unique_ptr<Connection>& connection, Dialect& dialect, Use use, Durability durability) {
    if (connection) {
        try {
            connection->begin(durability);
            return;
        } catch (const Unavailable&) {
            if (connection->is_alive()) {
                if (!connection->rollback()) connection.reset();
                throw;
            }
        }
    }
    connection.reset();
    auto fresh = dialect.connect(use);
    fresh->begin(durability);
    connection = std::move(fresh);
}

// Runs `f` inside the transaction that was begun. A connection that cannot roll back is dropped.
template <class F>
void finish(std::unique_ptr<Connection>& connection, F&& f) {
    try {
        f();
        connection->commit();
    } catch (...) {
        if (!connection->rollback()) connection.reset();
        throw;
    }
}

// Connections for readers, made when asked for. Any thread.
class Readers {
public:
    // The caller gives back what it takes; empty: none is open yet.
    std::unique_ptr<Connection> take() {
        std::unique_lock lock(mutex_);
        if (!freed_.wait_for(lock, kLongestWait, [&] { return taken_ < kMaxReaders; }))
            throw Unavailable("the database is busy", kRetryAfter);
        ++taken_;
        if (idle_.empty()) return nullptr;
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
    }

    void give_back(std::unique_ptr<Connection> connection) {
        {
            const std::lock_guard lock(mutex_);
            --taken_;
            if (connection) idle_.push_back(std::move(connection));
        }
        freed_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
    std::size_t taken_ = 0;                          // guarded by mutex_
};

}  // namespace

struct Database::Impl {
    explicit Impl(std::unique_ptr<Dialect> d) : dialect(std::move(d)) {}

    const std::unique_ptr<Dialect> dialect;
    std::timed_mutex writer_mutex;
    std::unique_ptr<Connection> writer;             // guarded by writer_mutex
    std::atomic<std::thread::id> writing_thread{};  // who holds writer_mutex
    Readers readers;
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

std::unique_ptr<Database> Database::open(const std::string& url) {
    std::unique_ptr<Database> database(new Database(std::make_unique<Impl>(dialect_of(url))));
    database->write([](Tx& tx) { prepare_versions(tx); });
    return database;
}

int Database::migrate() {
    int applied = 0;
    while (write([&](Tx& tx) { return apply_next(tx, *impl_->dialect); })) ++applied;
    return applied;
}

int Database::schema_version() {
    return read([](Snapshot& snapshot) { return stored_version(snapshot); });
}

void Database::run_write(const std::function<void(Tx&)>& f, Durability durability) {
    if (impl_->writing_thread.load() == std::this_thread::get_id())
        throw Error("Database::write called inside Database::write");
    const std::unique_lock lock(impl_->writer_mutex, kLongestWait);
    if (!lock) throw Unavailable("the database is busy", kRetryAfter);

    struct Mark {
        explicit Mark(std::atomic<std::thread::id>& m) : mark(m) { mark = std::this_thread::get_id(); }
        ~Mark() { mark = std::thread::id{}; }
        std::atomic<std::thread::id>& mark;
    };
    const Mark mark(impl_->writing_thread);
    auto& writer = impl_->writer;
    begin_on(writer, *impl_->dialect, Use::kWrite, durability);
    finish(writer, [&] {
        Snapshot::Impl moment{*writer};
        Tx tx(moment);
        f(tx);
        programme::bump_if_touched(tx);
    });
}

void Database::run_read(const std::function<void(Snapshot&)>& f) {
    struct Loan {
        explicit Loan(Readers& r) : readers(r), connection(r.take()) {}
        ~Loan() { readers.give_back(std::move(connection)); }
        Readers& readers;
        std::unique_ptr<Connection> connection;
    };
    Loan loan(impl_->readers);
    begin_on(loan.connection, *impl_->dialect, Use::kRead, Durability::kFull);
    finish(loan.connection, [&] {
        Snapshot::Impl moment{*loan.connection};
        Snapshot snapshot(moment);
        f(snapshot);
    });
}

}  // namespace stagecast::store
