#include "scheduler/dispatcher.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "base/thread.h"
#include "base/utf8.h"
#include "scheduler/courier.h"
#include "scheduler/push_key.h"
#include "store/words.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::seconds;
using store::Dispatch;
using store::MessageState;
using store::Tx;

constexpr int kCouriers = 4;
constexpr int kInHand = 32;                 // dispatches that a courier leases at once
constexpr std::chrono::minutes kLease{40};  // 32 sendings of a minute at most, and some
constexpr Milliseconds kTick{250};          // how late a bell rings; six short readings
constexpr seconds kPoll{5};                 // due retries have no one to wake us
constexpr std::size_t kMaxWhyCharacters = 300;

// A server's reply may be anything: what the database takes of it.
std::string told(const std::string& why) {
    const bool is_text = is_utf8(why) && why.find('\0') == std::string::npos;
    return is_text ? std::string(cut_characters(why, kMaxWhyCharacters)) : "an answer that is no text";
}

// The same delay for all would bring them all back at once.
Milliseconds with_jitter(Milliseconds delay, Random& random) {
    std::array<std::byte, 1> bits{};
    random.fill(bits);
    return delay * 3 / 4 + delay / 2 * std::to_integer<int>(bits[0]) / 256;
}

// A thread that works until nothing is left, then waits to be woken.
class Worker {
public:
    template <class Work>
    void start(const std::string& name, Milliseconds patience, Work work) {
        thread_ = named_thread(name, [this, name, patience, work](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                try {
                    if (work(stop)) continue;
                } catch (const std::exception& error) {
                    log::error("dispatcher.failed", {{"thread", name}, {"why", error.what()}});
                }
                std::unique_lock lock(mutex_);
                changed_.wait_for(lock, stop, patience, [this] { return woken_; });
                woken_ = false;
            }
        });
    }
    void wake() {
        {
            const std::lock_guard lock(mutex_);
            woken_ = true;
        }
        changed_.notify_one();
    }
    void stop() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool woken_ = false;  // guarded by mutex_
    std::jthread thread_;
};

}  // namespace

struct Dispatcher::Impl {
    explicit Impl(const Parts& the_parts)
        : parts(the_parts),
          key(push_key(parts.database, parts.random)),
          delivered(counter("delivered")),
          dropped(counter("dropped")),
          put_off(counter("put_off")),
          failed(counter("failed")) {
        parts.metrics.gauge("stagecast_dispatch_lag_seconds", "How long the oldest due dispatch has waited.",
                            [this] { return static_cast<double>(lag_ms.load()) / 1'000; });
        for (int i = 0; i < kCouriers; ++i)
            couriers.push_back(std::make_unique<Courier>(Courier::Parts{
                parts.database, parts.clock, parts.random, parts.config, parts.writer, key, limiter}));
    }
    Metrics::Counter& counter(const char* outcome) {
        return parts.metrics.counter("stagecast_dispatches_total", "Attempts to tell somebody, by outcome.",
                                     fmt::format("outcome=\"{}\"", outcome));
    }

    std::vector<Dispatch> claim() {
        // A look first: it costs readers and writers nothing.
        const auto now = parts.clock.now();
        const auto oldest = parts.database.read(
            [](store::Snapshot& snapshot) { return store::dispatches::oldest_due(snapshot); });
        lag_ms = oldest && *oldest < now ? (now - *oldest).count() : 0;
        if (!oldest || *oldest > now) return {};
        return parts.database.write(
            [&](Tx& tx) { return store::dispatches::lease(tx, now, now + kLease, kInHand); },
            store::Durability::kNormal);
    }

    void settle(Dispatch dispatch, const Outcome& outcome) {
        const auto now = parts.clock.now();
        dispatch.state = outcome.state;
        dispatch.why = told(outcome.why);
        dispatch.attempts += outcome.counts ? 1 : 0;
        if (outcome.state == MessageState::kPlanned) put_off_until(dispatch, outcome, now);
        if (dispatch.state != MessageState::kPlanned) dispatch.settled_at = now;
        parts.database.write([&](Tx& tx) { store::dispatches::settle(tx, dispatch); },
                             store::Durability::kNormal);
        count(dispatch);
    }

    void put_off_until(Dispatch& dispatch, const Outcome& outcome, Instant now) {
        if (outcome.counts && dispatch.attempts >= kMaxAttempts) {
            dispatch.state = MessageState::kFailed;
            return;
        }
        dispatch.due_at = now + outcome.wait.value_or(with_jitter(backoff(dispatch.attempts), parts.random));
        if (dispatch.due_at < dispatch.expires_at) return;
        // A try failed and it will be too late for another.
        dispatch.state = outcome.counts ? MessageState::kFailed : MessageState::kDropped;
    }

    void count(const Dispatch& dispatch) {
        switch (dispatch.state) {
            case MessageState::kDelivered:
                ++delivered;
                return;
            case MessageState::kDropped:
                ++dropped;
                return;
            case MessageState::kFailed:
                ++failed;
                break;
            default:
                ++put_off;
                break;
        }
        if (dispatch.why.empty()) return;
        // Why is kept with the dispatch: a server's reply may hold an address, which no log does.
        log::warning("dispatch.not_delivered", {{"notice", dispatch.notice.text()},
                                                {"way", std::string(store::word(dispatch.way))},
                                                {"attempts", std::to_string(dispatch.attempts)}});
    }

    // Does what it can get hold of: how many.
    int work(Courier& courier, const std::stop_token& stop) {
        const auto in_hand = claim();
        int ended = 0;
        for (const auto& dispatch : in_hand) {
            if (stop.stop_requested()) break;
            settle(dispatch, courier.carry(dispatch));
            ++ended;
        }
        return ended;
    }

    void wake_couriers() {
        for (auto& worker : workers) worker->wake();
    }

    const Parts parts;
    const web_push::Vapid key;
    TargetLimiter limiter;
    Metrics::Counter& delivered;
    Metrics::Counter& dropped;
    Metrics::Counter& put_off;
    Metrics::Counter& failed;
    std::atomic<std::int64_t> lag_ms{0};
    std::vector<std::unique_ptr<Courier>> couriers;
    std::vector<std::unique_ptr<Worker>> workers;
    Worker teller;
};

Dispatcher::Dispatcher(const Parts& parts) : impl_(std::make_unique<Impl>(parts)) {}

Dispatcher::~Dispatcher() {
    stop();
}

void Dispatcher::start() {
    auto& impl = *impl_;
    impl.parts.database.write([](Tx& tx) { store::dispatches::release(tx); });
    for (std::size_t i = 0; i < impl.couriers.size(); ++i) {
        impl.workers.push_back(std::make_unique<Worker>());
        impl.workers.back()->start(fmt::format("courier-{}", i), kPoll,
                                   [&impl, &courier = *impl.couriers[i]](const std::stop_token& stop) {
                                       return impl.work(courier, stop) > 0;
                                   });
    }
    impl.teller.start("teller-0", kTick, [&impl](const std::stop_token&) {
        if (impl.parts.teller.tick() > 0) impl.wake_couriers();
        return false;
    });
}

void Dispatcher::stop() {
    impl_->teller.stop();
    for (auto& worker : impl_->workers) worker->stop();
    impl_->workers.clear();
}

void Dispatcher::wake() {
    impl_->teller.wake();
    impl_->wake_couriers();
}

int Dispatcher::run_once() {
    impl_->parts.teller.tick();
    int ended = 0;
    while (const int more = impl_->work(*impl_->couriers.front(), {})) ended += more;
    return ended;
}

}  // namespace stagecast::scheduler
