// One airing with 100,000 followers: what planning who is told costs, and how fast mails then go out to a
// server beside us, while others read the guide.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <string_view>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "base/random.h"
#include "scheduler/dispatcher.h"
#include "scheduler/guide.h"
#include "scheduler/planner.h"
#include "store/accounts.h"
#include "store/followers.h"
#include "studio/mail_followers.h"
#include "studio/notice_writer.h"
#include "tests/base/temporary_directory.h"

namespace {

using namespace stagecast;
using Steady = std::chrono::steady_clock;

constexpr int kFollowers = 100'000, kDrained = 10'000;
const Instant kNow{std::chrono::sys_days(std::chrono::year(2027) / 3 / 1)};
const Instant kFirstHourBefore = kNow + std::chrono::days(1) + std::chrono::hours(18);

double seconds_since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

// Takes every mail and forgets it. A thread for each connection; ends with its scope.
class SmtpSink {
public:
    SmtpSink() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(listener_, 16);
        socklen_t size = sizeof address;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        url_ = fmt::format("smtp://127.0.0.1:{}", ntohs(address.sin_port));
        accepter_ = std::jthread([this] { accept_all(); });
    }
    ~SmtpSink() { ::shutdown(listener_, SHUT_RDWR), accepter_.join(), ::close(listener_); }
    const std::string& url() const { return url_; }
    int taken() const { return taken_; }

private:
    void accept_all() {
        std::vector<std::jthread> sessions;
        while (true) {
            const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (connection < 0) return;
            const int at_once = 1;
            ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
            sessions.emplace_back([this, connection] { talk(connection); });
        }
    }
    static void say(int connection, std::string_view line) {
        ::send(connection, line.data(), line.size(), MSG_NOSIGNAL);
    }
    void talk(int connection) {
        say(connection, "220 sink\r\n");
        std::string pending;
        bool is_data = false;
        char bytes[16'384];
        for (ssize_t got = 0; (got = ::recv(connection, bytes, sizeof bytes, 0)) > 0;) {
            pending.append(bytes, static_cast<std::size_t>(got));
            while (take(connection, pending, is_data)) {
            }
        }
        ::close(connection);
    }
    bool take(int connection, std::string& pending, bool& is_data) {
        const std::string_view end = is_data ? "\r\n.\r\n" : "\r\n";
        const auto at = pending.find(end);
        if (at == std::string::npos) return false;
        const bool begins_data = !is_data && pending.starts_with("DATA");
        pending.erase(0, at + end.size());
        taken_ += is_data ? 1 : 0;
        is_data = begins_data;
        say(connection, begins_data ? "354 go on\r\n" : "250 taken\r\n");
        return true;
    }

    const int listener_;
    std::string url_;
    std::atomic<int> taken_{0};
    std::jthread accepter_;
};

class Crowd {
public:
    explicit Crowd(int followers) {
        make_show();
        database_->write([&](store::Tx& tx) {
            for (int i = 0; i < followers; ++i) {
                store::Follower made;
                made.id = FollowerId::make(random_);
                made.email = fmt::format("follower-{}@example.org", i);
                made.zone = i % 2 == 0 ? "Europe/Paris" : "America/New_York";
                made.language = i % 3 == 0 ? "fr" : "en";
                made.created_at = kNow;
                store::followers::insert(tx, made);
                store::follows::add(
                    tx, {made.id, store::FollowKind::kShow, show_.text(), store::kHour, false, kNow});
            }
        });
    }
    // Plans the reminder of the next week's airing: wall seconds.
    double plan_next() {
        clock_.set(kFirstHourBefore + week_++ * std::chrono::days(7));
        const auto start = Steady::now();
        teller_.tick();
        return seconds_since(start);
    }
    // Until everything that is due went out: mails a second.
    double drain() {
        const int before = sink_.taken();
        const auto start = Steady::now();
        dispatcher_.start();
        while (database_->read([](store::Snapshot& s) { return store::dispatches::waiting(s); }) > 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        dispatcher_.stop();
        return (sink_.taken() - before) / seconds_since(start);
    }
    // The guide's readers meanwhile: the 99th of a hundred reads, in seconds.
    double guide_p99(const std::function<bool()>& goes_on) {
        std::vector<double> times;
        while (goes_on() || times.size() < 100) {
            const auto start = Steady::now();
            benchmark::DoNotOptimize(
                guide_.page({.from = kNow, .to = kNow + std::chrono::days(1)}).entries.size());
            times.push_back(seconds_since(start));
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        const auto nth = times.begin() + static_cast<std::ptrdiff_t>(times.size() * 99 / 100);
        std::nth_element(times.begin(), nth, times.end());
        return *nth;
    }

private:
    Config settings() const {
        Config config;
        config.site_url = "https://radio.example";
        config.mail_from = "radio@radio.example";
        config.smtp_url = sink_.url();
        config.data = directory_.path();
        return config;
    }
    std::unique_ptr<store::Database> made_database() const {
        auto database = store::Database::open("sqlite:" + (directory_.path() / "told.db").string());
        database->migrate();
        return database;
    }
    void make_show() {
        store::Account account;
        account.id = AccountId::make(random_);
        account.handle = "ana";
        account.email = "ana@example.org";
        account.name = "Ana";
        store::Channel channel;
        channel.id = ChannelId::make(random_);
        channel.slug = "channel";
        channel.title = "Channel";
        database_->write([&](store::Tx& tx) {
            store::accounts::insert(tx, account);
            store::channels::insert(tx, channel);
        });
        scheduler::ShowPlan plan;
        plan.title = "Ferry talk";
        plan.schedule = {
            parse_local("2027-03-02T20:00", "start"), "Europe/Paris", "FREQ=WEEKLY", {}, {}, 60, {}};
        show_ = planner_.create(channel.id, account.id, plan).id;
        for (int i = 0; i < 40; ++i) {
            plan.title = fmt::format("Daily {}", i);
            plan.schedule.rrule = "FREQ=DAILY";
            planner_.create(channel.id, account.id, plan, scheduler::Clashing::kAccept);
        }
    }

    TemporaryDirectory directory_;
    ManualClock clock_{kNow};
    SeededRandom random_{1};
    SmtpSink sink_;
    const Config config_ = settings();
    Metrics metrics_;
    const std::unique_ptr<store::Database> database_ = made_database();
    scheduler::Planner planner_{*database_, clock_, random_, "https://radio.example"};
    scheduler::Guide guide_{*database_, clock_};
    studio::Links links_{*database_, random_};
    studio::NoticeWriter writer_{config_, links_};
    scheduler::Teller teller_{*database_, clock_, random_, {}};
    scheduler::Dispatcher dispatcher_{{*database_, clock_, random_, config_, metrics_, writer_, teller_}};
    ShowId show_;
    int week_ = 0;
};

double peak_mb() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1'024;
}

void plan_100k_followers(benchmark::State& state) {
    static Crowd crowd(kFollowers);
    const double idle = crowd.guide_p99([] { return false; });
    for (auto _ : state) {
        const double before = peak_mb();
        std::atomic<bool> goes_on{true};
        double p99 = 0;
        std::jthread reader([&] { p99 = crowd.guide_p99([&] { return goes_on.load(); }); });
        state.SetIterationTime(crowd.plan_next());
        goes_on = false;
        reader.join();
        state.counters["guide_p99_ratio"] = p99 / idle;
        state.counters["more_mb"] = peak_mb() - before;
    }
}
BENCHMARK(plan_100k_followers)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

// The time of 5,000 mails.
void drain_5000_mails(benchmark::State& state) {
    static Crowd crowd(kDrained);
    const double idle = crowd.guide_p99([] { return false; });
    for (auto _ : state) {
        crowd.plan_next();
        std::atomic<bool> goes_on{true};
        double p99 = 0;
        std::jthread reader([&] { p99 = crowd.guide_p99([&] { return goes_on.load(); }); });
        state.SetIterationTime(5'000 / crowd.drain());
        goes_on = false;
        reader.join();
        state.counters["guide_p99_ratio"] = p99 / idle;
    }
}
BENCHMARK(drain_5000_mails)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
