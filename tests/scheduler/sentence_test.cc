#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "random_rule.h"
#include "scheduler/recurrence.h"
#include "scheduler/rule.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using namespace stagecast::scheduler::test;

namespace {

Schedule schedule(const std::string& start, const char* zone, const std::string& rrule) {
    Schedule result;
    result.start = parse_local(start, "start");
    result.zone = zone;
    result.rrule = rrule;
    return result;
}

// What of a rule is to be told apart: its airings of ten years.
std::vector<Slot> airings(const Schedule& plan) {
    return expand(plan, Instant(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)),
                  Instant(std::chrono::sys_days(std::chrono::year(2036) / 1 / 1)));
}

bool fits(const Schedule& plan) {
    try {
        check(plan);
        return true;
    } catch (const Invalid&) {
        return false;
    }
}

// Any rule, and often one that has the start among its days.
std::string rule_around(Dice& dice, const Schedule& plan) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(plan.start));
    static constexpr const char* kDays[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
    const std::string day = kDays[std::chrono::weekday(std::chrono::local_days(date)).c_encoding()];
    const auto number = std::to_string(unsigned{date.day()});
    const auto month = std::to_string(unsigned{date.month()});
    const auto place = std::to_string((unsigned{date.day()} - 1) / 7 + 1);
    const auto every = dice.roll(2) ? ";INTERVAL=" + std::to_string(2 + dice.roll(3)) : std::string();
    const auto week_start =
        dice.roll(3) ? std::string() : std::string(dice.roll(2) ? ";WKST=SU" : ";WKST=WE");
    const auto other = std::string(kDays[dice.roll(7)]);
    switch (dice.roll(14)) {
        case 0:
            return "FREQ=DAILY" + every;
        case 1:
            return "FREQ=DAILY" + every + ";BYDAY=" + day + "," + other;
        case 2:
            return "FREQ=WEEKLY" + every + week_start + ";BYDAY=" + day;
        case 3:
            return "FREQ=WEEKLY" + every + week_start + ";BYDAY=" + day + "," + dice.days(false);
        case 4:
            return "FREQ=WEEKLY" + every + ";BYDAY=" + day + "," + other + ";BYMONTH=" + month + "," +
                   dice.list(12, false);
        case 5:
            return "FREQ=MONTHLY" + every + ";BYMONTHDAY=" + number + "," + dice.list(31, true);
        case 6:
            return "FREQ=MONTHLY" + every + ";BYDAY=" + place + day +
                   (dice.roll(2) ? "," + place + other : "");
        case 7:
            return "FREQ=MONTHLY" + every + ";BYMONTHDAY=-1,-2,-7,-8," + number + ";BYDAY=" + day + "," +
                   other;
        case 8:
            return "FREQ=MONTHLY" + every + ";BYDAY=" + day + "," + other + ";BYSETPOS=" + dice.list(9, true);
        case 9:
            return "FREQ=MONTHLY" + every + ";BYDAY=" + day + "," + other +
                   ";BYSETPOS=" + dice.list(9, true) + ";BYMONTH=" + month +
                   (dice.roll(2) ? "," + std::to_string(1 + dice.roll(12)) : "");
        case 10:
            return "FREQ=YEARLY" + every + ";BYMONTH=" + month + "," + dice.list(12, false) +
                   (dice.roll(2) ? ";BYMONTHDAY=" + number + "," + dice.list(31, true)
                                 : ";BYDAY=" + place + day + "," + dice.days(true));
        case 11:
            return "FREQ=YEARLY" + every + ";BYDAY=" + day + "," + other +
                   ";BYSETPOS=" + dice.list(60, true) + (dice.roll(2) ? "" : ";BYMONTH=" + month);
        default:
            return random_rule(dice);
    }
}

}  // namespace

namespace {

LocalDays day(const std::string& text) {
    return std::chrono::floor<std::chrono::days>(parse_local(text + "T00:00", "day"));
}

// A line of sentences.txt: START ZONE RULE, or - for none, then off=, also= and pause= with lists.
Schedule read_schedule(const std::string& line) {
    const auto words = split(line, ' ');
    auto plan = schedule(words.at(0), words.at(1).c_str(), words.at(2) == "-" ? "" : words.at(2));
    for (std::size_t i = 3; i < words.size(); ++i) {
        const auto equals = words[i].find('=');
        const auto what = words[i].substr(0, equals);
        for (const auto& item : split(words[i].substr(equals + 1), ',')) {
            if (what == "off") plan.exdates.push_back(parse_local(item, "off"));
            if (what == "also") plan.rdates.push_back(parse_local(item, "also"));
            if (what == "pause") plan.pauses.push_back({day(item.substr(0, 10)), day(item.substr(11))});
        }
    }
    return plan;
}

}  // namespace

TEST_CASE("sentences.txt has what is said, in English and in French", "[sentence]") {
    std::ifstream file(std::string(STAGECAST_TEST_DATA) + "/../scheduler/sentences.txt");
    int count = 0;
    for (std::string line, english, french; std::getline(file, line);) {
        REQUIRE(std::getline(file, english));
        REQUIRE(std::getline(file, french));
        const auto plan = read_schedule(line);
        INFO(line);
        CHECK_NOTHROW(check(plan));
        CHECK("  " + sentence(plan, "en") == english);
        CHECK("  " + sentence(plan, "fr") == french);
        ++count;
    }
    CHECK(count >= 70);
}

TEST_CASE("rules that give other days have other sentences", "[sentence]") {
    const auto* start =
        GENERATE("2026-11-24T20:00", "2027-12-31T09:00", "2028-02-29T00:00", "2026-06-01T20:00");
    Dice dice(20261125);
    auto plan = schedule(start, "UTC", "");
    std::map<std::string, std::pair<std::string, std::vector<Slot>>> said;
    std::set<std::string> rules;
    for (int i = 0; i < 8'000; ++i) {
        plan.rrule = rule_around(dice, plan);
        if (!fits(plan) || !rules.insert(plan.rrule).second) continue;
        const auto slots = airings(plan);
        for (const auto* language : {"en", "fr"}) {
            const auto text = sentence(plan, language);
            const auto [found, is_new] = said.emplace(text, std::pair(plan.rrule, slots));
            if (is_new || found->second.second == slots) continue;
            FAIL_CHECK(text << "\n  " << found->second.first << "\n  " << plan.rrule);
        }
    }
    CHECK(rules.size() > 2'000);
    CHECK(said.size() > 2'000);
}

TEST_CASE("one meaning is said in one way, however it is written", "[sentence]") {
    const auto [one, other] = GENERATE(table<const char*, const char*>({
        {"FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=FR,TH,WE,TU,MO,MO"},
        {"FREQ=WEEKLY", "FREQ=YEARLY;BYDAY=TU"},
        {"FREQ=WEEKLY;BYDAY=TU;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12", "FREQ=MONTHLY;BYDAY=TU"},
        {"FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2"},
        {"FREQ=DAILY;BYSETPOS=1;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU"},
        {"FREQ=MONTHLY;BYDAY=TU;BYSETPOS=4", "FREQ=MONTHLY;BYDAY=4TU"},
        {"FREQ=YEARLY;BYMONTHDAY=24", "FREQ=MONTHLY"},
        {"FREQ=YEARLY", "FREQ=MONTHLY;BYMONTH=11;BYMONTHDAY=24"},
        {"FREQ=WEEKLY;UNTIL=20270105", "FREQ=WEEKLY;UNTIL=20270106T185959Z"},
    }));
    const auto plan = schedule("2026-11-24T20:00", "Europe/Paris", one);
    const auto same = schedule("2026-11-24T20:00", "Europe/Paris", other);
    CHECK(sentence(plan, "en") == sentence(same, "en"));
    CHECK(sentence(plan, "fr") == sentence(same, "fr"));
    CHECK(airings(plan) == airings(same));
}

TEST_CASE("French times keep their number and unit together", "[sentence]") {
    const auto text = sentence(schedule("2026-11-24T20:00", "Europe/Paris", "FREQ=DAILY;COUNT=8"), "fr");
    CHECK(text == "Tous les jours à 20\u202fh\u202f00, heure de Paris, 8\u202ffois");
}

TEST_CASE("every zone of the database has its place in both languages", "[sentence]") {
    for (const auto& zone : Zone::names()) {
        const auto plan = schedule("2026-11-24T20:00", zone.c_str(), "FREQ=DAILY");
        const auto english = sentence(plan, "en"), french = sentence(plan, "fr");
        CHECK(english.starts_with("Every day at 20:00, "));
        CHECK(french.find("heure ") != std::string::npos);
        // What French elides.
        for (const auto* stumble :
             {"heure de A", "heure de E", "heure de I", "heure de O", "heure de U", "heure de É"})
            CHECK(french.find(stumble) == std::string::npos);
    }
}
