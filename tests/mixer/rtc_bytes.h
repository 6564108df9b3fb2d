#pragma once
#include <string_view>

#include "mixer/rtc/wire.h"

namespace stagecast::mixer::rtc::test {

// "00 01 0a": spaces and newlines are skipped.
inline Bytes from_hex(std::string_view text) {
    Bytes out;
    int high = -1;
    for (const char c : text) {
        if (c == ' ' || c == '\n') continue;
        const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        if (high < 0) {
            high = digit;
        } else {
            put_u8(out, static_cast<unsigned>(high * 16 + digit));
            high = -1;
        }
    }
    return out;
}

template <std::size_t N>
void fill_from_hex(std::array<std::byte, N>& to, std::string_view text) {
    const auto bytes = from_hex(text);
    for (std::size_t i = 0; i < N && i < bytes.size(); ++i) to[i] = bytes[i];
}

inline Bytes copy_of(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace stagecast::mixer::rtc::test
