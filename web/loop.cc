#include "web/loop.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <set>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/guarded.h"
#include "base/log.h"
#include "base/thread.h"

namespace stagecast::web {
namespace {

constexpr int kBacklog = 4'096;
constexpr int kMaxEvents = 512;
constexpr int kMaxAcceptsAtOnce = 256;  // then the others have their turn
constexpr std::chrono::milliseconds kTick{250};
constexpr std::chrono::seconds kStopTime{5};
constexpr std::uint64_t kListenerId = 0, kWakerId = 1, kFirstConnectionId = 2;
constexpr std::uint32_t kConnectionEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

void switch_on(int descriptor, int level, int option) {
    const int on = 1;
    ::setsockopt(descriptor, level, option, &on, sizeof on);
}

}  // namespace

struct Loop::Impl {
    using Steady = Connection::Steady;
    using State = Connection::State;
    using Next = Connection::Next;

    Impl(Settings settings, Pool& pool, Answerer answerer)
        : settings_(std::move(settings)), pool_(pool), answerer_(std::move(answerer)) {}
    ~Impl() {
        if (epoll_ >= 0) ::close(epoll_);
    }

    void bind();
    void run();
    void tick(Steady::time_point now);
    void watch(int descriptor, std::uint64_t id, std::uint32_t events) const;
    void accept_some(Steady::time_point now);
    void on_event(Connection& connection, std::uint32_t events, Steady::time_point now);
    void drive(Connection& connection, Steady::time_point now);
    void submit_answer(Connection& connection, Steady::time_point now);
    void submit_fetch(Connection& connection);
    void take_finished(Steady::time_point now);
    void pump_streams(Steady::time_point now);
    void attach(Connection& connection, Reply reply, Steady::time_point now);
    void erase(std::uint64_t id);
    void release(std::shared_ptr<StreamChannel> channel);
    void begin_stop(Steady::time_point now);

    struct Part {
        SharedBytes bytes;
    };
    struct Failed {};
    struct Finished {
        std::uint64_t id;
        std::variant<Reply, Part, Failed> outcome;
    };
    void finish(std::uint64_t id, std::variant<Reply, Part, Failed> outcome) {
        finished_.with([&](auto& all) { all.push_back({id, std::move(outcome)}); });
        waker_->wake();
    }

    // Constant after start.
    const Settings settings_;
    Pool& pool_;
    const Answerer answerer_;
    Poco::Net::ServerSocket listener_;
    std::uint16_t port_ = 0;
    int epoll_ = -1;
    const std::shared_ptr<const Waker> waker_ = std::make_shared<const Waker>();
    const std::shared_ptr<LoopFigures> figures_ = std::make_shared<LoopFigures>();
    Guarded<std::vector<Finished>> finished_;
    std::atomic<bool> stop_asked_{false};
    // Owned by the loop's thread.
    struct Readers {
        std::shared_ptr<StreamChannel> channel;
        std::set<std::uint64_t> ids;
    };
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
    std::map<StreamChannel*, Readers> channels_;
    std::vector<std::shared_ptr<StreamChannel>> released_;  // the pool was full: again at the next tick
    std::uint64_t next_id_ = kFirstConnectionId;
    bool is_listening_ = false;
    bool is_accepting_ = false;  // false for a tick when descriptors ran out
    bool is_stopping_ = false;
    Steady::time_point stop_at_{}, next_tick_{};
    // Last: its function uses everything above.
    std::jthread thread_;
};

void Loop::Impl::bind() {
    try {
        const Poco::Net::SocketAddress address(settings_.address, settings_.port);
        listener_.bind(address, /*reuseAddress=*/true, /*reusePort=*/false);
        listener_.listen(kBacklog);
        listener_.setBlocking(false);
        port_ = listener_.address().port();
    } catch (const Poco::Exception& e) {
        throw Unavailable("cannot listen on " + settings_.address + ":" + std::to_string(settings_.port) +
                              ": " + e.displayText(),
                          std::chrono::seconds(1));
    }
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) throw Unavailable("no descriptor left for the web loop", std::chrono::seconds(1));
    watch(listener_.impl()->sockfd(), kListenerId, EPOLLIN);
    watch(waker_->descriptor(), kWakerId, EPOLLIN);
    is_listening_ = is_accepting_ = true;
}

void Loop::Impl::watch(int descriptor, std::uint64_t id, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
}

void Loop::Impl::run() {
    std::array<epoll_event, kMaxEvents> events;
    next_tick_ = Steady::now() + kTick;
    while (true) {
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next_tick_ - Steady::now()).count();
        const int count =
            ::epoll_wait(epoll_, events.data(), kMaxEvents, static_cast<int>(std::max(wait, 0L)));
        const auto now = Steady::now();
        for (int i = 0; i < count; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            if (event.data.u64 == kListenerId) {
                accept_some(now);
            } else if (event.data.u64 == kWakerId) {
                waker_->drain();
            } else if (const auto found = connections_.find(event.data.u64); found != connections_.end()) {
                on_event(*found->second, event.events, now);
            }
        }
        take_finished(now);
        pump_streams(now);
        if (now >= next_tick_) tick(now);
        if (stop_asked_ && !is_stopping_) begin_stop(now);
        if (is_stopping_ && (connections_.empty() || now >= stop_at_)) break;
    }
    while (!connections_.empty()) erase(connections_.begin()->first);
}

void Loop::Impl::tick(Steady::time_point now) {
    next_tick_ = now + kTick;
    std::vector<std::uint64_t> dead;
    for (const auto& [id, connection] : connections_) {
        connection->expire(now);
        if (connection->state() == State::kDead) dead.push_back(id);
    }
    for (const auto id : dead) erase(id);
    if (is_listening_ && !is_accepting_) {
        watch(listener_.impl()->sockfd(), kListenerId, EPOLLIN);
        is_accepting_ = true;
    }
    auto released = std::move(released_);
    released_.clear();
    for (auto& channel : released) release(std::move(channel));
}

void Loop::Impl::accept_some(Steady::time_point now) {
    for (int i = 0; i < kMaxAcceptsAtOnce && is_listening_; ++i) {
        const int descriptor =
            ::accept4(listener_.impl()->sockfd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                log::warning("web.no_descriptors", {{"connections", std::to_string(connections_.size())}});
                ::epoll_ctl(epoll_, EPOLL_CTL_DEL, listener_.impl()->sockfd(), nullptr);
                is_accepting_ = false;
            }
            return;
        }
        if (connections_.size() >= settings_.limits.connections) {
            ::close(descriptor);
            continue;
        }
        switch_on(descriptor, IPPROTO_TCP, TCP_NODELAY);
        switch_on(descriptor, SOL_SOCKET, SO_KEEPALIVE);
        const auto id = next_id_++;
        connections_.emplace(id, std::make_unique<Connection>(descriptor, id, settings_.limits, now));
        figures_->connections = static_cast<int>(connections_.size());
        watch(descriptor, id, kConnectionEvents);
    }
}

void Loop::Impl::on_event(Connection& connection, std::uint32_t events, Steady::time_point now) {
    if (events & (EPOLLERR | EPOLLHUP)) return erase(connection.id());
    if (events & (EPOLLIN | EPOLLRDHUP)) connection.mark_readable();
    if (events & EPOLLOUT) connection.mark_writable();
    drive(connection, now);
}

// May end the connection: the reference is not to be used afterwards.
void Loop::Impl::drive(Connection& connection, Steady::time_point now) {
    switch (connection.drive(now)) {
        case Next::kNothing:
            break;
        case Next::kAnswer:
            submit_answer(connection, now);
            break;
        case Next::kFetch:
            submit_fetch(connection);
            break;
    }
    if (connection.state() == State::kDead) erase(connection.id());
}

void Loop::Impl::submit_answer(Connection& connection, Steady::time_point now) {
    auto request = std::make_shared<RawRequest>(connection.take_request());
    const bool taken =
        pool_.submit([this, id = connection.id(), request] { finish(id, answerer_(std::move(*request))); });
    if (taken) return;
    connection.refuse({503, "too many requests wait already"}, now);
    connection.drive(now);
}

void Loop::Impl::submit_fetch(Connection& connection) {
    const bool taken = pool_.submit([this, id = connection.id(), more = connection.more()] {
        try {
            finish(id, Part{more()});
        } catch (const std::exception& e) {
            log::warning("web.body_broke_off", {{"why", e.what()}});
            finish(id, Failed{});
        }
    });
    if (!taken) connection.die();
}

void Loop::Impl::take_finished(Steady::time_point now) {
    std::vector<Finished> finished;
    finished_.with([&](auto& all) { all.swap(finished); });
    for (auto& [id, outcome] : finished) {
        auto* const reply = std::get_if<Reply>(&outcome);
        const auto found = connections_.find(id);
        if (found == connections_.end()) {
            if (reply && reply->stream) release(std::move(reply->stream));
            continue;
        }
        auto& connection = *found->second;
        if (reply) {
            attach(connection, std::move(*reply), now);
        } else if (auto* const part = std::get_if<Part>(&outcome)) {
            connection.part(std::move(part->bytes), now);
        } else {
            connection.die();
        }
        drive(connection, now);
    }
}

void Loop::Impl::attach(Connection& connection, Reply reply, Steady::time_point now) {
    if (const auto& channel = reply.stream; channel && is_stopping_) {
        release(std::move(reply.stream));
        return connection.die();
    } else if (channel) {
        auto& readers = channels_[channel.get()];
        if (!readers.channel) {
            readers.channel = channel;
            channel->attach(waker_);
            channel->collect(now);
        }
        readers.ids.insert(connection.id());
        ++figures_->streams;
    }
    connection.answer(std::move(reply), now);
}

void Loop::Impl::pump_streams(Steady::time_point now) {
    std::vector<std::uint64_t> readers;
    for (const auto& [pointer, channel] : channels_)
        if (channel.channel->collect(now) == StreamChannel::News::kSome)
            readers.insert(readers.end(), channel.ids.begin(), channel.ids.end());
    for (const auto id : readers)
        if (const auto found = connections_.find(id); found != connections_.end()) drive(*found->second, now);
}

void Loop::Impl::erase(std::uint64_t id) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    auto* const key = found->second->stream().get();
    connections_.erase(found);
    figures_->connections = static_cast<int>(connections_.size());
    if (!key) return;
    --figures_->streams;
    auto& readers = channels_.at(key);
    readers.ids.erase(id);
    if (!readers.ids.empty()) return;
    auto channel = std::move(readers.channel);
    channels_.erase(key);
    release(std::move(channel));
}

// The last reader left: what fed the channel ends with it, which may wait; so not on this thread.
void Loop::Impl::release(std::shared_ptr<StreamChannel> channel) {
    const auto last = std::make_shared<std::shared_ptr<StreamChannel>>(std::move(channel));
    if (!pool_.submit([last] { last->reset(); })) released_.push_back(std::move(*last));
}

void Loop::Impl::begin_stop(Steady::time_point now) {
    is_stopping_ = true;
    stop_at_ = now + kStopTime;
    is_listening_ = is_accepting_ = false;
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, listener_.impl()->sockfd(), nullptr);
    listener_.close();
    std::vector<std::uint64_t> dead;
    for (const auto& [id, connection] : connections_) {
        connection->wind_up();
        if (connection->state() == State::kDead) dead.push_back(id);
    }
    for (const auto id : dead) erase(id);
}

Loop::Loop(Settings settings, Pool& pool, Answerer answerer)
    : impl_(std::make_unique<Impl>(std::move(settings), pool, std::move(answerer))) {}

Loop::~Loop() {
    stop();
}

void Loop::start() {
    impl_->bind();
    impl_->thread_ = named_thread("stream-0", [this](const std::stop_token&) { impl_->run(); });
}

std::uint16_t Loop::port() const {
    return impl_->port_;
}

void Loop::stop() {
    if (!impl_->thread_.joinable()) return;
    impl_->stop_asked_ = true;
    impl_->waker_->wake();
    impl_->thread_.join();
}

std::shared_ptr<const LoopFigures> Loop::figures() const {
    return impl_->figures_;
}

}  // namespace stagecast::web
