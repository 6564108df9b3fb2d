#pragma once
#include <string>

#include "base/random.h"

namespace stagecast::scheduler::test {

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
inline std::string random_rule(Dice& dice) {
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

}  // namespace stagecast::scheduler::test
