#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// Big-endian numbers in datagrams. Readers require that the bytes are there.
namespace stagecast::mixer::rtc {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

inline std::uint8_t read_u8(ByteView from, std::size_t at) {
    return std::to_integer<std::uint8_t>(from[at]);
}
inline std::uint16_t read_u16(ByteView from, std::size_t at) {
    return static_cast<std::uint16_t>(read_u8(from, at) << 8 | read_u8(from, at + 1));
}
inline std::uint32_t read_u32(ByteView from, std::size_t at) {
    return static_cast<std::uint32_t>(read_u16(from, at)) << 16 | read_u16(from, at + 2);
}

inline void write_u8(std::span<std::byte> to, std::size_t at, unsigned value) {
    to[at] = static_cast<std::byte>(value & 0xff);
}
inline void write_u16(std::span<std::byte> to, std::size_t at, std::uint16_t value) {
    write_u8(to, at, value >> 8);
    write_u8(to, at + 1, value);
}
inline void write_u32(std::span<std::byte> to, std::size_t at, std::uint32_t value) {
    write_u16(to, at, static_cast<std::uint16_t>(value >> 16));
    write_u16(to, at + 2, static_cast<std::uint16_t>(value & 0xffff));
}

inline void put_u8(Bytes& to, unsigned value) {
    to.push_back(static_cast<std::byte>(value & 0xff));
}
inline void put_u16(Bytes& to, std::uint16_t value) {
    put_u8(to, value >> 8);
    put_u8(to, value);
}
inline void put_u32(Bytes& to, std::uint32_t value) {
    put_u16(to, static_cast<std::uint16_t>(value >> 16));
    put_u16(to, static_cast<std::uint16_t>(value & 0xffff));
}
inline void put_text(Bytes& to, std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    to.insert(to.end(), bytes.begin(), bytes.end());
}

inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
// For C interfaces that count in unsigned char.
inline const unsigned char* as_octets(ByteView bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* as_octets(std::span<std::byte> bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace stagecast::mixer::rtc
