#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/zone.h"

namespace stagecast::studio {

// French for "fr" and "fr-…", English for any other.
bool is_french(std::string_view language);

// Times in the zone and the language of one reader. None depends on when it is read: no "tomorrow".
// Immutable; any thread.
class NoticeTimes {
public:
    // UTC where the system's database has no such zone.
    NoticeTimes(std::string_view language, const std::string& zone);

    std::string clock(Instant instant) const;    // 20:00 | 20 h 00
    std::string weekday(Instant instant) const;  // Tuesday 24 November | mardi 24 novembre
    std::string day(Instant instant) const;      // Tuesday 24 November 2026 | mardi 24 novembre 2026
    std::string day_clock(
        Instant instant) const;               // Tuesday 24 November at 20:00 | mardi 24 novembre à 20 h 00
    std::string date(Instant instant) const;  // Tuesday 24 November 2026 at 20:00 | mardi … 2026 à 20 h 00
    std::string moment(Instant instant) const;  // the same, and ", Paris time" | ", heure de Paris"
    std::string clock_span(Instant from, Instant to) const;  // 20:00–21:00 | 20 h 00–21 h 00
    // Tuesday 24 November 2026, 20:00–21:00 (Europe/Paris, UTC+1)
    std::string span(Instant from, Instant to) const;
    std::string place() const;  // Paris time | heure de Paris

private:
    const bool is_french_;
    const std::shared_ptr<const Zone> zone_;
};

}  // namespace stagecast::studio
