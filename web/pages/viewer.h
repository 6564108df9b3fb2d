#pragma once
#include <memory>
#include <string>
#include <utility>

#include "base/time.h"
#include "base/zone.h"
#include "web/http.h"
#include "web/pages/words.h"

namespace stagecast::web {

// Says times the way one visitor reads them: their zone, their language. Lives as long as its request.
class Viewer {
public:
    explicit Viewer(const Request& request);
    // The same words, in another zone: UTC where there is no such zone.
    Viewer in_zone(const std::string& name) const;

    const Words& words() const noexcept { return words_; }
    const Zone& zone() const noexcept { return *zone_; }
    // "Europe/Paris" as people say it: "Paris".
    std::string zone_city() const;

    std::chrono::local_days day_of(Instant instant) const;
    Instant midnight(std::chrono::local_days day) const;

    std::string clock(Instant instant) const;                      // 20:00
    std::string range(Instant from, Instant to) const;             // 20:00–21:00
    std::string day(std::chrono::local_days day) const;            // Tuesday 24 November
    std::string day_with_year(std::chrono::local_days day) const;  // 24 November 2026
    std::string short_day(std::chrono::local_days day) const;      // Tue 24 Nov
    std::string weekday(std::chrono::local_days day) const;        // Tue
    // today, tomorrow, else short_day; with the time.
    std::string when(Instant instant, Instant now) const;
    // A moment in the past: 24 November 2026, 20:00.
    std::string moment(Instant instant) const;

private:
    Viewer(const Words& words, std::shared_ptr<const Zone> zone) : words_(words), zone_(std::move(zone)) {}
    const Words& words_;
    const std::shared_ptr<const Zone> zone_;
};

// "1 h 05 min", "42 min", "38 s".
std::string say_duration(const Words& words, Milliseconds duration);
// "12.4 MB".
std::string say_size(const Words& words, std::int64_t bytes);
std::string iso_date(std::chrono::local_days day);  // 2026-11-24
// Throws Invalid(field) unless YYYY-MM-DD between 1970 and 2199.
std::chrono::local_days parse_date(const std::string& text, const std::string& field);

}  // namespace stagecast::web
