#include "base/time.h"

#include <fmt/format.h>

#include "base/error.h"

namespace stagecast {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// The fields of a moment on the proleptic Gregorian calendar.
struct Civil {
    int year;
    unsigned month, day;
    long hour, minute, second, millisecond;
    unsigned weekday;  // 0 is Sunday
};

Civil civil(Milliseconds since_1970) {
    const auto day = std::chrono::floor<days>(since_1970);
    const std::chrono::sys_days date(day);
    const std::chrono::year_month_day ymd(date);
    const std::chrono::hh_mm_ss<Milliseconds> clock(since_1970 - day);
    return {static_cast<int>(ymd.year()),     static_cast<unsigned>(ymd.month()),
            static_cast<unsigned>(ymd.day()), clock.hours().count(),
            clock.minutes().count(),          clock.seconds().count(),
            clock.subseconds().count(),       std::chrono::weekday(date).c_encoding()};
}

// Takes text from the front; every failure is remembered in ok.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') return fail();
            value = value * 10 + (rest_[0] - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }
    bool take(char wanted) {
        if (rest_.empty() || rest_[0] != wanted) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void need(char wanted) {
        if (!take(wanted)) fail();
    }
    bool at_digit() const { return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; }
    bool good_and_empty() const { return ok_ && rest_.empty(); }
    int fail() {
        ok_ = false;
        return 0;
    }

private:
    std::string_view rest_;
    bool ok_ = true;
};

days read_date(Reader& reader) {
    const int year = reader.digits(4);
    reader.need('-');
    const int month = reader.digits(2);
    reader.need('-');
    const int day = reader.digits(2);
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (year < 1 || !date.ok()) {
        reader.fail();
        return days(0);
    }
    return std::chrono::sys_days(date).time_since_epoch();
}

seconds read_minutes_of_day(Reader& reader) {
    const int hour = reader.digits(2);
    reader.need(':');
    const int minute = reader.digits(2);
    if (hour > 23 || minute > 59) reader.fail();
    return hours(hour) + minutes(minute);
}

seconds read_second(Reader& reader) {
    const int second = reader.digits(2);
    if (second > 59) reader.fail();
    return seconds(second);
}

Milliseconds read_fraction(Reader& reader) {
    if (!reader.take('.')) return Milliseconds(0);
    int value_ms = 0;
    int weight_ms = 100;
    if (!reader.at_digit()) reader.fail();
    while (reader.at_digit()) {
        value_ms += reader.digits(1) * weight_ms;
        weight_ms /= 10;
    }
    return Milliseconds(value_ms);
}

seconds read_offset(Reader& reader) {
    if (reader.take('Z')) return seconds(0);
    if (reader.take('+')) return read_minutes_of_day(reader);
    reader.need('-');
    return -read_minutes_of_day(reader);
}

std::string rfc5322_with_zone(Instant instant, std::string_view zone_text) {
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const Civil c = civil(instant.time_since_epoch());
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} {}", kDays[c.weekday], c.day,
                       kMonths[c.month - 1], c.year, c.hour, c.minute, c.second, zone_text);
}

}  // namespace

Instant SystemClock::now() const {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

std::string to_iso8601(Instant instant) {
    const Civil c = civil(instant.time_since_epoch());
    const std::string fraction = c.millisecond == 0 ? "" : fmt::format(".{:03}", c.millisecond);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", c.year, c.month, c.day, c.hour, c.minute,
                       c.second, fraction);
}

Instant parse_iso8601(std::string_view text, std::string_view field) {
    Reader reader(text);
    const days date = read_date(reader);
    reader.need('T');
    seconds time = read_minutes_of_day(reader);
    reader.need(':');
    time += read_second(reader);
    const Milliseconds fraction = read_fraction(reader);
    const seconds offset = read_offset(reader);
    if (!reader.good_and_empty())
        throw Invalid(std::string(field),
                      "must be a moment like 2026-11-24T19:00:00Z or 2026-11-24T20:00:00+01:00");
    return Instant(date + time + fraction - offset);
}

std::string to_iso8601(LocalTime local) {
    const Civil c = civil(local.time_since_epoch());
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute,
                       c.second);
}

LocalTime parse_local(std::string_view text, std::string_view field) {
    Reader reader(text);
    const days date = read_date(reader);
    reader.need('T');
    seconds time = read_minutes_of_day(reader);
    if (reader.take(':')) time += read_second(reader);
    const int year = civil(date).year;
    if (year < 1970 || year > 2199) reader.fail();
    if (!reader.good_and_empty())
        throw Invalid(std::string(field),
                      "must be a local time like 2026-11-24T20:00, in the years 1970 to 2199");
    return LocalTime(date + time);
}

std::string to_rfc5322(Instant instant) {
    return rfc5322_with_zone(instant, "+0000");
}

std::string to_http_date(Instant instant) {
    return rfc5322_with_zone(instant, "GMT");
}

}  // namespace stagecast
