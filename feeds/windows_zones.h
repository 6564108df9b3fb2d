#pragma once
#include <optional>
#include <span>
#include <string_view>

namespace stagecast::feeds {

// What Windows, Outlook and Exchange call a zone, and what the zone database does.
struct WindowsZone {
    std::string_view windows, zone;
};

std::span<const WindowsZone> windows_zones() noexcept;
// "Romance Standard Time" is Europe/Paris; in any case of letters.
std::optional<std::string_view> zone_of_windows(std::string_view name);

}  // namespace stagecast::feeds
