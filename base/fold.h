#pragma once
#include <string>
#include <string_view>

namespace stagecast {

// For searching: lower case without accents, so that "cafe" is found in "CAFÉ". Latin, Greek and Cyrillic
// letters; other scripts stay as they are. Letters that are two become two ("æ" → "ae"), apostrophes and
// spaces one kind each, marks that combine with the letter before go. Bytes that are not UTF-8 stay.
std::string fold(std::string_view text);

}  // namespace stagecast
