#include "scheduler/recurrence.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "base/random.h"

using namespace stagecast;
using namespace stagecast::scheduler;

namespace {

class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}
    int roll(int sides) {
        std::byte bytes[2];
        random_.fill(bytes);
        return (std::to_integer<int>(bytes[0]) * 256 + std::to_integer<int>(bytes[1])) % sides;
    }
    // One to three numbers of [1, max], some counted from the end.
    std::string list(int max, bool both_signs) {
        std::string text;
        for (int i = roll(3); i >= 0; --i) {
            if (both_signs && roll(3) == 0) text += '-';
            text += std::to_string(1 + roll(max)) + (i > 0 ? "," : "");
        }
        return text;
    }
    // All numbered or none: dateutil does not take a mixture.
    std::string days(bool may_be_numbered) {
        const bool numbered = may_be_numbered && roll(2) == 0;
        static constexpr const char* kDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
        std::string text;
        for (int i = roll(3); i >= 0; --i) {
            if (numbered) text += std::string(roll(2) ? "-" : "") + std::to_string(1 + roll(5));
            text += std::string(kDays[roll(7)]) + (i > 0 ? "," : "");
        }
        return text;
    }

private:
    SeededRandom random_;
};

// Any rule that the RFC allows, but for what dateutil reads otherwise: BYWEEKNO without BYDAY (it takes the
// whole week, the RFC the start's weekday) and BYSETPOS in a week (it does not count the first week's days
// before the start).
std::string random_rule(Dice& dice) {
    static constexpr const char* kFrequencies[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
    const int frequency = dice.roll(4);
    std::string rule = std::string("FREQ=") + kFrequencies[frequency];
    if (dice.roll(2)) rule += ";INTERVAL=" + std::to_string(1 + dice.roll(5));
    if (dice.roll(4) == 0) rule += dice.roll(2) ? ";WKST=SU" : ";WKST=TH";
    bool selects = false;
    const auto add = [&](int chance, const std::string& part) {
        if (dice.roll(chance) != 0) return;
        rule += part;
        selects = true;
    };
    const bool by_week = frequency == 3 && dice.roll(5) == 0;
    if (by_week) rule += ";BYWEEKNO=" + dice.list(53, true);
    add(by_week ? 1 : 2, ";BYDAY=" + dice.days(frequency >= 2 && !by_week));
    add(4, ";BYMONTH=" + dice.list(12, false));
    if (frequency != 1) add(4, ";BYMONTHDAY=" + dice.list(31, true));
    if (frequency == 3) add(6, ";BYYEARDAY=" + dice.list(366, true));
    if (selects && frequency != 1 && dice.roll(4) == 0) rule += ";BYSETPOS=" + dice.list(4, true);
    return rule;
}

std::string text_of(LocalDays day) {
    return to_iso8601(LocalTime(day)).substr(0, 10);
}

std::string first_days(const Recurrence& rule, LocalDays start) {
    std::string text;
    int count = 0;
    for_each_day(rule, start, start, kLastDay, [&](LocalDays day) {
        text += (count > 0 ? " " : "") + text_of(day);
        return ++count < 12;
    });
    return count == 12 ? text : "";
}

std::vector<std::string> ask_oracle(const std::string& questions) {
    char directory[] = "/tmp/stagecast-rule-XXXXXX";
    REQUIRE(mkdtemp(directory) != nullptr);
    const auto file = std::filesystem::path(directory) / "rules";
    std::ofstream(file) << questions;
    const auto script = std::string(STAGECAST_TEST_DATA) + "/../scheduler/rrule_oracle.py";
    FILE* pipe = popen(("/usr/bin/python3 " + script + " < " + file.string()).c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string answer;
    char buffer[4096];
    while (const auto length = fread(buffer, 1, sizeof buffer, pipe)) answer.append(buffer, length);
    CHECK(pclose(pipe) == 0);
    std::filesystem::remove_all(directory);
    std::vector<std::string> lines;
    std::istringstream stream(answer);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("hundreds of random rules give the days that an independent implementation gives", "[recurrence]") {
    Dice dice(20261124);
    std::ostringstream questions;
    std::vector<std::string> asked, expected;
    for (int i = 0; i < 600; ++i) {
        const auto rule = random_rule(dice);
        const auto start = LocalDays(std::chrono::year(2026) / 1 / 1) + std::chrono::days(dice.roll(1'500));
        const auto days = first_days(parse_recurrence(rule), start);
        if (days.empty()) continue;  // too rare for twelve by 2199: the oracle would search to the year 9999
        asked.push_back(text_of(start) + " " + rule);
        questions << asked.back() << '\n';
        expected.push_back(days);
    }
    REQUIRE(asked.size() > 300);
    const auto answers = ask_oracle(questions.str());
    REQUIRE(answers.size() == expected.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
        INFO(asked[i]);
        CHECK(expected[i] == answers[i]);
    }
}

TEST_CASE("starting in the middle gives the rest of the same days", "[recurrence]") {
    Dice dice(7);
    for (int i = 0; i < 300; ++i) {
        const auto rule = parse_recurrence(random_rule(dice));
        const auto start = LocalDays(std::chrono::year(2026) / 1 / 1) + std::chrono::days(dice.roll(700));
        const auto from = start + std::chrono::days(dice.roll(3'000));
        const auto last = from + std::chrono::days(900);
        std::vector<LocalDays> whole, part;
        for_each_day(rule, start, start, last, [&](LocalDays day) {
            if (day >= from) whole.push_back(day);
            return true;
        });
        for_each_day(rule, start, from, last, [&](LocalDays day) {
            part.push_back(day);
            return true;
        });
        REQUIRE(whole == part);
    }
}
