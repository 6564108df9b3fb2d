#pragma once
#include <string>
#include <string_view>

#include "store/rooms.h"

namespace stagecast::web {

// Where a page of airings ended, as addresses carry it: opaque to those who send it back.
std::string cursor_of(const store::rooms::Place& place);
// Throws Invalid("cursor") for what cursor_of() did not write.
store::rooms::Place place_at(std::string_view cursor);

}  // namespace stagecast::web
