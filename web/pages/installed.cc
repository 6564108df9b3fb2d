#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "web/embed.h"
#include "web/pages/page.h"

// What makes a home screen of the site: the manifest (W3C Web App Manifest), and the service worker, which
// must lie at the root to stand for the whole site.
namespace stagecast::web {
namespace {

constexpr const char* kInk = "#1c1915";
constexpr const char* kPaper = "#f9f5ec";

nlohmann::json icon(const char* path, const char* sizes, const char* type, const char* purpose) {
    return {{"src", path}, {"sizes", sizes}, {"type", type}, {"purpose", purpose}};
}

Response manifest(const Config& config) {
    const nlohmann::json body{
        {"id", "/"},
        {"name", config.site_name},
        {"short_name", config.site_name},
        {"lang", config.site_language},
        {"start_url", "/guide"},
        {"scope", "/"},
        {"display", "standalone"},
        {"background_color", kPaper},
        {"theme_color", kInk},
        {"icons",
         {icon("/static/icon.svg", "any", "image/svg+xml", "any"),
          icon("/static/icon-192.png", "192x192", "image/png", "any"),
          icon("/static/icon-512.png", "512x512", "image/png", "any"),
          icon("/static/icon-512.png", "512x512", "image/png", "maskable")}},
    };
    Response response;
    response.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return response.with("Content-Type", "application/manifest+json")
        .with("Cache-Control", "public, max-age=3600");
}

// Browsers ask for it again on every visit; it fetches nothing and runs nothing else.
Response worker() {
    Response response;
    response.body = std::string(embedded("dist/sw.js"));
    response.with("ETag", "\"" + sha256_hex(response.body).substr(0, 32) + "\"");
    return response.with("Content-Type", "text/javascript; charset=utf-8")
        .with("Content-Security-Policy", "default-src 'none'")
        .with("Cache-Control", "public, no-cache");
}

}  // namespace

void add_installed_routes(Router& router, Services& services) {
    router.add("GET", "/manifest.webmanifest",
               [&services](const Request&) { return manifest(services.config); });
    router.add("GET", "/sw.js", [](const Request&) { return worker(); });
}

}  // namespace stagecast::web
