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

// The answers of tests/scheduler/<script>, one a line, to the questions, one a line.
std::vector<std::string> ask_oracle(const std::string& interpreter, const std::string& script,
                                    const std::string& questions) {
    char directory[] = "/tmp/stagecast-rule-XXXXXX";
    REQUIRE(mkdtemp(directory) != nullptr);
    const auto file = std::filesystem::path(directory) / "rules";
    std::ofstream(file) << questions;
    const auto path = std::string(STAGECAST_TEST_DATA) + "/../scheduler/" + script;
    FILE* pipe = popen((interpreter + " " + path + " < " + file.string()).c_str(), "r");
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

// Rules that have twelve days by 2199, from the first of them on, and these days.
struct Asked {
    std::vector<std::string> questions, days;
    std::string text() const {
        std::string all;
        for (const auto& question : questions) all += question + '\n';
        return all;
    }
};

Asked random_questions(std::uint64_t seed, int rolls) {
    Dice dice(seed);
    Asked asked;
    for (int i = 0; i < rolls; ++i) {
        const auto text = random_rule(dice);
        const auto rule = parse_recurrence(text);
        auto start = LocalDays(std::chrono::year(2026) / 1 / 1) + std::chrono::days(dice.roll(1'500));
        for_each_day(rule, start, start, kLastDay, [&](LocalDays day) {
            start = day;
            return false;
        });
        const auto days = first_days(rule, start);
        if (days.empty()) continue;  // too rare: an oracle would search to the year 9999
        asked.questions.push_back(text_of(start) + " " + text);
        asked.days.push_back(days);
    }
    return asked;
}

}  // namespace

TEST_CASE("hundreds of random rules give the days that python-dateutil gives", "[recurrence]") {
    const auto asked = random_questions(20261124, 600);
    REQUIRE(asked.questions.size() > 300);
    const auto answers = ask_oracle("/usr/bin/python3", "rrule_oracle.py", asked.text());
    REQUIRE(answers.size() == asked.days.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
        INFO(asked.questions[i]);
        CHECK(asked.days[i] == answers[i]);
    }
}

TEST_CASE("hundreds of random rules give the days that rrule.js and ical.js give", "[recurrence]") {
    const auto asked = random_questions(20261127, 600);
    const auto answers = ask_oracle("node", "rrule_oracle.mjs", asked.text());
    REQUIRE(answers.size() == asked.days.size());
    int by_rrule_js = 0, by_ical_js = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        INFO(asked.questions[i]);
        const auto bar = answers[i].find('|');
        const auto rrule_js = answers[i].substr(0, bar), ical_js = answers[i].substr(bar + 1);
        if (rrule_js != "-") CHECK(asked.days[i] == rrule_js);
        if (ical_js != "-") CHECK(asked.days[i] == ical_js);
        by_rrule_js += rrule_js != "-";
        by_ical_js += ical_js != "-";
    }
    CHECK(by_rrule_js > 400);
    CHECK(by_ical_js > 200);
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
