#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/PostgreSQL/PostgreSQLException.h>
#include <Poco/Data/Session.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/error.h"
#include "base/guarded.h"
#include "store/connection.h"
#include "store/poco.h"

// What was found about Poco 1.11's connector, and is relied on here:
// - Every value travels as text in both directions, prepared statements included; the server infers the
// types.
// - begin(), commit() and rollback() must be the session's: with a BEGIN sent as a statement the connector
// believes that
//   it is outside a transaction and sends DEALLOCATE into a failed one.
// - Its asynchronous commit says SET SYNCHRONOUS COMMIT, which PostgreSQL does not know: SET LOCAL is ours.
// - An error tells the SQLSTATE and the constraint only inside its text, as "State: 23505" and "Constraint:
// name".
// - It never frees a connection that was refused or lost (36 KB of libpq's buffers): hence the pauses of
// Patience.
namespace stagecast::store {

namespace {

namespace postgresql = Poco::Data::PostgreSQL;
using namespace std::chrono_literals;

constexpr auto kRetryAfter = 5s;

// Put before the operator's settings, which win: a peer that is gone is noticed within 10 s, not within
// hours.
constexpr const char* kConnectionDefaults =
    "application_name=stagecast connect_timeout=5 tcp_user_timeout=10000 keepalives_idle=10 ";

constexpr const char* kUtf8 = "SET client_encoding = 'UTF8'";
// "relation exists, skipping" is no news.
constexpr const char* kQuiet = "SET client_min_messages = warning";
constexpr const char* kLockTimeout = "SET lock_timeout = '10s'";
constexpr const char* kReadOnlySnapshots =
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
constexpr const char* kAsynchronousCommit = "SET LOCAL synchronous_commit = off";

// Writers of all processes wait for each other, as they do on SQLite: so no transaction ever fails for
// another's sake and none has to be run twice. READ COMMITTED after the lock sees everything that was
// committed before. The number is "stagecast" in ASCII, its first 7 letters.
constexpr const char* kOneWriter = "SELECT pg_advisory_xact_lock(32497584017072993)";

constexpr std::array<std::string_view, 3> kConsentsAreAppendOnly{
    "CREATE FUNCTION consents_are_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RAISE EXCEPTION ''consents are append-only''; END'",
    "CREATE TRIGGER consents_no_change BEFORE UPDATE OR DELETE ON consents "
    "FOR EACH ROW EXECUTE FUNCTION consents_are_append_only()",
    "CREATE TRIGGER consents_no_truncate BEFORE TRUNCATE ON consents "
    "FOR EACH STATEMENT EXECUTE FUNCTION consents_are_append_only()"};

// The word after `label` in an error's text: "State: 23505" → "23505".
std::string word_after(const std::string& text, const std::string& label) {
    const auto at = text.rfind(label);
    if (at == std::string::npos) return {};
    const auto start = at + label.size();
    return text.substr(start, text.find_first_of(" \n", start) - start);
}

// Constraints are named "<field>_of_<table>" in migrations.cc.
std::string field_of(const std::string& constraint) {
    return constraint.substr(0, constraint.find("_of_"));
}

// The first line only: the ones after it quote values, which do not belong in a log.
std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

// Locks not had in time, serialization, deadlock, shutdown, out of resources, connections lost.
bool passes_by_itself(const std::string& state) {
    for (const std::string_view known : {"55P03", "40001", "40P01", "57014", "57P01", "57P02", "57P03"})
        if (state == known) return true;
    return state.starts_with("53") || state.starts_with("08");
}

class PostgresqlConnection final : public Connection {
public:
    PostgresqlConnection(const std::string& conninfo, Use use) : use_(use), session_(open(conninfo)) {
        guarded([&] {
            poco::execute(session_, kUtf8, {});
            poco::execute(session_, kQuiet, {});
            poco::execute(session_, kLockTimeout, {});
            if (use == Use::kRead) poco::execute(session_, kReadOnlySnapshots, {});
        });
    }

    void begin(Durability durability) override {
        is_spoilt_ = false;
        guarded([&] {
            session_.begin();
            if (use_ == Use::kRead) return;
            poco::query(session_, kOneWriter, 1, {}, [](const Cells&) {});
            if (durability == Durability::kNormal) poco::execute(session_, kAsynchronousCommit, {});
        });
    }

    void commit() override {
        if (is_spoilt_) throw Error("database: a statement of this transaction failed");
        guarded([&] { session_.commit(); });
    }

    bool rollback() noexcept override {
        try {
            session_.rollback();
            return true;
        } catch (...) {
            return false;
        }
    }

    bool is_alive() const noexcept override {
        try {
            return session_.isConnected();
        } catch (...) {
            return false;
        }
    }

    void query(const std::string& sql, std::size_t columns, const std::vector<Value>& values,
               const EachRow& each) override {
        guarded([&] { poco::query(session_, sql, columns, values, each); });
    }

    std::int64_t execute(const std::string& sql, const std::vector<Value>& values) override {
        return guarded([&] { return poco::execute(session_, sql, values); });
    }

private:
    static Poco::Data::Session open(const std::string& conninfo) {
        try {
            return Poco::Data::Session(postgresql::Connector::KEY, conninfo);
        } catch (const Poco::Exception&) {
            throw Unavailable("the database does not answer", kRetryAfter);
        }
    }

    [[noreturn]] void rethrow_as_ours() const {
        try {
            throw;
        } catch (const Poco::Exception& error) {
            const auto state = word_after(error.message(), "State: ");
            if (state == "23505")
                throw Conflict(field_of(word_after(error.message(), "Constraint: ")) + ": is already taken");
            if (!is_alive() || passes_by_itself(state))
                throw Unavailable("the database is away or busy", kRetryAfter);
            throw Error("database: " + first_line(error.message()));
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
    mutable Poco::Data::Session session_;  // mutable: Poco asks whether it is connected by a non-const member
    bool is_spoilt_ = false;
};

// Spaces the attempts to connect to a server that refuses: 100 ms, doubled, at most 10 s. Spares a server
// that comes back a rush of everybody, and bounds what refused connections leave behind to 13 MB an hour. Any
// thread.
class Patience {
public:
    void require_turn() {
        if (std::chrono::steady_clock::now() <
            state_.with([](const State& state) { return state.not_before; }))
            throw Unavailable("the database does not answer", kRetryAfter);
    }

    void refused() {
        state_.with([](State& state) {
            state.pause = std::clamp<std::chrono::milliseconds>(state.pause * 2, 100ms, 10s);
            state.not_before = std::chrono::steady_clock::now() + state.pause;
        });
    }

    void connected() {
        state_.with([](State& state) { state = {}; });
    }

private:
    struct State {
        std::chrono::steady_clock::time_point not_before{};
        std::chrono::milliseconds pause{0};
    };
    Guarded<State> state_;
};

class Postgresql final : public Dialect {
public:
    explicit Postgresql(const std::string& conninfo) : conninfo_(kConnectionDefaults + conninfo) {
        postgresql::Connector::registerConnector();
    }

    std::unique_ptr<Connection> connect(Use use) override {
        patience_.require_turn();
        try {
            auto connection = std::make_unique<PostgresqlConnection>(conninfo_, use);
            patience_.connected();
            return connection;
        } catch (const Unavailable&) {
            patience_.refused();
            throw;
        }
    }

    std::span<const std::string_view> statements_after(int migration) const override {
        if (migration == 1) return kConsentsAreAppendOnly;
        return {};
    }

private:
    const std::string conninfo_;
    Patience patience_;
};

}  // namespace

std::unique_ptr<Dialect> make_postgresql(const std::string& conninfo) {
    return std::make_unique<Postgresql>(conninfo);
}

}  // namespace stagecast::store
