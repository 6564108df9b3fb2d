// A host changes a weekly show's rule, with all its airings of 400 days ahead, while others read the guide.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "base/random.h"
#include "scheduler/guide.h"
#include "scheduler/planner.h"
#include "store/accounts.h"
#include "tests/base/temporary_directory.h"

namespace {

using namespace stagecast;

constexpr int kChannels = 40;
const Instant kNow{std::chrono::sys_days(std::chrono::year(2027) / 3 / 2)};

// A station where every channel has a daily show, and one more, weekly.
class Station {
public:
    Station() : database_(store::Database::open("sqlite:" + (directory_.path() / "planner.db").string())) {
        database_->migrate();
        database_->write([&](store::Tx& tx) {
            store::Account account;
            account.id = host_ = AccountId::make(random_);
            account.handle = "ana";
            account.email = "ana@example.org";
            account.name = "Ana";
            store::accounts::insert(tx, account);
        });
        for (int number = 0; number < kChannels; ++number) {
            const auto channel = put_channel(number);
            planner_.create(channel, host_, plan("Daily", "2027-03-02T18:00", "FREQ=DAILY"),
                            scheduler::Clashing::kAccept);
            if (number == 0)
                show_ = planner_.create(channel, host_,
                                        plan("Weekly", "2027-03-02T20:00", "FREQ=WEEKLY;BYDAY=TU"));
        }
    }

    // Tuesdays become Wednesdays, and Tuesdays again.
    void change_rule() {
        const bool is_tuesday = show_.rrule == "FREQ=WEEKLY;BYDAY=TU";
        const auto other = is_tuesday ? plan("Weekly", "2027-03-03T20:30", "FREQ=WEEKLY;BYDAY=WE")
                                      : plan("Weekly", "2027-03-02T20:00", "FREQ=WEEKLY;BYDAY=TU");
        show_ = planner_.update({host_, "Ana"}, show_.id, show_.version, other);
    }

    std::size_t read_guide() {
        return guide_.page({.from = kNow, .to = kNow + std::chrono::days(1)}).entries.size();
    }

private:
    ChannelId put_channel(int number) {
        store::Channel channel;
        channel.id = ChannelId::make(random_);
        channel.slug = fmt::format("channel-{}", number);
        channel.title = fmt::format("Channel {}", number);
        database_->write([&](store::Tx& tx) { store::channels::insert(tx, channel); });
        return channel.id;
    }
    static scheduler::ShowPlan plan(const char* title, const char* start, const char* rrule) {
        scheduler::ShowPlan result;
        result.title = title;
        result.schedule = {parse_local(start, "start"), "Europe/Paris", rrule, {}, {}, 60, {}};
        return result;
    }

    TemporaryDirectory directory_;
    ManualClock clock_{kNow};
    SeededRandom random_{1};
    std::unique_ptr<store::Database> database_;
    scheduler::Planner planner_{*database_, clock_, random_, "https://example.org"};
    scheduler::Guide guide_{*database_, clock_};
    AccountId host_;
    store::Show show_;
};

void change_rule(benchmark::State& state) {
    Station station;
    std::atomic<std::size_t> read{0};
    std::jthread reader([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) read += station.read_guide();
    });
    for (auto _ : state) station.change_rule();
    reader.request_stop();
    reader.join();
    if (read == 0) state.SkipWithError("the guide was not read meanwhile");
}
BENCHMARK(change_rule)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
