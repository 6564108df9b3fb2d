#include "feeds/calendar_components.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "feeds/calendar_import.h"
#include "feeds/text.h"

namespace stagecast::feeds {
namespace {

constexpr std::array<std::string_view, 17> kRead{
    "UID",    "SUMMARY", "DESCRIPTION", "URL",           "DTSTART", "DTEND", "DURATION",   "RRULE", "RDATE",
    "EXDATE", "EXRULE",  "SEQUENCE",    "RECURRENCE-ID", "STATUS",  "CLASS", "CATEGORIES", "DUE"};
constexpr std::size_t kMaxShownBytes = 40;

[[noreturn]] void refuse(const std::string& why) {
    throw Invalid("ics", why);
}

// A component's name, as a sentence may quote it.
std::string shown(std::string_view text) {
    return std::string(cut(clean(text), kMaxShownBytes));
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

// Follows BEGIN and END, and keeps what an import reads.
class Collector {
public:
    void take(ContentLine line) {
        if (line.name == "BEGIN") {
            begin(line);
        } else if (line.name == "END") {
            end(line);
        } else if (open_.empty()) {
            if (calendars_ == 0) not_a_calendar();  // what follows a calendar is some mail's footer
        } else if (line.name.empty()) {
            ++result_.bad_lines;
        } else {
            keep(std::move(line));
        }
    }

    RawCalendar done() {
        if (!open_.empty())
            refuse(fmt::format("it ends within {}, begun in line {}: it is cut short",
                               shown(open_.back().name), open_.back().line));
        if (calendars_ == 0) not_a_calendar();
        return std::move(result_);
    }

private:
    struct Open {
        std::string name;
        int line = 0;
    };

    [[noreturn]] static void not_a_calendar() {
        refuse("this is no iCalendar text: that begins with BEGIN:VCALENDAR");
    }

    void begin(const ContentLine& line) {
        const auto name = upper(trim(line.value));
        if (open_.empty() && name != "VCALENDAR") not_a_calendar();
        if (!open_.empty() && name == "VCALENDAR")
            refuse(fmt::format("line {}: a calendar within a calendar", line.number));
        if (open_.size() >= static_cast<std::size_t>(kMaxImportDepth))
            refuse(fmt::format("line {}: nested deeper than {}", line.number, kMaxImportDepth));
        open_.push_back({name, line.number});
        if (open_.size() == 1) ++calendars_;
        if (open_.size() == 2) begin_component(line.number, name);
        if (open_.size() == 3 && in_zone()) definition_.observances.emplace_back();
    }

    void begin_component(int number, const std::string& name) {
        if (++components_ > kMaxImportComponents)
            refuse(fmt::format("it holds more than {} events", kMaxImportComponents));
        component_ = {number, name, {}};
        definition_ = {};
        tzid_.clear();
    }

    void end(const ContentLine& line) {
        const auto name = upper(trim(line.value));
        if (open_.empty() || open_.back().name != name)
            refuse(fmt::format("line {}: END:{} without its BEGIN", line.number, shown(name)));
        if (open_.size() == 2) end_component();
        open_.pop_back();
    }

    void end_component() {
        if (in_zone())
            result_.zones.emplace(std::move(tzid_), std::move(definition_));
        else if (component_.name == "VEVENT")
            result_.events.push_back(std::move(component_));
        else
            result_.others.push_back(std::move(component_));
    }

    void keep(ContentLine line) {
        if (open_.size() == 1) {
            keep_of_calendar(line);
        } else if (in_zone()) {
            keep_of_zone(std::move(line));
        } else if (open_.size() == 2 && std::ranges::find(kRead, line.name) != kRead.end()) {
            component_.lines.push_back(std::move(line));
        }
    }

    void keep_of_calendar(const ContentLine& line) {
        if (line.name == "VERSION" && trim(line.value) == "1.0")
            refuse("it is in the old vCalendar 1.0 form: save it as iCalendar (.ics)");
        if (line.name == "X-WR-CALNAME" || (line.name == "NAME" && result_.name.empty()))
            result_.name = cut(unescaped_text(cut(line.value, 1'000)), 200);
        if (line.name == "X-WR-TIMEZONE" && result_.zone.empty())
            result_.zone = trim(unescaped_text(line.value));
    }

    void keep_of_zone(ContentLine line) {
        if (open_.size() == 2 && line.name == "TZID") tzid_ = trim(line.value);
        if (open_.size() == 2 && line.name == "X-LIC-LOCATION") definition_.location = trim(line.value);
        if (open_.size() == 3) definition_.observances.back().push_back(std::move(line));
    }

    bool in_zone() const { return open_.size() >= 2 && open_[1].name == "VTIMEZONE"; }

    RawCalendar result_;
    std::vector<Open> open_;
    int calendars_ = 0;
    int components_ = 0;
    RawComponent component_;     // while open_.size() >= 2
    std::string tzid_;           // of the VTIMEZONE that is open
    ZoneDefinition definition_;  // the same
};

}  // namespace

const ContentLine* RawComponent::find(std::string_view wanted) const noexcept {
    const auto found = std::ranges::find(lines, wanted, &ContentLine::name);
    return found == lines.end() ? nullptr : &*found;
}

int RawComponent::count(std::string_view wanted) const noexcept {
    return static_cast<int>(std::ranges::count(lines, wanted, &ContentLine::name));
}

RawCalendar read_components(std::string_view bytes) {
    if (bytes.size() > kMaxImportBytes) refuse(fmt::format("it is larger than {} bytes", kMaxImportBytes));
    if (bytes.find('\0') != std::string_view::npos) refuse("it holds a zero byte: this is no text");
    ContentReader reader(bytes);
    Collector collector;
    while (auto line = reader.next()) collector.take(std::move(*line));
    return collector.done();
}

}  // namespace stagecast::feeds
