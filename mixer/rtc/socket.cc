#include "mixer/rtc/socket.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace stagecast::mixer::rtc {
namespace {

// 4 MB hold 10,000 packets of 60 ms at 64 kb/s with the kernel's overhead: one tick of a crowd.
constexpr int kBufferBytes = 4 << 20;

socklen_t to_sockaddr(const IpAddress& address, std::uint16_t port, int family, sockaddr_storage& out) {
    std::memset(&out, 0, sizeof out);
    if (family == AF_INET) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, address.bytes.data() + 12, 4);
        std::memcpy(&out, &v4, sizeof v4);
        return sizeof v4;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, address.bytes.data(), 16);
    std::memcpy(&out, &v6, sizeof v6);
    return sizeof v6;
}

IpAddress from_v4(const in_addr& v4) {
    IpAddress out;
    out.bytes[10] = out.bytes[11] = 0xff;
    std::memcpy(out.bytes.data() + 12, &v4, 4);
    return out;
}

IpAddress from_v6(const in6_addr& v6) {
    IpAddress out;
    std::memcpy(out.bytes.data(), &v6, 16);
    return out;
}

Endpoint from_sockaddr(const sockaddr_storage& from) {
    if (from.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &from, sizeof v4);
        return {from_v4(v4.sin_addr), ntohs(v4.sin_port)};
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, &from, sizeof v6);
    return {from_v6(v6.sin6_addr), ntohs(v6.sin6_port)};
}

// The address that a received datagram was sent to.
IpAddress local_address(msghdr& header) {
    for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
        if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
            in_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(item), sizeof info);
            return from_v4(info.ipi_spec_dst);
        }
        if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(item), sizeof info);
            return from_v6(info.ipi6_addr);
        }
    }
    return {};
}

template <class Info>
void put_control(msghdr& header, int level, int type, const Info& info) {
    cmsghdr* item = CMSG_FIRSTHDR(&header);
    item->cmsg_level = level;
    item->cmsg_type = type;
    item->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(item), &info, sizeof info);
    header.msg_controllen = CMSG_SPACE(sizeof info);
}

}  // namespace

struct UdpSocket::Batch {
    struct Datagram {
        alignas(16) std::array<std::byte, kMaxDatagramBytes> bytes;
        alignas(cmsghdr) std::array<char, 64> control;
        sockaddr_storage address;
        iovec data;
    };
    static_assert(CMSG_SPACE(sizeof(in6_pktinfo)) <= 64);

    std::array<Datagram, kBatchDatagrams> datagrams;
    std::array<mmsghdr, kBatchDatagrams> headers;

    void prepare(std::size_t i, std::size_t size) {
        auto& datagram = datagrams[i];
        datagram.data = {datagram.bytes.data(), size};
        auto& header = headers[i].msg_hdr;
        std::memset(&headers[i], 0, sizeof headers[i]);
        header.msg_iov = &datagram.data;
        header.msg_iovlen = 1;
        header.msg_name = &datagram.address;
        header.msg_namelen = sizeof datagram.address;
        header.msg_control = datagram.control.data();
        header.msg_controllen = datagram.control.size();
    }

    void address_to(std::size_t i, const Path& path, int family) {
        auto& header = headers[i].msg_hdr;
        header.msg_namelen = to_sockaddr(path.remote.address, path.remote.port, family, datagrams[i].address);
        datagrams[i].control.fill(0);
        if (family == AF_INET) {
            in_pktinfo info{};
            std::memcpy(&info.ipi_spec_dst, path.local.bytes.data() + 12, 4);
            put_control(header, IPPROTO_IP, IP_PKTINFO, info);
        } else {
            in6_pktinfo info{};
            std::memcpy(&info.ipi6_addr, path.local.bytes.data(), 16);
            put_control(header, IPPROTO_IPV6, IPV6_PKTINFO, info);
        }
    }
};

UdpSocket::UdpSocket(const IpAddress& listen, std::uint16_t port)
    : incoming_(std::make_unique<Batch>()), outgoing_(std::make_unique<Batch>()) {
    open(listen);
    try {
        bind_to(listen, port);
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

UdpSocket::~UdpSocket() {
    ::close(descriptor_);
}

void UdpSocket::open(const IpAddress& listen) {
    family_ = listen.is_v4() && !listen.is_wildcard() ? AF_INET : AF_INET6;
    const int flags = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    descriptor_ = ::socket(family_, flags, 0);
    if (descriptor_ < 0 && listen.is_wildcard()) {  // a host without IPv6
        family_ = AF_INET;
        descriptor_ = ::socket(family_, flags, 0);
    }
    if (descriptor_ < 0)
        throw Unavailable(fmt::format("no UDP socket: {}", std::strerror(errno)), std::chrono::seconds(0));
}

void UdpSocket::bind_to(const IpAddress& listen, std::uint16_t port) {
    const int on = 1, off = 0;
    if (family_ == AF_INET) {
        setsockopt(descriptor_, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    } else {
        setsockopt(descriptor_, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
        setsockopt(descriptor_, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
    }
    for (const auto& [forced, usual] :
         {std::pair{SO_SNDBUFFORCE, SO_SNDBUF}, std::pair{SO_RCVBUFFORCE, SO_RCVBUF}}) {
        if (setsockopt(descriptor_, SOL_SOCKET, forced, &kBufferBytes, sizeof kBufferBytes) != 0)
            setsockopt(descriptor_, SOL_SOCKET, usual, &kBufferBytes, sizeof kBufferBytes);
    }
    sockaddr_storage address;
    const auto size = to_sockaddr(listen.is_wildcard() ? IpAddress{} : listen, port, family_, address);
    if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size) != 0)
        throw Unavailable(fmt::format("UDP port {} on {}: {}", port, listen.text(), std::strerror(errno)),
                          std::chrono::seconds(0));
    socklen_t bound_size = sizeof address;
    getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &bound_size);
    port_ = from_sockaddr(address).port;
}

std::size_t UdpSocket::receive(const Receiver& receiver) {
    auto& batch = *incoming_;
    for (std::size_t i = 0; i < kBatchDatagrams; ++i) batch.prepare(i, kMaxDatagramBytes);
    const int received = recvmmsg(descriptor_, batch.headers.data(), kBatchDatagrams, MSG_DONTWAIT, nullptr);
    if (received <= 0) return 0;
    const auto count = static_cast<std::size_t>(received);
    for (std::size_t i = 0; i < count; ++i) {
        const Path path{from_sockaddr(batch.datagrams[i].address), local_address(batch.headers[i].msg_hdr)};
        receiver(path, std::span(batch.datagrams[i].bytes).first(batch.headers[i].msg_len));
    }
    return count;
}

std::span<std::byte> UdpSocket::slot() {
    if (outgoing_count_ == kBatchDatagrams) flush();
    return outgoing_->datagrams[outgoing_count_].bytes;
}

void UdpSocket::send_slot(const Path& path, std::size_t size) {
    outgoing_->prepare(outgoing_count_, size);
    outgoing_->address_to(outgoing_count_, path, family_);
    ++outgoing_count_;
}

void UdpSocket::send(const Path& path, ByteView datagram) {
    const auto room = slot();
    const auto size = std::min(datagram.size(), room.size());
    std::copy_n(datagram.begin(), size, room.begin());
    send_slot(path, size);
}

void UdpSocket::flush() {
    std::size_t done = 0;
    while (done < outgoing_count_) {
        const int sent = sendmmsg(descriptor_, outgoing_->headers.data() + done,
                                  static_cast<unsigned>(outgoing_count_ - done), MSG_DONTWAIT);
        if (sent > 0) {
            for (int i = 0; i < sent; ++i)
                totals_.sent_bytes += outgoing_->headers[done + static_cast<std::size_t>(i)].msg_len;
            totals_.sent_packets += static_cast<std::uint64_t>(sent);
            done += static_cast<std::size_t>(sent);
        } else if (errno != EINTR) {
            // No room, or the peer's port is closed: the packet at the head is lost, the others may go.
            ++totals_.dropped_packets;
            ++done;
        }
    }
    outgoing_count_ = 0;
}

UdpSocket::Totals UdpSocket::take_totals() {
    return std::exchange(totals_, {});
}

}  // namespace stagecast::mixer::rtc
