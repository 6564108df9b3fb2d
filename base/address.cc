#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace stagecast {
namespace {

struct Range4 {
    std::uint32_t address;  // host order
    int prefix_bits;
};

constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return a << 24 | b << 16 | c << 8 | d;
}

constexpr std::array<Range4, 16> kNotPublic4{{
    {ip(0, 0, 0, 0), 8},        // this network
    {ip(10, 0, 0, 0), 8},       // private
    {ip(100, 64, 0, 0), 10},    // shared, behind a carrier's NAT
    {ip(127, 0, 0, 0), 8},      // loopback
    {ip(169, 254, 0, 0), 16},   // link-local; clouds keep their metadata here
    {ip(172, 16, 0, 0), 12},    // private
    {ip(192, 0, 0, 0), 24},     // protocol assignments
    {ip(192, 0, 2, 0), 24},     // documentation
    {ip(192, 31, 196, 0), 24},  // AS112
    {ip(192, 52, 193, 0), 24},  // AMT
    {ip(192, 88, 99, 0), 24},   // 6to4 relays, withdrawn
    {ip(192, 168, 0, 0), 16},   // private
    {ip(198, 18, 0, 0), 15},    // benchmarks
    {ip(198, 51, 100, 0), 24},  // documentation
    {ip(203, 0, 113, 0), 24},   // documentation
    {ip(224, 0, 0, 0), 3},      // multicast, reserved, broadcast
}};

bool is_public4(std::uint32_t address) noexcept {
    return std::ranges::none_of(kNotPublic4, [address](const Range4& range) {
        return (address ^ range.address) >> (32 - range.prefix_bits) == 0;
    });
}

using Bytes16 = std::array<std::uint8_t, 16>;

struct Range6 {
    Bytes16 address;
    int prefix_bits;
};

bool is_in(const Bytes16& address, const Range6& range) noexcept {
    for (int bit = 0; bit < range.prefix_bits; ++bit) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        if (((address[byte] ^ range.address[byte]) >> (7 - bit % 8) & 1) != 0) return false;
    }
    return true;
}

constexpr Range6 kGlobalUnicast{{0x20}, 3};
constexpr Range6 kNat64{{0x00, 0x64, 0xff, 0x9b}, 96};
// Of the global unicast addresses, those that nobody serves from.
constexpr std::array<Range6, 4> kNotPublic6{{
    {{0x20, 0x01, 0x00}, 23},        // protocol assignments: Teredo, benchmarks, ORCHID
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x20, 0x02}, 16},              // 6to4: any IPv4 address, withdrawn
    {{0x3f, 0xff, 0x00}, 20},        // documentation
}};

bool is_public6(const Bytes16& address) noexcept {
    if (is_in(address, kNat64)) return is_public4(ip(address[12], address[13], address[14], address[15]));
    return is_in(address, kGlobalUnicast) &&
           std::ranges::none_of(kNotPublic6, [&](const Range6& range) { return is_in(address, range); });
}

}  // namespace

bool is_public_address(const sockaddr& address) noexcept {
    if (address.sa_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, &address, sizeof v4);
        return is_public4(ntohl(v4.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6;
        std::memcpy(&v6, &address, sizeof v6);
        Bytes16 bytes;
        std::memcpy(bytes.data(), v6.sin6_addr.s6_addr, bytes.size());
        return is_public6(bytes);
    }
    return false;
}

}  // namespace stagecast
