#include <nlohmann/json.hpp>

#include "web/answer.h"
#include "web/api/routes.h"
#include "web/api/views.h"
#include "web/embed.h"

namespace stagecast::web {
namespace {

constexpr std::chrono::days kDefaultSpan{7};

Response guide(Services& services, const Request& request) {
    const auto from_text = request.query_value("from"), to_text = request.query_value("to");
    const auto from = from_text.empty() ? services.clock.now() : parse_iso8601(from_text, "from");
    const auto to = to_text.empty() ? from + kDefaultSpan : parse_iso8601(to_text, "to");
    services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, access::Action::kSeeGuide, access::Site{});
    });
    auto airings = nlohmann::json::array();
    for (const auto& entry : services.guide.page({.from = from, .to = to}).entries)
        airings.push_back(view_airing(entry));
    auto response = json_of({{"airings", airings}});
    return allow_any_origin(response);
}

}  // namespace

void add_guide_routes(Router& router, Services& services) {
    router.add("GET", "/api/v1/guide",
               [&services](const Request& request) { return guide(services, request); });
    router.add("GET", "/api/v1/openapi.json", [](const Request&) {
        auto response = json(std::string(embedded("api/openapi.json")));
        return allow_any_origin(response);
    });
}

}  // namespace stagecast::web
