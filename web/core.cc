#include "web/core.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "web/answer.h"
#include "web/message.h"
#include "web/visitor.h"

namespace stagecast::web {
namespace {

std::string joined(const std::vector<std::string>& methods) {
    std::set<std::string> all(methods.begin(), methods.end());
    if (all.contains("GET")) all.insert("HEAD");
    all.insert("OPTIONS");
    std::string text;
    for (const auto& method : all) text += (text.empty() ? "" : ", ") + method;
    return text;
}

Response wrong_method(const Request& request, const std::vector<std::string>& allowed) {
    Response response;
    if (request.method == "OPTIONS") {
        response.status = 204;
    } else if (is_program_door(request)) {
        response = problem(405, request.method + " is not for this address");
    } else {
        response = error_page(request, 405, reason_of(405), request.method + " is not for this address");
    }
    return response.with("Allow", joined(allowed));
}

const char* status_class(int status) {
    static constexpr const char* kClasses[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    return kClasses[std::clamp(status / 100, 1, 5) - 1];
}

}  // namespace

Response Core::respond(Request& request) {
    recognise(request, services_);
    auto match = router_.match(request.method, request.path);
    if (!match.handler) {
        if (match.allowed.empty()) throw NotFound("there is nothing at this address");
        return wrong_method(request, match.allowed);
    }
    check_forgery(request);
    request.params = std::move(match.params);
    return (*match.handler)(request);
}

Response Core::respond_or_say_why(Request& request) {
    try {
        return respond(request);
    } catch (...) {
        const auto error = std::current_exception();
        try {
            return answer_error(services_, request, error);
        } catch (const std::exception& e) {
            // The page of the error is broken itself.
            log::error("web.error_page", {{"path", request.path}, {"why", e.what()}});
            return problem(500, "something broke here; nothing you sent was wrong");
        }
    }
}

Reply Core::answer(RawRequest&& raw) noexcept {
    const auto part = raw.head.method == "HEAD" ? Part::kHeadOnly : Part::kWhole;
    const auto after = raw.head.after;
    auto read = read_request(std::move(raw));
    Request unread;
    auto* const request = std::get_if<Request>(&read);
    auto response = request ? respond_or_say_why(*request)
                            : problem(std::get<Refusal>(read).status, std::get<Refusal>(read).why);
    services_.metrics
        .counter("stagecast_http_responses_total", "Answers by class of status",
                 std::string("status=\"") + status_class(response.status) + "\"")
        .fetch_add(1, std::memory_order_relaxed);
    return finish(request ? *request : unread, std::move(response), part, after, services_);
}

}  // namespace stagecast::web
