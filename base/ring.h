#pragma once
#include <atomic>
#include <cstddef>
#include <utility>
#include <vector>

namespace stagecast {

// A bounded queue between one producer and one consumer thread; neither ever waits.
// Memory: allocates in the constructor only (T's own moves aside).
template <class T>
class Ring {
public:
    explicit Ring(std::size_t capacity) : slots_(capacity + 1) {}

    // Producer. False, and nothing taken, when full.
    bool push(T&& value) {
        const auto tail = tail_.load(std::memory_order_relaxed);
        const auto next = after(tail);
        if (next == head_.load(std::memory_order_acquire)) return false;
        slots_[tail] = std::move(value);
        tail_.store(next, std::memory_order_release);
        return true;
    }
    // Consumer. False when empty.
    bool pop(T& value) {
        const auto head = head_.load(std::memory_order_relaxed);
        if (head == tail_.load(std::memory_order_acquire)) return false;
        value = std::move(slots_[head]);
        head_.store(after(head), std::memory_order_release);
        return true;
    }

private:
    std::size_t after(std::size_t i) const noexcept { return i + 1 == slots_.size() ? 0 : i + 1; }
    std::vector<T> slots_;
    alignas(64) std::atomic<std::size_t> head_{0};
    alignas(64) std::atomic<std::size_t> tail_{0};
};

}  // namespace stagecast
