#pragma once
#include <cstdint>
#include <memory>

#include "web/http.h"

namespace stagecast::web {

// The HTTP/1.1 server: Poco's pool for short requests (header deadline 5 s), an epoll loop for long-lived
// ones. Threads: web-N (pool), stream-0 (loop).
class Server {
public:
    explicit Server(Services& services);
    ~Server();
    // Binds and serves; throws Unavailable when the port is taken.
    void start();
    std::uint16_t port() const;
    // Stops accepting, lets short requests finish (5 s), ends streams.
    void stop();

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::web
