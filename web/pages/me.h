#pragma once
#include <optional>
#include <string>

#include "web/http.h"
#include "web/pages/form.h"

namespace stagecast::web {

// What a form of the page "me" has to say when it shows the page again.
struct MeNotice {
    std::string token = {};                // a new API token, shown once
    std::string calendar = {};             // the path of a new calendar link, shown once
    std::optional<FormView> telling = {};  // how one is told, as it was refused
    int status = 200;
};

Response me_page(Services& services, const Request& request, const MeNotice& notice);

}  // namespace stagecast::web
