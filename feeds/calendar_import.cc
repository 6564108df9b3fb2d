#include "feeds/calendar_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "feeds/calendar_components.h"
#include "feeds/ical_values.h"
#include "feeds/import_text.h"
#include "feeds/imported_zones.h"
#include "feeds/text.h"

namespace stagecast::feeds {
namespace {

using std::chrono::floor;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kMaxTitleCharacters = 200, kMaxDescriptionCharacters = 20'000;
constexpr std::size_t kMaxRawTextBytes = 128 * 1024;  // what a text is cut to before it is read
constexpr std::size_t kMaxUidBytes = 500, kMaxUrlBytes = 2'000, kMaxDetailBytes = 200, kMaxCategories = 20;
constexpr int kMinLengthMinutes = 5, kMaxLengthMinutes = 1'440, kUsualLengthMinutes = 60;
constexpr std::size_t kMaxDates = 5'000;  // read; how many a schedule takes is the scheduler's to say
constexpr int kLastYear = 2199;           // of a schedule: an UNTIL after it means for ever

// Why one event, or one airing of a series, is not taken.
class NotTaken : public Error {
public:
    explicit NotTaken(ImportIssue issue, std::string_view detail = {})
        : Error(std::string(word(issue))),
          note{issue, std::string(cut(clean(detail), kMaxDetailBytes)), {}} {}
    const ImportNote note;
};

// A moment as an event says it: on the wall of its zone, and as an instant.
struct When {
    LocalTime local{};
    Instant instant{};
    std::string zone;
};

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

// The zones that the times of one calendar are in, and what there is to say of them.
class Times {
public:
    Times(const RawCalendar& calendar, const ImportOptions& options, std::vector<ImportNote>& notes)
        : zones_(calendar.zones, {options.zone}, options.now), notes_(notes) {
        const auto named = calendar.zone.empty() ? std::nullopt : zones_.find(calendar.zone);
        floating_ = named ? named->zone : options.zone;
    }

    // Throws NotTaken for what is no time, a date alone, or in a zone that nobody knows.
    When read(const ContentLine& line) { return read(line, line.value); }
    When read(const ContentLine& line, std::string_view value) {
        const auto text = trim(value);
        const auto time = parse_date_time(text);
        if (!time) throw NotTaken(ImportIssue::kBadTime, line.name + ":" + text);
        if (time->form == DateTime::Form::kDate) throw NotTaken(ImportIssue::kAllDay);
        return place(*time, line);
    }

    // The same, where a date alone means that day at the time of `start`; on the wall of its zone.
    LocalTime read_date(const ContentLine& line, std::string_view value, const When& start) {
        const auto text = trim(value);
        const auto time = parse_date_time(text);
        if (!time) throw NotTaken(ImportIssue::kBadTime, line.name + ":" + text);
        if (time->form == DateTime::Form::kDate)
            return time->local + (start.local - floor<std::chrono::days>(start.local));
        const auto when = place(*time, line);
        return when.zone == start.zone ? when.local : Zone::find(start.zone)->to_local(when.instant);
    }

private:
    When place(const DateTime& time, const ContentLine& line) {
        const auto name = time.form == DateTime::Form::kUtc ? "UTC" : zone_of(line);
        return {time.local, Zone::find(name)->to_utc(time.local), name};
    }

    std::string zone_of(const ContentLine& line) {
        const auto tzid = trim(line.parameter("TZID"));
        if (tzid.empty()) {
            say_once(ImportIssue::kFloating, floating_);
            return floating_;
        }
        const auto found = zones_.find(tzid);
        if (!found) throw NotTaken(ImportIssue::kUnknownZone, tzid);
        if (found->how == ImportedZones::How::kByWindowsName)
            say_once(ImportIssue::kZoneByName, tzid + ": " + found->zone);
        if (found->how == ImportedZones::How::kByOffsets)
            say_once(ImportIssue::kZoneByOffsets, tzid + ": " + found->zone);
        return found->zone;
    }

    void say_once(ImportIssue issue, const std::string& detail) {
        if (said_.insert(detail).second) notes_.push_back({issue, clean(detail), {}});
    }

    ImportedZones zones_;
    std::string floating_;
    std::set<std::string> said_;
    std::vector<ImportNote>& notes_;
};

std::string one_line(std::string text) {
    for (char& c : text)
        if (c == '\n' || c == '\t') c = ' ';
    return trim(text);
}

std::string text_of(const RawComponent& event, std::string_view name) {
    const auto* line = event.find(name);
    return line == nullptr ? std::string() : unescaped_text(cut(line->value, kMaxRawTextBytes));
}

std::string checked_link(const RawComponent& event) {
    const auto* line = event.find("URL");
    if (line == nullptr) return {};
    const auto url = trim(line->value);
    const bool is_web = url.starts_with("https://") || url.starts_with("http://");
    return is_web && url.size() <= kMaxUrlBytes ? clean_uri(url) : std::string();
}

// An event without a UID is known by what it says.
std::string uid_of(const RawComponent& event) {
    if (const auto* line = event.find("UID"); line != nullptr && !trim(line->value).empty()) {
        const auto uid = clean(trim(unescaped_text(line->value)));
        return uid.size() <= kMaxUidBytes ? uid : "sha256:" + sha256_hex(uid);
    }
    std::string all;
    for (const auto& line : event.lines) all += line.name + ":" + line.value + "\n";
    return "sha256:" + sha256_hex(all);
}

int sequence_of(const RawComponent& event) {
    const auto* line = event.find("SEQUENCE");
    return line == nullptr ? 0 : std::clamp(parse_number(trim(line->value)).value_or(0), 0, 1'000'000'000);
}

// Everything but the times. Never throws: what is too much is cut, and noted.
ImportedText read_text(const RawComponent& event) {
    ImportedText text;
    text.line = event.line;
    text.uid = uid_of(event);
    const auto title = one_line(text_of(event, "SUMMARY"));
    text.title = trim(cut_characters(title, kMaxTitleCharacters));
    const auto description = trim(without_markup(text_of(event, "DESCRIPTION")));
    text.description = trim(cut_characters(description, kMaxDescriptionCharacters));
    if (text.title.size() < title.size() || text.description.size() < description.size())
        text.notes.push_back({ImportIssue::kTextCut, {}, {}});
    text.url = checked_link(event);
    if (const auto* line = event.find("CATEGORIES"))
        for (const auto& category : text_list(cut(line->value, kMaxRawTextBytes)))
            if (text.categories.size() < kMaxCategories && !trim(category).empty())
                text.categories.push_back(
                    one_line(std::string(cut_characters(category, kMaxTitleCharacters))));
    text.sequence = sequence_of(event);
    return text;
}

bool says(const RawComponent& event, std::string_view name, std::string_view value) {
    const auto* line = event.find(name);
    return line != nullptr && upper(trim(line->value)) == value;
}

// How long an event is by its own words; nothing where it does not say, or says nothing at all.
std::optional<seconds> span_of(const RawComponent& event, const When& start, Times& times) {
    if (const auto* line = event.find("DURATION")) {
        const auto duration = parse_duration(upper(trim(line->value)));
        if (!duration) throw NotTaken(ImportIssue::kBadTime, "DURATION:" + line->value);
        return *duration;
    }
    const auto* line = event.find("DTEND");
    if (line == nullptr) return std::nullopt;
    const auto end = times.read(*line);
    // Of one zone: what the clocks on the wall say, since every airing of a series ends at that time.
    return end.zone == start.zone ? end.local - start.local : floor<seconds>(end.instant - start.instant);
}

int length_of(const RawComponent& event, const When& start, Times& times, std::vector<ImportNote>& notes) {
    const auto span = span_of(event, start, times);
    if (span && *span < seconds(0)) throw NotTaken(ImportIssue::kEndsBefore);
    if (!span || *span == seconds(0)) {
        notes.push_back({ImportIssue::kNoLength, std::to_string(kUsualLengthMinutes), {}});
        return kUsualLengthMinutes;
    }
    const auto whole = std::chrono::ceil<minutes>(*span).count();
    if (whole > kMaxLengthMinutes) throw NotTaken(ImportIssue::kTooLong, std::to_string(whole));
    const auto length = std::max(static_cast<int>(whole), kMinLengthMinutes);
    if (minutes(length) != *span) notes.push_back({ImportIssue::kLength, std::to_string(length), {}});
    return length;
}

// A RECUR value in the form that schedules have. What it says twice (the hour of the start, an UNTIL after
// the last year there is) is left out; whether the rest can be planned is the scheduler's to say.
std::string rule_of(const ContentLine& line, LocalTime start) {
    const std::chrono::hh_mm_ss time(start - floor<std::chrono::days>(start));
    const std::array<std::pair<std::string, long>, 3> own_time{{{"BYHOUR", time.hours().count()},
                                                                {"BYMINUTE", time.minutes().count()},
                                                                {"BYSECOND", time.seconds().count()}}};
    std::string rule;
    const auto text = upper(std::string(cut(line.value, kMaxRawTextBytes)));
    for (std::string_view rest = text; !rest.empty();) {
        const auto trimmed = trim(take_item(rest, ';'));
        const auto equals = trimmed.find('=');
        const auto name = trimmed.substr(0, equals);
        const auto value = equals == std::string::npos ? std::string() : trimmed.substr(equals + 1);
        const bool is_own_time = std::ranges::any_of(own_time, [&](const auto& own) {
            return own.first == name && parse_number(value) == static_cast<int>(own.second);
        });
        const auto until = name == "UNTIL" ? parse_date_time(value) : std::nullopt;
        const bool is_for_ever =
            until && std::chrono::year_month_day(floor<std::chrono::days>(until->local)).year() >
                         std::chrono::year(kLastYear);
        if (trimmed.empty() || is_own_time || is_for_ever || trimmed == "RSCALE=GREGORIAN" ||
            trimmed == "SKIP=OMIT")
            continue;
        rule += (rule.empty() ? "" : ";") + trimmed;
    }
    return clean(rule);
}

std::vector<LocalTime> dates_of(const RawComponent& event, std::string_view name, const When& start,
                                Times& times) {
    std::vector<LocalTime> dates;
    for (const auto& line : event.lines) {
        if (line.name != name) continue;
        if (upper(line.parameter("VALUE")) == "PERIOD") throw NotTaken(ImportIssue::kPeriods);
        for (std::string_view rest = line.value; !rest.empty();) {
            const auto value = take_item(rest, ',');
            if (value.empty()) continue;
            if (dates.size() >= kMaxDates) throw NotTaken(ImportIssue::kTooManyDates, name);
            dates.push_back(times.read_date(line, value, start));
        }
    }
    std::ranges::sort(dates);
    dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
    return dates;
}

// Whatever the times are: events that are nobody's show.
void check_kind(const RawComponent& event) {
    if (says(event, "CLASS", "PRIVATE") || says(event, "CLASS", "CONFIDENTIAL"))
        throw NotTaken(ImportIssue::kPrivate);
    if (event.find("EXRULE") != nullptr || event.count("RRULE") > 1) throw NotTaken(ImportIssue::kManyRules);
}

When start_of(const RawComponent& event, Times& times) {
    const auto* line = event.find("DTSTART");
    if (line == nullptr) throw NotTaken(ImportIssue::kBadTime, "DTSTART");
    return times.read(*line);
}

// The events of one UID: the one that recurs (or happens once), and those that override single airings of it.
struct Group {
    const RawComponent* master = nullptr;
    std::vector<const RawComponent*> overrides;
};

class Reader {
public:
    Reader(const RawCalendar& raw, const ImportOptions& options)
        : raw_(raw), times_(raw, options, result_.notes) {}

    ImportedCalendar read() {
        result_.name = one_line(raw_.name);
        if (raw_.bad_lines > 0)
            result_.notes.push_back({ImportIssue::kBadLine, std::to_string(raw_.bad_lines), {}});
        for (const auto& other : raw_.others)
            skip(other, NotTaken(ImportIssue::kNotAnEvent, other.name).note);
        for (const auto& [uid, group] : groups()) read_group(group);
        const auto by_line = [](const auto& a, const auto& b) { return a.text.line < b.text.line; };
        std::ranges::sort(result_.series, by_line);
        std::ranges::sort(result_.singles, by_line);
        std::ranges::sort(result_.skipped, by_line);
        return std::move(result_);
    }

private:
    void skip(const RawComponent& event, const ImportNote& note) {
        auto text = read_text(event);
        text.notes = {note};
        result_.skipped.push_back({std::move(text)});
    }

    // Of two masters the one of the higher SEQUENCE counts, then the first.
    std::map<std::string, Group> groups() {
        std::map<std::string, Group> groups;
        for (const auto& event : raw_.events) {
            auto& group = groups[uid_of(event)];
            if (event.find("RECURRENCE-ID") != nullptr) {
                group.overrides.push_back(&event);
            } else if (group.master == nullptr) {
                group.master = &event;
            } else {
                const bool newer = sequence_of(event) > sequence_of(*group.master);
                skip(newer ? *group.master : event, NotTaken(ImportIssue::kRepeatedUid).note);
                if (newer) group.master = &event;
            }
        }
        return groups;
    }

    void read_group(const Group& group) {
        if (group.master == nullptr) {
            for (const auto* event : group.overrides) read_master(*event, {});
            return;
        }
        read_master(*group.master, group.overrides);
    }

    // Whole, or not at all.
    void read_master(const RawComponent& event, const std::vector<const RawComponent*>& overrides) {
        try {
            check_kind(event);
            if (says(event, "STATUS", "CANCELLED")) throw NotTaken(ImportIssue::kCancelled);
            auto text = read_text(event);
            if (text.title.empty()) throw NotTaken(ImportIssue::kNoTitle);
            const auto start = start_of(event, times_);
            const int length = length_of(event, start, times_, text.notes);
            const bool is_override = event.find("RECURRENCE-ID") != nullptr;
            if (is_override) text.uid += " " + event.find("RECURRENCE-ID")->value;
            if (!is_override && (event.find("RRULE") != nullptr || event.find("RDATE") != nullptr))
                result_.series.push_back(read_series(event, std::move(text), start, length, overrides));
            else
                result_.singles.push_back({std::move(text), start.zone, start.instant, length});
        } catch (const NotTaken& reason) {
            skip(event, reason.note);
        }
    }

    ImportedSeries read_series(const RawComponent& event, ImportedText text, const When& start, int length,
                               const std::vector<const RawComponent*>& overrides) {
        ImportedSeries series;
        series.text = std::move(text);
        series.zone = start.zone;
        series.start = start.local;
        series.length_minutes = length;
        if (const auto* line = event.find("RRULE")) series.rrule = rule_of(*line, start.local);
        series.exdates = dates_of(event, "EXDATE", start, times_);
        series.rdates = dates_of(event, "RDATE", start, times_);
        std::map<LocalTime, std::pair<int, ImportedOverride>> by_slot;  // with its SEQUENCE
        for (const auto* other : overrides) read_override(*other, series, start, by_slot);
        for (auto& [slot, with_sequence] : by_slot)
            series.overrides.push_back(std::move(with_sequence.second));
        return series;
    }

    // A moved airing that cannot be read must not air at its old time: it is a note, and cancelled.
    void read_override(const RawComponent& event, ImportedSeries& series, const When& start,
                       std::map<LocalTime, std::pair<int, ImportedOverride>>& by_slot) {
        const auto& id = *event.find("RECURRENCE-ID");
        if (!id.parameter("RANGE").empty()) throw NotTaken(ImportIssue::kAndFollowing);
        const auto text = read_text(event);
        ImportedOverride made;
        made.slot_local = times_.read_date(id, id.value, start);
        made.starts_at = Zone::find(start.zone)->to_utc(made.slot_local);
        made.length_minutes = series.length_minutes;
        made.cancelled = says(event, "STATUS", "CANCELLED");
        if (text.title != series.text.title) made.title = text.title;
        std::vector<ImportNote> notes;
        try {
            check_kind(event);
            if (!made.cancelled || event.find("DTSTART") != nullptr) {
                const auto moved = start_of(event, times_);
                made.starts_at = moved.instant;
                made.length_minutes = length_of(event, moved, times_, notes);
            }
        } catch (const NotTaken& reason) {
            made.cancelled = true;
            notes = {reason.note};
        }
        const auto known = by_slot.find(made.slot_local);
        if (known != by_slot.end() && known->second.first > text.sequence) return;
        for (auto& note : notes) note.slot = made.slot_local;
        std::ranges::move(notes, std::back_inserter(series.text.notes));
        const auto slot = made.slot_local;
        by_slot[slot] = {text.sequence, std::move(made)};
    }

    const RawCalendar& raw_;
    ImportedCalendar result_;
    Times times_;
};

}  // namespace

std::string_view word(ImportIssue issue) noexcept {
    static constexpr std::array<std::string_view, kImportIssues> kWords{
        "all_day",      "bad_time",       "no_title",     "unknown_zone", "too_long",        "ends_before",
        "private",      "cancelled",      "not_an_event", "many_rules",   "periods",         "and_following",
        "repeated_uid", "too_many_dates", "floating",     "zone_by_name", "zone_by_offsets", "no_length",
        "length",       "text_cut",       "bad_line"};
    return kWords[static_cast<std::size_t>(issue)];
}

ImportedCalendar read_calendar(std::string_view bytes, const ImportOptions& options) {
    const auto raw = read_components(bytes);
    return Reader(raw, options).read();
}

}  // namespace stagecast::feeds
