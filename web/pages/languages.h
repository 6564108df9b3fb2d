#pragma once
#include <string>
#include <string_view>

namespace stagecast::web {

// A language by its own name, as its speakers look for it: "Deutsch" for "de". The code where we do not know
// it.
std::string language_name(std::string_view code);

}  // namespace stagecast::web
