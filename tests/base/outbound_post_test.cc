#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/outbound.h"
#include "tests/base/http_server.h"

using namespace stagecast;
using outbound::FetchLimits;
using outbound::post;
using outbound::PostRequest;
using std::chrono::seconds;

namespace {

constexpr FetchLimits kAnywhere{.addresses = AddressPolicy::kAny};

PostRequest request_to(const std::string& url) {
    return {url, {{"Content-Type", "application/json"}, {"X-Kind", "test"}}, "{\"a\":1}", kAnywhere};
}

// How a request ends that is not answered with a status.
std::string refusal(const PostRequest& request) {
    try {
        return fmt::format("status {}", post(request).status);
    } catch (const Invalid& error) {
        return error.what();
    } catch (const Unavailable& error) {
        return std::string("away: ") + error.what();
    }
}

}  // namespace

TEST_CASE("a post carries its headers and body as they are, and nothing that tells on us", "[outbound]") {
    HttpServer server(answer("201 Created", "thanks"));
    auto request = request_to(server.url() + "?q=1#part");
    request.body = std::string("a\0b\xff", 4) + std::string(100'000, 'x');
    const auto posted = post(request);
    CHECK(posted.status == 201);
    CHECK(posted.body == "thanks");
    CHECK_FALSE(posted.retry_after);
    const std::string& sent = server.request();
    CHECK(sent.starts_with("POST /feed.ics?q=1 HTTP/1.1\r\n"));
    CHECK(sent.find("\r\nX-Kind: test\r\n") != std::string::npos);
    CHECK(sent.find("\r\nContent-Type: application/json\r\n") != std::string::npos);
    CHECK(sent.find("urlencoded") == std::string::npos);
    CHECK(sent.find("Expect:") == std::string::npos);
    CHECK(sent.ends_with("\r\n\r\n" + request.body));
}

TEST_CASE("an empty post without headers is one too", "[outbound]") {
    HttpServer server(answer("204 No Content", ""));
    CHECK(post({.url = server.url(), .limits = kAnywhere}).status == 204);
    CHECK(server.request().find("Content-Length: 0\r\n") != std::string::npos);
}

TEST_CASE("whatever a server says is its answer, and when to ask again", "[outbound]") {
    for (const int status : {200, 202, 400, 404, 410, 413, 429, 500, 503}) {
        const HttpServer server(answer(fmt::format("{} Said", status), "why"));
        const auto posted = post(request_to(server.url()));
        CHECK(posted.status == status);
        CHECK(posted.body == "why");
    }
    const auto retry_after = [](const std::string& value) {
        const HttpServer server(answer("429 Slowly\r\nRetry-After: " + value, ""));
        return post(request_to(server.url())).retry_after;
    };
    CHECK(retry_after("120") == seconds(120));
    CHECK(retry_after("Fri, 01 Jan 2199 00:00:00 GMT") == seconds(24 * 3600));
    for (const char* none : {"0", "-5", "soon", "", "Sun, 06 Nov 1994 08:49:37 GMT"})
        CHECK_FALSE(retry_after(none));
    CHECK(retry_after("99999999999999999999").value_or(seconds(1)) <= seconds(24 * 3600));
}

TEST_CASE("a status is the answer however its body ends, and only 4 KiB of that are kept", "[outbound]") {
    const HttpServer large(answer("200 OK", std::string(5'000'000, 'x')));
    CHECK(post(request_to(large.url())).body == std::string(outbound::kMaxAnswerBytes, 'x'));
    const HttpServer fitting(answer("500 Broken", std::string(4'096, 'x')));
    CHECK(post(request_to(fitting.url())).body.size() == 4'096);
    const HttpServer cut("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    CHECK(post(request_to(cut.url())).body == "half");
    const HttpServer stalling("HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\nhalf", Then::kStall);
    auto request = request_to(stalling.url());
    request.limits.total = Milliseconds(150);
    CHECK(post(request).status == 410);
}

TEST_CASE("without a status there is no answer, and what was sent may have arrived", "[outbound]") {
    for (const char* said : {"", "220 mail.example ESMTP\r\n", "HTTP/1.1 100 Continue\r\n\r\n"}) {
        INFO(said);
        const HttpServer server(said);
        CHECK(refusal(request_to(server.url())).starts_with("away: "));
    }
    const HttpServer silent("", Then::kStall);
    auto request = request_to(silent.url());
    request.limits.total = Milliseconds(150);
    CHECK(refusal(request).starts_with("away: the server of this address takes too long"));
    const HttpServer plain(answer("200 OK", ""));
    CHECK(refusal(request_to(plain.url("127.0.0.1", "https"))).starts_with("away: "));
    CHECK(refusal(request_to("http://stagecast.invalid/")).starts_with("away: "));
    std::string gone_url;
    {
        const HttpServer gone("");
        gone_url = gone.url();
    }
    CHECK(refusal(request_to(gone_url)).starts_with("away: "));
}

TEST_CASE("a post goes neither to private addresses nor where it is sent on to", "[outbound]") {
    const HttpServer secret(answer("200 OK", "secret"));
    for (const char* host : {"127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"}) {
        auto request = request_to(secret.url(host));
        request.limits.addresses = AddressPolicy::kPublicOnly;
        CHECK(refusal(request) == "url: leads to an address that is not public");
    }
    for (const int status : {301, 302, 303, 307, 308}) {
        const HttpServer server(answer(fmt::format("{} On\r\nLocation: {}", status, secret.url()), ""));
        CHECK(refusal(request_to(server.url())) ==
              "url: leads on to " + secret.url() + ": give that address instead");
    }
    ::setenv("http_proxy", secret.url().c_str(), 1);
    const HttpServer server(answer("200 OK", ""));
    CHECK(refusal(request_to(server.url())) == "status 200");
    ::unsetenv("http_proxy");
    CHECK(secret.connections() == 0);
}

TEST_CASE("a header cannot become two, or frame the request", "[outbound]") {
    const HttpServer server(answer("200 OK", ""));
    const auto with = [&](const std::string& name, const std::string& value) {
        auto request = request_to(server.url());
        request.headers.push_back({name, value});
        return refusal(request);
    };
    for (const char* name : {"", "X Y", "X:", "X\r\nY", "\xc3\xa9", "Host", "content-length",
                             "Transfer-Encoding", "Connection", "Expect"})
        CHECK(with(name, "1").starts_with("headers: must "));
    for (const char* value : {"", " ", "a\r\nX: b", "a\nb", "\xc3\xa9", "\x01"})
        CHECK(with("X-A", value).starts_with("headers: must "));
    CHECK(with("X-A", std::string(8 * 1024 + 1, 'x')).starts_with("headers: must "));
    auto large = request_to(server.url());
    large.limits.max_bytes = 10;
    large.body = std::string(11, 'x');
    CHECK(refusal(large) == "body: must have at most 10 bytes");
    CHECK(server.connections() == 0);
    CHECK(with("Authorization", "vapid t=a.b-c, k=d_") == "status 200");
}

TEST_CASE("an address is judged by its form before anyone looks it up", "[outbound]") {
    CHECK_NOTHROW(outbound::check_url("https://stagecast.invalid/a?b#c", "endpoint"));
    for (const char* url :
         {"", "//example.org/x", "ftp://example.org/x", "https://user@example.org/", "https://e x.org/"}) {
        INFO(url);
        try {
            outbound::check_url(url, "endpoint");
            FAIL_CHECK("taken");
        } catch (const Invalid& error) {
            CHECK(error.field() == "endpoint");
        }
    }
}

TEST_CASE("an origin has the scheme, the host and the port where it is not the scheme's own", "[outbound]") {
    const auto origin = [](const std::string& url) { return outbound::origin_of(url, "url"); };
    CHECK(origin("https://Push.Example.org/send/abc?x=1#y") == "https://push.example.org");
    CHECK(origin("HTTPS://push.example.org:443/") == "https://push.example.org");
    CHECK(origin("https://push.example.org:8443") == "https://push.example.org:8443");
    CHECK(origin("http://push.example.org:80/") == "http://push.example.org");
    CHECK(origin("http://push.example.org:443/") == "http://push.example.org:443");
    CHECK(origin("http://[::1]:8080/x") == "http://[::1]:8080");
    CHECK_THROWS_AS(origin("mailto:a@b.c"), Invalid);
}
