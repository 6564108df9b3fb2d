#pragma once
#include <string>
#include <string_view>

#include "store/channels.h"

namespace stagecast::store::slugs {

// Takes the slug for its target for ever; taking one's own again is no change. Throws Conflict if it ever led
// elsewhere.
void take(Tx& tx, const std::string& slug, SlugKind kind, std::string_view target_id);

}  // namespace stagecast::store::slugs
