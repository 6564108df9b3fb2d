#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "mixer/rtc/endpoint.h"
#include "mixer/rtc/wire.h"

namespace stagecast::mixer::rtc {

// The one UDP socket of a transport. Datagrams go out in batches and from the address their peer knows.
// A wildcard address opens a dual-stack socket where the host has IPv6.
//
// Thread: rtc-0, after construction.
class UdpSocket {
public:
    static constexpr std::size_t kMaxDatagramBytes = 2048;  // longer ones are cut and so fail authentication
    static constexpr std::size_t kBatchDatagrams = 64;

    // Throws Unavailable when the port is taken or the address is not this host's.
    UdpSocket(const IpAddress& listen, std::uint16_t port);
    ~UdpSocket();
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    int descriptor() const noexcept { return descriptor_; }
    std::uint16_t port() const noexcept { return port_; }

    // Hands over what waits, one datagram at a time; never blocks. Returns how many there were, at most one
    // batch.
    using Receiver = std::function<void(const Path& path, std::span<std::byte> datagram)>;
    std::size_t receive(const Receiver& receiver);

    // Room for the next datagram, kMaxDatagramBytes; fill it, then send_slot().
    std::span<std::byte> slot();
    void send_slot(const Path& path, std::size_t size);
    void send(const Path& path, ByteView datagram);
    // Hands the batch to the kernel; what it has no room for is dropped and counted.
    void flush();

    struct Totals {
        std::uint64_t sent_packets = 0, sent_bytes = 0, dropped_packets = 0;
    };
    // What was flushed since the last call.
    Totals take_totals();

private:
    struct Batch;
    void open(const IpAddress& listen);
    void bind_to(const IpAddress& listen, std::uint16_t port);

    int descriptor_ = -1;
    int family_ = 0;
    std::uint16_t port_ = 0;
    std::unique_ptr<Batch> incoming_;
    std::unique_ptr<Batch> outgoing_;
    std::size_t outgoing_count_ = 0;
    Totals totals_;
};

}  // namespace stagecast::mixer::rtc
