#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/content_reader.h"
#include "feeds/imported_zones.h"

namespace stagecast::feeds {

// One component directly in a calendar, with those of its own lines that an import reads.
struct RawComponent {
    int line = 0;  // of its BEGIN
    std::string name;
    std::vector<ContentLine> lines;

    // The first of that name; null where there is none.
    const ContentLine* find(std::string_view name) const noexcept;
    int count(std::string_view name) const noexcept;
};

// A file of calendars, taken apart and not yet understood.
struct RawCalendar {
    std::string name, zone;  // X-WR-CALNAME, X-WR-TIMEZONE
    std::vector<RawComponent> events, others;
    std::map<std::string, ZoneDefinition> zones;  // by TZID
    int bad_lines = 0;
};

// Throws Invalid("ics"), as read_calendar.
RawCalendar read_components(std::string_view bytes);

}  // namespace stagecast::feeds
