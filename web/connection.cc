#include "web/connection.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace stagecast::web {
namespace {

constexpr std::size_t kReadBytes = 16u << 10;  // at a time
constexpr int kStreamBufferBytes = 64 << 10;   // a stream's socket holds seconds, not minutes
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

SharedBytes share(std::string bytes) {
    return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace

Connection::Connection(int descriptor, std::uint64_t id, const Limits& limits, Steady::time_point now)
    : descriptor_(descriptor), id_(id), limits_(limits), began_(now), deadline_(now + limits.header) {}

Connection::~Connection() {
    ::close(descriptor_);
}

Connection::Next Connection::drive(Steady::time_point now) {
    switch (state_) {
        case State::kReading:
            return read_request(now);
        case State::kSending:
            return send(now);
        case State::kStreaming:
            stream_on(now);
            return Next::kNothing;
        case State::kLingering:
            discard_input();
            return Next::kNothing;
        case State::kWorking:
        case State::kFetching:
        case State::kDead:
            return Next::kNothing;
    }
    return Next::kNothing;
}

void Connection::receive(std::size_t wanted_bytes) {
    std::array<char, kReadBytes> buffer;
    while (readable_ && input_.size() < wanted_bytes) {
        const auto got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (got > 0) {
            input_.append(buffer.data(), static_cast<std::size_t>(got));
        } else if (got < 0 && errno == EINTR) {
            continue;
        } else {
            readable_ = false;
            if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) state_ = State::kDead;
        }
    }
}

Connection::Next Connection::read_request(Steady::time_point now) {
    while (state_ == State::kReading) {
        receive(head_ ? head_bytes_ + head_->body_bytes : limits_.header_bytes + 1);
        const bool is_closed = state_ == State::kDead;
        if (waits_idle_ && !input_.empty()) {
            waits_idle_ = false;
            began_ = now;
            deadline_ = now + limits_.header;
        }
        if (!head_ && !parse(now)) return state_ == State::kSending ? send(now) : Next::kNothing;
        if (input_.size() >= head_bytes_ + head_->body_bytes) {
            // Half-closed after a whole request: it is answered all the same.
            state_ = State::kWorking;
            ending_ = ending_ || is_closed;
            return Next::kAnswer;
        }
        if (!readable_) return Next::kNothing;
    }
    return Next::kNothing;
}

// True when the head is there and good.
bool Connection::parse(Steady::time_point now) {
    const auto begin = input_.find_first_not_of("\r\n");
    if (begin != 0 && begin != input_.npos) input_.erase(0, begin);
    const auto end = input_.find(kHeadEnd);
    const auto size = end == input_.npos ? input_.size() : end + kHeadEnd.size();
    if (size > limits_.header_bytes) {
        refuse({431, "the header fields are larger than 16 KiB"}, now);
        return false;
    }
    if (end == input_.npos) return false;
    auto parsed = parse_head(std::string_view(input_).substr(0, size), limits_.body_bytes);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
        refuse(*refusal, now);
        return false;
    }
    head_ = std::get<Head>(std::move(parsed));
    head_bytes_ = size;
    deadline_ = began_ + limits_.request;
    if (head_->expects_continue && input_.size() < size + head_->body_bytes) {
        out_.push_back(share(std::string(kContinue)));
        write_out();
    }
    return true;
}

RawRequest Connection::take_request() {
    RawRequest request{std::move(*head_), input_.substr(head_bytes_, head_->body_bytes)};
    input_.erase(0, head_bytes_ + request.body.size());
    head_.reset();
    return request;
}

void Connection::answer(Reply reply, Steady::time_point now) {
    if (state_ == State::kDead) return;
    reply_ = std::move(reply);
    if (ending_) reply_.after = After::kClose;
    out_.push_back(share(std::move(reply_.head)));
    if (reply_.body && !reply_.body->empty()) out_.push_back(std::move(reply_.body));
    state_ = State::kSending;
    deadline_ = now + limits_.send;
    if (!reply_.stream) return;
    state_ = State::kStreaming;
    input_.shrink_to_fit();
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDBUF, &kStreamBufferBytes, sizeof kStreamBufferBytes);
    cursor_ = reply_.stream->join(now);
}

void Connection::refuse(const Refusal& refusal, Steady::time_point now) {
    auto body = fmt::format(R"({{"type":"about:blank","title":"{}","status":{},"detail":"{}"}})",
                            reason_of(refusal.status), refusal.status, refusal.why);
    Fields fields{{"Content-Type", "application/problem+json"},
                  {"Content-Length", std::to_string(body.size())},
                  {"Connection", "close"}};
    if (refusal.status == 503) fields.emplace_back("Retry-After", "1");
    head_.reset();
    answer({format_head(refusal.status, fields), share(std::move(body)), {}, {}, After::kClose}, now);
}

void Connection::part(SharedBytes bytes, Steady::time_point now) {
    if (state_ != State::kFetching) return;
    if (bytes && !bytes->empty())
        out_.push_back(std::move(bytes));
    else
        reply_.more = nullptr;
    state_ = State::kSending;
    deadline_ = now + limits_.send;
}

// What is in out_ and, for a stream, in the ring from the cursor on. Returns the bytes that are of out_.
std::size_t Connection::gather(Pieces& pieces) {
    pieces.count = 0;
    const auto add = [&](const SharedBytes& bytes, std::size_t offset_bytes) {
        pieces.parts[pieces.count++] = {const_cast<char*>(bytes->data()) + offset_bytes,
                                        bytes->size() - offset_bytes};
        return bytes->size() - offset_bytes;
    };
    std::size_t queued_bytes = 0;
    for (std::size_t i = 0; i < out_.size() && pieces.count < kMaxPieces; ++i)
        queued_bytes += add(out_[i], i == 0 ? out_offset_bytes_ : 0);
    for (std::size_t i = 0; reply_.stream && pieces.count < kMaxPieces; ++i) {
        const auto page = reply_.stream->at(cursor_, i);
        if (!page) break;
        add(page, i == 0 ? cursor_.offset_bytes : 0);
    }
    return queued_bytes;
}

void Connection::consume(std::size_t bytes) {
    while (!out_.empty() && bytes >= out_.front()->size() - out_offset_bytes_) {
        bytes -= out_.front()->size() - out_offset_bytes_;
        out_.pop_front();
        out_offset_bytes_ = 0;
    }
    out_offset_bytes_ += bytes;
}

// Returns the bytes the socket took.
std::size_t Connection::write_out() {
    std::size_t total_bytes = 0;
    Pieces pieces;
    while (writable_ && state_ != State::kDead) {
        const auto queued_bytes = gather(pieces);
        if (pieces.count == 0) break;
        msghdr message{};
        message.msg_iov = pieces.parts.data();
        message.msg_iovlen = pieces.count;
        const auto sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) {
            writable_ = false;
            if (errno != EAGAIN && errno != EWOULDBLOCK) state_ = State::kDead;
            break;
        }
        const auto sent_bytes = static_cast<std::size_t>(sent);
        total_bytes += sent_bytes;
        consume(std::min(sent_bytes, queued_bytes));
        if (sent_bytes > queued_bytes) reply_.stream->advance(cursor_, sent_bytes - queued_bytes);
    }
    return total_bytes;
}

Connection::Next Connection::send(Steady::time_point now) {
    if (write_out() > 0) deadline_ = now + limits_.send;
    if (state_ == State::kDead || !out_.empty()) return Next::kNothing;
    if (!reply_.more) return sent(now);
    state_ = State::kFetching;
    return Next::kFetch;
}

Connection::Next Connection::sent(Steady::time_point now) {
    const auto after = reply_.after;
    reply_ = {};
    if (after == After::kClose || ending_) {
        state_ = State::kLingering;
        deadline_ = now + limits_.linger;
        ::shutdown(descriptor_, SHUT_WR);
        discard_input();
        return Next::kNothing;
    }
    state_ = State::kReading;
    began_ = now;
    deadline_ = now + limits_.keep_alive;
    waits_idle_ = true;
    return read_request(now);
}

void Connection::stream_on(Steady::time_point now) {
    discard_input();
    if (state_ == State::kDead) return;
    auto& stream = *reply_.stream;
    if (stream.is_lost(cursor_)) return die();
    if (const auto headers = stream.take_headers(cursor_)) out_.push_back(headers);
    if (write_out() > 0) deadline_ = now + limits_.send;
    if (state_ == State::kDead || !(stream.ended() || ending_) || !out_.empty()) return;
    if (!ending_ && stream.at(cursor_, 0)) return;
    state_ = State::kLingering;
    deadline_ = now + limits_.linger;
    ::shutdown(descriptor_, SHUT_WR);
}

// The end of the input is the end of the connection: nobody listens any more.
void Connection::discard_input() {
    std::array<char, kReadBytes> buffer;
    while (readable_) {
        const auto got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (got > 0 || (got < 0 && errno == EINTR)) continue;
        readable_ = false;
        if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) state_ = State::kDead;
    }
}

void Connection::wind_up() noexcept {
    ending_ = true;
    if (state_ == State::kReading || state_ == State::kLingering || state_ == State::kStreaming)
        state_ = State::kDead;
}

void Connection::expire(Steady::time_point now) {
    if (now < deadline_) return;
    if (state_ == State::kReading && !input_.empty()) {
        refuse({408, "the request did not come in time"}, now);
        send(now);
    } else if (state_ == State::kReading || state_ == State::kSending || state_ == State::kLingering) {
        state_ = State::kDead;
    }
}

}  // namespace stagecast::web
