#include "feeds/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "base/zone.h"
#include "feeds/content_lines.h"
#include "feeds/text.h"
#include "feeds/timezone.h"

namespace stagecast::feeds {
namespace {

constexpr std::string_view kRefresh = "PT1H";
constexpr std::string_view kUtc = "UTC";  // written as …Z, without a VTIMEZONE

std::string upper_ascii(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

// The times of one series in the form of its DTSTART (3.8.4.4, 3.8.5.1, 3.8.5.2).
class SeriesTimes {
public:
    explicit SeriesTimes(const std::string& zone_name) : zone_(Zone::find(zone_name)) {}

    void write(ContentLines& out, std::string_view name, LocalTime local) const {
        write(out, name, std::vector{local});
    }

    void write(ContentLines& out, std::string_view name, std::vector<LocalTime> times) const {
        if (times.empty()) return;
        std::sort(times.begin(), times.end());
        times.erase(std::unique(times.begin(), times.end()), times.end());
        std::string values;
        for (const auto time : times)
            values += (values.empty() ? "" : ",") + ical_local(time) + (is_utc() ? "Z" : "");
        out.line(is_utc() ? std::string(name) : fmt::format("{};TZID={}", name, zone_->name()), values);
    }

    // An instant that the zone's wall clock shows twice is written in UTC where it is the second.
    void write(ContentLines& out, std::string_view name, Instant instant) const {
        const auto local = zone_->to_local(instant);
        if (zone_->to_utc(local) == instant)
            write(out, name, local);
        else
            out.line(name, ical_utc(instant));
    }

    // The rule with UNTIL as an instant (3.3.10): a date means to the end of that day in the zone.
    std::string rule(const std::string& rrule) const {
        std::string result;
        for (const auto& part : split(upper_ascii(rrule), ';')) {
            if (!result.empty()) result += ';';
            const bool is_until = part.starts_with("UNTIL=") && !part.ends_with('Z');
            result += is_until ? "UNTIL=" + ical_utc(until(part.substr(6))) : clean_uri(part);
        }
        return result;
    }

private:
    bool is_utc() const { return zone_->name() == kUtc; }

    Instant until(const std::string& text) const {
        if (text.size() != 8 && text.size() != 15)
            throw Invalid("rrule", "UNTIL is neither a date nor a time");
        const auto day = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
        const auto time = text.size() == 8
                              ? std::string("23:59:59")
                              : text.substr(9, 2) + ":" + text.substr(11, 2) + ":" + text.substr(13, 2);
        return zone_->to_utc(parse_local(day + "T" + time, "rrule"));
    }

    const std::shared_ptr<const Zone> zone_;
};

void write_stamps(ContentLines& out, const std::string& uid, Instant created_at, Instant updated_at,
                  int sequence) {
    out.text("UID", uid);
    out.line("DTSTAMP", ical_utc(updated_at));
    out.line("CREATED", ical_utc(created_at));
    out.line("LAST-MODIFIED", ical_utc(updated_at));
    out.line("SEQUENCE", std::to_string(sequence));
}

enum class Standing { kConfirmed, kCancelled };

void write_what(ContentLines& out, const std::string& title, const std::string& description,
                const std::string& url, const std::string& conference_url, Standing standing) {
    out.text("SUMMARY", title);
    if (!description.empty()) out.text("DESCRIPTION", description);
    if (!url.empty()) out.uri("URL", url);
    if (!conference_url.empty()) out.uri("CONFERENCE;VALUE=URI;FEATURE=AUDIO", conference_url);
    out.line("STATUS", standing == Standing::kCancelled ? "CANCELLED" : "CONFIRMED");
    // Listening leaves a person free: a followed show must not block their day.
    out.line("TRANSP", "TRANSPARENT");
}

Standing standing_of(bool cancelled) {
    return cancelled ? Standing::kCancelled : Standing::kConfirmed;
}

void write_series(ContentLines& out, const CalendarSeries& series) {
    const SeriesTimes times(series.zone);
    out.line("BEGIN", "VEVENT");
    write_stamps(out, series.uid, series.created_at, series.updated_at, series.sequence);
    times.write(out, "DTSTART", series.start);
    out.line("DURATION", ical_duration(series.length_minutes));
    if (!series.rrule.empty()) out.line("RRULE", times.rule(series.rrule));
    times.write(out, "RDATE", series.rdates);
    times.write(out, "EXDATE", series.exdates);
    write_what(out, series.title, series.description, series.url, series.conference_url,
               standing_of(series.cancelled));
    out.line("END", "VEVENT");
    for (const auto& airing : series.overrides) {
        out.line("BEGIN", "VEVENT");
        write_stamps(out, series.uid, series.created_at, airing.updated_at, airing.sequence);
        times.write(out, "RECURRENCE-ID", airing.slot_local);
        times.write(out, "DTSTART", airing.starts_at);
        out.line("DURATION", ical_duration(airing.length_minutes));
        write_what(out, airing.title.empty() ? series.title : airing.title, series.description, series.url,
                   series.conference_url, standing_of(airing.cancelled || series.cancelled));
        out.line("END", "VEVENT");
    }
}

void write_single(ContentLines& out, const CalendarSingle& single) {
    out.line("BEGIN", "VEVENT");
    write_stamps(out, single.uid, single.created_at, single.updated_at, single.sequence);
    out.line("DTSTART", ical_utc(single.starts_at));
    out.line("DURATION", ical_duration(single.length_minutes));
    write_what(out, single.title, single.description, single.url, single.url, standing_of(single.cancelled));
    out.line("END", "VEVENT");
}

struct Reach {
    Instant first = Instant::max(), last = Instant::min();
    void include(Instant instant) {
        first = std::min(first, instant);
        last = std::max(last, instant);
    }
};

void write_zones(ContentLines& out, const std::vector<CalendarSeries>& all) {
    std::map<std::string, Reach> zones;
    for (const auto& series : all) {
        if (series.zone == kUtc) continue;
        const auto zone = Zone::find(series.zone);
        auto& reach = zones[series.zone];
        reach.include(zone->to_utc(series.start));
        reach.last = std::max(reach.last, series.updated_at);
        for (const auto& airing : series.overrides) {
            reach.include(zone->to_utc(airing.slot_local));
            reach.include(airing.starts_at);
        }
    }
    for (const auto& [name, reach] : zones) write_timezone(out, *Zone::find(name), reach.first, reach.last);
}

// COLOR takes a CSS3 name (RFC 7986, 5.9): the nearest of the sixteen basic ones and a few between.
std::string_view nearest_colour_name(unsigned rgb) {
    static constexpr std::array<std::pair<unsigned, std::string_view>, 20> kNames{{
        {0x000000, "black"},  {0x808080, "gray"},   {0xc0c0c0, "silver"},    {0xffffff, "white"},
        {0x800000, "maroon"}, {0xff0000, "red"},    {0x800080, "purple"},    {0xff00ff, "fuchsia"},
        {0x008000, "green"},  {0x00ff00, "lime"},   {0x808000, "olive"},     {0xffff00, "yellow"},
        {0x000080, "navy"},   {0x0000ff, "blue"},   {0x008080, "teal"},      {0x00ffff, "aqua"},
        {0xffa500, "orange"}, {0xa0522d, "sienna"}, {0x4682b4, "steelblue"}, {0xdc143c, "crimson"},
    }};
    const auto distance = [rgb](unsigned other) {
        int sum = 0;
        for (const int shift : {0, 8, 16}) {
            const int gap = static_cast<int>(rgb >> shift & 0xff) - static_cast<int>(other >> shift & 0xff);
            sum += gap * gap;
        }
        return sum;
    };
    return std::min_element(
               kNames.begin(), kNames.end(),
               [&](const auto& a, const auto& b) { return distance(a.first) < distance(b.first); })
        ->second;
}

void write_colour(ContentLines& out, const std::string& colour) {
    const bool is_hex = colour.size() == 7 && colour[0] == '#' &&
                        colour.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
    if (!is_hex) return;
    out.line("COLOR", nearest_colour_name(static_cast<unsigned>(std::stoul(colour.substr(1), nullptr, 16))));
    out.line("X-APPLE-CALENDAR-COLOR", colour);
}

Instant last_change(const CalendarInput& input) {
    Instant last{};
    for (const auto& series : input.series) {
        last = std::max(last, series.updated_at);
        for (const auto& airing : series.overrides) last = std::max(last, airing.updated_at);
    }
    for (const auto& single : input.singles) last = std::max(last, single.updated_at);
    return last;
}

bool is_language(const std::string& text) {
    return text.size() >= 2 && text.size() <= 8 &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
}

void write_head(ContentLines& out, const CalendarInput& input) {
    const auto language = is_language(input.language) ? ";LANGUAGE=" + input.language : "";
    out.line("VERSION", "2.0");
    out.line("PRODID", "-//Stagecast//Stagecast//EN");
    out.line("CALSCALE", "GREGORIAN");
    out.line("METHOD", "PUBLISH");
    out.text("NAME" + language, input.name);
    out.text("X-WR-CALNAME", input.name);
    if (!input.description.empty()) {
        out.text("DESCRIPTION" + language, input.description);
        out.text("X-WR-CALDESC", input.description);
    }
    out.line("REFRESH-INTERVAL;VALUE=DURATION", kRefresh);
    out.line("X-PUBLISHED-TTL", kRefresh);
    write_colour(out, input.colour);
    if (!input.source_url.empty()) out.uri("SOURCE;VALUE=URI", input.source_url);
    if (!input.page_url.empty()) out.uri("URL", input.page_url);
    out.line("LAST-MODIFIED", ical_utc(last_change(input)));
}

}  // namespace

std::string calendar(const CalendarInput& input) {
    ContentLines out;
    out.line("BEGIN", "VCALENDAR");
    write_head(out, input);
    write_zones(out, input.series);
    for (const auto& series : input.series) write_series(out, series);
    for (const auto& single : input.singles) write_single(out, single);
    out.line("END", "VCALENDAR");
    return out.take();
}

}  // namespace stagecast::feeds
