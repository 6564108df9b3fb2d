// A big station's documents: one day of its guide out of SQLite, and a calendar.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/random.h"
#include "feeds/calendar.h"
#include "scheduler/planner.h"
#include "store/accounts.h"
#include "tests/base/temporary_directory.h"

namespace {

using namespace stagecast;
using std::chrono::minutes;

constexpr int kChannels = 200;
constexpr int kAirings = 25;  // a channel and day
constexpr int kEvents = 500;
const Instant kDay{std::chrono::sys_days(std::chrono::year(2027) / 3 / 2)};
constexpr minutes kLength{57};  // 25 of them fill a day

class Station {
public:
    Station() : database_(store::Database::open("sqlite:" + (directory_.path() / "guide.db").string())) {
        database_->migrate();
        database_->write([&](store::Tx& tx) {
            const auto host = put_host(tx);
            for (int number = 0; number < kChannels; ++number) put_channel(tx, host, number);
        });
    }
    std::size_t guide_entries() {
        return scheduler::Guide(*database_, clock_)
            .page({.from = kDay, .to = kDay + std::chrono::days(1)})
            .entries.size();
    }

private:
    AccountId put_host(store::Tx& tx) {
        store::Account account;
        account.id = AccountId::make(random_);
        account.handle = "ana";
        account.email = "ana@example.org";
        account.name = "Ana";
        store::accounts::insert(tx, account);
        return account.id;
    }
    void put_channel(store::Tx& tx, const AccountId& host, int number) {
        store::Channel channel;
        channel.id = ChannelId::make(random_);
        channel.slug = fmt::format("channel-{}", number);
        channel.title = fmt::format("Channel {}", number);
        store::channels::insert(tx, channel);
        store::Show show;
        show.id = ShowId::make(random_);
        show.channel = channel.id;
        show.slug = fmt::format("show-{}", number);
        show.title = fmt::format("Show {}", number);
        show.podcast_guid = uuid_of(number);
        store::shows::insert(tx, show);
        store::shows::add_host(tx, show.id, host);
        for (int i = 0; i < kAirings; ++i) put_airing(tx, show, kDay + i * kLength);
    }
    void put_airing(store::Tx& tx, const store::Show& show, Instant starts_at) {
        store::Room room;
        room.id = RoomId::make(random_);
        room.channel = show.channel;
        room.show = show.id;
        room.starts_at = starts_at;
        room.ends_at = starts_at + kLength;
        room.slot = starts_at;
        room.slot_local = LocalTime(std::chrono::floor<std::chrono::seconds>(starts_at.time_since_epoch()));
        store::rooms::insert(tx, room);
    }
    static std::string uuid_of(int number) { return fmt::format("00000000-0000-5000-8000-{:012}", number); }

    TemporaryDirectory directory_;
    std::unique_ptr<store::Database> database_;
    ManualClock clock_{kDay};
    SeededRandom random_{1};
    scheduler::Planner planner_{*database_, clock_, random_, "https://example.org"};
};

void guide_day(benchmark::State& state) {
    static Station station;  // 5,000 rows: built once for all repetitions
    if (station.guide_entries() != kChannels * kAirings) {
        state.SkipWithError("the guide is not whole");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(station.guide_entries());
}
BENCHMARK(guide_day)->Unit(benchmark::kMillisecond);

feeds::CalendarSeries big_series(std::size_t number) {
    constexpr std::array kZones{"Europe/Paris", "America/New_York", "Asia/Tokyo", "Africa/Cairo", "UTC"};
    feeds::CalendarSeries series;
    series.uid = fmt::format("show-{}@example.org", number);
    series.title = fmt::format("Tea; with, friends, part {}", number);
    series.description =
        "What happened *this week*, who was there, and [what comes next](https://example.org/next): "
        "\u00e9couter, parler.\n\n- one guest\n- one cup";
    series.url = series.conference_url = fmt::format("https://example.org/shows/show-{}", number);
    series.image_url = fmt::format("https://example.org/media/show-{}.png", number);
    series.zone = kZones[number % kZones.size()];
    series.language = "en";
    series.hosts = {"Ana", "Zo\u00e9"};
    series.categories = {"Society & Culture"};
    series.start = std::chrono::local_days(std::chrono::year(2027) / 3 / 2) + std::chrono::hours(20);
    series.rrule = "FREQ=WEEKLY;BYDAY=TU";
    series.created_at = series.updated_at = kDay;
    return series;
}

// One a week from the second week on was moved by an hour.
feeds::Override big_override(const feeds::CalendarSeries& series, int week) {
    feeds::Override airing;
    airing.slot_local = series.start + std::chrono::weeks(week);
    airing.starts_at = Zone::find(series.zone)->to_utc(airing.slot_local) + std::chrono::hours(1);
    airing.url = series.url + "/room";
    airing.updated_at = kDay;
    airing.sequence = 1;
    return airing;
}

// 500 events: so many series, each with as many overrides as fit.
feeds::CalendarInput big_calendar(std::size_t series_count) {
    feeds::CalendarInput input;
    input.name = "Programme";
    input.language = "en";
    input.colour = "#7a4a1f";
    input.source_url = "https://example.org/guide/calendar.ics";
    input.alarms = {10};
    for (std::size_t i = 0; i < series_count; ++i) {
        auto series = big_series(i);
        for (std::size_t week = 1; week < kEvents / series_count; ++week)
            series.overrides.push_back(big_override(series, static_cast<int>(week)));
        input.series.push_back(std::move(series));
    }
    return input;
}

std::size_t events_in(const std::string& text) {
    constexpr std::string_view kBegin = "BEGIN:VEVENT\r\n";
    std::size_t events = 0;
    for (auto at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at + 1)) ++events;
    return events;
}

void write_calendar(benchmark::State& state, std::size_t series_count) {
    const auto input = big_calendar(series_count);
    if (events_in(feeds::calendar(input)) != kEvents) {
        state.SkipWithError("the calendar is not whole");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(feeds::calendar(input));
}

void calendar_500(benchmark::State& state) {
    write_calendar(state, kEvents);
}
BENCHMARK(calendar_500)->Unit(benchmark::kMillisecond);

void calendar_500_moved(benchmark::State& state) {
    write_calendar(state, 10);
}
BENCHMARK(calendar_500_moved)->Unit(benchmark::kMillisecond);

}  // namespace
