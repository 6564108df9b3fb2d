#include "web/message.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>

#include <array>
#include <charconv>
#include <ctime>
#include <sstream>

#include "base/text.h"

namespace stagecast::web {
namespace {

constexpr int kMaxFields = 64;

bool has_bare_line_feed(std::string_view bytes) {
    for (auto at = bytes.find('\n'); at != bytes.npos; at = bytes.find('\n', at + 1))
        if (at == 0 || bytes[at - 1] != '\r') return true;
    return false;
}

// Only digits: "+5", "5, 5" and "0x5" are what smugglers send.
bool parse_length(const std::string& text, std::size_t& length) {
    const auto end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, length);
    return result.ec == std::errc() && result.ptr == end && !text.empty();
}

std::variant<Head, Refusal> check(const Poco::Net::HTTPRequest& request, std::size_t max_body_bytes) {
    Head head;
    head.method = request.getMethod();
    head.target = request.getURI();
    int lengths = 0;
    bool has_coding = false;
    for (const auto& [name, value] : request) {
        auto lower = lower_ascii(name);
        if (value.find('\0') != value.npos) return Refusal{400, "a header field holds a zero byte"};
        if (lower == "content-length") {
            if (++lengths > 1 || !parse_length(value, head.body_bytes))
                return Refusal{400, "Content-Length is not one number"};
        } else if (lower == "transfer-encoding") {
            has_coding = true;
        } else if (lower == "expect") {
            if (lower_ascii(value) != "100-continue")
                return Refusal{417, "only 100-continue can be expected"};
            head.expects_continue = true;
        }
        head.fields.emplace_back(std::move(lower), value);
    }
    if (has_coding && lengths > 0)
        return Refusal{400, "Content-Length and Transfer-Encoding exclude each other"};
    if (has_coding) return Refusal{411, "send the body with a Content-Length"};
    if (head.body_bytes > max_body_bytes) return Refusal{413, "the body is larger than 1 MiB"};
    if (request.getVersion() == Poco::Net::HTTPMessage::HTTP_1_1 && !request.has("Host"))
        return Refusal{400, "the Host field is missing"};
    head.after = request.getKeepAlive() ? After::kKeepAlive : After::kClose;
    return head;
}

}  // namespace

std::variant<Head, Refusal> parse_head(std::string_view bytes, std::size_t max_body_bytes) {
    if (has_bare_line_feed(bytes)) return Refusal{400, "a line does not end with CR LF"};
    std::istringstream stream{std::string(bytes)};
    Poco::Net::HTTPRequest request;
    request.setFieldLimit(kMaxFields);
    try {
        request.read(stream);
    } catch (const Poco::Exception& e) {
        return Refusal{400, "this is no HTTP request: " + e.displayText()};
    }
    if (!request.getVersion().starts_with("HTTP/1.")) return Refusal{505, "HTTP/1.1 is spoken here"};
    if (!request.getURI().starts_with('/')) return Refusal{400, "the target is no path"};
    return check(request, max_body_bytes);
}

std::string format_head(int status, const Fields& fields) {
    Poco::Net::HTTPResponse response(Poco::Net::HTTPMessage::HTTP_1_1,
                                     static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status),
                                     reason_of(status));
    for (const auto& [name, value] : fields) {
        auto line = value;
        // A value can never begin another field.
        std::erase_if(line, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
        response.add(name, line);
    }
    std::ostringstream stream;
    response.write(stream);
    return std::move(stream).str();
}

std::string reason_of(int status) {
    return Poco::Net::HTTPResponse::getReasonForStatus(
        static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status));
}

std::optional<Instant> parse_http_date(const std::string& text) {
    static constexpr std::array kForms{"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                       "%a %b %d %H:%M:%S %Y"};
    for (const auto* form : kForms) {
        std::tm parts{};
        const auto* const end = ::strptime(text.c_str(), form, &parts);
        if (end == nullptr || *end != '\0' || end != text.c_str() + text.size()) continue;
        const std::chrono::year_month_day date(std::chrono::year(parts.tm_year + 1900),
                                               std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                               std::chrono::day(static_cast<unsigned>(parts.tm_mday)));
        if (!date.ok()) continue;
        return std::chrono::sys_days(date) + std::chrono::hours(parts.tm_hour) +
               std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec);
    }
    return std::nullopt;
}

}  // namespace stagecast::web
