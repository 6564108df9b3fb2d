#pragma once
#include <string>

namespace stagecast::web {

// A time of the local day as forms and the API write it, "22:30", in minutes since midnight, [0, 1440).
// Throws Invalid(field) for anything else; seconds of zero, which some browsers add, are taken.
int minutes_of_day(const std::string& text, const std::string& field);
std::string time_of_day(int minutes);

}  // namespace stagecast::web
