#include "scheduler/recurrence.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "random_rule.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using namespace stagecast::scheduler::test;

namespace {

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
