#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace stagecast::feeds {

// One airing that differs from its rule: moved, retitled or cancelled.
struct Override {
    LocalTime slot_local{};  // RECURRENCE-ID
    Instant starts_at{};
    int length_minutes = 60;
    std::string title;
    bool cancelled = false;
    int sequence = 0;
    Instant updated_at{};
};

struct CalendarSeries {
    std::string uid;  // for ever
    std::string title, description, url, conference_url;
    std::string zone;
    LocalTime start{};
    std::string rrule;
    std::vector<LocalTime> exdates, rdates;
    int length_minutes = 60;
    int sequence = 0;
    bool cancelled = false;
    Instant created_at{}, updated_at{};
    std::vector<Override> overrides;
};

// A room without a rule.
struct CalendarSingle {
    std::string uid, title, description, url;
    Instant starts_at{};
    int length_minutes = 60;
    bool cancelled = false;
    int sequence = 0;
    Instant created_at{}, updated_at{};
};

struct CalendarInput {
    std::string name, description, source_url, page_url, language, colour;
    std::vector<CalendarSeries> series;
    std::vector<CalendarSingle> singles;
};

// RFC 5545 and 7986 text: CRLF, folded, escaped, one VTIMEZONE per zone used. The same input gives the same
// bytes.
std::string calendar(const CalendarInput& input);

}  // namespace stagecast::feeds
