#include "mixer/rtc/endpoint.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace stagecast::mixer::rtc {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

IpAddress mapped(const in_addr& address) {
    IpAddress out;
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), out.bytes.begin());
    std::memcpy(out.bytes.data() + 12, &address, 4);
    return out;
}

std::optional<IpAddress> usable_address(const ifaddrs& entry) {
    if (entry.ifa_addr == nullptr || (entry.ifa_flags & IFF_UP) == 0) return std::nullopt;
    if (entry.ifa_addr->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, entry.ifa_addr, sizeof v4);
        const bool link_local = (ntohl(v4.sin_addr.s_addr) >> 16) == 0xa9fe;  // 169.254.0.0/16
        if (link_local) return std::nullopt;
        return mapped(v4.sin_addr);
    }
    if (entry.ifa_addr->sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, entry.ifa_addr, sizeof v6);
        if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) return std::nullopt;
        IpAddress out;
        std::memcpy(out.bytes.data(), &v6.sin6_addr, 16);
        return out;
    }
    return std::nullopt;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    const std::string terminated(text.substr(0, INET6_ADDRSTRLEN));
    if (terminated.size() != text.size()) return std::nullopt;
    in_addr v4{};
    if (inet_pton(AF_INET, terminated.c_str(), &v4) == 1) return mapped(v4);
    IpAddress out;
    if (inet_pton(AF_INET6, terminated.c_str(), out.bytes.data()) == 1) return out;
    return std::nullopt;
}

bool IpAddress::is_v4() const noexcept {
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

bool IpAddress::is_wildcard() const noexcept {
    const auto all_zero = [](auto first, auto last) {
        return std::all_of(first, last, [](auto b) { return b == 0; });
    };
    return all_zero(bytes.begin(), bytes.end()) || (is_v4() && all_zero(bytes.begin() + 12, bytes.end()));
}

bool IpAddress::is_loopback() const noexcept {
    if (is_v4()) return bytes[12] == 127;
    return bytes[15] == 1 && std::all_of(bytes.begin(), bytes.begin() + 15, [](auto b) { return b == 0; });
}

std::string IpAddress::text() const {
    char out[INET6_ADDRSTRLEN] = "";
    if (is_v4())
        inet_ntop(AF_INET, bytes.data() + 12, out, sizeof out);
    else
        inet_ntop(AF_INET6, bytes.data(), out, sizeof out);
    return out;
}

std::size_t EndpointHash::operator()(const Endpoint& endpoint) const noexcept {
    std::uint64_t high = 0, low = 0;
    std::memcpy(&high, endpoint.address.bytes.data(), 8);
    std::memcpy(&low, endpoint.address.bytes.data() + 8, 8);
    std::uint64_t mixed = (high * 0x9e3779b97f4a7c15u) ^ low ^ (std::uint64_t{endpoint.port} << 17);
    mixed *= 0xff51afd7ed558ccdu;
    return static_cast<std::size_t>(mixed ^ (mixed >> 32));
}

std::vector<IpAddress> host_addresses() {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) return {};
    std::vector<IpAddress> out;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (const auto address = usable_address(*entry)) out.push_back(*address);
    }
    freeifaddrs(list);
    std::stable_partition(out.begin(), out.end(), [](const IpAddress& a) { return !a.is_loopback(); });
    return out;
}

}  // namespace stagecast::mixer::rtc
