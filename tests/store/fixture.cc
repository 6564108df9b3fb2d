#include "fixture.h"

#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/RecordSet.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "base/time.h"

namespace stagecast::store::test {

namespace {

std::string server_settings() {
    const char* file = std::getenv("STAGECAST_TEST_POSTGRES");
    std::string directory;
    if (file != nullptr) std::getline(std::ifstream(file), directory);
    if (directory.empty())
        throw std::runtime_error(
            "no PostgreSQL: run these tests by ctest, or set STAGECAST_TEST_POSTGRES to the file that "
            "tests/store/postgres.sh start wrote");
    return "host=" + directory + " user=stagecast dbname=";
}

std::string run(const std::string& connector, const std::string& settings, const std::string& sql) {
    Poco::Data::Session session(connector, settings);
    Poco::Data::Statement statement(session);
    statement << sql;
    statement.execute();
    const Poco::Data::RecordSet rows(statement);
    return rows.columnCount() > 0 && rows.rowCount() > 0 ? rows.value(0, 0).convert<std::string>()
                                                         : std::string();
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
    auto pattern = (std::filesystem::temp_directory_path() / "stagecast-store.XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

TestDatabase::TestDatabase(Kind kind) : kind_(kind) {
    if (kind == Kind::kSqlite) {
        Poco::Data::SQLite::Connector::registerConnector();
        name_ = (directory_.path() / "stagecast.db").string();
        url_ = "sqlite:" + name_;
    } else {
        static std::atomic<int> count{0};
        Poco::Data::PostgreSQL::Connector::registerConnector();
        name_ = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
        run_on_server("CREATE DATABASE " + name_);
        url_ = "postgresql:" + server_settings() + name_;
    }
    database_ = Database::open(url_);
    database_->migrate();
}

TestDatabase::~TestDatabase() {
    database_.reset();
    if (kind_ == Kind::kPostgresql) run_on_server("DROP DATABASE " + name_ + " WITH (FORCE)");
}

std::string TestDatabase::run_outside(const std::string& sql) {
    if (kind_ == Kind::kSqlite) return run(Poco::Data::SQLite::Connector::KEY, name_, sql);
    return run(Poco::Data::PostgreSQL::Connector::KEY, server_settings() + name_, sql);
}

std::string TestDatabase::run_on_server(const std::string& sql) {
    return run(Poco::Data::PostgreSQL::Connector::KEY, server_settings() + "postgres", sql);
}

Account Maker::account(const std::string& handle) {
    Account account;
    account.id = id<AccountId>();
    account.handle = handle;
    account.email = handle + "@example.org";
    account.name = "Ada “" + handle + "” Lovelace";
    account.password_hash = "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA";
    account.state = AccountState::kActive;
    account.language = "fr";
    account.zone = "Europe/Paris";
    account.created_at = at(1'000);
    return account;
}

Channel Maker::channel(const std::string& slug) {
    return Channel{id<ChannelId>(), slug, "Radio " + slug, "all day", "fr",
                   "#112233",       true, at(1'000),       at(1'001)};
}

Show Maker::show(const ChannelId& channel, const std::string& slug) {
    Show show;
    show.id = id<ShowId>();
    show.channel = channel;
    show.slug = slug;
    show.title = "The " + slug;
    show.notes = "# Notes\n*with* Markdown, 100 % and 'quotes' and $1";
    show.zone = "Europe/Paris";
    show.start = parse_local("2026-11-24T20:00", "start");
    show.rrule = "FREQ=WEEKLY;BYDAY=TU";
    show.exdates = {parse_local("2026-12-22T20:00", "exdates"), parse_local("2026-12-29T20:00", "exdates")};
    show.rdates = {parse_local("2026-12-23T21:30", "rdates")};
    show.podcast_guid = "917393e3-1b1e-5cef-ace4-edaa54e1f810";
    show.created_at = at(2'000);
    show.updated_at = at(2'001);
    return show;
}

Room Maker::room(const ChannelId& channel, Instant starts_at) {
    Room room;
    room.id = id<RoomId>();
    room.channel = channel;
    room.title = "Tonight";
    room.starts_at = starts_at;
    room.ends_at = starts_at + std::chrono::hours(1);
    room.updated_at = at(3'000);
    return room;
}

Room Maker::airing(const Show& show, Instant slot) {
    auto room = this->room(show.channel, slot);
    room.show = show.id;
    room.title.clear();
    room.slot = slot;
    room.slot_local = LocalTime(std::chrono::floor<std::chrono::seconds>(slot.time_since_epoch()));
    return room;
}

Speaker Maker::speaker(const RoomId& room) {
    Speaker speaker;
    speaker.id = id<SpeakerId>();
    speaker.room = room;
    speaker.name = "Grace";
    speaker.created_at = at(4'000);
    return speaker;
}

Message Maker::message(const std::string& key, Instant due_at) {
    Message message;
    message.id = id<MessageId>();
    message.key = key;
    message.to = "ada@example.org";
    message.subject = "Tonight";
    message.text = "Dear Ada,\nit begins.";
    message.due_at = due_at;
    message.created_at = due_at;
    return message;
}

Stem Maker::stem(const Speaker& speaker) {
    Stem stem;
    stem.id = id<StemId>();
    stem.room = speaker.room;
    stem.speaker = speaker.id;
    stem.blob = "stems/" + stem.id.text();
    stem.started_at = at(5'000);
    return stem;
}

Episode Maker::episode(const Room& room) {
    Episode episode;
    episode.id = id<EpisodeId>();
    episode.room = room.id;
    episode.show = room.show;
    episode.guid = "guid-" + episode.id.text();
    episode.title = "Episode";
    episode.notes = "notes";
    episode.updated_at = at(6'000);
    return episode;
}

House::House(Database& database)
    : owner(make.account("ada")),
      channel(make.channel("radio")),
      show(make.show(channel.id, "evening")),
      room(make.airing(show, at(1'800'000'000))) {
    database.write([&](Tx& tx) {
        accounts::insert(tx, owner);
        channels::insert(tx, channel);
        shows::insert(tx, show);
        rooms::insert(tx, room);
    });
}

}  // namespace stagecast::store::test
