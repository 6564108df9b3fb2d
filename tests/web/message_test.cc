#include "web/message.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/gzip.h"
#include "web/range.h"

using namespace stagecast;
using namespace stagecast::web;

namespace {

int refused(const std::string& bytes) {
    const auto parsed = parse_head(bytes, 1'000);
    const auto* refusal = std::get_if<Refusal>(&parsed);
    return refusal ? refusal->status : 0;
}

std::string request(const std::string& fields) {
    return "POST /x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

}  // namespace

TEST_CASE("a head says method, target, fields in lower case, and how long its body is", "[web]") {
    const auto head = std::get<Head>(parse_head(request("X-One: 1\r\nCONTENT-Length: 7\r\n"), 1'000));
    CHECK(head.method == "POST");
    CHECK(head.target == "/x");
    CHECK(head.body_bytes == 7);
    CHECK(head.after == After::kKeepAlive);
    CHECK(head.fields == Fields{{"host", "a"}, {"x-one", "1"}, {"content-length", "7"}});
    CHECK(std::get<Head>(parse_head(request("Connection: close\r\n"), 1)).after == After::kClose);
}

TEST_CASE("what two readers could understand differently is refused", "[web]") {
    CHECK(refused(request("Content-Length: 5\r\nContent-Length: 5\r\n")) == 400);
    CHECK(refused(request("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")) == 400);
    CHECK(refused(request("Transfer-Encoding: chunked\r\n")) == 411);
    for (const auto* length : {"+5", "-1", "5, 5", "0x5", "5 5", "", "99999999999999999999"})
        CHECK(refused(request(std::string("Content-Length: ") + length + "\r\n")) == 400);
    CHECK(refused("POST /x HTTP/1.1\nHost: a\r\n\r\n") == 400);
    CHECK(refused("POST /x HTTP/1.1\r\nHost: a\nX: b\r\n\r\n") == 400);
    CHECK(refused("POST /x HTTP/1.1\r\n\r\n") == 400);
    CHECK(refused("POST http://other/x HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(refused("POST /x HTTP/2.0\r\nHost: a\r\n\r\n") == 505);
    CHECK(refused("nonsense\r\n\r\n") != 0);
}

TEST_CASE("what is too large is refused before it is read", "[web]") {
    CHECK(refused(request("Content-Length: 1000\r\n")) == 0);
    CHECK(refused(request("Content-Length: 1001\r\n")) == 413);
    std::string many;
    for (int i = 0; i < 100; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
    CHECK(refused(request(many)) == 400);
}

TEST_CASE("a value never begins another field", "[web]") {
    const auto head = format_head(200, {{"Location", "/a\r\nSet-Cookie: b=c"}});
    CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(head.find("\r\nSet-Cookie") == head.npos);
    CHECK(head.ends_with("\r\n\r\n"));
}

TEST_CASE("a range lies within the file, or is not satisfiable, or is ignored", "[web]") {
    const auto part = [](const char* header, std::uint64_t first, std::uint64_t length) {
        const auto parsed = parse_range(header, 1'000);
        return parsed.kind == RangeKind::kPart && parsed.range.first == first &&
               parsed.range.length == length;
    };
    CHECK(part("bytes=0-0", 0, 1));
    CHECK(part("bytes=10-19", 10, 10));
    CHECK(part("bytes=990-", 990, 10));
    CHECK(part("bytes=990-5000", 990, 10));
    CHECK(part("bytes=-10", 990, 10));
    CHECK(part("bytes=-5000", 0, 1'000));
    for (const auto* header : {"bytes=1000-", "bytes=1000-2000", "bytes=-0"})
        CHECK(parse_range(header, 1'000).kind == RangeKind::kUnsatisfiable);
    for (const auto* header : {"", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,5-6",
                               "lines=0-1", "bytes=99999999999999999999-", "bytes=+1-2"})
        CHECK(parse_range(header, 1'000).kind == RangeKind::kWhole);
}

TEST_CASE("the same bytes are compressed to the same bytes", "[web]") {
    const std::string text(10'000, 'a');
    const auto once = gzip(text);
    CHECK(once == gzip(text));
    CHECK(once.size() < 200);
    CHECK(once.substr(0, 2) == "\x1f\x8b");
}

TEST_CASE("a date is read in each of HTTP's three forms, and no other", "[web]") {
    const auto at = parse_iso8601("1994-11-06T08:49:37Z", "at");
    for (const auto* text :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
        INFO(text);
        CHECK(parse_http_date(text) == at);
    }
    CHECK(parse_http_date(to_http_date(at)) == at);
    for (const auto* text : {"", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT ",
                             "Sun, 31 Feb 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"}) {
        INFO(text);
        CHECK_FALSE(parse_http_date(text));
    }
}
