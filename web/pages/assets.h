#pragma once
#include <string>
#include <string_view>

namespace stagecast::web {

// The address of a file of web/dist that changes with its bytes: "/static/site.css?v=1a2b3c4d". Cached by
// browsers for ever.
std::string asset(std::string_view name);
// The display face, for <link rel=preload>; empty if the front end has none.
std::string font_asset();

}  // namespace stagecast::web
