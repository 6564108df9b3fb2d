#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace stagecast::scheduler {

// Finds the place of an id in a list.
//
// Shape:   ids and places lie together, two to a cache line of 64 bytes, in twice as many slots as there are
// ids:
//          one fetch from memory where a node of a hash map, its key and its bucket are three.
// Thread:  any, after the last add().
// Errors:  Error for an id that is none (base/id.h), or for more than were announced.
class IdPlaces {
public:
    explicit IdPlaces(std::size_t max_ids);
    // Requires an id that is not there yet.
    void add(std::string_view id, std::size_t place);
    std::optional<std::size_t> find(std::string_view id) const noexcept;

private:
    static constexpr std::size_t kIdBytes = 26;
    struct Slot {
        std::array<char, kIdBytes> id{};  // begins with 0: empty
        std::uint32_t place = 0;
    };
    std::size_t first_slot(std::string_view id) const noexcept;

    const std::size_t max_ids_;
    std::size_t ids_ = 0;
    std::vector<Slot> slots_;  // a power of two of them
};

}  // namespace stagecast::scheduler
