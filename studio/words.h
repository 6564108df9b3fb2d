#pragma once
#include <string_view>

#include "store/rooms.h"

// The words that events, the API and pages use for states and roles.
namespace stagecast::studio {

std::string_view word(store::RoomState state) noexcept;
std::string_view word(store::StageRole role) noexcept;
std::string_view word(store::Visibility visibility) noexcept;

}  // namespace stagecast::studio
