#pragma once
#include <string>

#include "store/shows.h"
#include "web/http.h"
#include "web/pages/data.h"

namespace stagecast::web {

// A show's airings as its hosts see them, the cancelled ones too, each with what can be done to it; for
// templates/_own_airings.mustache.

// The next few, on the show's own page.
Data own_airings(Services& services, const Request& request, const store::Show& show, int limit);
// Those to come, or the airings of one month ("2026-11") of the viewer's calendar; with the links to the
// months before and after. Throws Invalid("month").
Data own_airings_page(Services& services, const Request& request, const store::Show& show,
                      const std::string& month);

}  // namespace stagecast::web
