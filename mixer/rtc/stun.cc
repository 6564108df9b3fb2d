#include "mixer/rtc/stun.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include <algorithm>

namespace stagecast::mixer::rtc {
namespace {

constexpr std::uint32_t kMagicCookie = 0x2112a442;
constexpr std::uint32_t kFingerprintXor = 0x5354554e;
constexpr std::size_t kHeaderBytes = 20;
constexpr std::size_t kAttributeHeaderBytes = 4;
constexpr std::size_t kIntegrityBytes = 20;  // HMAC-SHA1
constexpr std::uint16_t kUsername = 0x0006, kMessageIntegrity = 0x0008, kXorMappedAddress = 0x0020,
                        kUseCandidate = 0x0025, kFingerprint = 0x8028;
constexpr std::uint8_t kFamilyV4 = 1, kFamilyV6 = 2;

using Mac = std::array<std::byte, kIntegrityBytes>;

// The HMAC over the message up to `end`, as if its length ended behind the MESSAGE-INTEGRITY attribute at
// `end`.
Mac integrity_of(ByteView message, std::size_t end, std::string_view password) {
    Bytes covered(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(end));
    write_u16(covered, 2,
              static_cast<std::uint16_t>(end - kHeaderBytes + kAttributeHeaderBytes + kIntegrityBytes));
    Mac out{};
    unsigned size = kIntegrityBytes;
    HMAC(EVP_sha1(), password.data(), static_cast<int>(password.size()), as_octets(ByteView(covered)),
         covered.size(), as_octets(std::span<std::byte>(out)), &size);
    return out;
}

std::uint32_t fingerprint_of(ByteView covered) {
    const auto crc = crc32(0, as_octets(covered), static_cast<uInt>(covered.size()));
    return static_cast<std::uint32_t>(crc) ^ kFingerprintXor;
}

// XOR-MAPPED-ADDRESS hides addresses from rewriting middle boxes by the header's cookie and transaction
// (14.2).
void xor_address(IpAddress& address, ByteView message) {
    const std::size_t first = address.is_v4() ? 12 : 0;
    for (std::size_t i = first; i < 16; ++i) address.bytes[i] ^= read_u8(message, 4 + i - first);
}

std::optional<Endpoint> parse_mapped(ByteView value, ByteView message) {
    if (value.size() < 8) return std::nullopt;
    Endpoint out;
    out.port = read_u16(value, 2) ^ static_cast<std::uint16_t>(kMagicCookie >> 16);
    const auto family = read_u8(value, 1);
    if (family == kFamilyV4 && value.size() == 8) {
        out.address.bytes[10] = out.address.bytes[11] = 0xff;
        for (std::size_t i = 0; i < 4; ++i)
            out.address.bytes[12 + i] = read_u8(value, 4 + i) ^ read_u8(message, 4 + i);
    } else if (family == kFamilyV6 && value.size() == 20) {
        for (std::size_t i = 0; i < 16; ++i)
            out.address.bytes[i] = read_u8(value, 4 + i) ^ read_u8(message, 4 + i);
    } else {
        return std::nullopt;
    }
    return out;
}

// False when the attribute makes the whole message unacceptable.
bool take_attribute(StunMessage& message, ByteView datagram, std::size_t at, std::uint16_t type,
                    ByteView value) {
    if (type == kFingerprint)
        return value.size() == 4 && read_u32(value, 0) == fingerprint_of(datagram.first(at));
    if (message.integrity_at) return true;
    if (type == kUsername) message.username = as_text(value);
    if (type == kUseCandidate) message.use_candidate = true;
    if (type == kXorMappedAddress) message.mapped = parse_mapped(value, datagram);
    if (type == kMessageIntegrity) {
        if (value.size() != kIntegrityBytes) return false;
        message.integrity_at = at;
    }
    return true;
}

void put_mapped_address(Bytes& message, const Endpoint& source) {
    const bool v4 = source.address.is_v4();
    IpAddress hidden = source.address;
    xor_address(hidden, message);
    put_u16(message, kXorMappedAddress);
    put_u16(message, v4 ? 8 : 20);
    put_u16(message, v4 ? kFamilyV4 : kFamilyV6);
    put_u16(message, source.port ^ static_cast<std::uint16_t>(kMagicCookie >> 16));
    for (std::size_t i = v4 ? 12 : 0; i < 16; ++i) put_u8(message, hidden.bytes[i]);
}

}  // namespace

std::optional<StunMessage> parse_stun(ByteView datagram) {
    if (datagram.size() < kHeaderBytes || (read_u8(datagram, 0) & 0xc0) != 0) return std::nullopt;
    if (read_u32(datagram, 4) != kMagicCookie) return std::nullopt;
    if (kHeaderBytes + read_u16(datagram, 2) != datagram.size()) return std::nullopt;

    StunMessage message;
    message.type = read_u16(datagram, 0);
    std::copy_n(datagram.begin() + 8, message.transaction.size(), message.transaction.begin());
    std::size_t at = kHeaderBytes;
    while (at < datagram.size()) {
        if (datagram.size() - at < kAttributeHeaderBytes) return std::nullopt;
        const auto type = read_u16(datagram, at);
        const std::size_t size = read_u16(datagram, at + 2);
        const std::size_t padded = (size + 3) & ~std::size_t{3};
        if (datagram.size() - at - kAttributeHeaderBytes < padded) return std::nullopt;
        const auto value = datagram.subspan(at + kAttributeHeaderBytes, size);
        if (!take_attribute(message, datagram, at, type, value)) return std::nullopt;
        at += kAttributeHeaderBytes + padded;
    }
    return message;
}

bool has_integrity(ByteView datagram, const StunMessage& message, std::string_view password) {
    if (!message.integrity_at) return false;
    const auto expected = integrity_of(datagram, *message.integrity_at, password);
    const auto given = datagram.subspan(*message.integrity_at + kAttributeHeaderBytes, kIntegrityBytes);
    return CRYPTO_memcmp(expected.data(), given.data(), kIntegrityBytes) == 0;
}

Bytes stun_binding_success(const StunTransaction& transaction, const Endpoint& source,
                           std::string_view password) {
    Bytes message;
    message.reserve(96);
    put_u16(message, kStunBindingSuccess);
    put_u16(message, 0);
    put_u32(message, kMagicCookie);
    message.insert(message.end(), transaction.begin(), transaction.end());
    put_mapped_address(message, source);
    finish_stun(message, password);
    return message;
}

void finish_stun(Bytes& message, std::string_view password) {
    const auto mac = integrity_of(message, message.size(), password);
    put_u16(message, kMessageIntegrity);
    put_u16(message, kIntegrityBytes);
    message.insert(message.end(), mac.begin(), mac.end());
    const std::size_t fingerprint_bytes = kAttributeHeaderBytes + 4;
    write_u16(message, 2, static_cast<std::uint16_t>(message.size() - kHeaderBytes + fingerprint_bytes));
    const auto fingerprint = fingerprint_of(message);
    put_u16(message, kFingerprint);
    put_u16(message, 4);
    put_u32(message, fingerprint);
}

}  // namespace stagecast::mixer::rtc
