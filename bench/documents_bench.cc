// What a published document costs: made from SQLite, and asked for again when nothing has changed.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "studio/calendar_reader.h"
#include "tests/web/site.h"
#include "web/core.h"

namespace {

using namespace stagecast;
using studio::DocumentKind;

constexpr int kShows = 500;
constexpr int kMoved = 50;  // of their airings were moved
const Instant kNow{std::chrono::sys_days(std::chrono::year(2027) / 3 / 2)};

web::Router all_routes(web::Services& services) {
    web::Router router;
    add_health_routes(router, services);
    add_api_routes(router, services);
    add_media_routes(router, services);
    add_page_routes(router, services);
    add_static_routes(router, services);
    return router;
}

// A site with 500 weekly shows in five zones on ten channels.
class Station {
public:
    Station() : router_(all_routes(site_.services)), core_(router_, site_.services) {
        site_.database->write([&](store::Tx& tx) {
            store::Account host;
            host.id = AccountId::make(site_.random);
            host.handle = "ana";
            host.email = "ana@example.org";
            host.name = "Ana";
            store::accounts::insert(tx, host);
            for (int number = 0; number < 10; ++number) put_channel(tx, number);
            for (int number = 0; number < kShows; ++number) put_show(tx, host.id, number);
        });
        tag_ = answer("")->document_tag;
    }

    // The guide's calendar, made anew: nothing is kept.
    std::size_t build() {
        studio::Documents documents(*site_.database, clock_, site_.config);
        return documents.get({DocumentKind::kGuideCalendar, "", ""})->bytes()->size();
    }
    struct Seen {
        int status = 0;
        std::size_t bytes = 0;
        std::string document_tag;
    };
    // What the server does of a request for it, but for the sockets.
    std::optional<Seen> answer(const std::string& if_none_match) {
        web::RawRequest request;
        request.head.method = "GET";
        request.head.target = "/guide/calendar.ics";
        request.head.fields = {
            {"host", "localhost"}, {"user-agent", "calendar"}, {"accept-encoding", "gzip"}};
        if (!if_none_match.empty()) request.head.fields.emplace_back("if-none-match", if_none_match);
        const auto reply = core_.answer(std::move(request));
        Seen seen;
        seen.status = std::stoi(reply.head.substr(9, 3));
        if (reply.body) seen.bytes = reply.body->size();
        const auto tag = reply.head.find("ETag: ");
        if (tag != std::string::npos)
            seen.document_tag = reply.head.substr(tag + 6, reply.head.find('\r', tag) - tag - 6);
        return seen;
    }
    const std::string& tag() const { return tag_; }

private:
    void put_channel(store::Tx& tx, int number) {
        store::Channel channel;
        channel.id = ChannelId::make(site_.random);
        channel.slug = fmt::format("channel-{}", number);
        channel.title = fmt::format("Channel {}", number);
        channel.updated_at = kNow;
        store::channels::insert(tx, channel);
        channels_.push_back(channel.id);
    }
    void put_show(store::Tx& tx, const AccountId& host, int number) {
        constexpr std::array kZones{"Europe/Paris", "America/New_York", "Asia/Tokyo", "Africa/Cairo", "UTC"};
        store::Show show;
        show.id = ShowId::make(site_.random);
        show.channel = channels_.at(static_cast<std::size_t>(number) % channels_.size());
        show.slug = fmt::format("show-{}", number);
        show.title = fmt::format("Tea; with, friends, part {}", number);
        show.notes = "What happened this week, who was there, and what comes next: écouter, parler.";
        show.zone = kZones.at(static_cast<std::size_t>(number) % kZones.size());
        show.start = std::chrono::local_days(std::chrono::year(2027) / 3 / 2) + std::chrono::hours(20);
        show.rrule = "FREQ=WEEKLY;BYDAY=TU";
        show.podcast_guid = fmt::format("00000000-0000-5000-8000-{:012}", number);
        show.created_at = show.updated_at = kNow;
        store::shows::insert(tx, show);
        store::shows::add_host(tx, show.id, host);
        const auto slot = Zone::find(show.zone)->to_utc(show.start);
        for (int week = 0; week < 57; ++week)
            put_airing(tx, show, slot + std::chrono::days(7 * week), number, week);
    }
    void put_airing(store::Tx& tx, const store::Show& show, Instant slot, int number, int week) {
        store::Room room;
        room.id = RoomId::make(site_.random);
        room.channel = show.channel;
        room.show = show.id;
        room.slot = room.starts_at = slot;
        room.slot_local = Zone::find(show.zone)->to_local(slot);
        if (week == 1 && number < kMoved) {
            room.starts_at += std::chrono::hours(1);
            room.moved_from = slot;
            room.sequence = 1;
            room.version = 2;
        }
        room.ends_at = room.starts_at + std::chrono::hours(1);
        room.updated_at = kNow;
        store::rooms::insert(tx, room);
    }

    ManualClock clock_{kNow};
    web::test::Site site_{clock_};
    const web::Router router_;
    web::Core core_;
    std::vector<ChannelId> channels_;
    std::string tag_;
};

Station& station() {
    static Station station;  // 28,500 rows: built once for all repetitions
    return station;
}

void document_built(benchmark::State& state) {
    if (station().build() < 100'000) {
        state.SkipWithError("the calendar is not whole");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(station().build());
}
BENCHMARK(document_built)->Unit(benchmark::kMillisecond);

void document_304(benchmark::State& state) {
    const auto& tag = station().tag();
    if (station().answer(tag)->status != 304) {
        state.SkipWithError("it was sent again");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(station().answer(tag));
}
BENCHMARK(document_304)->Unit(benchmark::kMicrosecond);

void document_200(benchmark::State& state) {
    if (station().answer("")->bytes < 10'000) {
        state.SkipWithError("it was not sent");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(station().answer(""));
}
BENCHMARK(document_200)->Unit(benchmark::kMicrosecond);

}  // namespace
