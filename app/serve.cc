#include <fmt/format.h>

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <map>
#include <mutex>

#include "access/accounts.h"
#include "app/commands.h"
#include "app/house.h"
#include "base/blob.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/thread.h"
#include "base/time.h"
#include "mixer/sound.h"
#include "recorder/recorder.h"
#include "scheduler/delivery.h"
#include "scheduler/dispatcher.h"
#include "scheduler/guide.h"
#include "scheduler/planner.h"
#include "scheduler/upkeep.h"
#include "store/accounts.h"
#include "studio/bells.h"
#include "studio/documents.h"
#include "studio/import.h"
#include "studio/mail_followers.h"
#include "studio/notice_writer.h"
#include "studio/personal.h"
#include "studio/studio.h"
#include "studio/telling.h"
#include "web/server.h"

namespace stagecast::app {
namespace {

constexpr std::chrono::hours kUpkeepEvery{1};
constexpr std::chrono::seconds kTickEvery{5};
constexpr int kPortAttempts = 20;

// SIGTERM and SIGINT wait for wait_for_stop(): every thread made later inherits the mask.
sigset_t block_stop_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, nullptr);
    return stop;
}

log::Level level_of(const std::string& name) {
    static const std::map<std::string, log::Level> levels{{"debug", log::Level::kDebug},
                                                          {"info", log::Level::kInfo},
                                                          {"warning", log::Level::kWarning},
                                                          {"error", log::Level::kError}};
    return levels.at(name);
}

// HTTP and RTC share one port number. When the system chooses, it chooses for RTC, until HTTP can have the
// same.
std::unique_ptr<mixer::SoundEngine> start_engine(Config& config, Metrics& metrics) {
    const auto start = [&] {
        return mixer::SoundEngine::start({config.listen_address, config.listen_port, config.announce},
                                         metrics);
    };
    auto engine = start();
    if (config.listen_port != 0) return engine;
    for (int attempt = 1; attempt < kPortAttempts && !can_listen(config.listen_address, engine->port());
         ++attempt) {
        engine = start();
    }
    config.listen_port = engine->port();
    if (config.site_url.empty() || config.site_url == "http://localhost:0") {
        config.site_url = fmt::format("http://localhost:{}", config.listen_port);
    }
    return engine;
}

// What is due every few seconds (late airings) and every hour: the horizon of airings, what zones changed,
// expired tokens.
std::jthread start_upkeep(store::Database& database, scheduler::Upkeep& upkeep, const Clock& clock) {
    return named_thread("upkeep-0", [&](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        auto hour = std::chrono::steady_clock::now();
        while (!stop.stop_requested()) {
            try {
                if (std::chrono::steady_clock::now() >= hour) {
                    hour += kUpkeepEvery;
                    upkeep.follow_zones();
                    upkeep.extend_horizon();
                    database.write([&](store::Tx& tx) { store::accounts::erase_expired(tx, clock.now()); });
                }
                upkeep.tick();
            } catch (const std::exception& failure) {
                log::error("upkeep.failed", {{"why", failure.what()}});
            }
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, kTickEvery, [] { return false; });
        }
    });
}

}  // namespace

int serve(Arguments& arguments) {
    auto config = config_from(arguments);
    arguments.done();
    log::set_minimum(level_of(config.log_level));
    const auto stop_signals = block_stop_signals();
    const DataLock lock(config);
    const SystemClock clock;
    SystemRandom random;
    Metrics metrics;
    const auto database = open_database(config);
    database->migrate();
    BlobStore blobs(config.data / "blobs");
    const auto engine = start_engine(config, metrics);
    access::Accounts accounts(*database, clock, random, config);
    scheduler::Planner planner(*database, clock, random, config.site_url);
    scheduler::Delivery delivery(*database, clock, config, metrics);
    recorder::StemWriter writer(*database, blobs, clock, random, metrics);
    recorder::Renderer renderer(*database, blobs, clock, random, metrics, [](const EpisodeId& episode) {
        log::info("episode.published", {{"episode", episode.text()}});
    });
    recorder::Eraser eraser(*database, blobs, clock, random, writer, renderer);
    studio::Studio studio(
        {*database, clock, random, config, metrics, accounts, planner, *engine, writer, renderer, eraser});
    scheduler::Guide guide(*database, clock);
    scheduler::Upkeep upkeep(*database, clock, random, config.site_url);
    studio::Documents documents(*database, clock, config);
    studio::Importer importer(*database, clock, random, config);
    studio::Personal personal(*database, clock, random, config);
    const studio::Links links(*database, random);
    studio::NoticeWriter notice_writer(config, links);
    studio::Bells bells;
    scheduler::Teller teller(*database, clock, random,
                             [&](const store::Notice& notice, std::span<const FollowerId> followers) {
                                 bells.ring(notice, followers);
                             });
    scheduler::Dispatcher dispatcher({*database, clock, random, config, metrics, notice_writer, teller});
    studio::Telling telling(*database, clock, random, config, notice_writer, [&] { dispatcher.wake(); });
    studio::MailFollowers mail_followers(*database, clock, random, config, links, delivery);
    studio.recover();
    renderer.start();
    delivery.start();
    dispatcher.start();
    upkeep.tick();  // so that documents have a moment to speak of
    auto upkeep_thread = start_upkeep(*database, upkeep, clock);
    web::Services services{*database, clock,    random,  config,         metrics, blobs,
                           accounts,  planner,  guide,   delivery,       studio,  documents,
                           importer,  personal, telling, mail_followers, bells};
    web::Server server(services);
    server.start();
    fmt::print("listening on http://{}:{}\n", config.listen_address, server.port());
    std::fflush(stdout);
    log::info("serving", {{"url", config.site_url}});

    int signal = 0;
    sigwait(&stop_signals, &signal);
    log::info("stopping");
    server.stop();
    dispatcher.stop();
    delivery.stop();
    renderer.stop();
    return 0;
}

}  // namespace stagecast::app
