#pragma once
#include "base/zone.h"
#include "feeds/content_lines.h"

namespace stagecast::feeds {

// Writes the VTIMEZONE of a zone: right from a year before `first` on, in RRULE style, without older history.
// A change that no yearly rule describes (Ramadan in Casablanca) is written singly, until twenty years after
// `last`.
void write_timezone(ContentLines& out, const Zone& zone, Instant first, Instant last);

}  // namespace stagecast::feeds
