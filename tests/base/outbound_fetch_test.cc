#include <catch2/catch.hpp>
#include <cstdlib>

#include "base/error.h"
#include "base/outbound.h"
#include "tests/base/http_server.h"

using namespace stagecast;
using outbound::fetch;
using outbound::FetchLimits;

namespace {

constexpr FetchLimits kAnywhere{.addresses = AddressPolicy::kAny};

// The reason that an address is refused with.
std::string refusal(const std::string& url, const FetchLimits& limits = kAnywhere) {
    try {
        fetch(url, limits);
        return "taken";
    } catch (const Invalid& error) {
        CHECK(error.field() == "url");
        return error.why();
    } catch (const Unavailable& error) {
        return std::string("away: ") + error.what();
    }
}

}  // namespace

TEST_CASE("a feed is fetched whole, with its type", "[outbound]") {
    const std::string body(100'000, 'x');
    HttpServer server(answer("200 OK\r\nContent-Type: text/calendar; charset=utf-8", body));
    const auto fetched = fetch(server.url() + "#part", kAnywhere);
    CHECK(fetched.bytes == body);
    CHECK(fetched.type == "text/calendar; charset=utf-8");
    CHECK(server.request().starts_with("GET /feed.ics HTTP/1.1\r\n"));
}

TEST_CASE("a private address is refused whatever its name, and nothing connects to it", "[outbound]") {
    const HttpServer server(answer("200 OK", "secret"));
    const FetchLimits limits;
    for (const char* host : {"127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1",
                             "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"}) {
        INFO(host);
        CHECK(refusal(server.url(host), limits) == "leads to an address that is not public");
    }
    CHECK(server.connections() == 0);
    CHECK(fetch(server.url("localhost"), kAnywhere).bytes == "secret");
}

TEST_CASE("an address that is none, or not ours to ask, is refused before anything is sent", "[outbound]") {
    for (const char* url : {"", "feed.ics", "//example.org/x", "ftp://example.org/x", "file:///etc/passwd",
                            "gopher://example.org/", "webcal://example.org/x", "http://",
                            "http://user@example.org/", "https://:pw@example.org/", "http://exa mple.org/",
                            "http://example.org/\r\nHost: x", "http://example.org/é", "http://[::1/"}) {
        INFO(url);
        CHECK(refusal(url).starts_with("must "));
    }
    CHECK(refusal("http://example.org/" + std::string(2'000, 'x')).starts_with("must "));
    CHECK(refusal("http://stagecast.invalid/").find("cannot be found") != std::string::npos);
}

TEST_CASE("a redirect is not followed: it says where it leads", "[outbound]") {
    const HttpServer secret(answer("200 OK", "secret"));
    const HttpServer server(answer("302 Found\r\nLocation: " + secret.url(), ""));
    CHECK(refusal(server.url()) == "leads on to " + secret.url() + ": give that address instead");
    CHECK(secret.connections() == 0);
    const HttpServer nowhere(answer("301 Moved Permanently", ""));
    CHECK(refusal(nowhere.url()).starts_with("leads on to another address"));
}

TEST_CASE("more bytes than the limit are not read, announced or not", "[outbound]") {
    FetchLimits limits = kAnywhere;
    limits.max_bytes = 1'000;
    const HttpServer fitting(answer("200 OK", std::string(1'000, 'x')));
    CHECK(fetch(fitting.url(), limits).bytes.size() == 1'000);
    const HttpServer announced(answer("200 OK", std::string(1'001, 'x')));
    CHECK(refusal(announced.url(), limits) == "holds more than 1000 bytes");
    const HttpServer streamed("HTTP/1.1 200 OK\r\n\r\n" + std::string(5'000'000, 'x'));
    CHECK(refusal(streamed.url(), limits) == "holds more than 1000 bytes");
    const HttpServer headers("HTTP/1.1 200 OK\r\n" + [] {
        std::string lines;
        for (int i = 0; i < 3'000; ++i) lines += "X-A: " + std::string(60, 'x') + "\r\n";
        return lines;
    }() + "\r\n");
    CHECK(refusal(headers.url(), limits) != "taken");
}

TEST_CASE("a server that stalls costs its limit of time and no more", "[outbound]") {
    FetchLimits limits = kAnywhere;
    limits.total = Milliseconds(150);
    for (const char* answered :
         {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"}) {
        const HttpServer server(answered, Then::kStall);
        CHECK(refusal(server.url(), limits).starts_with("away: the server of this address takes too long"));
    }
}

TEST_CASE("an answer that is not the document is told by what it is", "[outbound]") {
    const auto refused_with = [](const std::string& bytes) {
        const HttpServer server(bytes);
        return refusal(server.url());
    };
    CHECK(refused_with(answer("404 Not Found", std::string(3'000'000, 'x'))) == "leads nowhere (404)");
    CHECK(refused_with(answer("401 Unauthorized", "")).starts_with("is not open to everybody"));
    CHECK(refused_with(answer("204 No Content", "")) == "was answered with status 204");
    CHECK(refused_with(answer("503 Busy", "")).starts_with("away: "));
    CHECK(refused_with(answer("429 Slowly", "")).starts_with("away: "));
    CHECK(refused_with("220 mail.example ESMTP\r\n").find("other than HTTP") != std::string::npos);
    CHECK(refused_with("").starts_with("away: "));
    CHECK(refused_with("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").starts_with("away: "));
    const HttpServer plain(answer("200 OK", "x"));
    CHECK(refusal(plain.url("127.0.0.1", "https")).starts_with("cannot be asked securely"));
}

TEST_CASE("a server that is gone is away, and a proxy in the environment is not asked", "[outbound]") {
    std::string url;
    {
        const HttpServer gone("");
        url = gone.url();
    }
    CHECK(refusal(url).starts_with("away: "));
    const HttpServer proxy(answer("200 OK", "of the proxy"));
    const HttpServer server(answer("200 OK", "of the server"));
    ::setenv("http_proxy", proxy.url().c_str(), 1);
    CHECK(fetch(server.url(), kAnywhere).bytes == "of the server");
    ::unsetenv("http_proxy");
    CHECK(proxy.connections() == 0);
}
