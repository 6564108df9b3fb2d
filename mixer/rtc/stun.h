#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "mixer/rtc/endpoint.h"
#include "mixer/rtc/wire.h"

// The part of STUN (RFC 8489) that an ICE-lite agent needs (RFC 8445, 7.3): connectivity checks and their
// answers.
namespace stagecast::mixer::rtc {

inline constexpr std::uint16_t kStunBindingRequest = 0x0001;
inline constexpr std::uint16_t kStunBindingSuccess = 0x0101;

using StunTransaction = std::array<std::byte, 12>;

// A well-formed message; views point into the datagram. Attributes behind MESSAGE-INTEGRITY are not covered
// by it and therefore ignored.
struct StunMessage {
    std::uint16_t type = 0;
    StunTransaction transaction{};
    std::string_view username;
    bool use_candidate = false;
    std::optional<Endpoint> mapped;           // XOR-MAPPED-ADDRESS
    std::optional<std::size_t> integrity_at;  // offset of the MESSAGE-INTEGRITY attribute
};

// Nothing when the datagram is malformed or its FINGERPRINT is wrong.
std::optional<StunMessage> parse_stun(ByteView datagram);

// True when the message carries a MESSAGE-INTEGRITY made with that password (RFC 8445's short-term
// credentials).
bool has_integrity(ByteView datagram, const StunMessage& message, std::string_view password);

// The answer to a check that came from `source`.
Bytes stun_binding_success(const StunTransaction& transaction, const Endpoint& source,
                           std::string_view password);

// Closes a message that was begun with a 20-byte header: MESSAGE-INTEGRITY, FINGERPRINT and the right length.
void finish_stun(Bytes& message, std::string_view password);

}  // namespace stagecast::mixer::rtc
