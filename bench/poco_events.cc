// The peer of bench/events_vs_poco.mjs: server-sent events by Poco's own means, a thread for each connection.
// Prints its port. GET /events holds a stream; each line on standard input is an event to all; ends with the
// input.
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <condition_variable>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <string>

namespace {

constexpr int kMaxStreams = 10'100;

struct Events {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t count = 0;
    std::string last;
    bool ended = false;
};

class Stream final : public Poco::Net::HTTPRequestHandler {
public:
    explicit Stream(Events& events) : events_(events) {}
    void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override {
        response.setContentType("text/event-stream");
        response.setChunkedTransferEncoding(true);
        auto& out = response.send();
        out << "retry: 5000\n\n" << std::flush;
        std::unique_lock lock(events_.mutex);
        for (auto seen = events_.count; !events_.ended && out.good();) {
            events_.changed.wait(lock, [&] { return events_.ended || events_.count != seen; });
            seen = events_.count;
            const auto bytes = events_.last;
            lock.unlock();
            out << bytes << std::flush;
            lock.lock();
        }
    }

private:
    Events& events_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit Factory(Events& events) : events_(events) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        return new Stream(events_);
    }

private:
    Events& events_;
};

}  // namespace

int main() {
    Events events;
    Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0), 4'096);
    Poco::ThreadPool pool(16, kMaxStreams, 60, 64 * 1'024);
    auto* const parameters = new Poco::Net::HTTPServerParams;
    parameters->setMaxThreads(kMaxStreams);
    parameters->setMaxQueued(kMaxStreams);
    Poco::Net::HTTPServer server(new Factory(events), pool, socket, parameters);
    server.start();
    std::printf("%d\n", static_cast<int>(socket.address().port()));
    std::fflush(stdout);
    for (std::string line; std::getline(std::cin, line);) {
        const std::lock_guard lock(events.mutex);
        ++events.count;
        events.last = "event: bell\ndata: " + line + "\n\n";
        events.changed.notify_all();
    }
    {
        const std::lock_guard lock(events.mutex);
        events.ended = true;
        events.changed.notify_all();
    }
    server.stopAll(true);
}
