#include "feeds/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/zone.h"
#include "feeds/colour.h"
#include "feeds/content_lines.h"
#include "feeds/plain_text.h"
#include "feeds/series_times.h"
#include "feeds/text.h"
#include "feeds/timezone.h"
#include "feeds/words.h"

namespace stagecast::feeds {
namespace {

constexpr std::string_view kRefresh = "PT1H";
constexpr int kMaxAlarmMinutes = 4 * 7 * 24 * 60;
constexpr std::size_t kMaxAlarms = 5;

std::string with_language(std::string_view name, const std::string& language) {
    return is_language_tag(language) ? fmt::format("{};LANGUAGE={}", name, language) : std::string(name);
}

const std::string& either(const std::string& own, const std::string& shared) {
    return own.empty() ? shared : own;
}

bool is_written(const CalendarSeries& series, const Zone& zone) {
    return !series.rule_until || zone.to_utc(series.start) < *series.rule_until;
}

std::string_view status_of(Standing standing) {
    switch (standing) {
        case Standing::kCancelled:
        case Standing::kNotHeld:
            return "CANCELLED";
        case Standing::kDelayed:
            return "TENTATIVE";
        default:
            return "CONFIRMED";
    }
}

std::string trigger(int minutes) {
    return minutes == 0 ? "PT0S" : "-" + ical_duration(minutes);
}

std::vector<int> checked_alarms(std::vector<int> alarms) {
    std::sort(alarms.begin(), alarms.end(), std::greater<>());
    alarms.erase(std::unique(alarms.begin(), alarms.end()), alarms.end());
    if (alarms.size() > kMaxAlarms) throw Invalid("alarms", "must be at most 5");
    if (!alarms.empty() && (alarms.front() > kMaxAlarmMinutes || alarms.back() < 0))
        throw Invalid("alarms", "must be 0 to 40320 minutes before");
    return alarms;
}

// What an event says beside its times.
struct Event {
    std::string_view title, language, url, conference_url, image_url, replay_url;
    const std::vector<std::string>& categories;
    Standing standing;
    std::string_view reason;  // why it is not as planned
    std::string description;  // plain
};

// Writes the events of a calendar, in its language.
class EventWriter {
public:
    EventWriter(ContentLines& out, const CalendarInput& input)
        : out_(out), input_(input), language_(input.language), alarms_(checked_alarms(input.alarms)) {}

    void write(const CalendarSeries& series) {
        const SeriesTimes times(series.zone);
        if (!is_written(series, times.zone())) return;
        const auto notes = plain_text(series.description);
        write_master(series, times, notes);
        for (const auto& airing : series.overrides) write_override(series, airing, times, notes);
    }

    void write(const CalendarSingle& single) {
        const auto zone = Zone::find(single.zone);
        const auto notes = plain_text(single.description);
        const auto reason = said_standing(single.standing, language_);
        out_.line("BEGIN", "VEVENT");
        write_stamps(single.uid, single.created_at, single.updated_at, single.sequence);
        write_organizer();
        out_.line("DTSTART", ical_utc(single.starts_at));
        out_.line("DURATION", ical_duration(single.length_minutes));
        const Said said{reason, single.previous_start, notes, single.hosts, single.url, single.replay_url};
        write_what({single.title, single.language, single.url, single.url, single.image_url,
                    single.replay_url, single.categories, single.standing, reason,
                    said_text(said, *zone, language_)});
        out_.line("END", "VEVENT");
    }

private:
    void write_stamps(const std::string& uid, Instant created_at, Instant updated_at, int sequence) {
        out_.text("UID", uid);
        const auto updated = ical_utc(updated_at);
        out_.line("DTSTAMP", updated);
        out_.line("CREATED", ical_utc(created_at));
        out_.line("LAST-MODIFIED", updated);
        out_.line("SEQUENCE", std::to_string(sequence));
    }

    // RFC 5546, 3.2.5. Of what is published none: readers would offer to answer.
    void write_organizer() {
        if (input_.method != CalendarInput::Method::kCancel || input_.organizer_email.empty()) return;
        auto name = one_line(input_.organizer_name);
        std::erase(name, '"');  // RFC 5545, 3.2: a quoted value cannot hold it
        out_.uri(fmt::format("ORGANIZER;CN=\"{}\"", name), "mailto:" + input_.organizer_email);
    }

    void write_master(const CalendarSeries& series, const SeriesTimes& times, const std::string& notes) {
        const auto standing = series.cancelled ? Standing::kCancelled : Standing::kPlanned;
        const auto reason = series.cancelled ? said_show_cancelled(language_) : "";
        out_.line("BEGIN", "VEVENT");
        write_stamps(series.uid, series.created_at, series.updated_at, series.sequence);
        times.write(out_, "DTSTART", series.start);
        out_.line("DURATION", ical_duration(series.length_minutes));
        write_recurrence(series, times);
        if (!series.related_uid.empty()) out_.text("RELATED-TO;RELTYPE=SIBLING", series.related_uid);
        const Said said{reason, std::nullopt, notes, series.hosts, series.url, ""};
        write_what({series.title, series.language, series.url, series.conference_url, series.image_url, "",
                    series.categories, standing, reason, said_text(said, times.zone(), language_)});
        out_.line("END", "VEVENT");
    }

    void write_recurrence(const CalendarSeries& series, const SeriesTimes& times) {
        const bool has_more =
            !series.rdates.empty() || !series.extra_slots.empty() || !series.overrides.empty();
        if (!series.rrule.empty())
            out_.line("RRULE", times.rule(series.rrule, series.rule_until));
        else if (has_more)  // ical.js forgets a DTSTART that only further dates follow, and overrides of no
                            // rule
            out_.line("RRULE", "FREQ=DAILY;COUNT=1");
        const auto is_cut = [&](LocalTime local) {
            return series.rule_until && times.zone().to_utc(local) >= *series.rule_until;
        };
        auto further = series.rdates;
        std::erase_if(further, is_cut);
        further.insert(further.end(), series.extra_slots.begin(), series.extra_slots.end());
        if (series.rrule.empty()) std::erase(further, series.start);
        times.write(out_, "RDATE", std::move(further));
        std::set<LocalTime> spoken_of;
        for (const auto& airing : series.overrides) spoken_of.insert(airing.slot_local);
        auto off = series.exdates;
        off.insert(off.end(), series.paused_dates.begin(), series.paused_dates.end());
        std::erase_if(off, [&](LocalTime local) { return spoken_of.contains(local) || is_cut(local); });
        times.write(out_, "EXDATE", std::move(off));
    }

    void write_override(const CalendarSeries& series, const Override& airing, const SeriesTimes& times,
                        const std::string& series_notes) {
        const auto standing = series.cancelled ? Standing::kCancelled : airing.standing;
        const auto reason = said_standing(standing, language_);
        const auto planned = times.zone().to_utc(airing.slot_local);
        const auto own_notes = plain_text(airing.description);
        const auto& url = either(airing.url, series.url);
        out_.line("BEGIN", "VEVENT");
        write_stamps(series.uid, series.created_at, airing.updated_at, airing.sequence);
        times.write(out_, "RECURRENCE-ID", airing.slot_local);
        times.write_start(out_, airing.starts_at, std::chrono::minutes(airing.length_minutes));
        out_.line("DURATION", ical_duration(airing.length_minutes));
        Said said{
            reason, std::nullopt,     either(own_notes, series_notes), airing.hosts.value_or(series.hosts),
            url,    airing.replay_url};
        if (airing.starts_at != planned) said.previous_start = planned;
        write_what({either(airing.title, series.title), either(airing.language, series.language), url,
                    either(airing.url, series.conference_url), series.image_url, airing.replay_url,
                    series.categories, standing, reason, said_text(said, times.zone(), language_)});
        out_.line("END", "VEVENT");
    }

    void write_what(const Event& event) {
        const std::string language(event.language);
        out_.text(with_language("SUMMARY", language), event.title);
        if (!event.description.empty()) out_.text(with_language("DESCRIPTION", language), event.description);
        if (!event.reason.empty()) out_.text(with_language("COMMENT", language_), event.reason);
        if (!event.url.empty()) out_.uri("URL", event.url);
        if (!event.conference_url.empty())
            out_.uri("CONFERENCE;VALUE=URI;FEATURE=AUDIO", event.conference_url);
        if (!event.image_url.empty()) out_.uri("IMAGE;VALUE=URI;DISPLAY=BADGE", event.image_url);
        if (!event.replay_url.empty()) out_.uri("ATTACH", event.replay_url);
        write_categories(event.categories);
        out_.line("STATUS", status_of(event.standing));
        // Listening leaves a person free: a followed show must not block their day.
        out_.line("TRANSP", "TRANSPARENT");
        if (status_of(event.standing) == "CANCELLED") return;
        for (const int minutes : alarms_) write_alarm(event, minutes);
    }

    void write_categories(const std::vector<std::string>& categories) {
        std::string values;
        for (const auto& category : categories)
            if (const auto value = ical_text(one_line(category)); !value.empty())
                values += (values.empty() ? "" : ",") + value;
        if (!values.empty()) out_.line("CATEGORIES", values);
    }

    void write_alarm(const Event& event, int minutes) {
        out_.line("BEGIN", "VALARM");
        out_.line("ACTION", "DISPLAY");
        out_.line("TRIGGER", trigger(minutes));
        out_.text("DESCRIPTION", event.title);
        out_.line("END", "VALARM");
    }

    ContentLines& out_;
    const CalendarInput& input_;
    const std::string& language_;
    const std::vector<int> alarms_;
};

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
        const SeriesTimes times(series.zone);
        if (times.is_utc() || !is_written(series, times.zone())) continue;
        auto& reach = zones[series.zone];
        reach.include(times.zone().to_utc(series.start));
        reach.last = std::max(reach.last, series.updated_at);
        for (const auto* dates : {&series.rdates, &series.extra_slots})
            for (const auto local : *dates) reach.include(times.zone().to_utc(local));
        for (const auto& airing : series.overrides) {
            reach.include(times.zone().to_utc(airing.slot_local));
            reach.include(airing.starts_at);
        }
    }
    for (const auto& [name, reach] : zones) write_timezone(out, *Zone::find(name), reach.first, reach.last);
}

// So that a big calendar is not moved about while it grows; a guess that is too low costs only that.
std::size_t size_guess_bytes(const CalendarInput& input) {
    constexpr std::size_t kEventBytes = 1'000, kZoneBytes = 2'000;
    std::size_t size = kZoneBytes;
    for (const auto& series : input.series)
        size += (1 + series.overrides.size()) * (kEventBytes + series.description.size());
    return size + input.singles.size() * kEventBytes;
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

void write_head(ContentLines& out, const CalendarInput& input) {
    out.line("VERSION", "2.0");
    out.line("PRODID", "-//Stagecast//Stagecast//EN");
    out.line("CALSCALE", "GREGORIAN");
    out.line("METHOD", word(input.method));
    out.text(with_language("NAME", input.language), input.name);
    out.text("X-WR-CALNAME", input.name);
    if (const auto description = plain_text(input.description); !description.empty()) {
        out.text(with_language("DESCRIPTION", input.language), description);
        out.text("X-WR-CALDESC", description);
    }
    out.line("REFRESH-INTERVAL;VALUE=DURATION", kRefresh);
    out.line("X-PUBLISHED-TTL", kRefresh);
    if (const auto name = nearest_colour_name(input.colour); !name.empty()) {
        out.line("COLOR", name);
        out.line("X-APPLE-CALENDAR-COLOR", input.colour);
    }
    if (!input.source_url.empty()) out.uri("SOURCE;VALUE=URI", input.source_url);
    if (!input.page_url.empty()) out.uri("URL", input.page_url);
    if (!input.image_url.empty()) out.uri("IMAGE;VALUE=URI;DISPLAY=BADGE", input.image_url);
    out.line("LAST-MODIFIED", ical_utc(last_change(input)));
}

}  // namespace

std::string_view word(CalendarInput::Method method) noexcept {
    return method == CalendarInput::Method::kCancel ? "CANCEL" : "PUBLISH";
}

std::string calendar(const CalendarInput& input) {
    ContentLines out;
    out.reserve(size_guess_bytes(input));
    EventWriter events(out, input);
    out.line("BEGIN", "VCALENDAR");
    write_head(out, input);
    write_zones(out, input.series);
    for (const auto& series : input.series) events.write(series);
    for (const auto& single : input.singles) events.write(single);
    out.line("END", "VCALENDAR");
    return out.take();
}

}  // namespace stagecast::feeds
