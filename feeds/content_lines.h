#pragma once
#include <string>
#include <string_view>

#include "base/time.h"

namespace stagecast::feeds {

// Collects the content lines of RFC 5545, 3.1: CRLF, folded at 75 octets and never inside a UTF-8 character.
class ContentLines {
public:
    // name:value, where the value is known to need no escaping. The name may carry parameters.
    void line(std::string_view name, std::string_view value);
    // A TEXT value: cleaned and escaped (3.3.11).
    void text(std::string_view name, std::string_view value);
    void uri(std::string_view name, std::string_view value);
    void reserve(std::size_t size_bytes) { bytes_.reserve(size_bytes); }
    std::string take() { return std::move(bytes_); }

private:
    void begin(std::string_view name);
    void end();

    std::size_t line_begin_ = 0;
    std::string bytes_;
};

std::string ical_text(std::string_view text);  // cleaned and escaped (3.3.11)
std::string ical_utc(Instant instant);         // 20261124T190000Z
std::string ical_local(LocalTime local);       // 20261124T200000
std::string ical_duration(int minutes);        // PT1H30M

}  // namespace stagecast::feeds
