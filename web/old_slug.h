#pragma once
#include <optional>
#include <string>

#include "web/http.h"

namespace stagecast::web {

// 301 to the same address under the current slug when `slug` is an old one of that kind; nothing when it is
// current or was never one.
std::optional<Response> moved_slug(Services& services, const std::string& slug, store::SlugKind kind,
                                   const Request& request);

}  // namespace stagecast::web
