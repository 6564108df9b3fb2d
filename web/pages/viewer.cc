#include "web/pages/viewer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace stagecast::web {
namespace {

using std::chrono::local_days;
using std::chrono::year_month_day;

std::shared_ptr<const Zone> zone_or_utc(const std::string& name) {
    try {
        return Zone::find(name);
    } catch (const Invalid&) {
        return Zone::find("UTC");
    }
}

struct DateParts {
    std::string day, month, year;
    unsigned weekday = 0;  // 0 is Sunday
};

DateParts parts(local_days date) {
    const year_month_day ymd(date);
    return {std::to_string(unsigned(ymd.day())), std::to_string(unsigned(ymd.month())),
            std::to_string(int(ymd.year())), std::chrono::weekday(date).c_encoding()};
}

}  // namespace

Viewer::Viewer(const Request& request)
    : words_(Words::in(request.language)), zone_(zone_or_utc(request.zone)) {}

Viewer Viewer::in_zone(const std::string& name) const {
    return {words_, zone_or_utc(name)};
}

std::string Viewer::zone_city() const {
    const auto& name = zone_->name();
    auto city = name.substr(name.rfind('/') + 1);
    std::replace(city.begin(), city.end(), '_', ' ');
    return city;
}

local_days Viewer::day_of(Instant instant) const {
    return std::chrono::floor<std::chrono::days>(zone_->to_local(instant));
}

Instant Viewer::midnight(local_days date) const {
    return zone_->to_utc(LocalTime(date));
}

std::string Viewer::clock(Instant instant) const {
    const auto local = zone_->to_local(instant);
    const auto since_midnight =
        std::chrono::floor<std::chrono::minutes>(local - std::chrono::floor<std::chrono::days>(local));
    return words_.text("date.clock", {{"hour", fmt::format("{:02}", since_midnight.count() / 60)},
                                      {"minute", fmt::format("{:02}", since_midnight.count() % 60)}});
}

std::string Viewer::range(Instant from, Instant to) const {
    return clock(from) + "–" + clock(to);
}

std::string Viewer::day(local_days date) const {
    const auto p = parts(date);
    return words_.text("date.day", {{"weekday", words_.text(fmt::format("weekday.{}", p.weekday))},
                                    {"day", p.day},
                                    {"month", words_.text("month." + p.month)}});
}

std::string Viewer::day_with_year(local_days date) const {
    const auto p = parts(date);
    return words_.text("date.full",
                       {{"day", p.day}, {"month", words_.text("month." + p.month)}, {"year", p.year}});
}

std::string Viewer::short_day(local_days date) const {
    const auto p = parts(date);
    return words_.text(
        "date.short",
        {{"weekday", weekday(date)}, {"day", p.day}, {"month", words_.text("month.short." + p.month)}});
}

std::string Viewer::weekday(local_days date) const {
    return words_.text(fmt::format("weekday.short.{}", parts(date).weekday));
}

std::string Viewer::when(Instant instant, Instant now) const {
    const auto date = day_of(instant);
    const auto today = day_of(now);
    std::string said = short_day(date);
    if (date == today) said = words_.text("date.today");
    if (date == today + std::chrono::days(1)) said = words_.text("date.tomorrow");
    return words_.text("date.at", {{"day", said}, {"time", clock(instant)}});
}

std::string Viewer::moment(Instant instant) const {
    return words_.text("date.at", {{"day", day_with_year(day_of(instant))}, {"time", clock(instant)}});
}

std::string say_duration(const Words& words, Milliseconds duration) {
    const auto seconds = std::chrono::round<std::chrono::seconds>(duration).count();
    if (seconds < 60) return words.text("duration.seconds", {{"seconds", std::to_string(seconds)}});
    const auto minutes = (seconds + 30) / 60;
    if (minutes < 60) return words.text("duration.minutes", {{"minutes", std::to_string(minutes)}});
    const auto hours = std::to_string(minutes / 60);
    if (minutes % 60 == 0) return words.text("duration.hours", {{"hours", hours}});
    return words.text("duration.both", {{"hours", hours}, {"minutes", fmt::format("{:02}", minutes % 60)}});
}

std::string say_size(const Words& words, std::int64_t bytes) {
    auto megabytes = fmt::format("{:.1f}", static_cast<double>(bytes) / 1e6);
    if (words.language() == "fr") std::replace(megabytes.begin(), megabytes.end(), '.', ',');
    return words.text("size.megabytes", {{"size", megabytes}});
}

std::string iso_date(local_days date) {
    return to_iso8601(LocalTime(date)).substr(0, 10);
}

local_days parse_date(const std::string& text, const std::string& field) {
    if (text.size() != 10) throw Invalid(field, "must be a date like 2026-11-24");
    return std::chrono::floor<std::chrono::days>(parse_local(text + "T00:00", field));
}

}  // namespace stagecast::web
