#pragma once
#include "web/pages/guide_address.h"
#include "web/pages/page.h"

namespace stagecast::web {

// What a search of the coming 62 days found, as a list by day: page.data["results"], and its title.
void add_search(Page& page, Services& services, const Viewer& viewer, const GuideAddress& address,
                Instant now);

}  // namespace stagecast::web
