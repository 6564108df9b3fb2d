#include "store/database.h"

#include <dlfcn.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/error.h"
#include "fixture.h"

using namespace stagecast;
using namespace stagecast::store;
using store::test::Kind;
using store::test::Maker;
using store::test::TemporaryDirectory;
using store::test::TestDatabase;

namespace {

std::atomic<int> flushes{0};

}  // namespace

// SQLite asks for this one: ours counts, then does what was asked.
extern "C" int fdatasync(int file) {
    ++flushes;
    static const auto real = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, "fdatasync"));
    return real(file);
}

namespace {

void set(Database& database, const std::string& key, const std::string& value) {
    database.write([&](Tx& tx) { settings::set(tx, key, value); });
}

std::optional<std::string> get(Database& database, const std::string& key) {
    return database.read([&](Snapshot& s) { return settings::get(s, key); });
}

}  // namespace

TEST_CASE("database: a function that throws leaves nothing behind", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    set(*database, "kept", "before");
    CHECK_THROWS_AS(database->write([](Tx& tx) {
        settings::set(tx, "kept", "after");
        settings::set(tx, "new", "row");
        throw Forbidden("changed my mind");
    }),
                    Forbidden);
    CHECK(get(*database, "kept") == "before");
    CHECK_FALSE(get(*database, "new"));
}

TEST_CASE("database: a transaction that swallowed a failed statement is not committed", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Maker make;
    const auto ada = make.account("ada");
    const auto swallow = [&](Tx& tx) {
        settings::set(tx, "half", "done");
        accounts::insert(tx, ada);
        try {
            accounts::insert(tx, ada);
        } catch (const Conflict&) {
        }
    };
    CHECK_THROWS_AS(database->write(swallow), Error);
    CHECK_FALSE(get(*database, "half"));
    set(*database, "next", "works");
    CHECK(get(*database, "next") == "works");
}

TEST_CASE("database: what a write returns is what it read inside", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const auto value = database->write([](Tx& tx) {
        settings::set(tx, "a", "1");
        return settings::get(tx, "a");
    });
    CHECK(value == "1");
}

TEST_CASE("database: a write inside a write is an error, not a deadlock", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    CHECK_THROWS_WITH(database->write([&](Tx&) { set(*database, "a", "1"); }),
                      Catch::Contains("inside Database::write"));
    set(*database, "a", "2");
    CHECK(get(*database, "a") == "2");
}

TEST_CASE("database: writers on several threads and connections all succeed and lose nothing", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const auto other = Database::open(database.url());
    set(*database, "count", "0");
    constexpr int kThreads = 6, kRounds = 20;
    {
        std::vector<std::jthread> threads;
        threads.reserve(kThreads);
        for (int t = 0; t < kThreads; ++t)
            threads.emplace_back([&, t] {
                auto& mine = t % 2 == 0 ? *database : *other;
                for (int i = 0; i < kRounds; ++i)
                    mine.write([](Tx& tx) {
                        const int count = std::stoi(settings::get(tx, "count").value());
                        settings::set(tx, "count", std::to_string(count + 1));
                    });
            });
    }
    CHECK(get(*database, "count") == std::to_string(kThreads * kRounds));
}

TEST_CASE("database: readers see one consistent moment while a writer is at work", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    database->write([](Tx& tx) {
        settings::set(tx, "left", "0");
        settings::set(tx, "right", "0");
    });
    std::atomic<int> torn{0};
    {
        std::jthread writer([&](const std::stop_token& stop) {
            for (int i = 1; !stop.stop_requested(); ++i)
                database->write([&](Tx& tx) {
                    settings::set(tx, "left", std::to_string(i));
                    settings::set(tx, "right", std::to_string(i));
                });
        });
        std::vector<std::jthread> readers;
        readers.reserve(3);
        for (int r = 0; r < 3; ++r)
            readers.emplace_back([&] {
                for (int i = 0; i < 100; ++i)
                    database->read([&](Snapshot& s) {
                        const auto left = settings::get(s, "left");
                        if (settings::get(s, "right") != left) ++torn;
                    });
            });
        readers.clear();
    }
    CHECK(torn == 0);
}

TEST_CASE("database: a reader does not wait for a writer that is in the middle", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    set(*database, "a", "old");
    database->write([&](Tx& tx) {
        settings::set(tx, "a", "new");
        std::optional<std::string> seen;
        std::jthread([&] { seen = get(*database, "a"); }).join();
        CHECK(seen == "old");
    });
    CHECK(get(*database, "a") == "new");
}

TEST_CASE("database: a reader cannot write", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    CHECK_THROWS_AS(database->read([](Snapshot& s) {
        Tx forged(s.impl());
        settings::set(forged, "a", "1");
    }),
                    Error);
    CHECK_FALSE(get(*database, "a"));
}

TEST_CASE("database: migrations are applied once, also by two that start together", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const int version = database->schema_version();
    CHECK(version >= 1);
    CHECK(database->migrate() == 0);
    CHECK(Database::open(database.url())->schema_version() == version);

    const TemporaryDirectory directory;
    const auto url = "sqlite:" + (directory.path() / "fresh.db").string();
    const auto one = Database::open(url), two = Database::open(url);
    CHECK(one->schema_version() == 0);
    std::atomic<int> applied{0};
    {
        std::jthread first([&] { applied += one->migrate(); });
        std::jthread second([&] { applied += two->migrate(); });
    }
    CHECK(applied == version);
}

TEST_CASE("database: one that is newer than the program is refused", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    database.run_outside("INSERT INTO schema_version (number, name) VALUES (9999, 'from the future')");
    CHECK_THROWS_WITH(database->migrate(), Catch::Contains("newer than this program"));
}

TEST_CASE("database: an address that names no database is refused", "[store]") {
    const auto* url = GENERATE("", "sqlite", "sqlite:", "mysql:host=x", "postgresql:");
    CHECK_THROWS_AS(Database::open(url), Invalid);
}

TEST_CASE("database: a place where no file can be is unavailable", "[store]") {
    const TemporaryDirectory directory;
    CHECK_THROWS_AS(Database::open("sqlite:" + (directory.path() / "missing" / "x.db").string()),
                    Unavailable);
    CHECK_THROWS_AS(Database::open("postgresql:host=" + directory.path().string() + " dbname=x"),
                    Unavailable);
}

TEST_CASE("database: files are readable by their owner only", "[store]") {
    TestDatabase database(Kind::kSqlite);
    set(*database, "a", "1");
    for (const auto* suffix : {"", "-wal", "-shm"}) {
        struct stat status {};
        REQUIRE(::stat((database.name() + suffix).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
}

TEST_CASE("database: a full write is on the disk when it is acknowledged, a normal one need not be",
          "[store]") {
    TestDatabase database(Kind::kSqlite);
    set(*database, "count", "0");
    const auto flushes_of = [&](Durability durability, const std::string& value) {
        const int before = flushes;
        database->write([&](Tx& tx) { settings::set(tx, "count", value); }, durability);
        return flushes - before;
    };
    CHECK(flushes_of(Durability::kFull, "1") >= 1);
    CHECK(flushes_of(Durability::kNormal, "2") == 0);
    CHECK(flushes_of(Durability::kFull, "3") >= 1);
}

TEST_CASE("database: what was erased is not left in the file", "[store]") {
    const TemporaryDirectory directory;
    const auto path = (directory.path() / "x.db").string();
    const std::string secret(3'000, 'Q');
    const auto holds_secret = [&] {
        std::ifstream file(path, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        return bytes.find(std::string(100, 'Q')) != std::string::npos;
    };
    {
        const auto database = Database::open("sqlite:" + path);
        database->migrate();
        set(*database, "secret", secret);
    }
    CHECK(holds_secret());
    {
        const auto database = Database::open("sqlite:" + path);
        set(*database, "secret", "");
    }
    CHECK_FALSE(holds_secret());
}

TEST_CASE("database: lost connections are unavailable once at most, and opened again", "[store]") {
    TestDatabase database(Kind::kPostgresql);
    set(*database, "a", "1");
    REQUIRE(get(*database, "a") == "1");
    const auto cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '" +
                     database.name() + "'";

    // Cut while idle: nobody notices.
    database.run_on_server(cut);
    CHECK(get(*database, "a") == "1");
    set(*database, "a", "2");
    CHECK(get(*database, "a") == "2");

    // Cut in the middle: unavailable, and nothing of it is kept.
    CHECK_THROWS_AS(database->write([&](Tx& tx) {
        settings::set(tx, "a", "3");
        database.run_on_server(cut);
        settings::set(tx, "a", "4");
    }),
                    Unavailable);
    CHECK(get(*database, "a") == "2");

    // Gone for a while.
    database.run_on_server("ALTER DATABASE " + database.name() + " ALLOW_CONNECTIONS false");
    database.run_on_server(cut);
    CHECK_THROWS_AS(get(*database, "a"), Unavailable);
    CHECK_THROWS_AS(set(*database, "a", "5"), Unavailable);
    database.run_on_server("ALTER DATABASE " + database.name() + " ALLOW_CONNECTIONS true");
    const auto is_back = [&] {
        try {
            return get(*database, "a").has_value();
        } catch (const Unavailable&) {
            return false;
        }
    };
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!is_back() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    CHECK(get(*database, "a") == "2");
    set(*database, "a", "6");
    CHECK(get(*database, "a") == "6");
}

// The child of the next test: writes and says so until it is killed. Does nothing when run by itself.
TEST_CASE("database: child that writes until it is killed", "[.][child]") {
    const char* url = std::getenv("STAGECAST_TEST_CHILD_WRITES_TO");
    if (url == nullptr) return;
    const auto database = Database::open(url);
    for (int i = 0;; ++i) {
        set(*database, "row-" + std::to_string(i), "written");
        const auto line = std::to_string(i) + "\n";
        if (::write(3, line.data(), line.size()) < 0) ::_exit(1);
    }
}

TEST_CASE("database: an acknowledged write is there after kill -9", "[store]") {
    TestDatabase database(Kind::kSqlite);
    int pipe_ends[2];
    REQUIRE(::pipe(pipe_ends) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 3);
    const auto url = "STAGECAST_TEST_CHILD_WRITES_TO=" + database.url();
    const std::array<const char*, 3> arguments{"store_test", "[child]", nullptr};
    const std::array<const char*, 2> environment{url.c_str(), nullptr};
    pid_t child = 0;
    REQUIRE(::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, const_cast<char**>(arguments.data()),
                          const_cast<char**>(environment.data())) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe_ends[1]);

    std::string acknowledged;
    std::array<char, 512> buffer;
    const auto read_some = [&] {
        const auto got = ::read(pipe_ends[0], buffer.data(), buffer.size());
        if (got > 0) acknowledged.append(buffer.data(), static_cast<std::size_t>(got));
        return got > 0;
    };
    while (std::count(acknowledged.begin(), acknowledged.end(), '\n') < 30 && read_some()) {
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    while (read_some()) {
    }
    ::close(pipe_ends[0]);

    const auto count = std::count(acknowledged.begin(), acknowledged.end(), '\n');
    REQUIRE(count >= 30);
    for (int i = 0; i < count; ++i) CHECK(get(*database, "row-" + std::to_string(i)) == "written");
    CHECK(database.run_outside("PRAGMA integrity_check") == "ok");
}
