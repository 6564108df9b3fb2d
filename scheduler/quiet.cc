#include "scheduler/quiet.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using std::chrono::minutes;

}  // namespace

Instant after_quiet(const Zone& zone, int from_minutes, int until_minutes, Instant at) {
    if (from_minutes == until_minutes) return at;
    const auto local = zone.to_local(at);
    const auto day = std::chrono::floor<days>(local);
    const auto minute = std::chrono::floor<minutes>(local - day).count();
    const bool spans_midnight = from_minutes > until_minutes;
    const bool is_quiet = spans_midnight ? minute >= from_minutes || minute < until_minutes
                                         : minute >= from_minutes && minute < until_minutes;
    if (!is_quiet) return at;
    const auto end_day = spans_midnight && minute >= from_minutes ? day + days(1) : day;
    // Where the hour comes twice, the first end may lie behind us: it is quiet no longer.
    return std::max(at, zone.to_utc(end_day + minutes(until_minutes)));
}

Instant next_digest(const Zone& zone, store::Digest digest, Instant after) {
    auto day = std::chrono::floor<days>(zone.to_local(after));
    for (int tried = 0; tried < 9; ++tried, day += days(1)) {
        if (digest == store::Digest::kWeekly &&
            std::chrono::weekday(std::chrono::sys_days(day.time_since_epoch())) != std::chrono::Monday)
            continue;
        const auto at = zone.to_utc(day + std::chrono::hours(kDigestHour));
        if (at > after) return at;
    }
    return after + days(1);
}

}  // namespace stagecast::scheduler
