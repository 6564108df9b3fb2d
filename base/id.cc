#include "base/id.h"

#include <array>
#include <cstddef>

namespace stagecast {
namespace {

constexpr std::size_t kIdCharacters = 26;  // 26 x 5 bits = 130 bits
constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";

}  // namespace

bool is_id_text(std::string_view text) noexcept {
    return text.size() == kIdCharacters && text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

std::string random_id_text(Random& random) {
    std::array<std::byte, kIdCharacters> bytes;
    random.fill(bytes);
    std::string text;
    for (const std::byte byte : bytes) text += kAlphabet[std::to_integer<std::size_t>(byte) & 31U];
    return text;
}

}  // namespace stagecast
