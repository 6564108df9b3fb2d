// A stranger's calendar, read; what was read and can be published is written by us, and read again.
#include "feeds/calendar_import.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "base/zone.h"
#include "feeds/calendar.h"
#include "tests/fuzz/fuzz.h"

using namespace stagecast;
using namespace stagecast::feeds;

namespace {

const ImportOptions kOptions{"Europe/Paris",
                             Instant{std::chrono::sys_days(std::chrono::year(2026) / 11 / 1)}};
constexpr LocalTime kFirst{std::chrono::local_days(std::chrono::year(1970) / 1 / 2)};
constexpr LocalTime kLast{std::chrono::local_days(std::chrono::year(2199) / 12 / 1)};

void check(const std::vector<ImportNote>& notes) {
    for (const auto& note : notes) {
        fuzz::require(!word(note.issue).empty(), "a note has a word");
        fuzz::require(is_utf8(note.detail), "a detail is UTF-8");
    }
}

void check(const ImportedText& text) {
    fuzz::require(!text.uid.empty() && text.line > 0, "an event has a UID and a line");
    fuzz::require(text.title == checked_text(text.title, "title", 0, 200), "a title is clean");
    fuzz::require(text.description == checked_text(text.description, "description", 0, 20'000, Lines::kMany),
                  "a description is clean");
    check(text.notes);
}

void check_length(int minutes) {
    fuzz::require(minutes >= 5 && minutes <= 1'440, "an event lasts from 5 minutes to a day");
}

bool can_be_planned(LocalTime local) {
    return local >= kFirst && local <= kLast;
}

void check(const ImportedSeries& series) {
    check(series.text);
    check_length(series.length_minutes);
    Zone::find(series.zone);
    fuzz::require(!series.text.title.empty(), "a series has a title");
    fuzz::require(std::ranges::is_sorted(series.exdates) && std::ranges::is_sorted(series.rdates),
                  "dates ascend");
    for (const auto& airing : series.overrides) check_length(airing.length_minutes);
}

// What feeds::calendar writes of a series is read as the same series.
void check_round_trip(const ImportedSeries& series) {
    if (!can_be_planned(series.start)) return;
    CalendarSeries written;
    written.uid = series.text.uid;
    written.title = series.text.title;
    written.zone = series.zone;
    written.start = series.start;
    written.exdates = series.exdates;
    written.rdates = series.rdates;
    if (written.rdates.empty()) written.rdates = {series.start};
    written.length_minutes = series.length_minutes;
    for (const auto& airing : series.overrides) {
        if (!can_be_planned(airing.slot_local) ||
            !can_be_planned(Zone::find(series.zone)->to_local(airing.starts_at)))
            continue;
        Override changed;
        changed.slot_local = airing.slot_local;
        changed.starts_at = airing.starts_at;
        changed.length_minutes = airing.length_minutes;
        changed.title = airing.title;
        changed.standing = airing.cancelled ? Standing::kCancelled : Standing::kPlanned;
        written.overrides.push_back(std::move(changed));
    }
    // A date off that an airing is told of is not written as one.
    auto exdates = written.exdates;
    std::erase_if(exdates, [&](LocalTime local) {
        return std::ranges::any_of(written.overrides,
                                   [&](const auto& airing) { return airing.slot_local == local; });
    });
    // Where there is no rule, one of a single day says the start.
    auto rdates = written.rdates;
    std::erase(rdates, written.start);
    CalendarInput input;
    input.series = {written};
    const auto again = read_calendar(calendar(input), kOptions);
    fuzz::require(again.series.size() == 1 && again.skipped.empty(), "what we write is read");
    const auto& read = again.series.front();
    fuzz::require(read.text.uid == written.uid && read.text.title == written.title, "with its texts");
    fuzz::require(read.zone == written.zone && read.start == written.start, "at its time");
    fuzz::require(read.exdates == exdates && read.rdates == rdates, "with its dates");
    fuzz::require(read.length_minutes == written.length_minutes, "as long");
    fuzz::require(read.overrides.size() == written.overrides.size(), "with its airings");
    for (std::size_t i = 0; i < read.overrides.size(); ++i)
        fuzz::require(
            read.overrides[i].starts_at == written.overrides[i].starts_at &&
                read.overrides[i].cancelled == (written.overrides[i].standing == Standing::kCancelled),
            "each at its time");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto calendar = read_calendar(fuzz::text_of(data, size), kOptions);
        check(calendar.notes);
        for (const auto& series : calendar.series) check(series);
        for (const auto& series : calendar.series) check_round_trip(series);
        for (const auto& single : calendar.singles) {
            check(single.text);
            check_length(single.length_minutes);
        }
        for (const auto& skip : calendar.skipped) check(skip.text);
    } catch (const Invalid& error) {
        fuzz::require(error.field() == "ics" && !error.why().empty(), "a refusal names field and reason");
    }
    return 0;
}
