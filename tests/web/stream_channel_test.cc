#include "web/stream_channel.h"

#include <catch2/catch.hpp>

#include "base/random.h"

using namespace stagecast;
using namespace stagecast::web;
using namespace std::chrono_literals;

namespace {

using Join = ByteSink::Join;
using Cursor = StreamChannel::Cursor;

SharedBytes bytes(const std::string& text) {
    return std::make_shared<const std::string>(text);
}

// What a reader at the cursor would be sent now, `step` bytes at a time.
std::string read_all(StreamChannel& channel, Cursor& cursor, std::size_t step = 1'000) {
    std::string text;
    if (const auto headers = channel.take_headers(cursor)) text += *headers;
    while (const auto page = channel.at(cursor, 0)) {
        const auto piece = page->substr(cursor.offset_bytes, step);
        text += piece;
        channel.advance(cursor, piece.size());
    }
    return text;
}

const auto kStart = StreamChannel::Steady::time_point{} + 1h;

}  // namespace

TEST_CASE("every reader gets the headers and then every byte in order, however it is cut", "[web]") {
    const auto step = GENERATE(1u, 2u, 3u, 7u, 1'000u);
    StreamChannel channel({});
    channel.headers(bytes("H"));
    channel.collect(kStart);
    auto cursor = channel.join(kStart);
    std::string published = "H", received = read_all(channel, cursor, step);
    SeededRandom random(step);
    for (int i = 0; i < 50; ++i) {
        const auto page = random_token(random, 1 + static_cast<std::size_t>(i) % 9);
        published += page;
        channel.page(bytes(page), Join::kAllowed);
        if (i % 3 == 0) channel.collect(kStart + i * 10ms);
        received += read_all(channel, cursor, step);
    }
    channel.collect(kStart + 1s);
    received += read_all(channel, cursor, step);
    CHECK(received == published);
}

TEST_CASE("a joiner begins with the headers and the last three seconds, at a page that may begin a stream",
          "[web]") {
    StreamChannel channel({});
    channel.headers(bytes("H"));
    for (int i = 0; i < 10; ++i) {
        channel.page(bytes(std::to_string(i)), i % 2 == 0 ? Join::kAllowed : Join::kNotHere);
        channel.collect(kStart + i * 1s);
    }
    auto cursor = channel.join(kStart + 9s);
    CHECK(read_all(channel, cursor) == "H6789");
}

TEST_CASE("a joiner of a stream that has nothing yet waits for its headers and for a page that may begin it",
          "[web]") {
    StreamChannel channel({});
    channel.collect(kStart);
    auto cursor = channel.join(kStart);
    CHECK(read_all(channel, cursor).empty());
    channel.headers(bytes("H"));
    channel.page(bytes("no"), Join::kNotHere);
    channel.page(bytes("yes"), Join::kAllowed);
    channel.collect(kStart + 1s);
    CHECK(read_all(channel, cursor) == "Hyes");
}

TEST_CASE("a reader that falls further behind than the ring has lost its place, one within it has not",
          "[web]") {
    StreamChannel channel({});
    channel.headers(bytes("H"));
    channel.page(bytes("0"), Join::kAllowed);
    channel.collect(kStart);
    const auto slow = channel.join(kStart);
    channel.page(bytes("1"), Join::kAllowed);
    channel.collect(kStart + StreamChannel::kKeep);
    CHECK_FALSE(channel.is_lost(slow));
    channel.collect(kStart + StreamChannel::kKeep + 1ms);
    CHECK(channel.is_lost(slow));
}

TEST_CASE("a stream that begins anew sends its new headers in their place", "[web]") {
    StreamChannel channel({});
    channel.headers(bytes("H1"));
    channel.page(bytes("a"), Join::kAllowed);
    channel.collect(kStart);
    auto early = channel.join(kStart);
    channel.headers(bytes("H2"));
    channel.page(bytes("b"), Join::kAllowed);
    channel.collect(kStart + 1s);
    auto late = channel.join(kStart + 1s);
    CHECK(read_all(channel, early) == "H2aH2b");
    CHECK(read_all(channel, late) == "H2b");
}

TEST_CASE("a state's summary is for joiners, who is there got the news as a page", "[web]") {
    StreamChannel channel({StreamChannel::Headers::kState, 0ms, ": still here\n\n"});
    channel.headers(bytes("state1"));
    channel.collect(kStart);
    auto early = channel.join(kStart);
    CHECK(read_all(channel, early) == "state1");
    channel.headers(bytes("state2"));
    channel.page(bytes("news"), Join::kAllowed);
    channel.collect(kStart + 1s);
    CHECK(read_all(channel, early) == "news");
    auto late = channel.join(kStart + 1s);
    CHECK(read_all(channel, late) == "state2");
    channel.collect(kStart + 1s + StreamChannel::kIdle);
    CHECK(read_all(channel, early) == ": still here\n\n");
}
