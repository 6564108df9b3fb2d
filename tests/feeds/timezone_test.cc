#include "feeds/timezone.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "base/text.h"
#include "feeds/calendar.h"
#include "tests/feeds/run_reader.h"

using namespace stagecast;
using namespace stagecast::feeds;

namespace {

using std::chrono::hours;

const std::vector<std::string> kZones{
    "Africa/Casablanca", "Africa/Cairo",     "Australia/Lord_Howe", "Asia/Tehran",   "Pacific/Apia",
    "America/Sao_Paulo", "America/St_Johns", "Antarctica/Troll",    "Europe/Dublin", "Asia/Gaza",
};

Instant utc(const char* text) {
    return parse_iso8601(text, "test");
}

std::vector<Instant> changes_of(const Zone& zone) {
    std::vector<Instant> changes;
    for (const auto& change : zone.transitions(utc("2024-01-01T00:00:00Z"), utc("2032-01-01T00:00:00Z")))
        changes.push_back(change.at);
    if (changes.empty()) changes.push_back(utc("2026-03-29T01:00:00Z"));
    return changes;
}

// Names that no reader knows: so that each must take the calendar's own definition.
std::string renamed(std::string calendar) {
    for (const auto& zone : kZones) {
        for (const auto* before : {"TZID=", "TZID:"}) {
            const auto wanted = before + zone;
            for (auto at = calendar.find(wanted); at != std::string::npos; at = calendar.find(wanted, at + 1))
                calendar.insert(at + 5, "x-");
        }
    }
    return calendar;
}

constexpr hours kAround{14};  // both sides of a change, over midnight

// Every hour of the wall clock around a change, half hours where it changes by half an hour.
std::vector<LocalTime> hours_around(const Zone& zone, Instant change) {
    const std::chrono::minutes step(zone.name() == "Australia/Lord_Howe" ? 30 : 60);
    std::vector<LocalTime> found;
    for (auto local = zone.to_local(change - kAround); local <= zone.to_local(change + kAround);
         local += step)
        found.push_back(local);
    return found;
}

// A local time that the zone's clock never shows, or shows twice.
bool is_doubtful(const Zone& zone, LocalTime local) {
    const auto at = zone.to_utc(local);
    for (const auto later : {30, 60, 120})
        if (zone.to_local(at + std::chrono::minutes(later)) == local) return true;
    return zone.to_local(at) != local;
}

// Airings at every hour of the local clock around every change. One show for each time of day: a reader
// takes no two of one UID on one date.
std::map<std::string, CalendarSeries> shows_around_changes() {
    std::map<std::string, CalendarSeries> shows;
    for (const auto& name : kZones) {
        const auto zone = Zone::find(name);
        for (const auto change : changes_of(*zone)) {
            for (const auto local : hours_around(*zone, change)) {
                const auto uid = name + to_iso8601(local).substr(10, 6);
                auto& show = shows[uid];
                show.uid = show.title = uid;
                show.zone = name;
                show.length_minutes = 30;
                show.created_at = show.updated_at = utc("2023-12-01T00:00:00Z");
                show.rdates.push_back(local);
                show.start = show.rdates.front();
            }
        }
    }
    return shows;
}

// "zone,seconds since 1970,offset" at every hour around every change.
std::string offsets_around_changes() {
    std::string lines;
    for (const auto& name : kZones) {
        const auto zone = Zone::find(name);
        for (const auto change : changes_of(*zone))
            for (auto at = change - kAround; at <= change + kAround; at += hours(1))
                lines += fmt::format("{},{},{}\n", name, at.time_since_epoch().count() / 1000,
                                     zone->offset_at(at).count());
    }
    return lines;
}

// The airings that the reader has at another instant, by the local time that was asked for.
std::vector<std::pair<std::string, LocalTime>> misread(const std::string& output,
                                                       const std::map<std::string, CalendarSeries>& shows) {
    auto lines = split(output, '\n');
    std::sort(lines.begin(), lines.end());
    std::vector<std::pair<std::string, LocalTime>> found;
    std::size_t airings = 0;
    for (const auto& [uid, show] : shows) {
        const auto zone = Zone::find(show.zone);
        airings += show.rdates.size();
        for (const auto local : show.rdates) {
            const auto wanted = fmt::format("airing {} {}", uid, to_iso8601(zone->to_utc(local)));
            if (!std::binary_search(lines.begin(), lines.end(), wanted)) found.emplace_back(show.zone, local);
        }
    }
    CHECK(lines.size() == airings + 1);  // the last is empty
    return found;
}

std::string document_of(const std::map<std::string, CalendarSeries>& shows) {
    CalendarInput input;
    input.name = "Changes";
    for (const auto& [uid, show] : shows) input.series.push_back(show);
    return renamed(calendar(input));
}

}  // namespace

TEST_CASE("around every change, independent readers have our zones as the zone database has them",
          "[calendar]") {
    auto shows = shows_around_changes();
    const auto offsets = offsets_around_changes();
    const bool says_doubtful_ones = GENERATE(false, true);
    for (auto& [uid, show] : shows) {
        const auto zone = Zone::find(show.zone);
        for (const auto local : show.rdates)
            if (says_doubtful_ones && is_doubtful(*zone, local))
                show.overrides.push_back(
                    {local, zone->to_utc(local), 30, "", Standing::kPlanned, 1, show.updated_at});
    }
    const auto document = document_of(shows);
    for (const auto& output : {run_reader("/usr/bin/python3", "read_zones.py", document, "", offsets),
                               run_reader("node", "read_zones.mjs", document, "")}) {
        // Both take the second of two instants (3.3.5 says the first), and differ in a gap: an override of
        // such an airing makes them agree.
        for (const auto& [zone, local] : misread(output, shows)) {
            CAPTURE(zone, to_iso8601(local), says_doubtful_ones);
            CHECK(is_doubtful(*Zone::find(zone), local));
            CHECK_FALSE(says_doubtful_ones);
        }
    }
}
