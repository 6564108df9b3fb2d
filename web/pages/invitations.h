#pragma once
#include "web/http.h"
#include "web/pages/data.h"

namespace stagecast::web {

// The shows this visitor is asked to host, for templates/_invitations.mustache.
Data invitations_data(Services& services, const Request& request);

}  // namespace stagecast::web
