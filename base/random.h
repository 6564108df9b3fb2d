#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace stagecast {

// Where unpredictable bytes come from. Any thread.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> out) = 0;
};

// The kernel's generator (getrandom).
class SystemRandom final : public Random {
public:
    void fill(std::span<std::byte> out) override;
};

// A repeatable sequence for tests; never for secrets.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::byte> out) override;

private:
    std::atomic<std::uint64_t> state_;
};

// `bytes` random bytes as base64url without padding: 32 bytes are 43 characters.
std::string random_token(Random& random, std::size_t bytes = 32);

}  // namespace stagecast
