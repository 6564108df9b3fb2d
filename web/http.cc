#include "web/http.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace stagecast::web {
namespace {

std::string first_of(const Form& form, const std::string& name) {
    const auto found = form.find(name);
    return found == form.end() ? std::string() : found->second;
}

bool is_param(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{';
}
bool is_tail(std::string_view segment) {
    return is_param(segment) && segment.ends_with("*}");
}
std::string param_name(std::string_view segment) {
    return std::string(segment.substr(1, segment.size() - (is_tail(segment) ? 3 : 2)));
}

using Params = std::map<std::string, std::string>;

std::optional<Params> fit(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    Params params;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (is_tail(pattern[i])) {
            std::string tail;
            for (std::size_t j = i; j < path.size(); ++j) tail += (j == i ? "" : "/") + path[j];
            if (tail.empty()) return std::nullopt;
            params[param_name(pattern[i])] = tail;
            return params;
        }
        if (i >= path.size()) return std::nullopt;
        if (is_param(pattern[i])) {
            if (path[i].empty()) return std::nullopt;
            params[param_name(pattern[i])] = path[i];
        } else if (pattern[i] != path[i]) {
            return std::nullopt;
        }
    }
    if (pattern.size() != path.size()) return std::nullopt;
    return params;
}

// 0 literal, 1 parameter, 2 tail, by segment: smaller fits better.
std::string rank(const std::vector<std::string>& pattern) {
    std::string ranks;
    for (const auto& segment : pattern) ranks += is_tail(segment) ? '2' : is_param(segment) ? '1' : '0';
    return ranks;
}

}  // namespace

std::string Request::header(const std::string& lower_case_name) const {
    const auto found = headers.find(lower_case_name);
    return found == headers.end() ? std::string() : found->second;
}

std::string Request::query_value(const std::string& name) const {
    return first_of(query, name);
}

std::string Request::form_value(const std::string& name) const {
    return first_of(form, name);
}

const std::string& Request::param(const std::string& name) const {
    const auto found = params.find(name);
    if (found == params.end()) throw NotFound(name + " not found");
    return found->second;
}

std::string Request::bearer() const {
    const auto value = header("authorization");
    constexpr std::string_view kScheme = "bearer ";
    if (value.size() <= kScheme.size() || lower_ascii(value.substr(0, kScheme.size())) != kScheme) return {};
    return trim(std::string_view(value).substr(kScheme.size()));
}

Response html(std::string body, int status) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response.with("Content-Type", "text/html; charset=utf-8");
}

Response json(std::string body, int status) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response.with("Content-Type", "application/json");
}

Response redirect(std::string location, int status) {
    Response response;
    response.status = status;
    return response.with("Location", std::move(location));
}

std::string cookie(const Config& config, std::string_view name, std::string_view value,
                   std::chrono::seconds max_age) {
    const bool secure = config.site_url.starts_with("https:");
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", name, value, max_age.count(),
                       secure ? "; Secure" : "");
}

void Router::add(std::string method, std::string pattern, Handler handler) {
    auto segments = split(pattern, '/');
    routes_.push_back({std::move(method), std::move(pattern), std::move(segments), std::move(handler)});
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
    const auto segments = split(path, '/');
    Match best;
    std::string best_rank;
    for (const auto& route : routes_) {
        auto params = fit(route.segments, segments);
        if (!params) continue;
        if (route.method != method) {
            best.allowed.push_back(route.method);
            continue;
        }
        auto ranks = rank(route.segments);
        if (best.handler && ranks >= best_rank) continue;
        best.handler = &route.handler;
        best.params = std::move(*params);
        best_rank = std::move(ranks);
    }
    return best;
}

std::vector<std::pair<std::string, std::string>> Router::routes() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& route : routes_) all.emplace_back(route.method, route.pattern);
    return all;
}

}  // namespace stagecast::web
