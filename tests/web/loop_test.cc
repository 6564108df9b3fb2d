#include "web/loop.h"

#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "client.h"

using namespace stagecast;
using namespace stagecast::web;
using namespace std::chrono_literals;
using test::Client;

namespace {

SharedBytes share(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

Reply reply(const std::string& body, After after) {
    const auto head = format_head(200, {{"Content-Length", std::to_string(body.size())}});
    return {head, share(body), {}, {}, after};
}

// A loop whose answers say what was asked: /stream joins `channel`, /parts answers in three pieces.
struct Fixture {
    explicit Fixture(Limits limits = {}, int threads = 2)
        : pool(threads, 64),
          loop({"127.0.0.1", 0, limits}, pool, [this](RawRequest&& raw) { return answer(raw); }) {
        loop.start();
    }
    ~Fixture() {
        loop.stop();
        pool.stop();
    }
    Reply answer(const RawRequest& raw) {
        if (raw.head.target == "/stream") return {format_head(200, {}), nullptr, {}, channel, After::kClose};
        if (raw.head.target == "/parts") {
            auto left = std::make_shared<int>(3);
            return {format_head(200, {{"Content-Length", "6"}}),
                    nullptr,
                    [left]() -> SharedBytes { return (*left)-- > 0 ? share("ab") : nullptr; },
                    {},
                    After::kKeepAlive};
        }
        return reply(raw.head.method + " " + raw.head.target + " " + raw.body, raw.head.after);
    }
    std::uint16_t port() const { return loop.port(); }

    std::shared_ptr<StreamChannel> channel = std::make_shared<StreamChannel>(StreamChannel::Settings{});
    Pool pool;
    Loop loop;
};

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

// Looks again until it is so, at most 10 s.
template <class F>
bool comes_true(F&& look) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!look()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace

TEST_CASE("requests on one connection are answered in order, however their bytes arrive", "[web]") {
    Fixture server;
    Client client(server.port());
    client.send(get("/1") + get("/2") + "POST /3 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbo");
    CHECK(client.receive().body == "GET /1 ");
    CHECK(client.receive().body == "GET /2 ");
    client.send("dy" + get("/4"));
    CHECK(client.receive().body == "POST /3 body");
    CHECK(client.receive().body == "GET /4 ");
    for (const char c : get("/5")) client.send(std::string(1, c));
    CHECK(client.receive().body == "GET /5 ");
    client.send(get("/parts") + get("/6"));
    CHECK(client.receive().body == "ababab");
    CHECK(client.receive().body == "GET /6 ");
}

TEST_CASE("a body is asked for when its sender waits to be asked", "[web]") {
    Fixture server;
    Client client(server.port());
    client.send("POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(client.receive_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");
    CHECK(client.receive().body == "POST /x ok");
}

TEST_CASE("what is too large, too slow or no HTTP is told so, and the connection ends", "[web]") {
    Limits limits;
    limits.header = limits.request = 300ms;
    limits.keep_alive = limits.linger = 100ms;
    Fixture server(limits);
    const auto refused = [&](const std::string& bytes) {
        Client client(server.port());
        client.send(bytes);
        const auto answer = client.receive();
        CHECK(answer.header("content-type") == "application/problem+json");
        CHECK(answer.header("connection") == "close");
        client.receive_rest();
        return answer.status;
    };
    CHECK(refused("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(17'000, 'a')) == 431);
    CHECK(refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n") == 413);
    CHECK(refused("\x16\x03\x01 nonsense\r\n\r\n") == 400);
    CHECK(refused("GET / HTTP/1.1\r\nHost:") == 408);
    CHECK(refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc") == 408);
    Client idle(server.port());
    CHECK(idle.receive_rest().empty());
}

TEST_CASE("200 clients that send slowly and 100 that hold a stream cost no thread", "[web]") {
    Fixture server({}, /*threads=*/1);
    server.channel->headers(share("<H>"));
    server.channel->page(share("page0"), ByteSink::Join::kAllowed);
    std::vector<std::unique_ptr<Client>> slow, holders;
    for (int i = 0; i < 200; ++i) {
        slow.push_back(std::make_unique<Client>(server.port()));
        slow.back()->send(i % 2 ? "GET / HTTP/1.1\r\nHost: x\r\n"
                                : "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n");
    }
    for (int i = 0; i < 100; ++i) {
        holders.push_back(std::make_unique<Client>(server.port()));
        holders.back()->send(get("/stream"));
        holders.back()->receive_until("<H>page0");
    }
    CHECK(server.loop.figures()->streams == 100);
    for (int i = 0; i < 20; ++i) {
        for (auto& client : slow) client->send("a");
        CHECK(test::ask(server.port(), "GET", "/now").body == "GET /now ");
    }
    server.channel->page(share("page1"), ByteSink::Join::kAllowed);
    for (auto& holder : holders) CHECK(holder->receive_until("page1") == "page1");
}

TEST_CASE("a stream's reader that takes nothing is dropped, the others go on", "[web]") {
    Fixture server;
    server.channel->headers(share("<H>"));
    Client stalled(server.port()), reader(server.port());
    stalled.send(get("/stream"));
    reader.send(get("/stream"));
    reader.receive_until("<H>");
    REQUIRE(comes_true([&] { return server.loop.figures()->streams == 2; }));
    const std::string page(64 << 10, 'x');
    CHECK(comes_true([&] {
        server.channel->page(share(page + "!"), ByteSink::Join::kAllowed);
        reader.receive_until("!");
        return server.loop.figures()->streams == 1;
    }));
}

TEST_CASE("what feeds a stream ends with its last reader, and never on the loop's thread", "[web]") {
    Fixture server;
    std::atomic<bool> gone{false};
    server.channel = {new StreamChannel(StreamChannel::Settings{}), [&](StreamChannel* channel) {
                          delete channel;
                          std::array<char, 16> name{};
                          pthread_getname_np(pthread_self(), name.data(), name.size());
                          CHECK(std::string(name.data()).starts_with("web-"));
                          gone = true;
                      }};
    server.channel->headers(share("<H>"));
    {
        Client one(server.port()), two(server.port());
        one.send(get("/stream"));
        one.receive_until("<H>");
        two.send(get("/stream"));
        two.receive_until("<H>");
        server.channel = nullptr;
    }
    CHECK(comes_true([&] { return gone.load(); }));
    CHECK(server.loop.figures()->streams == 0);
}

TEST_CASE("the end of a stream is the end of its connections, after the last page", "[web]") {
    Fixture server;
    server.channel->headers(share("<H>"));
    Client client(server.port());
    client.send(get("/stream"));
    client.receive_until("<H>");
    server.channel->page(share("last"), ByteSink::Join::kAllowed);
    server.channel->end();
    CHECK(client.receive_rest() == "last");
}

TEST_CASE("stopping lets the answer under way go out and ends what is held", "[web]") {
    auto server = std::make_unique<Fixture>();
    Client idle(server->port()), holder(server->port());
    server->channel->headers(share("<H>"));
    holder.send(get("/stream"));
    holder.receive_until("<H>");
    server->loop.stop();
    CHECK(idle.receive_rest().empty());
    CHECK(holder.receive_rest().empty());
}
