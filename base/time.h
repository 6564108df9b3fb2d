#pragma once
#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

namespace stagecast {

// A moment, UTC, to the millisecond. In tables: milliseconds since 1970 as BIGINT.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
// A wall-clock time in some zone, to the second.
using LocalTime = std::chrono::local_time<std::chrono::seconds>;
using Milliseconds = std::chrono::milliseconds;

// The days from first to last, both included, of some zone's calendar.
struct DaySpan {
    std::chrono::local_days first{}, last{};
    bool operator==(const DaySpan&) const = default;
};

// The time, as an argument. Any thread.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
public:
    Instant now() const override;
};

// A clock that a test sets and moves.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Instant start) : now_ms_(start.time_since_epoch().count()) {}
    Instant now() const override { return Instant(Milliseconds(now_ms_.load())); }
    void advance(Milliseconds by) { now_ms_ += by.count(); }
    void set(Instant to) { now_ms_ = to.time_since_epoch().count(); }

private:
    std::atomic<std::int64_t> now_ms_;
};

// "2026-11-24T19:00:00Z", "2026-11-24T19:00:00.250Z" when not on a second.
std::string to_iso8601(Instant instant);
// Takes "…Z" and "…+hh:mm" forms. Throws Invalid(field) otherwise.
Instant parse_iso8601(std::string_view text, std::string_view field);
// "2026-11-24T20:00:00".
std::string to_iso8601(LocalTime local);
// Takes "YYYY-MM-DDThh:mm", with or without ":ss", years 1970 to 2199. Throws Invalid(field) otherwise.
LocalTime parse_local(std::string_view text, std::string_view field);
// RFC 5322 date with the right weekday: "Tue, 24 Nov 2026 19:00:00 +0000".
std::string to_rfc5322(Instant instant);
// HTTP date (RFC 9110, 5.6.7): "Tue, 24 Nov 2026 19:00:00 GMT".
std::string to_http_date(Instant instant);

}  // namespace stagecast
