#include "feeds/content_lines.h"

#include <fmt/format.h>

#include "feeds/text.h"

namespace stagecast::feeds {
namespace {

constexpr std::size_t kMaxLineOctets = 75;  // without the CRLF; a continuation's leading space counts

bool needs_escape(char c) {
    return c == '\\' || c == ';' || c == ',' || c == '\n';
}

void append_escaped(std::string& out, std::string_view cleaned) {
    while (!cleaned.empty()) {
        std::size_t plain = 0;
        while (plain < cleaned.size() && !needs_escape(cleaned[plain])) ++plain;
        out.append(cleaned.substr(0, plain));
        cleaned.remove_prefix(plain);
        if (cleaned.empty()) return;
        out += '\\';
        out += cleaned[0] == '\n' ? 'n' : cleaned[0];
        cleaned.remove_prefix(1);
    }
}

}  // namespace

void ContentLines::line(std::string_view name, std::string_view value) {
    begin(name);
    bytes_ += value;
    end();
}

void ContentLines::text(std::string_view name, std::string_view value) {
    begin(name);
    append_escaped(bytes_, clean(value));
    end();
}

void ContentLines::uri(std::string_view name, std::string_view value) {
    line(name, clean_uri(value));
}

void ContentLines::begin(std::string_view name) {
    line_begin_ = bytes_.size();
    bytes_ += name;
    bytes_ += ':';
}

void ContentLines::end() {
    if (bytes_.size() - line_begin_ > kMaxLineOctets) {
        const auto whole = bytes_.substr(line_begin_);
        bytes_.resize(line_begin_);
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

std::string ical_text(std::string_view text) {
    std::string out;
    append_escaped(out, clean(text));
    return out;
}

std::string ical_local(LocalTime local) {
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(local - day);
    std::string out = "00000000T000000";
    // Right to left into the places that end before `end`: a big calendar has thousands of times.
    const auto put = [&out](std::size_t end, std::size_t digits, std::int64_t value) {
        for (; digits > 0; --digits, value /= 10) out[--end] = static_cast<char>('0' + value % 10);
    };
    put(4, 4, int{date.year()});
    put(6, 2, unsigned{date.month()});
    put(8, 2, unsigned{date.day()});
    put(11, 2, time.hours().count());
    put(13, 2, time.minutes().count());
    put(15, 2, time.seconds().count());
    return out;
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
