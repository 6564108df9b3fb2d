#include "web/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/gzip.h"
#include "base/log.h"
#include "base/text.h"
#include "scheduler/planner.h"
#include "web/api/views.h"
#include "web/clashes.h"
#include "web/message.h"
#include "web/pages/reasons.h"
#include "web/range.h"
#include "web/visitor.h"

namespace stagecast::web {
namespace {

constexpr std::size_t kMinGzipBytes = 1'024;  // below, the header costs what is won
constexpr std::uint64_t kPartBytes = 256u << 10;
constexpr ProblemKind kClashing{"ClashProblem", "It clashes with what is planned"};
constexpr ProblemKind kStale{"StaleProblem", "It was changed meanwhile"};
constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

std::string* find(Response& response, std::string_view lower_name) {
    for (auto& [name, value] : response.headers)
        if (lower_ascii(name) == lower_name) return &value;
    return nullptr;
}

void set_default(Response& response, const char* name, const char* value) {
    if (!find(response, lower_ascii(name))) response.with(name, value);
}

// --- conditional requests

std::string_view opaque(std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    return tag;
}

// The weak comparison (RFC 9110, 8.8.3.2) with the tag of the very form that would be sent: "…-gz" is
// another.
bool matches_any(const std::string& list, const std::string& etag) {
    if (trim(list) == "*") return true;
    for (const auto& tag : split(list, ','))
        if (opaque(trim(tag)) == opaque(etag)) return true;
    return false;
}

// If-None-Match decides alone when it is there (RFC 9110, 13.2.2).
bool is_unchanged(const Request& request, Response& response) {
    if (request.method != "GET" || response.status != 200) return false;
    const auto* const etag = find(response, "etag");
    if (const auto wanted = request.header("if-none-match"); !wanted.empty())
        return etag && matches_any(wanted, *etag);
    const auto* const modified = find(response, "last-modified");
    if (!modified) return false;
    const auto since = parse_http_date(request.header("if-modified-since"));
    return since && parse_http_date(*modified) <= since;
}

// --- gzip

bool is_text(std::string_view type) {
    static constexpr std::array<std::string_view, 5> kTypes{"application/json", "application/xml",
                                                            "application/javascript",
                                                            "application/ecmascript", "audio/x-mpegurl"};
    type = type.substr(0, type.find(';'));
    return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
           std::ranges::find(kTypes, type) != kTypes.end();
}

// "gzip;q=0.5": more than nothing.
bool is_wanted(const std::vector<std::string>& coding) {
    for (std::size_t i = 1; i < coding.size(); ++i) {
        const auto weight = trim(coding[i]);
        if (weight.starts_with("q=")) return weight.find_first_of("123456789") != weight.npos;
    }
    return true;
}

// What is said of gzip counts before what is said of all.
bool accepts_gzip(const std::string& header) {
    bool accepted = false;
    for (const auto& part : split(lower_ascii(header), ',')) {
        const auto coding = split(part, ';');
        if (trim(coding.front()) == "gzip") return is_wanted(coding);
        if (trim(coding.front()) == "*") accepted = is_wanted(coding);
    }
    return accepted;
}

bool is_compressible(Response& response) {
    const auto* const type = find(response, "content-type");
    return type && is_text(*type) && !response.file && !response.stream &&
           !find(response, "content-encoding");
}

void vary_by_encoding(Response& response) {
    auto* const vary = find(response, "vary");
    if (!vary)
        response.with("Vary", "Accept-Encoding");
    else if (lower_ascii(*vary).find("accept-encoding") == std::string::npos)
        *vary += ", Accept-Encoding";
}

enum class Coding { kPlain, kGzip };

// A strong tag names bytes: the compressed form has its own, with "-gz".
Coding choose_coding(const Request& request, Response& response) {
    if (!is_compressible(response)) return Coding::kPlain;
    vary_by_encoding(response);
    const auto bytes = response.document ? response.document->bytes()->size() : response.body.size();
    if (bytes < kMinGzipBytes || !accepts_gzip(request.header("accept-encoding"))) return Coding::kPlain;
    auto* const etag = find(response, "etag");
    if (etag && etag->ends_with('"')) etag->insert(etag->size() - 1, "-gz");
    return Coding::kGzip;
}

// --- headers

void add_common_headers(Response& response, const Clock& clock) {
    set_default(response, "X-Content-Type-Options", "nosniff");
    response.with("Date", to_http_date(clock.now()));
    const auto* const type = find(response, "content-type");
    if (!type || !type->starts_with("text/html")) return;
    // A page with a policy of its own says itself who may frame it.
    const bool has_own_policy = find(response, "content-security-policy") != nullptr;
    set_default(response, "Content-Security-Policy", kPagePolicy);
    // A guest's link is a secret in an address: it must not travel to other sites.
    set_default(response, "Referrer-Policy", "same-origin");
    if (!has_own_policy) set_default(response, "X-Frame-Options", "DENY");
    set_default(response, "Cache-Control", "private, no-cache");
}

// The visit cookie is set when a page holds a form that needs it, and not before.
void add_visit_cookie(const Request& request, Response& response, const Config& config) {
    const auto visit = request.cookies.find(kVisitCookie);
    if (visit == request.cookies.end() || visit->second.empty() || request.csrf.empty()) return;
    if (request.header("cookie").find(kVisitCookie) != std::string::npos) return;
    if (response.body.find(request.csrf) == response.body.npos) return;
    response.with("Set-Cookie", cookie(config, kVisitCookie, visit->second, std::chrono::days(30)));
}

// --- files

std::function<SharedBytes()> parts_of(BlobStore& blobs, const std::string& blob, ByteRange range) {
    auto next = std::make_shared<ByteRange>(range);
    return [&blobs, blob, next]() -> SharedBytes {
        if (next->length == 0) return nullptr;
        auto bytes = blobs.get_range(blob, next->first, std::min(next->length, kPartBytes));
        if (bytes.empty()) throw Unavailable("the file is shorter than it was", std::chrono::seconds(1));
        next->first += bytes.size();
        next->length -= bytes.size();
        return std::make_shared<const std::string>(std::move(bytes));
    };
}

// Says which bytes of the file are sent; the answer's status and headers follow.
std::optional<ByteRange> choose_range(const Request& request, Response& response) {
    const auto size = response.file->size_bytes;
    response.with("Accept-Ranges", "bytes");
    auto wanted = request.header("range");
    if (const auto condition = request.header("if-range"); !condition.empty()) {
        const auto* const etag = find(response, "etag");
        const auto* const modified = find(response, "last-modified");
        if (!(etag && condition == *etag) && !(modified && condition == *modified)) wanted.clear();
    }
    const auto parsed = parse_range(wanted, size);
    if (parsed.kind == RangeKind::kWhole || request.method != "GET") return ByteRange{0, size};
    if (parsed.kind == RangeKind::kUnsatisfiable) {
        response.status = 416;
        response.with("Content-Range", fmt::format("bytes */{}", size));
        return std::nullopt;
    }
    response.status = 206;
    const auto last = parsed.range.first + parsed.range.length - 1;
    response.with("Content-Range", fmt::format("bytes {}-{}/{}", parsed.range.first, last, size));
    return parsed.range;
}

SharedBytes bytes_of(Response& response, Coding coding) {
    const bool is_packed = coding == Coding::kGzip;
    if (response.document) return is_packed ? response.document->packed() : response.document->bytes();
    return std::make_shared<const std::string>(is_packed ? gzip(response.body) : std::move(response.body));
}

void add_body(const Request& request, Response& response, Coding coding, Services& services, Reply& reply) {
    std::uint64_t length = 0;
    if (response.file && response.status == 200) {
        const auto range = choose_range(request, response);
        length = range ? range->length : 0;
        if (range && length > 0) reply.more = parts_of(services.blobs, response.file->blob, *range);
    } else if (response.status != 304) {
        if (coding == Coding::kGzip) response.with("Content-Encoding", "gzip");
        reply.body = bytes_of(response, coding);
        length = reply.body->size();
    }
    if (response.status != 204 && response.status != 304)
        response.with("Content-Length", std::to_string(length));
}

std::string title_of(int status) {
    return reason_of(status);
}

Response for_people(const Request& request, int status, const std::string& detail) {
    if (status == 401) {
        const auto next = request.method == "GET" ? request.target : std::string("/");
        return redirect("/sign-in?next=" + url_encode(next));
    }
    return error_page(request, status, title_of(status), detail);
}

Response refuse(const Request& request, int status, const std::string& detail) {
    auto response = is_program_door(request) ? problem(status, detail) : for_people(request, status, detail);
    if (status == 401 && response.status == 401) response.with("WWW-Authenticate", "Bearer");
    return response;
}

nlohmann::json problem_body(int status, const std::string& detail, const std::string& field) {
    nlohmann::json body{
        {"type", "about:blank"}, {"title", title_of(status)}, {"status", status}, {"detail", detail}};
    if (!field.empty()) body["field"] = field;
    return body;
}

Response document(const nlohmann::json& body, int status) {
    Response response;
    response.status = status;
    response.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return response.with("Content-Type", "application/problem+json").with("Cache-Control", "no-store");
}

// The reason in words of the reader's; for programs as it was said, and the value that would do.
Response refuse_input(const Request& request, const Invalid& error) {
    if (!is_program_door(request)) return for_people(request, 400, say_reason(error.why(), Viewer(request)));
    auto body = problem_body(400, error.why(), error.field());
    if (error.first_fitting()) body["first_fitting"] = *error.first_fitting();
    return document(body, 400);
}

Response refuse_clashes(Services& services, const Request& request, const scheduler::Clashes& error) {
    if (!is_program_door(request)) return for_people(request, 409, error.what());
    const auto seen = visible_clashes(services, request.actor, error.list());
    return problem_of_kind(
        kClashing, 409, error.what(),
        {{"clashes", view_clashes(seen)}, {"free_start", optional_local(error.free_start())}});
}

Response refuse_stale(const Request& request, const scheduler::Stale& error) {
    if (!is_program_door(request)) return for_people(request, 409, error.what());
    return problem_of_kind(kStale, 409, error.what(), {{"changes", view_changes(error.changes())}});
}

}  // namespace

Response problem(int status, const std::string& detail, const std::string& field) {
    return document(problem_body(status, detail, field), status);
}

Response problem_of_kind(const ProblemKind& kind, int status, const std::string& detail,
                         const nlohmann::json& members) {
    nlohmann::json body{
        {"type", std::string("/api/v1/openapi.json#/components/schemas/") + kind.schema},
        {"title", kind.title},
        {"status", status},
        {"detail", detail},
    };
    for (const auto& [name, value] : members.items()) body.emplace(name, value);
    return document(body, status);
}

Response answer_error(Services& services, const Request& request, std::exception_ptr error) {
    try {
        std::rethrow_exception(std::move(error));
    } catch (const Invalid& e) {
        return refuse_input(request, e);
    } catch (const Unauthenticated& e) {
        return refuse(request, 401, e.what());
    } catch (const Forbidden& e) {
        return refuse(request, 403, e.what());
    } catch (const NotFound& e) {
        return refuse(request, 404, e.what());
    } catch (const scheduler::Clashes& e) {
        return refuse_clashes(services, request, e);
    } catch (const scheduler::Stale& e) {
        return refuse_stale(request, e);
    } catch (const Conflict& e) {
        return refuse(request, 409, e.what());
    } catch (const Gone& e) {
        return refuse(request, 410, e.what());
    } catch (const Unavailable& e) {
        return refuse(request, 503, e.what())
            .with("Retry-After", std::to_string(std::max<std::int64_t>(1, e.retry_after().count())));
    } catch (const std::exception& e) {
        log::error("web.unexpected", {{"path", request.path}, {"why", e.what()}});
        return refuse(request, 500, "something broke here; nothing you sent was wrong");
    }
}

Reply finish(const Request& request, Response response, Part part, After after, Services& services) {
    Reply reply;
    reply.after = response.stream ? After::kClose : after;
    add_visit_cookie(request, response, services.config);
    const auto coding = choose_coding(request, response);
    if (is_unchanged(request, response)) {
        response.status = 304;
        response.file.reset();
    }
    add_common_headers(response, services.clock);
    if (!response.stream) add_body(request, response, coding, services, reply);
    response.with("Connection", reply.after == After::kClose ? "close" : "keep-alive");
    reply.head = format_head(response.status, response.headers);
    if (part == Part::kWhole) {
        reply.stream = std::move(response.stream);
    } else {
        reply.body = nullptr;
        reply.more = nullptr;
    }
    return reply;
}

Response& allow_any_origin(Response& response) {
    return response.with("Access-Control-Allow-Origin", "*");
}

}  // namespace stagecast::web
