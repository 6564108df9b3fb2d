#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stagecast {

// The changes of one zone as a TZif file (RFC 8536, version 2 and later) tells them: a table, and a rule for
// all years after it. Seconds since 1970, UTC, throughout. Bounded work whatever the file says.
class TzTable {
public:
    struct Type {
        std::int64_t offset_s = 0;  // local time is UTC + offset_s
        std::string abbreviation;
        bool daylight = false;
        bool operator==(const Type&) const = default;
    };
    struct Change {
        std::int64_t at_s = 0;
        std::size_t type = 0;  // in force from at_s
    };

    // Throws Invalid("zone") for a file that is not TZif, is cut short, contradicts itself or counts leap
    // seconds.
    explicit TzTable(std::string_view file);

    const Type& type(std::size_t index) const noexcept { return types_[index]; }
    std::size_t type_at(std::int64_t at_s) const noexcept;
    // The first change after that moment; nothing when there is none any more.
    std::optional<Change> next_change(std::int64_t after_s) const noexcept;

private:
    // A day of each year and the time on it: Jn, n or Mm.w.d with /time (POSIX TZ, RFC 8536, 3.3.1).
    struct YearlyDay {
        enum class Form { kJulianNoLeap, kZeroBased, kMonthWeekDay };
        Form form = Form::kZeroBased;
        int day = 0;  // Form 1 or 2: the day of the year; form 3: the day of the week, 0 is Sunday
        int month = 0, week = 0;
        std::int64_t time_s = 7200;  // −167 to 167 hours
        // In local time, as seconds since 1970.
        std::int64_t in_year(int year) const noexcept;
    };
    struct Rule {
        std::size_t standard = 0;
        std::size_t daylight = 0;  // the same as standard when the rule has no changes
        YearlyDay start, end;
    };
    class RuleReader;

    void read_block(std::string_view file);
    void read_rule(std::string_view text);
    std::size_t add_type(Type type);
    std::array<Change, 6> changes_around(std::int64_t at_s) const noexcept;
    std::optional<Change> next_by_rule(std::int64_t after_s) const noexcept;
    std::size_t type_by_rule(std::int64_t at_s) const noexcept;

    // Constant after construction.
    std::vector<Type> types_;
    std::vector<Change> changes_;  // strictly ascending
    std::optional<Rule> rule_;
};

}  // namespace stagecast
