#pragma once
#include <string>
#include <vector>

#include "web/http.h"

namespace stagecast::web {

// A question before something that others will notice: what follows from it, yes, and the way back.
struct Question {
    std::string subject, heading, lead;
    std::vector<std::string> consequences;
    std::string action, button;  // yes: a form with the version
    std::string no, back;        // the way back, and what it says
    std::string version;
    std::string refusal;  // why it was not done; empty: not asked yet
};

Response ask(const Services& services, const Request& request, const Question& question);

}  // namespace stagecast::web
