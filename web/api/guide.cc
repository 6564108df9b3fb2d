#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "base/error.h"
#include "base/text.h"
#include "store/programme.h"
#include "web/answer.h"
#include "web/api/airing_json.h"
#include "web/api/routes.h"
#include "web/cursor.h"
#include "web/embed.h"

namespace stagecast::web {
namespace {

constexpr std::chrono::days kDefaultSpan{7};
constexpr int kDefaultLimit = 1'000;
constexpr std::size_t kMaxKeptGuideBytes = 64u << 20;  // a day of 2,500 airings is 2.3 MB of it
constexpr std::size_t kAiringBytes = 512;

int whole_number(std::string_view text, const char* field) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        throw Invalid(field, "must be a whole number");
    return number;
}

scheduler::GuideQuery asked(const Request& request, Instant now) {
    scheduler::GuideQuery query;
    const auto from = request.query_value("from"), to = request.query_value("to");
    query.from = from.empty() ? now : parse_iso8601(from, "from");
    query.to = to.empty() ? query.from + kDefaultSpan : parse_iso8601(to, "to");
    query.language = lower_ascii(request.query_value("language"));
    query.category = request.query_value("category");
    query.channel = request.query_value("channel");
    query.search = request.query_value("q");
    const auto limit = request.query_value("limit");
    query.limit = limit.empty() ? kDefaultLimit : whole_number(limit, "limit");
    if (const auto cursor = request.query_value("cursor"); !cursor.empty()) query.after = place_at(cursor);
    return query;
}

// Answers, each by its query, and what the writing of the next one can take from the last.
struct Kept {
    studio::KeptDocuments documents{kMaxKeptGuideBytes};
    AiringWriter::Last members;
};

// The query in one text, by which its answer is kept.
std::string name_of(const scheduler::GuideQuery& query) {
    const auto part = [](const std::string& text) { return fmt::format("{}:{}", text.size(), text); };
    return fmt::format("{} {} {} {} {} {} {} {}", query.from.time_since_epoch().count(),
                       query.to.time_since_epoch().count(), part(query.language), part(query.category),
                       part(query.channel), part(query.search), query.limit,
                       query.after ? cursor_of(*query.after) : "");
}

std::string body_of(scheduler::Guide& guide, const scheduler::GuideQuery& query, AiringWriter::Last& last) {
    std::string body;
    body.reserve(64 + kAiringBytes * static_cast<std::size_t>(std::min(query.limit, kDefaultLimit)));
    body = "{\"airings\":[";
    AiringWriter writer(body, last);
    bool is_first = true;
    const auto next = guide.list(query, [&](const scheduler::Listing& listing) {
        if (!is_first) body += ',';
        is_first = false;
        writer.append(listing);
    });
    body += "],\"next_cursor\":";
    body += next ? '"' + cursor_of(*next) + '"' : "null";
    body += '}';
    return body;
}

Response guide(Services& services, Kept& kept, const Request& request) {
    const auto state = services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, access::Action::kSeeGuide, access::Site{});
        return store::programme::state(snapshot);
    });
    const auto query = asked(request, state.now);
    auto document = kept.documents.get(name_of(query), state.revision, [&] {
        return studio::KeptDocuments::Made{state.revision, std::make_shared<const studio::Document>(
                                                               body_of(services.guide, query, kept.members),
                                                               "application/json", "guide.json", state.now)};
    });
    Response response;
    response.with("Content-Type", document->type())
        .with("ETag", document->etag())
        .with("Cache-Control", "public, no-cache")
        .with("Access-Control-Expose-Headers", "ETag");
    response.document = std::move(document);
    return allow_any_origin(response);
}

}  // namespace

void add_guide_routes(Router& router, Services& services) {
    const auto kept = std::make_shared<Kept>();
    router.add("GET", "/api/v1/guide",
               [&services, kept](const Request& request) { return guide(services, *kept, request); });
    router.add("GET", "/api/v1/openapi.json", [](const Request&) {
        auto response = json(std::string(embedded("api/openapi.json")));
        return allow_any_origin(response);
    });
}

}  // namespace stagecast::web
