#pragma once
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

namespace stagecast {

enum class Then { kClose, kStall };

// A server on a port of the system's choice that gives every request the same bytes.
class HttpServer {
public:
    explicit HttpServer(std::string answer, Then then = Then::kClose)
        : answer_(std::move(answer)), then_(then) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        ::listen(listener_, 8);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        REQUIRE(::pipe(stop_) == 0);
        thread_ = std::jthread([this] { serve(); });
    }
    ~HttpServer() {
        ::close(stop_[1]);
        thread_ = {};
        ::close(stop_[0]);
        ::close(listener_);
    }
    std::string url(const std::string& host = "127.0.0.1", const std::string& scheme = "http") const {
        return fmt::format("{}://{}:{}/feed.ics", scheme, host, port_);
    }
    int connections() const { return connections_; }
    const std::string& request() {
        ::close(stop_[1]);
        thread_ = {};
        stop_[1] = -1;
        return request_;
    }

private:
    bool is_ready(int socket) const {
        std::array<pollfd, 2> wanted{{{socket, POLLIN, 0}, {stop_[0], POLLIN, 0}}};
        return ::poll(wanted.data(), 2, -1) > 0 && wanted[1].revents == 0;
    }
    static bool is_whole(const std::string& request) {
        if (request.starts_with('\x16')) return true;
        const auto head_bytes = request.find("\r\n\r\n");
        if (head_bytes == std::string::npos) return false;
        static constexpr std::string_view kLength = "Content-Length: ";
        const auto length = request.find(kLength);
        const auto body_bytes =
            length < head_bytes ? std::strtoul(request.c_str() + length + kLength.size(), nullptr, 10) : 0;
        return request.size() >= head_bytes + 4 + body_bytes;
    }
    void serve() {
        while (is_ready(listener_)) {
            const int client = ::accept(listener_, nullptr, nullptr);
            ++connections_;
            request_.clear();  // what begins with a TLS handshake (0x16) is answered as plain as the rest
            for (char c = 0; !is_whole(request_) && is_ready(client) && ::recv(client, &c, 1, 0) == 1;)
                request_ += c;
            for (std::string_view rest = answer_; !rest.empty();) {
                const ssize_t sent = ::send(client, rest.data(), rest.size(), MSG_NOSIGNAL);
                if (sent <= 0) break;
                rest.remove_prefix(static_cast<std::size_t>(sent));
            }
            char c = 0;
            if (then_ == Then::kStall)  // until the client gives up
                while (is_ready(client) && ::recv(client, &c, 1, 0) > 0) continue;
            ::close(client);
        }
    }

    const std::string answer_;
    const Then then_;
    int listener_ = -1;
    int stop_[2] = {-1, -1};
    std::uint16_t port_ = 0;
    std::atomic<int> connections_ = 0;
    std::string request_;
    std::jthread thread_;
};

inline std::string answer(const std::string& head, const std::string& body) {
    return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", head, body.size(),
                       body);
}

}  // namespace stagecast
