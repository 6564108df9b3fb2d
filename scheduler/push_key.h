#pragma once
#include "base/random.h"
#include "base/web_push.h"
#include "store/database.h"

namespace stagecast::scheduler {

// This installation's VAPID key (RFC 8292), kept in the settings; made at the first asking. Browsers
// subscribe with its public half, so it never changes.
web_push::Vapid push_key(store::Database& database, Random& random);

}  // namespace stagecast::scheduler
