// A day of 200 channels by the guide's API, out of databases of 10,000 and of 1,000,000 airings: made anew
// after each change of the programme, and asked for again when nothing has changed.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <time.h>

#include <algorithm>

#include "base/error.h"
#include "scheduler/listing.h"
#include "store/programme.h"
#include "tests/web/site.h"
#include "web/core.h"

namespace {

using namespace stagecast;

constexpr int kChannels = 200;
constexpr int kShows = 25;       // of a channel: each is on every other day, 55 minutes
constexpr int kAirings = 2'500;  // a day
const Instant kDay{std::chrono::sys_days(std::chrono::year(2027) / 3 / 2)};
const char* const kTarget = "/api/v1/guide?from=2027-03-02T00:00:00Z&to=2027-03-03T00:00:00Z&limit=5000";

void run(sqlite3* database, const std::string& sql) {
    if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        throw Error(std::string("sqlite: ") + sqlite3_errmsg(database));
}

void random_id(sqlite3_context* context, int, sqlite3_value**) {
    const auto id = random_id_text(*static_cast<Random*>(sqlite3_user_data(context)));
    sqlite3_result_text(context, id.data(), static_cast<int>(id.size()), SQLITE_TRANSIENT);
}

// As many days around kDay as give `airings`, each show's one after the other, as the planner makes them. A
// show's place in the day is in its length: see put_channel().
void put_airings(const std::string& path, int airings, Random& random) {
    sqlite3* database = nullptr;
    if (sqlite3_open(path.c_str(), &database) != SQLITE_OK) throw Error("sqlite: cannot open " + path);
    sqlite3_create_function(database, "random_id", 0, SQLITE_UTF8, &random, random_id, nullptr, nullptr);
    const int days = airings / kAirings;
    run(database, "PRAGMA synchronous = OFF; PRAGMA cache_size = -600000; BEGIN");
    run(database,
        fmt::format(
            "WITH RECURSIVE turns(turn) AS (SELECT 0 UNION ALL SELECT turn + 1 FROM turns "
            "WHERE turn < {0} / 2 - 1), airings AS (SELECT s.id AS show, s.channel_id AS channel, "
            "{1} + (2 * turn + s.length_minutes % 2 - {0} / 2) * 86400000 "
            "+ s.length_minutes % 100 * 3300000 AS start FROM shows s CROSS JOIN turns) "
            "INSERT INTO rooms (id, channel_id, show_id, title, state, visibility, starts_at_ms, ends_at_ms, "
            "slot_ms, slot_local, sequence, version, updated_at_ms) "
            "SELECT random_id(), channel, show, '', 'scheduled', 'public', start, start + 3300000, start, "
            "strftime('%Y-%m-%dT%H:%M:%S', start / 1000, 'unixepoch'), 0, 1, 0 FROM airings",
            days, kDay.time_since_epoch().count()));
    run(database, "COMMIT");
    sqlite3_close(database);
}

// Distinct enough to weigh what titles weigh.
std::string title_of(int channel, int number) {
    constexpr std::array kWords{"Table",  "Hour",    "Letters", "Tide",   "Maps",   "Stories",
                                "Voices", "Lessons", "Lamp",    "River",  "Bridge", "Engine",
                                "Mirror", "Harvest", "Parlour", "Almanac"};
    const auto word = [&](int n) { return kWords.at(static_cast<std::size_t>(n) % kWords.size()); };
    return fmt::format("The {} and the {}, {}", word(channel + number), word(channel / 16 + 3 * number),
                       number);
}

class Station {
public:
    explicit Station(int airings) : router_(api_routes(site_.services)), core_(router_, site_.services) {
        site_.database->write([&](store::Tx& tx) {
            for (int number = 0; number < kChannels; ++number) put_channel(tx, number);
        });
        put_airings((site_.config.data / "site.db").string(), airings, random_);
        change();
        bytes_ = answer("").bytes;
        tag_ = answer("").tag;
    }

    struct Seen {
        int status = 0;
        std::size_t bytes = 0;
        std::string tag;
    };
    // What the server does of a request, but for the sockets.
    Seen answer(const std::string& if_none_match) {
        web::RawRequest request;
        request.head.method = "GET";
        request.head.target = kTarget;
        request.head.fields = {{"host", "localhost"}, {"user-agent", "guide"}, {"accept-encoding", "gzip"}};
        if (!if_none_match.empty()) request.head.fields.emplace_back("if-none-match", if_none_match);
        const auto reply = core_.answer(std::move(request));
        Seen seen;
        seen.status = std::stoi(reply.head.substr(9, 3));
        if (reply.body) seen.bytes = reply.body->size();
        const auto tag = reply.head.find("ETag: ");
        if (tag != std::string::npos)
            seen.tag = reply.head.substr(tag + 6, reply.head.find('\r', tag) - tag - 6);
        return seen;
    }
    int airings() {
        int count = 0;
        site_.guide.list({.from = kDay, .to = kDay + std::chrono::days(1)},
                         [&](const scheduler::Listing&) { ++count; });
        return count;
    }
    void change() {
        site_.database->write([](store::Tx& tx) { store::programme::touch(tx); }, store::Durability::kNormal);
    }
    std::size_t search(const std::string& words) {
        scheduler::GuideQuery query{.from = kDay, .to = kDay + scheduler::kMaxGuideSpan};
        query.search = words;
        query.limit = 50;
        return site_.guide.page(query).entries.size();
    }
    std::size_t bytes() const { return bytes_; }
    const std::string& tag() const { return tag_; }

private:
    static web::Router api_routes(web::Services& services) {
        web::Router router;
        add_api_routes(router, services);
        return router;
    }
    void put_channel(store::Tx& tx, int number) {
        store::Account host;
        host.id = AccountId::make(random_);
        host.handle = fmt::format("host-{}", number);
        host.email = host.handle + "@example.org";
        host.name = fmt::format("Ana Lima {}", number);
        store::accounts::insert(tx, host);
        store::Channel channel;
        channel.id = ChannelId::make(random_);
        channel.slug = fmt::format("channel-{}", number);
        channel.title = fmt::format("Channel {}", number);
        store::channels::insert(tx, channel);
        for (int i = 0; i < kShows; ++i) {
            store::Show show;
            show.id = ShowId::make(random_);
            show.channel = channel.id;
            show.slug = fmt::format("show-{}-{}", number, i);
            show.title = title_of(number, i);
            show.notes = "What happened this week, who was there, and what comes next: écouter, parler.";
            show.podcast_guid = show.slug;
            show.length_minutes = 100 + i;
            store::shows::insert(tx, show);
            store::shows::add_host(tx, show.id, host.id);
        }
    }

    ManualClock clock_{kDay};
    SeededRandom random_{1};
    web::test::Site site_{clock_};
    const web::Router router_;
    web::Core core_;
    std::size_t bytes_ = 0;
    std::string tag_;
};

// Built once for all repetitions, when it is asked for.
Station& small_station() {
    static Station station(10'000);
    return station;
}
Station& big_station() {
    static Station station(1'000'000);
    return station;
}

double thread_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void guide_day(benchmark::State& state, Station& station) {
    if (const int airings = station.airings(); airings < kAirings || airings > kAirings + 2 * kChannels) {
        state.SkipWithError("the day is not whole");
        return;
    }
    std::vector<double> seconds;
    for (auto _ : state) {
        station.change();
        const double from = thread_seconds();
        benchmark::DoNotOptimize(station.answer(""));
        seconds.push_back(thread_seconds() - from);
        state.SetIterationTime(seconds.back());
    }
    std::ranges::sort(seconds);
    state.counters["p99_ms"] = seconds[seconds.size() * 99 / 100] * 1e3;
    state.counters["bytes"] = static_cast<double>(station.bytes());
}
void guide_day_10k(benchmark::State& state) {
    guide_day(state, small_station());
}
void guide_day_1m(benchmark::State& state) {
    guide_day(state, big_station());
}
BENCHMARK(guide_day_10k)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(300);
BENCHMARK(guide_day_1m)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(300);

void guide_304(benchmark::State& state) {
    if (big_station().answer(big_station().tag()).status != 304) {
        state.SkipWithError("it was sent again");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(big_station().answer(big_station().tag()));
}
BENCHMARK(guide_304)->Unit(benchmark::kMicrosecond);

// Of 5,000 shows a few fit, most, or none.
void guide_search(benchmark::State& state, Station& station) {
    if (station.search("almanac 17") == 0 || station.search("the") != 50 || station.search("zebra") != 0) {
        state.SkipWithError("the search finds something else");
        return;
    }
    for (auto _ : state)
        for (const auto* words : {"almanac 17", "the", "zebra"})
            benchmark::DoNotOptimize(station.search(words));
}
void guide_search_10k(benchmark::State& state) {
    guide_search(state, small_station());
}
void guide_search_1m(benchmark::State& state) {
    guide_search(state, big_station());
}
BENCHMARK(guide_search_10k)->Unit(benchmark::kMillisecond);
BENCHMARK(guide_search_1m)->Unit(benchmark::kMillisecond);

}  // namespace
