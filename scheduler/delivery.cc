#include "scheduler/delivery.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/error.h"
#include "base/log.h"
#include "base/thread.h"
#include "scheduler/mail_carrier.h"

namespace stagecast::scheduler {
namespace {

using store::Message;
using store::MessageState;
using store::Tx;

constexpr std::chrono::minutes kLease{2};  // one sending takes at most a minute
constexpr std::chrono::seconds kPoll{5};   // due retries have no one to wake us
constexpr int kMaxPerRound = 100;          // so that stop() waits for one sending, and a round ends

}  // namespace

struct Delivery::Impl {
    Impl(store::Database& the_database, const Clock& the_clock, const Config& the_config, Metrics& metrics)
        : database(the_database),
          clock(the_clock),
          carrier(the_config),
          delivered(metrics.counter("stagecast_messages_total", kHelp, "outcome=\"delivered\"")),
          put_off(metrics.counter("stagecast_messages_total", kHelp, "outcome=\"put_off\"")),
          failed(metrics.counter("stagecast_messages_total", kHelp, "outcome=\"failed\"")) {}

    static constexpr const char* kHelp = "Attempts to carry a message, by outcome.";

    std::optional<Message> claim() {
        return database.write(
            [&](Tx& tx) -> std::optional<Message> {
                const auto now = clock.now();
                auto leased = store::outbox::lease(tx, now, now + kLease, 1);
                if (leased.empty()) return std::nullopt;
                return std::move(leased.front());
            },
            store::Durability::kNormal);
    }

    void send(const Message& message) {
        if (message.by != "mail") throw Invalid("by", "no such way of delivery");
        carrier.send({.to = message.to, .subject = message.subject, .text = message.text, .message_id = {}},
                     message.id.text(), message.created_at);
    }

    // Sends, and says in the message how it went.
    void attempt(Message& message) {
        ++message.attempts;
        message.why.clear();
        try {
            send(message);
            message.state = MessageState::kDelivered;
            message.delivered_at = clock.now();
        } catch (const Invalid& error) {
            message.state = MessageState::kFailed;
            message.why = error.what();
        } catch (const std::exception& error) {
            message.state = message.attempts < kMaxAttempts ? MessageState::kPlanned : MessageState::kFailed;
            message.due_at = clock.now() + backoff(message.attempts);
            message.why = error.what();
        }
    }

    void settle(Message message) {
        const auto lease = message.leased_until;
        message.leased_until.reset();
        database.write(
            [&](Tx& tx) {
                // Another worker's by now, if the lease ran out meanwhile.
                const auto stored = store::outbox::find(tx, message.id);
                if (stored && stored->state == MessageState::kLeased && stored->leased_until == lease)
                    store::outbox::update(tx, message);
            },
            store::Durability::kNormal);
        count(message);
    }

    void count(const Message& message) {
        if (message.state == MessageState::kDelivered) {
            ++delivered;
            return;
        }
        ++(message.state == MessageState::kFailed ? failed : put_off);
        // Why is kept with the message: a server's reply may hold an address, which no log does.
        log::warning("message.not_delivered",
                     {{"message", message.id.text()}, {"attempts", std::to_string(message.attempts)}});
    }

    int round(const std::stop_token& stop) {
        int carried = 0;
        while (carried < kMaxPerRound && !stop.stop_requested()) {
            auto message = claim();
            if (!message) break;
            attempt(*message);
            settle(std::move(*message));
            ++carried;
        }
        return carried;
    }

    void run(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            try {
                if (round(stop) == kMaxPerRound) continue;
            } catch (const std::exception& error) {
                log::error("delivery.failed", {{"why", error.what()}});
            }
            std::unique_lock lock(mutex);
            changed.wait_for(lock, stop, kPoll, [this] { return woken; });
            woken = false;
        }
    }

    store::Database& database;
    const Clock& clock;
    MailCarrier carrier;  // the worker's; idle without mail.smtp
    Metrics::Counter& delivered;
    Metrics::Counter& put_off;
    Metrics::Counter& failed;
    std::mutex mutex;
    std::condition_variable_any changed;
    bool woken = false;  // guarded by mutex
    std::jthread thread;
};

Delivery::Delivery(store::Database& database, const Clock& clock, const Config& config, Metrics& metrics)
    : impl_(std::make_unique<Impl>(database, clock, config, metrics)) {}

Delivery::~Delivery() {
    stop();
}

void Delivery::start() {
    impl_->thread =
        named_thread("deliver-0", [impl = impl_.get()](const std::stop_token& stop) { impl->run(stop); });
}

void Delivery::stop() {
    impl_->thread.request_stop();
    if (impl_->thread.joinable()) impl_->thread.join();
}

void Delivery::wake() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->woken = true;
    }
    impl_->changed.notify_one();
}

int Delivery::run_once() {
    return impl_->round({});
}

}  // namespace stagecast::scheduler
