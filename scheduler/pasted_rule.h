#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/rule.h"

namespace stagecast::scheduler {

inline constexpr std::size_t kMaxPastedBytes = 65'536;

// What a pasted text says of a schedule; what it does not say is absent.
struct PastedRule {
    std::optional<LocalTime> start;
    std::optional<std::string> zone;
    std::optional<std::string> rrule;        // upper case, without white space: parse_recurrence takes it
    std::vector<LocalTime> exdates, rdates;  // in the zone
};

// Reads a rule ("FREQ=…", "RRULE:FREQ=…") or the lines of one iCalendar event (RFC 5545, 3.1): any case,
// white space anywhere in a value, folded lines, its time zone and alarms passed over, its other properties
// too. Dates without a time are at the time of day of `otherwise`; where the text names no zone, times are in
// that of `otherwise`. Times in UTC or in another zone than DTSTART's become the latter's.
//
// Throws Invalid("rrule" | "start" | "zone" | "exdates" | "rdates"): nothing in it, two rules or starts,
// several events, an EXRULE or RECURRENCE-ID, a line that no event has, a date that cannot be read, more than
// kMaxPastedBytes. Does not check the schedule that comes of it.
PastedRule read_pasted(std::string_view text, const Schedule& otherwise);

// A local time as people write it or as iCalendar does: "2026-12-24T20:00", "20261224T200000". Throws
// Invalid(field).
LocalTime parse_either_local(std::string_view text, std::string_view field);

}  // namespace stagecast::scheduler
