#include "base/tzif.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "base/error.h"

namespace stagecast {
namespace {

// Limits far above any real zone (Africa/El_Aaiun has the most changes: about 200), far below what would
// hurt.
constexpr std::size_t kMaxChanges = 5000;
constexpr std::size_t kMaxTypes = 256;  // an index is one byte
constexpr std::size_t kMaxAbbreviationBytes = 256;
constexpr std::size_t kHeaderBytes = 44;
constexpr std::int64_t kMinOffset_s = -89'999;  // RFC 8536, 3.2
constexpr std::int64_t kMaxOffset_s = 93'599;
constexpr std::int64_t kDay_s = 86'400;

[[noreturn]] void refuse(const char* why) {
    throw Invalid("zone", why);
}

// Big-endian numbers from the front; refuses a file cut short.
class Bytes {
public:
    explicit Bytes(std::string_view rest) : rest_(rest) {}
    std::string_view take(std::size_t size_bytes) {
        if (rest_.size() < size_bytes) refuse("the zone file is cut short");
        const std::string_view taken = rest_.substr(0, size_bytes);
        rest_.remove_prefix(size_bytes);
        return taken;
    }
    std::uint8_t u8() { return static_cast<std::uint8_t>(take(1)[0]); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::int32_t i32() { return static_cast<std::int32_t>(u32()); }
    std::int64_t i64() { return static_cast<std::int64_t>(number(8)); }
    std::string_view rest() const { return rest_; }

private:
    std::uint64_t number(std::size_t size_bytes) {
        std::uint64_t value = 0;
        for (const char c : take(size_bytes)) value = (value << 8) | static_cast<unsigned char>(c);
        return value;
    }
    std::string_view rest_;
};

struct Header {
    char version = '\0';
    std::uint32_t ut_count = 0, wall_count = 0, leap_count = 0, change_count = 0, type_count = 0,
                  text_bytes = 0;

    explicit Header(Bytes& bytes) {
        if (bytes.take(4) != "TZif") refuse("the zone file is not TZif");
        version = bytes.take(1)[0];
        bytes.take(15);
        ut_count = bytes.u32();
        wall_count = bytes.u32();
        leap_count = bytes.u32();
        change_count = bytes.u32();
        type_count = bytes.u32();
        text_bytes = bytes.u32();
        if (change_count > kMaxChanges || type_count > kMaxTypes || text_bytes > kMaxAbbreviationBytes ||
            ut_count > kMaxTypes || wall_count > kMaxTypes || leap_count > kMaxTypes)
            refuse("the zone file is too large");
    }
    std::size_t body_bytes(std::size_t time_bytes) const {
        return change_count * (time_bytes + 1) + type_count * 6 + text_bytes + leap_count * (time_bytes + 4) +
               wall_count + ut_count;
    }
};

int year_of(std::int64_t at_s) noexcept {
    // Years of four digits are all that a text form can name; beyond them the rule of year 9999 goes on.
    constexpr std::int64_t kYear9999_s = 253'370'764'800;
    constexpr std::int64_t kYear1_s = -62'135'596'800;
    const std::chrono::sys_seconds at{std::chrono::seconds(std::clamp(at_s, kYear1_s, kYear9999_s))};
    return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(at)).year());
}

}  // namespace

TzTable::TzTable(std::string_view file) {
    Bytes bytes(file);
    const Header old_block(bytes);
    if (old_block.version < '2') refuse("the zone file is older than TZif version 2");
    bytes.take(old_block.body_bytes(4));
    read_block(bytes.rest());
}

void TzTable::read_block(std::string_view file) {
    Bytes bytes(file);
    const Header header(bytes);
    if (header.type_count == 0 || header.text_bytes == 0) refuse("the zone file has no local time");
    if (header.leap_count != 0) refuse("the zone file counts leap seconds");
    changes_.resize(header.change_count);
    for (Change& change : changes_) change.at_s = bytes.i64();
    for (Change& change : changes_) {
        change.type = bytes.u8();
        if (change.type >= header.type_count) refuse("the zone file names a local time it does not have");
    }
    if (std::ranges::adjacent_find(changes_, std::greater_equal{}, &Change::at_s) != changes_.end())
        refuse("the zone file is not in order");
    std::vector<std::size_t> text_starts;
    for (std::uint32_t i = 0; i < header.type_count; ++i) {
        Type type;
        type.offset_s = bytes.i32();
        type.daylight = bytes.u8() != 0;
        text_starts.push_back(bytes.u8());
        if (type.offset_s < kMinOffset_s || type.offset_s > kMaxOffset_s)
            refuse("the zone file has an absurd offset");
        types_.push_back(std::move(type));
    }
    const std::string_view text = bytes.take(header.text_bytes);
    for (std::size_t i = 0; i < types_.size(); ++i) {
        const auto end =
            text_starts[i] < text.size() ? text.find('\0', text_starts[i]) : std::string_view::npos;
        if (end == std::string_view::npos) refuse("the zone file has an abbreviation without end");
        types_[i].abbreviation = text.substr(text_starts[i], end - text_starts[i]);
    }
    bytes.take(header.wall_count + header.ut_count);
    if (bytes.take(1) != "\n") refuse("the zone file has no footer");
    const auto end = bytes.rest().find('\n');
    if (end == std::string_view::npos) refuse("the zone file has a footer without end");
    if (end > 0) read_rule(bytes.rest().substr(0, end));
}

// The footer: std offset [dst [offset] , start [/time] , end [/time]]. Offsets there count westwards.
class TzTable::RuleReader {
public:
    explicit RuleReader(std::string_view text) : rest_(text) {}
    bool empty() const { return rest_.empty(); }
    bool take(char wanted) {
        if (rest_.empty() || rest_[0] != wanted) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void need(char wanted) {
        if (!take(wanted)) refuse("the zone file's rule cannot be read");
    }
    bool at(char wanted) const { return !rest_.empty() && rest_[0] == wanted; }
    std::string name() {
        const bool quoted = take('<');
        std::size_t size = 0;
        while (size < rest_.size() && (is_letter(rest_[size]) || (quoted && is_quotable(rest_[size]))))
            ++size;
        if (size < 3 || size > 15) refuse("the zone file's rule has a bad abbreviation");
        std::string text(rest_.substr(0, size));
        rest_.remove_prefix(size);
        if (quoted) need('>');
        return text;
    }
    int number(int max) {
        int value = 0;
        std::size_t digits = 0;
        for (; digits < rest_.size() && is_digit(rest_[digits]) && digits < 4; ++digits)
            value = value * 10 + (rest_[digits] - '0');
        if (digits == 0 || value > max) refuse("the zone file's rule has a bad number");
        rest_.remove_prefix(digits);
        return value;
    }
    // [+-]hh[:mm[:ss]]
    std::int64_t signed_time_s(int max_hours) {
        const int sign = take('-') ? -1 : 1;
        if (sign > 0) take('+');
        std::int64_t time_s = number(max_hours) * std::int64_t{3600};
        if (take(':')) time_s += number(59) * std::int64_t{60};
        if (take(':')) time_s += number(59);
        return sign * time_s;
    }
    YearlyDay yearly_day() {
        YearlyDay day;
        if (take('M')) {
            day.form = YearlyDay::Form::kMonthWeekDay;
            day.month = number(12);
            need('.');
            day.week = number(5);
            need('.');
            day.day = number(6);
            if (day.month < 1 || day.week < 1) refuse("the zone file's rule has a bad day");
        } else if (take('J')) {
            day.form = YearlyDay::Form::kJulianNoLeap;
            day.day = number(365);
            if (day.day < 1) refuse("the zone file's rule has a bad day");
        } else {
            day.day = number(365);
        }
        if (take('/')) day.time_s = signed_time_s(167);
        return day;
    }

private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
    static bool is_quotable(char c) { return is_digit(c) || c == '+' || c == '-'; }
    std::string_view rest_;
};

void TzTable::read_rule(std::string_view text) {
    RuleReader reader(text);
    Type standard;
    standard.abbreviation = reader.name();
    standard.offset_s = -reader.signed_time_s(24);
    Rule rule;
    rule.standard = rule.daylight = add_type(standard);
    if (!reader.empty()) {
        Type daylight{standard.offset_s + 3600, reader.name(), true};
        if (!reader.at(',')) daylight.offset_s = -reader.signed_time_s(24);
        rule.daylight = add_type(std::move(daylight));
        reader.need(',');
        rule.start = reader.yearly_day();
        reader.need(',');
        rule.end = reader.yearly_day();
    }
    if (!reader.empty()) refuse("the zone file's rule has something after its end");
    rule_ = rule;
}

std::size_t TzTable::add_type(Type type) {
    const auto found = std::ranges::find(types_, type);
    const auto index = static_cast<std::size_t>(found - types_.begin());
    if (found == types_.end()) types_.push_back(std::move(type));
    return index;
}

std::int64_t TzTable::YearlyDay::in_year(int year) const noexcept {
    namespace chrono = std::chrono;
    const chrono::year y(year);
    const auto first = chrono::sys_days(y / chrono::January / 1);
    chrono::sys_days date = first;
    switch (form) {
        case Form::kJulianNoLeap:  // 29 February is never counted: day 60 is 1 March
            date += chrono::days(day - 1 + (y.is_leap() && day >= 60 ? 1 : 0));
            break;
        case Form::kZeroBased:
            date += chrono::days(day);
            break;
        case Form::kMonthWeekDay: {
            const chrono::month m(static_cast<unsigned>(month));
            const chrono::weekday wanted(static_cast<unsigned>(day));
            date = week == 5 ? chrono::sys_days(y / m / wanted[chrono::last])
                             : chrono::sys_days(y / m / wanted[static_cast<unsigned>(week)]);
            break;
        }
    }
    return date.time_since_epoch().count() * kDay_s + time_s;
}

// Three years hold every change that can matter for a moment in the middle one: a rule's time may be a week
// off its day.
std::array<TzTable::Change, 6> TzTable::changes_around(std::int64_t at_s) const noexcept {
    std::array<Change, 6> changes;
    int year = year_of(at_s) - 1;
    for (std::size_t i = 0; i < changes.size(); i += 2, ++year) {
        changes[i] = {rule_->end.in_year(year) - types_[rule_->daylight].offset_s, rule_->standard};
        changes[i + 1] = {rule_->start.in_year(year) - types_[rule_->standard].offset_s, rule_->daylight};
    }
    // An end at the moment of a start comes before it: that is how a rule says daylight time all year long.
    std::ranges::sort(changes, {}, [this](const Change& change) {
        return std::pair(change.at_s, change.type == rule_->daylight);
    });
    return changes;
}

std::optional<TzTable::Change> TzTable::next_by_rule(std::int64_t after_s) const noexcept {
    if (rule_->standard == rule_->daylight) return std::nullopt;
    for (const Change& change : changes_around(after_s))
        if (change.at_s > after_s) return change;
    return std::nullopt;
}

std::size_t TzTable::type_by_rule(std::int64_t at_s) const noexcept {
    std::size_t type = rule_->standard;
    if (type == rule_->daylight) return type;
    for (const Change& change : changes_around(at_s))
        if (change.at_s <= at_s) type = change.type;
    return type;
}

std::size_t TzTable::type_at(std::int64_t at_s) const noexcept {
    const auto after = std::ranges::upper_bound(changes_, at_s, {}, &Change::at_s);
    if (after == changes_.end() && rule_) return type_by_rule(at_s);
    return after == changes_.begin() ? 0 : std::prev(after)->type;
}

std::optional<TzTable::Change> TzTable::next_change(std::int64_t after_s) const noexcept {
    const auto next = std::ranges::upper_bound(changes_, after_s, {}, &Change::at_s);
    if (next != changes_.end()) return *next;
    return rule_ ? next_by_rule(after_s) : std::nullopt;
}

}  // namespace stagecast
