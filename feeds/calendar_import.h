#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace stagecast::feeds {

// What a reader of a stranger's calendar has to tell: why something was not taken, or how it was taken
// otherwise than it stands there. word() names each for catalogues and programs.
enum class ImportIssue {
    // Not taken.
    kAllDay,        // a date without a time
    kBadTime,       // a time, length or date that is none; detail: the property
    kNoTitle,       //
    kUnknownZone,   // detail: the TZID
    kTooLong,       // more than a day; detail: minutes
    kEndsBefore,    // ends before it starts
    kPrivate,       // CLASS:PRIVATE or CONFIDENTIAL
    kCancelled,     // STATUS:CANCELLED
    kNotAnEvent,    // a task, an entry of a journal, busy time; detail: the component
    kManyRules,     // more than one RRULE, or an EXRULE
    kPeriods,       // RDATE;VALUE=PERIOD
    kAndFollowing,  // an override of all that follow
    kRepeatedUid,   // an older version of another event in the file
    kTooManyDates,  // EXDATE and RDATE
    // Taken otherwise.
    kFloating,       // times without a zone; detail: the zone they were read in
    kZoneByName,     // detail: "Romance Standard Time: Europe/Paris"
    kZoneByOffsets,  // the same, told by its offsets in the years to come
    kNoLength,       // no end: taken as an hour
    kLength,         // less than 5 minutes, or no whole minutes; detail: the minutes taken
    kTextCut,        // title or description cut
    kBadLine,        // lines that are no content lines; detail: how many
};
inline constexpr int kImportIssues = static_cast<int>(ImportIssue::kBadLine) + 1;
std::string_view word(ImportIssue issue) noexcept;  // "all_day"

struct ImportNote {
    ImportIssue issue{};
    std::string detail;
    std::optional<LocalTime> slot;  // of the one airing of a series that it is about
};

// What every event says. Texts are clean UTF-8; title 1 to 200 characters on one line, description at most
// 20,000.
struct ImportedText {
    int line = 0;     // of its BEGIN:VEVENT
    std::string uid;  // made from its content where it has none
    std::string title, description, url;
    std::vector<std::string> categories;
    int sequence = 0;
    std::vector<ImportNote> notes;
};

struct ImportedOverride {
    LocalTime slot_local{};
    Instant starts_at{};
    int length_minutes = 60;
    std::string title;  // empty: the series'
    bool cancelled = false;
};

// An event with an RRULE or RDATEs, and the overrides of its UID. The rule itself is not judged here:
// scheduler/ does.
struct ImportedSeries {
    ImportedText text;
    std::string zone;
    LocalTime start{};
    std::string rrule;
    std::vector<LocalTime> exdates, rdates;
    int length_minutes = 60;
    std::vector<ImportedOverride> overrides;  // by slot
};

// An event that happens once.
struct ImportedSingle {
    ImportedText text;
    std::string zone;
    Instant starts_at{};
    int length_minutes = 60;
};

struct ImportedSkip {
    ImportedText text;  // as far as it could be read; its one note says why
};

struct ImportedCalendar {
    std::string name;  // X-WR-CALNAME or NAME
    std::vector<ImportedSeries> series;
    std::vector<ImportedSingle> singles;
    std::vector<ImportedSkip> skipped;
    std::vector<ImportNote> notes;  // of the calendar as a whole: its zones, its broken lines
};

struct ImportOptions {
    std::string zone = "UTC";  // for times without one, where the calendar names none either
    Instant now{};             // zones that only their offsets tell are compared from here on
};

inline constexpr std::size_t kMaxImportBytes = 1024 * 1024;
inline constexpr int kMaxImportComponents = 2'000;  // directly in their calendars
inline constexpr int kMaxImportDepth = 8;

// Reads RFC 5545 as Google, Outlook, Apple and we write it. Pure: the same input, the same result; any
// thread. At most 50 ms of CPU on the bench's machine for any input. Throws Invalid("ics") with the line
// where the text is no calendar, is cut short, not UTF-8, or beyond the limits above; what is wrong with one
// event is a note at that event.
ImportedCalendar read_calendar(std::string_view bytes, const ImportOptions& options);

}  // namespace stagecast::feeds
