#pragma once
#include <sys/socket.h>

namespace stagecast {

// Which addresses we connect to when a stranger names them. kAny is for an intranet, where everything is
// private.
enum class AddressPolicy { kPublicOnly, kAny };

// True for an address that anybody on the Internet could ask too. False for loopback, private, link-local,
// shared (100.64/10), multicast, reserved, documentation and benchmark addresses, for IPv4 written as IPv6
// (mapped, 6to4, Teredo), for NAT64 (64:ff9b::/96) of any of these, and for families other than IPv4 and
// IPv6. The IANA special-purpose registries (RFC 6890) are the source.
bool is_public_address(const sockaddr& address) noexcept;

}  // namespace stagecast
