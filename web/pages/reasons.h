#pragma once
#include <string>
#include <string_view>

#include "web/pages/viewer.h"

namespace stagecast::web {

// Why an input was refused, in the reader's language. The layers below say it in English, whole; the
// catalogue i18n/reasons.<language>.json has what that is in another language, by patterns: "at most {count}
// dates". A value whose name is "date" is said as a date of that language. What no pattern fits stays in
// English.
std::string say_reason(const std::string& why, const Viewer& viewer);

// Does the language have its own words for it?
bool has_reason(std::string_view language, const std::string& why);

}  // namespace stagecast::web
