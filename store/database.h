#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace stagecast::store {

// Reads of one consistent moment. Lives inside Database::read or write; one thread.
class Snapshot {
public:
    struct Impl;
    explicit Snapshot(Impl& impl) : impl_(impl) {}
    Impl& impl() const noexcept { return impl_; }

private:
    Impl& impl_;
};

// A transaction that will be committed when its function returns, rolled back when it throws.
class Tx : public Snapshot {
public:
    using Snapshot::Snapshot;
};

// kNormal for the outbox: a power cut may lose the last, a crash does not.
enum class Durability { kFull, kNormal };

// SQLite (WAL, foreign keys on, one writer with BEGIN IMMEDIATE, several readers) or PostgreSQL.
// Thread:  any; writers wait for each other, readers do not wait for writers.
// Errors:  Unavailable when the database is away or busy too long (10 s), Conflict for a broken uniqueness
// ("email: is
//          already taken"), Invalid for text that is not UTF-8 or holds a NUL.
class Database {
public:
    // "sqlite:/path/file.db" or "postgresql:host=… dbname=…". Opens; migrate() makes the tables.
    static std::unique_ptr<Database> open(const std::string& url);
    ~Database();

    // Applies the numbered migrations that are missing, each in one transaction. Returns how many.
    int migrate();
    int schema_version();

    // f(Tx&). What it returns is returned only after commit. Must not nest, must not call out (no I/O, no
    // HTTP) inside. A statement that failed spoils the whole transaction, also where f catches its error.
    // Unavailable while committing may mean that the answer was lost, not the write.
    template <class F>
    std::invoke_result_t<F, Tx&> write(F&& f, Durability durability = Durability::kFull) {
        using R = std::invoke_result_t<F, Tx&>;
        if constexpr (std::is_void_v<R>) {
            run_write([&](Tx& tx) { f(tx); }, durability);
        } else {
            std::optional<R> result;
            run_write([&](Tx& tx) { result.emplace(f(tx)); }, durability);
            return std::move(*result);
        }
    }
    // f(Snapshot&).
    template <class F>
    std::invoke_result_t<F, Snapshot&> read(F&& f) {
        using R = std::invoke_result_t<F, Snapshot&>;
        if constexpr (std::is_void_v<R>) {
            run_read([&](Snapshot& snapshot) { f(snapshot); });
        } else {
            std::optional<R> result;
            run_read([&](Snapshot& snapshot) { result.emplace(f(snapshot)); });
            return std::move(*result);
        }
    }

private:
    struct Impl;
    explicit Database(std::unique_ptr<Impl> impl);
    void run_write(const std::function<void(Tx&)>& f, Durability durability);
    void run_read(const std::function<void(Snapshot&)>& f);
    const std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::store
