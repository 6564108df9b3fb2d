#include "feeds/imported_zones.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "feeds/ical_values.h"
#include "feeds/windows_zones.h"

namespace stagecast::feeds {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::seconds;

constexpr std::size_t kMaxTzidBytes = 200;
constexpr std::size_t kMaxTzids = 100;
constexpr days kCompared{3 * 366};  // longer than the horizon of airings; every yearly rule shows thrice
constexpr int kYearsBefore = 2;     // so that what holds at the begin of a time is known

bool is_zone(std::string_view name) {
    try {
        Zone::find(name);
        return true;
    } catch (const Invalid&) {
        return false;
    }
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

int year_of(LocalTime local) {
    return int{std::chrono::year_month_day(floor<days>(local)).year()};
}

// A rule as definitions of zones write it: one day a year.
struct YearlyRule {
    unsigned month = 1;
    std::vector<unsigned> month_days;  // empty: all
    std::optional<std::chrono::weekday> weekday;
    std::optional<int> ordinal;  // of the weekday in its month; negative: from the end
    std::optional<DateTime> until;

    bool is_of(std::chrono::year_month_day date) const {
        const std::chrono::weekday day{std::chrono::local_days(date)};
        if (weekday && day != *weekday) return false;
        if (!month_days.empty() && std::ranges::find(month_days, unsigned{date.day()}) == month_days.end())
            return false;
        if (!ordinal) return true;
        const unsigned last = unsigned{(date.year() / date.month() / std::chrono::last).day()};
        const unsigned nth =
            *ordinal > 0 ? (unsigned{date.day()} - 1) / 7 + 1 : (last - unsigned{date.day()}) / 7 + 1;
        return static_cast<int>(nth) == std::abs(*ordinal);
    }

    std::optional<std::chrono::local_days> day_in(int year) const {
        for (unsigned day = 1; day <= 31; ++day) {
            const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                                   std::chrono::day(day)};
            if (date.ok() && is_of(date)) return std::chrono::local_days(date);
        }
        return std::nullopt;
    }
};

// "-1SU", "SU".
bool take_day(std::string_view text, YearlyRule& rule) {
    constexpr std::array<std::string_view, 7> kNames{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
    if (text.size() < 2) return false;
    const auto found = std::ranges::find(kNames, text.substr(text.size() - 2));
    if (found == kNames.end()) return false;
    rule.weekday = std::chrono::weekday(static_cast<unsigned>(found - kNames.begin()));
    text.remove_suffix(2);
    if (text.empty()) return true;
    rule.ordinal = parse_number(text);
    return rule.ordinal && *rule.ordinal != 0 && std::abs(*rule.ordinal) <= 5;
}

bool take_part(std::string_view name, std::string_view value, YearlyRule& rule) {
    if (name == "FREQ") return value == "YEARLY";
    if (name == "INTERVAL") return value == "1";
    if (name == "WKST") return true;
    if (name == "BYDAY") return take_day(value, rule);
    if (name == "UNTIL") return (rule.until = parse_date_time(value)).has_value();
    if (name == "BYMONTH") {
        const auto month = parse_number(value).value_or(0);
        rule.month = static_cast<unsigned>(month);
        return month >= 1 && month <= 12;
    }
    if (name != "BYMONTHDAY" || value.size() > 100) return false;
    for (const auto& item : split(value, ',')) {
        const auto day = parse_number(item).value_or(0);
        if (day < 1 || day > 31) return false;
        rule.month_days.push_back(static_cast<unsigned>(day));
    }
    return true;
}

// Nothing for a rule that names more or fewer days a year than one.
std::optional<YearlyRule> parse_rule(const std::string& text, LocalTime start) {
    const std::chrono::year_month_day date(floor<days>(start));
    YearlyRule rule;
    rule.month = unsigned{date.month()};
    if (text.size() > 500) return std::nullopt;
    for (const auto& part : split(upper(text), ';')) {
        if (part.empty()) continue;
        const auto equals = part.find('=');
        if (equals == std::string::npos) return std::nullopt;
        if (!take_part(std::string_view(part).substr(0, equals), std::string_view(part).substr(equals + 1),
                       rule))
            return std::nullopt;
    }
    if (rule.weekday && !rule.ordinal && rule.month_days.empty()) return std::nullopt;
    if (!rule.weekday && rule.month_days.empty()) rule.month_days = {unsigned{date.day()}};
    return rule;
}

struct Observance {
    LocalTime start{};
    seconds from{}, to{};
    std::optional<YearlyRule> rule;
    std::vector<LocalTime> dates;

    Instant at(LocalTime local) const { return Instant((local - from).time_since_epoch()); }

    void add_changes(int first_year, int last_year, Offsets& changes) const {
        for (const auto date : dates) changes.push_back({at(date), to});
        if (!rule) {
            changes.push_back({at(start), to});
            return;
        }
        const int until_year = rule->until ? year_of(rule->until->local) : last_year;
        const int begin = std::max(year_of(start), std::min(first_year, until_year) - kYearsBefore);
        for (int year = begin; year <= std::min(last_year, until_year); ++year) {
            const auto day = rule->day_in(year);
            if (!day) continue;
            const LocalTime local = *day + (start - floor<days>(start));
            const auto change = at(local);
            if (rule->until && change > Instant(rule->until->local.time_since_epoch())) break;
            changes.push_back({change, to});
        }
    }
};

bool add_dates(const ContentLine& line, std::vector<LocalTime>& dates) {
    for (std::string_view rest = line.value; !rest.empty();) {
        const auto date = parse_date_time(take_item(rest, ','));
        if (!date || date->form != DateTime::Form::kLocal) return false;
        dates.push_back(date->local);
    }
    return true;
}

// Nothing for an observance that cannot be read, or says what we do not know.
std::optional<Observance> parse_observance(const std::vector<ContentLine>& lines) {
    Observance observance;
    std::optional<DateTime> start;
    std::optional<seconds> from, to;
    std::string rule;
    for (const auto& line : lines) {
        if (line.name == "DTSTART") start = parse_date_time(line.value);
        if (line.name == "TZOFFSETFROM") from = parse_offset(line.value);
        if (line.name == "TZOFFSETTO") to = parse_offset(line.value);
        if (line.name == "RDATE" && !add_dates(line, observance.dates)) return std::nullopt;
        if (line.name != "RRULE") continue;
        if (!rule.empty()) return std::nullopt;
        rule = line.value;
    }
    if (!start || start->form != DateTime::Form::kLocal || !from || !to) return std::nullopt;
    observance.start = start->local;
    observance.from = *from;
    observance.to = *to;
    if (rule.empty()) return observance;
    observance.rule = parse_rule(rule, observance.start);
    return observance.rule ? std::optional(observance) : std::nullopt;
}

}  // namespace

Offsets offsets_of(const Zone& zone, Instant from, Instant to) {
    Offsets offsets{{from, zone.offset_at(from)}};
    for (const auto& change : zone.transitions(from, to))
        if (change.offset_after != offsets.back().offset) offsets.push_back({change.at, change.offset_after});
    return offsets;
}

std::optional<Offsets> offsets_of(const ZoneDefinition& definition, Instant from, Instant to) {
    const int first_year = year_of(LocalTime(floor<seconds>(from).time_since_epoch()));
    const int last_year = year_of(LocalTime(floor<seconds>(to).time_since_epoch())) + 1;
    Offsets changes;
    std::optional<std::pair<LocalTime, seconds>> earliest;
    for (const auto& lines : definition.observances) {
        const auto observance = parse_observance(lines);
        if (!observance) return std::nullopt;
        observance->add_changes(first_year, last_year, changes);
        if (!earliest || observance->start < earliest->first)
            earliest = {observance->start, observance->from};
    }
    if (!earliest) return std::nullopt;
    std::ranges::stable_sort(changes, {}, &OffsetChange::at);
    Offsets offsets{{from, earliest->second}};
    for (const auto& change : changes) {
        if (change.at <= from)
            offsets.front().offset = change.offset;
        else if (change.at < to && change.offset != offsets.back().offset)
            offsets.push_back(change);
    }
    return offsets;
}

ImportedZones::ImportedZones(std::map<std::string, ZoneDefinition> definitions,
                             std::vector<std::string> preferred, Instant now)
    : definitions_(std::move(definitions)),
      preferred_(std::move(preferred)),
      from_(now),
      to_(now + kCompared) {}

std::optional<ImportedZones::Found> ImportedZones::find(const std::string& tzid) {
    const auto known = found_.find(tzid);
    if (known != found_.end()) return known->second;
    if (found_.size() >= kMaxTzids) return std::nullopt;
    return found_.emplace(tzid, look_up(tzid)).first->second;
}

std::optional<ImportedZones::Found> ImportedZones::look_up(const std::string& tzid) {
    if (tzid.size() > kMaxTzidBytes) return std::nullopt;
    if (is_zone(tzid)) return Found{tzid, How::kByName};
    // "/mozilla.org/20070129_1/Europe/Paris": what follows the maker's mark (RFC 5545, 3.2.19).
    if (tzid.starts_with('/'))
        for (auto slash = tzid.find('/'); slash != std::string::npos; slash = tzid.find('/', slash + 1))
            if (is_zone(std::string_view(tzid).substr(slash + 1)))
                return Found{tzid.substr(slash + 1), How::kByName};
    if (const auto zone = zone_of_windows(tzid)) return Found{std::string(*zone), How::kByWindowsName};
    const auto definition = definitions_.find(tzid);
    if (definition == definitions_.end()) return std::nullopt;
    if (is_zone(definition->second.location)) return Found{definition->second.location, How::kByName};
    return by_offsets(definition->second);
}

std::optional<ImportedZones::Found> ImportedZones::by_offsets(const ZoneDefinition& definition) {
    const auto wanted = offsets_of(definition, from_, to_);
    if (!wanted) return std::nullopt;
    if (candidates_.empty()) {
        auto names = preferred_;
        for (const auto& zone : windows_zones()) names.emplace_back(zone.zone);
        for (const auto& name : names)
            if (is_zone(name)) candidates_.emplace_back(name, offsets_of(*Zone::find(name), from_, to_));
    }
    const auto same = std::ranges::find(candidates_, *wanted, &std::pair<std::string, Offsets>::second);
    if (same == candidates_.end()) return std::nullopt;
    return Found{same->first, How::kByOffsets};
}

}  // namespace stagecast::feeds
