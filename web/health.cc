#include "web/http.h"

namespace stagecast::web {
namespace {

Response plain(std::string text) {
    Response response;
    response.body = std::move(text);
    return response.with("Content-Type", "text/plain; charset=utf-8").with("Cache-Control", "no-store");
}

}  // namespace

void add_health_routes(Router& router, Services& services) {
    // Throws Unavailable, which is 503, when the database is away.
    router.add("GET", "/healthz", [&services](const Request&) {
        services.database.schema_version();
        return plain("ok\n");
    });
    router.add("GET", "/metrics", [&services](const Request&) {
        Response response;
        response.body = services.metrics.text();
        return response.with("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            .with("Cache-Control", "no-store");
    });
}

}  // namespace stagecast::web
