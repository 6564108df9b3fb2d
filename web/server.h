#pragma once
#include <cstdint>
#include <memory>

#include "web/connection.h"
#include "web/http.h"

namespace stagecast::web {

// The HTTP/1.1 server. An epoll loop owns every socket and gives whole requests to a pool: slow clients and
// long-lived responses cost a connection, never a thread. Poco reads and writes the messages.
// Threads: web-N (pool), stream-0 (loop).
class Server {
public:
    explicit Server(Services& services);
    Server(Services& services, const Limits& limits);
    ~Server();
    // Binds and serves; throws Unavailable when the port is taken.
    void start();
    std::uint16_t port() const;
    // Stops accepting, lets short requests finish (5 s), ends streams. For good.
    void stop();

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::web
