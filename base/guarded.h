#pragma once
#include <mutex>
#include <utility>

namespace stagecast {

// Data that cannot be reached without its lock: guarded.with([](T& data) { … }). No call-outs inside.
template <class T>
class Guarded {
public:
    template <class... Args>
    explicit Guarded(Args&&... args) : data_(std::forward<Args>(args)...) {}
    template <class F>
    decltype(auto) with(F&& f) {
        const std::lock_guard lock(mutex_);
        return std::forward<F>(f)(data_);
    }
    template <class F>
    decltype(auto) with(F&& f) const {
        const std::lock_guard lock(mutex_);
        return std::forward<F>(f)(data_);
    }

private:
    mutable std::mutex mutex_;
    T data_;
};

}  // namespace stagecast
