#include "feeds/series_times.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "feeds/text.h"

namespace stagecast::feeds {
namespace {

std::string upper_ascii(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

}  // namespace

void SeriesTimes::write(ContentLines& out, std::string_view name, LocalTime local) const {
    write(out, name, std::vector{local});
}

void SeriesTimes::write(ContentLines& out, std::string_view name, std::vector<LocalTime> times) const {
    if (times.empty()) return;
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    std::string values;
    for (const auto time : times) {
        if (!values.empty()) values += ',';
        values += ical_local(time);
        if (is_utc()) values += 'Z';
    }
    out.line(is_utc() ? std::string(name) : fmt::format("{};TZID={}", name, zone_->name()), values);
}

void SeriesTimes::write(ContentLines& out, std::string_view name, Instant instant) const {
    if (is_shown_twice(instant))
        out.line(name, ical_utc(instant));
    else
        write(out, name, zone_->to_local(instant));
}

void SeriesTimes::write_start(ContentLines& out, Instant instant, std::chrono::minutes length) const {
    const auto end = instant + length;
    const bool is_plain = zone_->to_local(end) == zone_->to_local(instant) + length && !is_shown_twice(end);
    if (is_plain)
        write(out, "DTSTART", instant);
    else
        out.line("DTSTART", ical_utc(instant));
}

std::string SeriesTimes::rule(const std::string& rrule, std::optional<Instant> cut) const {
    std::optional<Instant> last;
    if (cut) last = *cut - std::chrono::seconds(1);
    std::string result;
    for (const auto& part : split(upper_ascii(rrule), ';')) {
        if (part.starts_with("UNTIL=")) {
            const auto ends_at = until(part.substr(6));
            last = last ? std::min(*last, ends_at) : ends_at;
        } else if (!cut || !part.starts_with("COUNT=")) {
            result += (result.empty() ? "" : ";") + clean_uri(part);
        }
    }
    if (last) result += ";UNTIL=" + ical_utc(*last);
    return result;
}

bool SeriesTimes::is_shown_twice(Instant instant) const {
    constexpr std::chrono::hours kLongest{26};  // no clock was ever set back by more
    for (const auto& change : zone_->transitions(instant - kLongest, instant + kLongest)) {
        const auto turned_back = change.offset_before - change.offset_after;
        if (instant >= change.at - turned_back && instant < change.at + turned_back) return true;
    }
    return false;
}

Instant SeriesTimes::until(const std::string& text) const {
    const bool is_utc_time = text.size() == 16 && text.back() == 'Z';
    if (text.size() != 8 && text.size() != 15 && !is_utc_time)
        throw Invalid("rrule", "UNTIL is neither a date nor a time");
    const auto day = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
    const auto time = text.size() == 8
                          ? std::string("23:59:59")
                          : text.substr(9, 2) + ":" + text.substr(11, 2) + ":" + text.substr(13, 2);
    const auto local = parse_local(day + "T" + time, "rrule");
    return is_utc_time ? Instant(local.time_since_epoch()) : zone_->to_utc(local);
}

}  // namespace stagecast::feeds
