#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "feeds/content_lines.h"

namespace stagecast::feeds {

// The times of one series in the form of its DTSTART (RFC 5545, 3.8.4.4, 3.8.5.1, 3.8.5.2): with TZID, or …Z
// for a series in UTC.
class SeriesTimes {
public:
    // Throws Invalid("zone").
    explicit SeriesTimes(const std::string& zone_name) : zone_(Zone::find(zone_name)) {}

    const Zone& zone() const noexcept { return *zone_; }
    bool is_utc() const { return zone_->name() == "UTC"; }

    void write(ContentLines& out, std::string_view name, LocalTime local) const;
    // Sorted, each once; nothing where there is none.
    void write(ContentLines& out, std::string_view name, std::vector<LocalTime> times) const;
    // An instant that the zone's wall clock shows twice is written in UTC: readers differ in which one they
    // take.
    void write(ContentLines& out, std::string_view name, Instant instant) const;
    // DTSTART, in UTC too where the end that its wall clock would show is another than the length says.
    void write_start(ContentLines& out, Instant instant, std::chrono::minutes length) const;

    // The rule with UNTIL as an instant (3.3.10): a date means to the end of that day in the zone. Cut one
    // second before `cut`: that UNTIL takes the place of a COUNT and of a later UNTIL. Throws
    // Invalid("rrule").
    std::string rule(const std::string& rrule, std::optional<Instant> cut) const;

private:
    bool is_shown_twice(Instant instant) const;
    Instant until(const std::string& text) const;

    const std::shared_ptr<const Zone> zone_;
};

}  // namespace stagecast::feeds
