#pragma once
#include <sys/uio.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "web/message.h"
#include "web/stream_channel.h"

namespace stagecast::web {

// Time and size that one client may take; each is a default that tests shorten.
struct Limits {
    std::chrono::milliseconds header{5'000};      // from the first byte, or from accept, to the empty line
    std::chrono::milliseconds keep_alive{2'000};  // between an answer and the next request
    std::chrono::milliseconds request{30'000};    // from the first byte to the last of the body
    std::chrono::milliseconds send{10'000};       // without the client taking a byte
    std::chrono::milliseconds linger{
        1'000};  // for the client to close after an answer that ends the connection
    std::size_t header_bytes = 16u << 10;
    std::size_t body_bytes = 1u << 20;
    std::size_t connections = 30'000;
};

// One request, whole.
struct RawRequest {
    Head head;
    std::string body;
};

// What is sent back. Exactly one of body (perhaps with more) and stream follows the head.
struct Reply {
    std::string head;
    SharedBytes body;
    std::function<SharedBytes()> more;  // the next part, null at the end; called on the pool, may throw
    std::shared_ptr<StreamChannel> stream;
    After after = After::kClose;
};

// One client's socket and what is under way on it. Thread: the loop's. Never blocks.
class Connection {
public:
    using Steady = std::chrono::steady_clock;
    enum class State {
        kReading,    // a request, or waiting for one
        kWorking,    // the pool has it
        kSending,    // an answer
        kFetching,   // the pool fetches the next part of an answer
        kStreaming,  // until one side has enough
        kLingering,  // answered and shut; waits for the client to close
        kDead
    };
    // What the loop has to do now.
    enum class Next { kNothing, kAnswer, kFetch };

    Connection(int descriptor, std::uint64_t id, const Limits& limits, Steady::time_point now);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    std::uint64_t id() const noexcept { return id_; }
    State state() const noexcept { return state_; }
    const std::shared_ptr<StreamChannel>& stream() const noexcept { return reply_.stream; }

    void mark_readable() noexcept { readable_ = true; }
    void mark_writable() noexcept { writable_ = true; }
    // Goes as far as the socket lets it. kAnswer: take_request() is ready; kFetch: call more().
    Next drive(Steady::time_point now);
    RawRequest take_request();
    void answer(Reply reply, Steady::time_point now);
    void refuse(const Refusal& refusal, Steady::time_point now);
    const std::function<SharedBytes()>& more() const noexcept { return reply_.more; }
    void part(SharedBytes bytes, Steady::time_point now);  // null: that was all
    void die() noexcept { state_ = State::kDead; }
    // Ends after the answer under way; at once when there is none.
    void wind_up() noexcept;
    // Dies or answers 408 when its time is over.
    void expire(Steady::time_point now);

private:
    Next read_request(Steady::time_point now);
    bool parse(Steady::time_point now);
    void receive(std::size_t wanted_bytes);
    Next send(Steady::time_point now);
    Next sent(Steady::time_point now);
    void stream_on(Steady::time_point now);
    void discard_input();
    static constexpr std::size_t kMaxPieces = 16;  // of one write
    struct Pieces {
        std::array<iovec, kMaxPieces> parts;
        std::size_t count = 0;
    };
    std::size_t gather(Pieces& pieces);
    void consume(std::size_t bytes);
    std::size_t write_out();

    const int descriptor_;
    const std::uint64_t id_;
    const Limits& limits_;
    State state_ = State::kReading;
    bool readable_ = false, writable_ = true;
    bool ending_ = false;      // nothing is read after the answer under way
    bool waits_idle_ = false;  // between an answer and the next request
    std::string input_;
    std::optional<Head> head_;
    std::size_t head_bytes_ = 0;  // of input_, when head_ is known
    Reply reply_;
    std::deque<SharedBytes> out_;
    std::size_t out_offset_bytes_ = 0;  // of out_.front() that is sent
    StreamChannel::Cursor cursor_;
    Steady::time_point began_, deadline_;
};

}  // namespace stagecast::web
