#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "base/random.h"
#include "store/accounts.h"
#include "store/channels.h"
#include "store/database.h"
#include "store/outbox.h"
#include "store/recordings.h"
#include "store/rooms.h"
#include "store/shows.h"

namespace stagecast::store::test {

enum class Kind { kSqlite, kPostgresql };

// A directory of one test, gone with it.
class TemporaryDirectory {
public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

// A database of one test, migrated: a file in a temporary directory, or a new database in the PostgreSQL that
// CTest started (postgres.sh).
class TestDatabase {
public:
    explicit TestDatabase(Kind kind);
    ~TestDatabase();
    Database& operator*() noexcept { return *database_; }
    Database* operator->() noexcept { return database_.get(); }
    const std::string& url() const noexcept { return url_; }
    // Runs one statement on a connection of its own, as another program would. Text of the first cell; "" if
    // none.
    std::string run_outside(const std::string& sql);
    // PostgreSQL only: on the server, outside of this database.
    std::string run_on_server(const std::string& sql);
    const std::string& name() const noexcept { return name_; }

private:
    const Kind kind_;
    TemporaryDirectory directory_;
    std::string name_;
    std::string url_;
    std::unique_ptr<Database> database_;
};

inline Instant at(std::int64_t seconds) {
    return Instant(std::chrono::seconds(seconds));
}

// One of each thing, plausible and whole; a test changes what it is about.
class Maker {
public:
    Account account(const std::string& handle);
    Channel channel(const std::string& slug);
    Show show(const ChannelId& channel, const std::string& slug);
    Room room(const ChannelId& channel, Instant starts_at);
    Room airing(const Show& show, Instant slot);
    Speaker speaker(const RoomId& room);
    Message message(const std::string& key, Instant due_at);
    Stem stem(const Speaker& speaker);
    Episode episode(const Room& room);
    template <class I>
    I id() {
        return I::make(random_);
    }

private:
    SystemRandom random_;
};

// What most tests stand on: a channel, a show on it and an airing, all stored.
struct House {
    explicit House(Database& database);
    Maker make;
    Account owner;
    Channel channel;
    Show show;
    Room room;
};

}  // namespace stagecast::store::test
