#include "web/server.h"

#include "web/core.h"
#include "web/loop.h"
#include "web/pool.h"

namespace stagecast::web {
namespace {

constexpr std::size_t kMaxQueued = 4'096;  // whole requests before the pool; more are told to come back

Router all_routes(Services& services) {
    Router router;
    add_health_routes(router, services);
    add_api_routes(router, services);
    add_media_routes(router, services);
    add_page_routes(router, services);
    add_static_routes(router, services);
    return router;
}

}  // namespace

struct Server::Impl {
    Impl(Services& services, const Limits& limits)
        : router(all_routes(services)),
          core(router, services),
          pool(services.config.http_threads, kMaxQueued),
          loop({services.config.listen_address, services.config.listen_port, limits}, pool,
               [this](RawRequest&& request) { return core.answer(std::move(request)); }) {
        services.metrics.gauge("stagecast_http_connections", "Open client connections",
                               [figures = loop.figures()] { return figures->connections.load(); });
        services.metrics.gauge("stagecast_http_streams", "Connections that read a live stream or events",
                               [figures = loop.figures()] { return figures->streams.load(); });
    }

    const Router router;
    Core core;
    Pool pool;
    Loop loop;
};

Server::Server(Services& services) : Server(services, Limits{}) {}
Server::Server(Services& services, const Limits& limits) : impl_(std::make_unique<Impl>(services, limits)) {}
Server::~Server() {
    stop();
}

void Server::start() {
    impl_->loop.start();
}
std::uint16_t Server::port() const {
    return impl_->loop.port();
}
void Server::stop() {
    impl_->loop.stop();
    impl_->pool.stop();
}

}  // namespace stagecast::web
