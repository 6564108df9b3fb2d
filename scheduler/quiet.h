#pragma once
#include <optional>

#include "base/time.h"
#include "base/zone.h"
#include "store/followers.h"

// When a person may be told, by their own clock. Pure functions.
namespace stagecast::scheduler {

inline constexpr int kDigestHour = 8;  // of the local day; of a weekly digest: Monday's

// `at`, or the end of the quiet hours that it lies in. From and until are minutes of the local day [0, 1440);
// they may span midnight; equal ones are never quiet. Where daylight saving leaves out the end, the first
// instant after it; where it comes twice, the first.
Instant after_quiet(const Zone& zone, int from_minutes, int until_minutes, Instant at);

// The next digest after `after`: 08:00 local, of a weekly one on a Monday. kOff as daily: what a spent budget
// left over.
Instant next_digest(const Zone& zone, store::Digest digest, Instant after);

}  // namespace stagecast::scheduler
