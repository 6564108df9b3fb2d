#include "scheduler/id_places.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/error.h"
#include "base/id.h"

namespace stagecast::scheduler {

IdPlaces::IdPlaces(std::size_t max_ids) : max_ids_(max_ids), slots_(std::bit_ceil(2 * max_ids + 1)) {}

// Ids are random, 5 bits a character: the first 8 are 40 bits, which a multiplication spreads to the top.
std::size_t IdPlaces::first_slot(std::string_view id) const noexcept {
    std::uint64_t bits = 0;
    std::memcpy(&bits, id.data(), sizeof bits);
    constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
    return static_cast<std::size_t>((bits * kGolden) >> 32U) & (slots_.size() - 1);
}

void IdPlaces::add(std::string_view id, std::size_t place) {
    if (!is_id_text(id) || ids_ == max_ids_) throw Error("an id that has no place");
    auto slot = first_slot(id);
    while (slots_[slot].id[0] != 0) slot = (slot + 1) & (slots_.size() - 1);
    std::ranges::copy(id, slots_[slot].id.begin());
    slots_[slot].place = static_cast<std::uint32_t>(place);
    ++ids_;
}

std::optional<std::size_t> IdPlaces::find(std::string_view id) const noexcept {
    if (id.size() != kIdBytes) return std::nullopt;
    for (auto slot = first_slot(id); slots_[slot].id[0] != 0; slot = (slot + 1) & (slots_.size() - 1))
        if (std::memcmp(slots_[slot].id.data(), id.data(), kIdBytes) == 0) return slots_[slot].place;
    return std::nullopt;
}

}  // namespace stagecast::scheduler
