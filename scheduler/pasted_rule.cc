#include "scheduler/pasted_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/recurrence.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using std::chrono::floor;

constexpr std::array<std::string_view, 6> kOfSchedule{"DTSTART", "RRULE",  "EXDATE",
                                                      "RDATE",   "EXRULE", "RECURRENCE-ID"};
// What an event or its calendar may say besides. A name that is none of these is a mistake.
constexpr std::array<std::string_view, 37> kPassedOver{
    "ATTACH",    "ATTENDEE",   "BEGIN",    "CALSCALE", "CATEGORIES",       "CLASS",      "COLOR",
    "COMMENT",   "CONFERENCE", "CONTACT",  "CREATED",  "DESCRIPTION",      "DTEND",      "DTSTAMP",
    "DURATION",  "END",        "GEO",      "IMAGE",    "LAST-MODIFIED",    "LOCATION",   "METHOD",
    "NAME",      "ORGANIZER",  "PRIORITY", "PRODID",   "REFRESH-INTERVAL", "RELATED-TO", "REQUEST-STATUS",
    "RESOURCES", "SEQUENCE",   "SOURCE",   "STATUS",   "SUMMARY",          "TRANSP",     "UID",
    "URL",       "VERSION"};

constexpr std::size_t kMaxZoneBytes = 200;

[[noreturn]] void refuse(std::string_view field, const std::string& why) {
    throw Invalid(std::string(field), why);
}

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return result;
}

// Without white space, the no-break space that web pages put in among it.
std::string squeezed(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i).starts_with("\u00a0"))
            ++i;
        else if (std::string_view(" \t\r\n\f\v").find(text[i]) == std::string_view::npos)
            out += text[i];
    }
    return out;
}

bool contains(const auto& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

// "EXDATE;TZID=Europe/Paris:20261224T200000": a name, parameters, a value.
struct Property {
    std::string name;
    std::map<std::string, std::string> parameters;
    std::string value;
};

// Up to one of the stops that stands outside quotes; the end if there is none.
std::size_t find_unquoted(std::string_view text, std::string_view stops, std::size_t from) {
    bool quoted = false;
    for (auto at = from; at < text.size(); ++at) {
        if (text[at] == '"') quoted = !quoted;
        if (!quoted && stops.find(text[at]) != std::string_view::npos) return at;
    }
    return text.size();
}

std::string without_quotes(std::string text) {
    std::erase(text, '"');
    return text;
}

Property read_property(std::string_view line) {
    Property property;
    auto at = find_unquoted(line, ";:", 0);
    property.name = upper(squeezed(line.substr(0, at)));
    while (at < line.size() && line[at] == ';') {
        const auto end = find_unquoted(line, ";:", at + 1);
        const auto parameter = squeezed(line.substr(at + 1, end - at - 1));
        const auto equals = std::min(parameter.find('='), parameter.size());
        property.parameters[upper(parameter.substr(0, equals))] =
            without_quotes(parameter.substr(std::min(equals + 1, parameter.size())));
        at = end;
    }
    if (at < line.size()) property.value = squeezed(line.substr(at + 1));
    return property;
}

// Does the line begin with a property of a schedule? Then it is no continuation, however it is indented.
bool begins_property(std::string_view line) {
    const auto name = upper(trim(line.substr(0, line.find_first_of(";:"))));
    return name.size() < line.size() && contains(kOfSchedule, name);
}

bool is_bare_rule(std::string_view line) {
    const auto stop = line.find_first_of("=;:");
    return stop != std::string_view::npos && line[stop] == '=';
}

std::size_t indentation(std::string_view line) {
    return std::min(line.find_first_not_of(" \t"), line.size());
}

// The lines that hold something, without the indentation that all of them have.
std::vector<std::string> lines_of(std::string_view text) {
    std::string plain(text);
    std::replace(plain.begin(), plain.end(), '\r', '\n');
    auto lines = split(plain, '\n');
    std::erase_if(lines, [](const std::string& line) { return trim(line).empty(); });
    auto common = std::string::npos;
    for (const auto& line : lines) common = std::min(common, indentation(line));
    for (auto& line : lines) line.erase(0, common);
    return lines;
}

// Content lines without their folds; a rule without its name gets it, over several lines too.
std::vector<std::string> content_lines(std::string_view text) {
    std::vector<std::string> found;
    bool in_bare_rule = false;
    for (const auto& line : lines_of(text)) {
        const bool is_rule = is_bare_rule(line);
        const bool is_open =
            in_bare_rule && std::string_view(",;=").find(found.back().back()) != std::string_view::npos;
        if (in_bare_rule && (is_rule || is_open)) {
            found.back() += (is_open ? "" : ";") + trim(line);
        } else if (!found.empty() && indentation(line) > 0 && !begins_property(line)) {
            found.back() += line.substr(1);
        } else {
            in_bare_rule = is_rule;
            found.push_back(is_rule ? "RRULE:" + trim(line) : line);
        }
    }
    return found;
}

// The reader of one event's lines.
class Reader {
public:
    explicit Reader(const Schedule& otherwise) : otherwise_(otherwise) {}

    void read(const Property& property) {
        if (property.name == "END") return leave(upper(property.value));
        if (!within_.empty()) return;
        if (property.name == "BEGIN") return enter(upper(property.value));
        if (property.name == "RRULE") {
            if (rule_) refuse("rrule", "there are two rules: a show has one");
            rule_ = property.value;
        } else if (property.name == "DTSTART") {
            if (start_) refuse("start", "there are two starts: paste one event");
            start_ = property;
        } else if (property.name == "EXDATE") {
            exdates_.push_back(property);
        } else if (property.name == "RDATE") {
            rdates_.push_back(property);
        } else if (property.name == "EXRULE") {
            refuse("rrule", "EXRULE is not taken: name the dates off by EXDATE");
        } else if (property.name == "RECURRENCE-ID") {
            refuse("rrule", "this is one airing of a series: paste the event that has the rule");
        } else if (!contains(kPassedOver, property.name) && !property.name.starts_with("X-")) {
            refuse("rrule", "it has a line that is neither a rule nor of an event");
        }
    }

    PastedRule result() const {
        PastedRule result;
        if (!rule_ && !start_ && exdates_.empty() && rdates_.empty())
            refuse("rrule", "it has neither a rule nor a date");
        if (rule_) result.rrule = cleaned(*rule_);
        result.zone = zone();
        if (start_) {
            auto starts = times(*start_, "start");
            if (starts.size() != 1) refuse("start", "it must be one time");
            result.start = starts.front();
        }
        const auto time_of_day = time_of(result.start.value_or(otherwise_.start));
        result.exdates = all(exdates_, "exdates", time_of_day);
        result.rdates = all(rdates_, "rdates", time_of_day);
        return result;
    }

private:
    void enter(const std::string& component) {
        if (component == "VTIMEZONE" || component == "VALARM") within_ = component;
        if (component == "VEVENT" && events_++ > 0) refuse("rrule", "there are several events: paste one");
    }
    void leave(const std::string& component) {
        if (component == within_) within_.clear();
    }

    static std::string cleaned(const std::string& rule) {
        auto text = upper(rule);
        while (text.ends_with(';')) text.pop_back();
        return text;
    }

    static std::chrono::seconds time_of(LocalTime local) { return local - floor<days>(local); }

    // The zone of the start: named, UTC by its Z, or none.
    std::optional<std::string> zone() const {
        if (!start_) return std::nullopt;
        if (const auto named = start_->parameters.find("TZID"); named != start_->parameters.end())
            return known_zone(named->second, "zone");
        if (upper(start_->value).ends_with('Z')) return "UTC";
        return std::nullopt;
    }

    // Some calendars write a path before the name: "/vendor.example/20260101/Europe/Paris".
    static std::string known_zone(const std::string& name, std::string_view field) {
        auto tail = name.substr(0, kMaxZoneBytes);
        while (tail.starts_with('/') && tail.find('/', 1) != std::string::npos) {
            tail = tail.substr(tail.find('/', 1));
            try {
                return Zone::find(tail.substr(1))->name();
            } catch (const Invalid&) {
                continue;
            }
        }
        return Zone::find(name, field)->name();
    }

    std::vector<LocalTime> all(const std::vector<Property>& properties, std::string_view field,
                               std::chrono::seconds time_of_day) const {
        std::vector<LocalTime> found;
        for (const auto& property : properties)
            for (const auto time : times(property, field, time_of_day)) found.push_back(time);
        if (found.size() > static_cast<std::size_t>(kMaxDates))
            refuse(field, fmt::format("at most {} dates", kMaxDates));
        return found;
    }

    std::vector<LocalTime> times(const Property& property, std::string_view field) const {
        return times(property, field, time_of(otherwise_.start));
    }

    std::vector<LocalTime> times(const Property& property, std::string_view field,
                                 std::chrono::seconds time_of_day) const {
        const auto target = Zone::find(zone().value_or(otherwise_.zone), "zone");
        auto source = target;
        if (const auto named = property.parameters.find("TZID"); named != property.parameters.end())
            source = Zone::find(known_zone(named->second, field));
        std::vector<LocalTime> found;
        for (const auto& item : split(upper(property.value), ',')) {
            if (found.size() > static_cast<std::size_t>(kMaxDates)) break;  // refused by the caller
            if (item.size() == 8) {
                found.push_back(parse_either_local(item + "T000000", field) + time_of_day);
                continue;
            }
            const bool utc = item.ends_with('Z');
            const auto local = parse_either_local(utc ? item.substr(0, item.size() - 1) : item, field);
            if (utc)
                found.push_back(target->to_local(Instant(local.time_since_epoch())));
            else
                found.push_back(source == target ? local : target->to_local(source->to_utc(local)));
        }
        return found;
    }

    const Schedule& otherwise_;
    std::string within_;  // a component that is passed over
    int events_ = 0;
    std::optional<std::string> rule_;
    std::optional<Property> start_;
    std::vector<Property> exdates_, rdates_;
};

}  // namespace

LocalTime parse_either_local(std::string_view text, std::string_view field) {
    const std::string plain(text);
    if (plain.size() != 15 || plain[8] != 'T') return parse_local(text, field);
    const auto part = [&](std::size_t at, std::size_t length) { return plain.substr(at, length); };
    return parse_local(
        part(0, 4) + "-" + part(4, 2) + "-" + part(6, 5) + ":" + part(11, 2) + ":" + part(13, 2), field);
}

PastedRule read_pasted(std::string_view text, const Schedule& otherwise) {
    if (text.size() > kMaxPastedBytes) refuse("rrule", fmt::format("longer than {} bytes", kMaxPastedBytes));
    Reader reader(otherwise);
    for (const auto& line : content_lines(text)) reader.read(read_property(line));
    return reader.result();
}

}  // namespace stagecast::scheduler
