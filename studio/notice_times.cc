#include "studio/notice_times.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/city_fr.h"
#include "scheduler/sentence_parts.h"

namespace stagecast::studio {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;

constexpr std::array kDays{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array kMonths{"January", "February", "March",     "April",   "May",      "June",
                             "July",    "August",   "September", "October", "November", "December"};
constexpr std::array kJours{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"};
constexpr std::array kMois{"janvier", "février", "mars",      "avril",   "mai",      "juin",
                           "juillet", "août",    "septembre", "octobre", "novembre", "décembre"};

std::shared_ptr<const Zone> zone_or_utc(const std::string& name) {
    try {
        return Zone::find(name);
    } catch (const Invalid&) {
        return Zone::find("UTC");
    }
}

// "UTC+1", "UTC-3:30", "UTC".
std::string offset_text(std::chrono::seconds offset) {
    const auto all = std::chrono::duration_cast<minutes>(offset).count();
    const auto size = all < 0 ? -all : all;
    if (all == 0) return "UTC";
    const auto rest = size % 60 == 0 ? std::string() : fmt::format(":{:02}", size % 60);
    return fmt::format("UTC{}{}{}", all < 0 ? '-' : '+', size / 60, rest);
}

}  // namespace

bool is_french(std::string_view language) {
    const auto lower = lower_ascii(language);
    return lower == "fr" || lower.starts_with("fr-");
}

NoticeTimes::NoticeTimes(std::string_view language, const std::string& zone)
    : is_french_(is_french(language)), zone_(zone_or_utc(zone)) {}

std::string NoticeTimes::clock(Instant instant) const {
    const auto local = zone_->to_local(instant);
    const std::chrono::hh_mm_ss clock(local - floor<days>(local));
    // No line ends at the narrow spaces; the same as scheduler/sentence_fr.cc.
    return is_french_ ? fmt::format("{}\u202fh\u202f{:02}", clock.hours().count(), clock.minutes().count())
                      : fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count());
}

std::string NoticeTimes::weekday(Instant instant) const {
    const auto date = floor<days>(zone_->to_local(instant));
    const std::chrono::year_month_day ymd(date);
    const auto weekday = std::chrono::weekday(date).c_encoding();
    const auto day = unsigned(ymd.day()), month = unsigned(ymd.month()) - 1;
    if (is_french_)
        return fmt::format("{} {}{} {}", kJours.at(weekday), day, day == 1 ? "er" : "", kMois.at(month));
    return fmt::format("{} {} {}", kDays.at(weekday), day, kMonths.at(month));
}

std::string NoticeTimes::day(Instant instant) const {
    const std::chrono::year_month_day ymd(floor<days>(zone_->to_local(instant)));
    return fmt::format("{} {}", weekday(instant), int(ymd.year()));
}

std::string NoticeTimes::day_clock(Instant instant) const {
    return weekday(instant) + (is_french_ ? " à " : " at ") + clock(instant);
}

std::string NoticeTimes::date(Instant instant) const {
    return day(instant) + (is_french_ ? " à " : " at ") + clock(instant);
}

std::string NoticeTimes::moment(Instant instant) const {
    return date(instant) + ", " + place();
}

std::string NoticeTimes::clock_span(Instant from, Instant to) const {
    return clock(from) + "–" + clock(to);
}

std::string NoticeTimes::span(Instant from, Instant to) const {
    const auto offset = offset_text(zone_->offset_at(from));
    const auto zone = zone_->name() == offset ? offset : fmt::format("{}, {}", zone_->name(), offset);
    return fmt::format("{}, {} ({})", day(from), clock_span(from, to), zone);
}

std::string NoticeTimes::place() const {
    if (is_french_) return scheduler::time_in_french(zone_->name());
    const auto city = scheduler::city_of(zone_->name());
    return city.empty() ? zone_->name() : city + " time";
}

}  // namespace stagecast::studio
