#include "access/limiter.h"

#include <algorithm>

namespace stagecast::access {

std::optional<std::chrono::seconds> Limiter::wait(const std::string& key, Instant now) const {
    return windows_.with([&](const auto& windows) -> std::optional<std::chrono::seconds> {
        const auto found = windows.find(key);
        if (found == windows.end() || found->second.events < events_per_window_) return std::nullopt;
        const auto left = found->second.since + kWindow - now;
        if (left <= left.zero()) return std::nullopt;
        return std::chrono::ceil<std::chrono::seconds>(left);
    });
}

void Limiter::count(const std::string& key, Instant now) {
    windows_.with([&](auto& windows) {
        if (windows.size() >= kMaxKeys && !windows.contains(key)) {
            windows.erase(std::min_element(windows.begin(), windows.end(), [](const auto& a, const auto& b) {
                return a.second.since < b.second.since;
            }));
        }
        auto& window = windows[key];
        if (window.events == 0 || now - window.since >= kWindow) window = {now, 0};
        ++window.events;
    });
}

void Limiter::forget(const std::string& key) {
    windows_.with([&](auto& windows) { windows.erase(key); });
}

}  // namespace stagecast::access
