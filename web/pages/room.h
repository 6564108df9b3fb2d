#pragma once
#include <string>

#include "web/http.h"

namespace stagecast::web {

// What a form of the room page has to say when it shows the page again.
struct RoomNotice {
    std::string error;
    std::string guest_link;  // shown once
};

Response room_page(Services& services, const Request& request, const RoomNotice& notice);
// The first character of a UTF-8 text.
std::string first_character(const std::string& text);

}  // namespace stagecast::web
