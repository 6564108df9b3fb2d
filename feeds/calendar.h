#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "feeds/standing.h"

namespace stagecast::feeds {

// One airing that differs from its rule: moved, retitled, late, not held, cancelled, or with a replay. A text
// that is empty, and hosts that are nothing, are the series'.
struct Override {
    LocalTime slot_local{};  // RECURRENCE-ID
    Instant starts_at{};
    int length_minutes = 60;
    std::string title;
    Standing standing = Standing::kPlanned;
    int sequence = 0;
    Instant updated_at{};
    std::string description{};  // Markdown
    std::string url{};          // the room's page
    std::string replay_url{};   // the episode's page
    std::string language{};     // of title and description
    std::optional<std::vector<std::string>> hosts{};
};

struct CalendarSeries {
    std::string uid;                                      // for ever
    std::string title, description, url, conference_url;  // the description is Markdown
    std::string zone;
    LocalTime start{};
    std::string rrule;
    std::vector<LocalTime> exdates, rdates;
    int length_minutes = 60;
    int sequence = 0;
    bool cancelled = false;  // the show was removed
    Instant created_at{}, updated_at{};
    std::vector<Override> overrides;
    std::vector<LocalTime> paused_dates;  // further dates off
    std::vector<LocalTime> extra_slots;   // slots of overrides that neither rule nor rdates give
    // The series was cut before this: a rule's COUNT must reach so far. One that begins no earlier is left
    // out.
    std::optional<Instant> rule_until;
    std::string related_uid;  // the series it continues
    std::string language;     // of title and description, BCP 47
    std::string image_url;
    std::vector<std::string> categories, hosts;
};

// A room without a rule.
struct CalendarSingle {
    std::string uid, title, description, url;  // the description is Markdown
    Instant starts_at{};
    int length_minutes = 60;
    Standing standing = Standing::kPlanned;
    int sequence = 0;
    Instant created_at{}, updated_at{};
    std::optional<Instant> previous_start{};  // where it was moved
    std::string zone = "UTC";                 // in which its text says that
    std::string language{}, image_url{}, replay_url{};
    std::vector<std::string> categories{}, hosts{};
};

struct CalendarInput {
    std::string name, description, source_url, page_url, language, colour;  // language: also of what it says
    std::vector<CalendarSeries> series;
    std::vector<CalendarSingle> singles;
    std::string image_url;
    std::vector<int> alarms;  // minutes before each airing; 0 is its start
    // RFC 5546: kCancel is sent by mail to take away what was there. It names its organizer, an address.
    enum class Method { kPublish, kCancel } method = Method::kPublish;
    std::string organizer_name, organizer_email;
};

std::string_view word(CalendarInput::Method method) noexcept;  // "PUBLISH"

// RFC 5545 and 7986 text: CRLF, folded, escaped, one VTIMEZONE per zone used. The same input gives the same
// bytes. Every RECURRENCE-ID is an instance of its series: a date off that an override speaks of is not
// excluded. Throws Invalid(field) for an unknown zone, an UNTIL that cannot be read, and alarms beyond four
// weeks or more than five.
std::string calendar(const CalendarInput& input);

}  // namespace stagecast::feeds
