#pragma once
#include <compare>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/zone.h"
#include "scheduler/rule.h"

// A reader of the calendars that we publish: it unfolds, groups by UID, expands and puts the overrides in
// their places.
namespace stagecast::test {

// One airing as a calendar shows it.
struct Shown {
    Instant starts_at{};
    int length_minutes = 0;
    std::string status, title, uid;
    auto operator<=>(const Shown&) const = default;
};

class FeedReader {
public:
    explicit FeedReader(const std::string& bytes) {
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < bytes.size();) {
            const auto end = bytes.find("\r\n", at);
            if (end == std::string::npos) throw std::runtime_error("a line does not end with CRLF");
            if (bytes[at] == ' ')
                lines.back() += bytes.substr(at + 1, end - at - 1);
            else
                lines.push_back(bytes.substr(at, end - at));
            at = end + 2;
        }
        std::vector<std::string> open;
        for (const auto& line : lines) take(line, open);
        if (!open.empty()) throw std::runtime_error("a component is not ended");
    }

    // What is shown with a start in [from, to).
    std::vector<Shown> shown(Instant from, Instant to) const {
        std::vector<Shown> all;
        for (const auto& [uid, event] : masters_)
            for (auto& one : shown_of(uid, event))
                if (one.starts_at >= from && one.starts_at < to) all.push_back(std::move(one));
        for (const auto& [uid, event] : overrides_)
            if (!masters_.contains(uid)) throw std::runtime_error("an override without its series: " + uid);
        std::sort(all.begin(), all.end());
        return all;
    }
    std::set<std::string> uids() const {
        std::set<std::string> all;
        for (const auto& [uid, event] : masters_) all.insert(uid);
        return all;
    }
    // The first value of a property of a series or single event; empty where it has none.
    std::string value(const std::string& uid, const std::string& name) const {
        const auto& event = masters_.at(uid);
        const auto found = event.find(name);
        return found == event.end() ? "" : found->second.value;
    }
    std::vector<std::string> values_of_overrides(const std::string& uid, const std::string& name) const {
        std::vector<std::string> all;
        const auto found = overrides_.find(uid);
        if (found == overrides_.end()) return all;
        for (const auto& event : found->second)
            if (const auto property = event.find(name); property != event.end())
                all.push_back(property->second.value);
        return all;
    }

private:
    struct Property {
        std::string zone;  // TZID; empty: UTC, or no time
        std::string value;
    };
    using Event = std::map<std::string, Property>;  // repeated ones joined by commas

    void take(const std::string& line, std::vector<std::string>& open) {
        const auto colon = line.find(':');
        auto name = line.substr(0, colon);
        const auto value = line.substr(colon + 1);
        if (name == "BEGIN") {
            open.push_back(value);
            if (value == "VEVENT") event_.clear();
            return;
        }
        if (name == "END") {
            if (open.empty() || open.back() != value) throw std::runtime_error("components cross");
            open.pop_back();
            if (value == "VEVENT") keep();
            return;
        }
        if (open.empty() || open.back() != "VEVENT") return;
        std::string zone;
        for (const auto& part : split(name, ';'))
            if (part.starts_with("TZID=")) zone = part.substr(5);
        name = name.substr(0, name.find(';'));
        auto& property = event_[name];
        if (name == "UID" && !property.value.empty()) throw std::runtime_error("two UIDs");
        property.value += (property.value.empty() ? "" : ",") + value;
        property.zone = zone;
    }

    void keep() {
        const auto uid = event_.at("UID").value;
        if (event_.contains("RECURRENCE-ID")) {
            if (event_.contains("RRULE")) throw std::runtime_error("a rule in an override");
            overrides_[uid].push_back(event_);
        } else if (!masters_.emplace(uid, event_).second) {
            throw std::runtime_error("two series with one UID: " + uid);
        }
    }

    static LocalTime local(const std::string& text) {
        return parse_local(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2) + "T" +
                               text.substr(9, 2) + ":" + text.substr(11, 2) + ":" + text.substr(13, 2),
                           "time");
    }
    static std::vector<LocalTime> locals(const Event& event, const char* name) {
        std::vector<LocalTime> all;
        if (const auto found = event.find(name); found != event.end())
            for (const auto& text : split(found->second.value, ',')) all.push_back(local(text));
        return all;
    }
    static std::string zone_of(const Event& event) {
        const auto& zone = event.at("DTSTART").zone;
        return zone.empty() ? "UTC" : zone;
    }
    static int minutes(const std::string& duration) {
        int sum = 0, number = 0;
        for (const char c : duration) {
            if (c >= '0' && c <= '9') number = number * 10 + (c - '0');
            if (c == 'H') sum += 60 * std::exchange(number, 0);
            if (c == 'M') sum += std::exchange(number, 0);
            if (c == 'D') sum += 1'440 * std::exchange(number, 0);
        }
        return sum;
    }
    static Shown one(const Event& event, Instant starts_at) {
        return {starts_at, minutes(event.at("DURATION").value), event.at("STATUS").value,
                event.at("SUMMARY").value, event.at("UID").value};
    }

    std::vector<Shown> shown_of(const std::string& uid, const Event& master) const {
        scheduler::Schedule schedule;
        schedule.zone = zone_of(master);
        schedule.start = local(master.at("DTSTART").value);
        schedule.length_minutes = minutes(master.at("DURATION").value);
        if (const auto rule = master.find("RRULE"); rule != master.end()) schedule.rrule = rule->second.value;
        schedule.exdates = locals(master, "EXDATE");
        schedule.rdates = locals(master, "RDATE");
        std::map<LocalTime, Shown> by_slot;
        for (const auto& slot : scheduler::expand(schedule, Instant{}, Instant{} + std::chrono::days(60'000)))
            by_slot.emplace(slot.local, one(master, slot.starts_at));
        if (const auto found = overrides_.find(uid); found != overrides_.end())
            for (const auto& event : found->second) {
                const auto slot = by_slot.find(local(event.at("RECURRENCE-ID").value));
                if (slot == by_slot.end())
                    throw std::runtime_error("no instance of its series: " + event.at("RECURRENCE-ID").value);
                const auto& start = event.at("DTSTART");
                const auto zone = Zone::find(start.value.ends_with('Z') ? "UTC" : start.zone);
                slot->second = one(event, zone->to_utc(local(start.value)));
            }
        std::vector<Shown> all;
        for (auto& [slot, airing] : by_slot) all.push_back(std::move(airing));
        return all;
    }

    Event event_;
    std::map<std::string, Event> masters_;
    std::map<std::string, std::vector<Event>> overrides_;
};

}  // namespace stagecast::test
