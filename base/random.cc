#include "base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/error.h"
#include "base/text.h"

namespace stagecast {

void SystemRandom::fill(std::span<std::byte> out) {
    while (!out.empty()) {
        const ssize_t got_bytes = ::getrandom(out.data(), out.size(), 0);
        if (got_bytes < 0 && errno == EINTR) continue;
        if (got_bytes < 0) throw Unavailable("the system gives no random bytes", std::chrono::seconds(1));
        out = out.subspan(static_cast<std::size_t>(got_bytes));
    }
}

// SplitMix64 (Steele, Lea, Flood 2014): one addition a step, so threads that share it never see a value
// twice.
void SeededRandom::fill(std::span<std::byte> out) {
    while (!out.empty()) {
        std::uint64_t z = state_.fetch_add(0x9e3779b97f4a7c15U) + 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        z ^= z >> 31;
        const std::size_t step_bytes = std::min(out.size(), sizeof z);
        std::memcpy(out.data(), &z, step_bytes);
        out = out.subspan(step_bytes);
    }
}

std::string random_token(Random& random, std::size_t bytes) {
    std::string raw(bytes, '\0');
    random.fill(std::as_writable_bytes(std::span(raw)));
    return base64url(raw);
}

}  // namespace stagecast
