#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace stagecast::web {

using Fields = std::vector<std::pair<std::string, std::string>>;

enum class After { kKeepAlive, kClose };  // what becomes of the connection

// The head of one HTTP/1.x request, read by Poco.
struct Head {
    std::string method;
    std::string target;  // path and query, encoded
    Fields fields;       // names in lower case, in order
    std::size_t body_bytes = 0;
    bool expects_continue = false;
    After after = After::kKeepAlive;  // what the client asked for
};

// A request that is refused before anybody looks at what it asks for; the connection ends with the answer.
struct Refusal {
    int status = 400;
    std::string why;
};

// `bytes` end with the empty line. Refuses what two readers could understand differently (bare line feeds,
// two lengths, a length beside a transfer coding), chunked bodies (411), bodies over `max_body_bytes` (413).
std::variant<Head, Refusal> parse_head(std::string_view bytes, std::size_t max_body_bytes);

// Status line and fields, with the empty line, written by Poco.
std::string format_head(int status, const Fields& fields);
// "Not Found"
std::string reason_of(int status);

// A date in any of HTTP's three forms (RFC 9110, 5.6.7); nothing for any other text.
std::optional<Instant> parse_http_date(const std::string& text);

}  // namespace stagecast::web
