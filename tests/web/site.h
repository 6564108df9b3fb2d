#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "access/accounts.h"
#include "base/blob.h"
#include "base/config.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "client.h"
#include "mixer/sound.h"
#include "recorder/recorder.h"
#include "scheduler/delivery.h"
#include "scheduler/dispatcher.h"
#include "scheduler/guide.h"
#include "scheduler/planner.h"
#include "store/database.h"
#include "studio/bells.h"
#include "studio/documents.h"
#include "studio/import.h"
#include "studio/mail_followers.h"
#include "studio/notice_writer.h"
#include "studio/personal.h"
#include "studio/studio.h"
#include "studio/telling.h"
#include "web/server.h"

namespace stagecast::web::test {

// A directory of one test, gone with it.
class TemporaryDirectory {
public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    const std::filesystem::path path;
};

// The whole site on real parts: a SQLite file, a sound engine and a server on ports of the system's choice.
struct Site {
    // By the system's clock, or one that a test moves and that outlives the site.
    Site() : Site(system_clock()) {}
    explicit Site(const Clock& time);
    ~Site();

    // An active account's session; "operator" is one.
    std::string session(const std::string& handle);
    Answer api(const std::string& method, const std::string& path, const std::string& bearer,
               const std::string& json = {});
    Answer get(const std::string& path, const std::string& head = {}) {
        return ask(server.port(), "GET", path, head);
    }

    static const Clock& system_clock();

    TemporaryDirectory directory;
    Config config;
    const Clock& clock;
    SystemRandom random;
    Metrics metrics;
    std::unique_ptr<store::Database> database;
    BlobStore blobs;
    std::unique_ptr<mixer::SoundEngine> engine;
    access::Accounts accounts;
    scheduler::Planner planner;
    scheduler::Guide guide;
    scheduler::Delivery delivery;
    recorder::StemWriter writer;
    recorder::Renderer renderer;
    recorder::Eraser eraser;
    studio::Studio studio;
    studio::Documents documents;
    studio::Importer importer;
    studio::Personal personal;
    studio::Links links;
    studio::NoticeWriter notice_writer;
    studio::Bells bells;
    scheduler::Teller teller;
    scheduler::Dispatcher dispatcher;  // by hand: run_once()
    studio::Telling telling;
    studio::MailFollowers mail_followers;
    Services services;
    Server server;
};

}  // namespace stagecast::web::test
