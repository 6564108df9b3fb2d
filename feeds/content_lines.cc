#include "feeds/content_lines.h"

#include <fmt/format.h>

#include "feeds/text.h"

namespace stagecast::feeds {
namespace {

constexpr std::size_t kMaxLineOctets = 75;  // without the CRLF; a continuation's leading space counts

}  // namespace

void ContentLines::line(std::string_view name, std::string_view value) {
    const auto begin = bytes_.size();
    bytes_ += name;
    bytes_ += ':';
    bytes_ += value;
    if (bytes_.size() - begin > kMaxLineOctets) {
        const auto whole = bytes_.substr(begin);
        bytes_.resize(begin);
        std::string_view rest = whole;
        for (auto room = kMaxLineOctets; rest.size() > room; room = kMaxLineOctets - 1) {
            const auto piece = cut(rest, room);
            bytes_ += piece;
            bytes_ += "\r\n ";
            rest.remove_prefix(piece.size());
        }
        bytes_ += rest;
    }
    bytes_ += "\r\n";
}

void ContentLines::text(std::string_view name, std::string_view value) {
    line(name, ical_text(value));
}

void ContentLines::uri(std::string_view name, std::string_view value) {
    line(name, clean_uri(value));
}

std::string ical_text(std::string_view text) {
    const auto cleaned = clean(text);
    std::string out;
    out.reserve(cleaned.size() + 8);
    for (const char c : cleaned) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == ';' || c == ',') out += '\\';
        out += c;
    }
    return out;
}

std::string ical_local(LocalTime local) {
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(local - day);
    return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}", int{date.year()}, unsigned{date.month()},
                       unsigned{date.day()}, time.hours().count(), time.minutes().count(),
                       time.seconds().count());
}

std::string ical_utc(Instant instant) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
    return ical_local(LocalTime(seconds.time_since_epoch())) + "Z";
}

std::string ical_duration(int minutes) {
    if (minutes % 60 == 0) return fmt::format("PT{}H", minutes / 60);
    return minutes < 60 ? fmt::format("PT{}M", minutes) : fmt::format("PT{}H{}M", minutes / 60, minutes % 60);
}

}  // namespace stagecast::feeds
