#include <fmt/format.h>

#include <array>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "web/embed.h"
#include "web/http.h"
#include "web/pages/assets.h"

namespace stagecast::web {
namespace {

struct Asset {
    std::string_view bytes;
    std::string hash;  // 64 hex digits
};

using Assets = std::map<std::string, Asset, std::less<>>;

// Constants of the binary, hashed once.
const Assets& assets() {
    static const Assets kAssets = [] {
        Assets found;
        for (const auto path : embedded_paths("dist/")) {
            const auto bytes = embedded(path);
            found.emplace(std::string(path.substr(5)), Asset{bytes, sha256_hex(bytes)});
        }
        return found;
    }();
    return kAssets;
}

std::string_view type_of(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes{{
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".woff2", "font/woff2"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".txt", "text/plain; charset=utf-8"},
    }};
    for (const auto& [ending, type] : kTypes)
        if (name.ends_with(ending)) return type;
    return "application/octet-stream";
}

Response serve(const Request& request, std::string_view name) {
    const auto found = assets().find(name);
    if (found == assets().end()) throw NotFound("file not found");
    const auto& [bytes, hash] = found->second;
    const auto etag = fmt::format("\"{}\"", hash.substr(0, 32));
    Response response;
    response.with("ETag", etag);
    response.with("X-Content-Type-Options", "nosniff");
    const bool is_versioned = request.query_value("v") == hash.substr(0, 8) || name.ends_with(".woff2");
    response.with("Cache-Control", is_versioned ? "public, max-age=31536000, immutable" : "public, no-cache");
    response.with("Content-Type", std::string(type_of(name)));
    response.body = std::string(bytes);
    return response;
}

// Everyone may read the programme; what a person does is nobody's business. Feeds stay allowed.
constexpr std::string_view kRobots =
    "User-agent: *\n"
    "Disallow: /api/\nDisallow: /me$\nDisallow: /me/\nDisallow: /studio\nDisallow: /desk\nDisallow: "
    "/receipts/\n"
    "Disallow: /sign-in\nDisallow: /sign-up\nDisallow: /reset\nDisallow: /rooms/*/guest/\n";

}  // namespace

std::string asset(std::string_view name) {
    const auto found = assets().find(name);
    if (found == assets().end()) throw NotFound("front-end file " + std::string(name) + " not found");
    return fmt::format("/static/{}?v={}", name, found->second.hash.substr(0, 8));
}

std::string font_asset() {
    for (const auto& [name, asset] : assets())
        if (name.ends_with(".woff2")) return "/static/" + name;
    return {};
}

void add_static_routes(Router& router, Services&) {
    router.add("GET", "/static/{name}",
               [](const Request& request) { return serve(request, request.param("name")); });
    router.add("GET", "/favicon.ico", [](const Request& request) { return serve(request, "icon.svg"); });
    router.add("GET", "/robots.txt", [](const Request&) {
        Response response;
        response.body = std::string(kRobots);
        return response.with("Content-Type", "text/plain; charset=utf-8");
    });
}

}  // namespace stagecast::web
