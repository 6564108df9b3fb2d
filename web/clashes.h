#pragma once
#include <vector>

#include "scheduler/clashes.h"
#include "web/http.h"

namespace stagecast::web {

// Clashes as this actor may know them: of an airing that is not public, and that they are no part of, only
// that something is there; not what.
std::vector<scheduler::Clash> visible_clashes(Services& services, const access::Actor& actor,
                                              std::vector<scheduler::Clash> clashes);

}  // namespace stagecast::web
