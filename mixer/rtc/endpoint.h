#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stagecast::mixer::rtc {

// An IPv6 address, or an IPv4 address in its mapped form ::ffff:a.b.c.d.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    static std::optional<IpAddress> parse(std::string_view text);
    bool is_v4() const noexcept;
    bool is_wildcard() const noexcept;  // "::" or "0.0.0.0"
    bool is_loopback() const noexcept;
    std::string text() const;
    auto operator<=>(const IpAddress&) const = default;
};

struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;
    auto operator<=>(const Endpoint&) const = default;
};

// The two ends of a datagram's way: an answer must leave from the address that the question came to.
struct Path {
    Endpoint remote;
    IpAddress local;
    auto operator<=>(const Path&) const = default;
};

struct EndpointHash {
    std::size_t operator()(const Endpoint& endpoint) const noexcept;
};

// The addresses of this host that a peer may reach: no link-local ones; loopback last, for a browser on the
// same host.
std::vector<IpAddress> host_addresses();

}  // namespace stagecast::mixer::rtc
