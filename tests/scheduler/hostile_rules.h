#pragma once
#include <string>
#include <vector>

namespace stagecast::scheduler::test {

struct Hostile {
    std::string rrule;
    const char* why;  // part of the reason; null: it is taken
};

inline std::string repeated(const std::string& begin, const std::string& item, int count) {
    auto text = begin + item;
    for (int i = 1; i < count; ++i) text += "," + item;
    return text;
}

inline std::string counting(const std::string& begin, int from, int to) {
    auto text = begin + std::to_string(from);
    for (int i = from + 1; i <= to; ++i) text += "," + std::to_string(i);
    return text;
}

// What costs engines seconds, memory or their wits. Each from 1 January 1970, at midnight.
// long: a table
inline const std::vector<Hostile>& hostile_rules() {
    static const std::vector<Hostile> kRules{
        // Never.
        {"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "no date"},
        {"FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "no date"},
        {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30,31,-30,-31", "no date"},
        {"FREQ=MONTHLY;BYMONTH=4,6,9,11;BYMONTHDAY=31", "no date"},
        {"FREQ=MONTHLY;BYDAY=6MO", "no date"},
        {"FREQ=MONTHLY;BYDAY=53SU,-53SA", "no date"},
        {"FREQ=YEARLY;BYMONTH=1;BYDAY=6MO", "no date"},
        {"FREQ=YEARLY;BYMONTH=1;BYYEARDAY=200", "no date"},
        {"FREQ=YEARLY;BYMONTH=1;BYWEEKNO=40;BYDAY=MO", "no date"},
        {"FREQ=YEARLY;BYWEEKNO=10;BYYEARDAY=300", "no date"},
        {"FREQ=YEARLY;BYMONTHDAY=15;BYYEARDAY=1", "no date"},
        {"FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3", "no date"},
        {"FREQ=WEEKLY;BYDAY=MO;BYSETPOS=366,-366", "no date"},
        {"FREQ=DAILY;BYDAY=MO;BYSETPOS=2", "no date"},
        {"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "no date"},
        {"FREQ=YEARLY;BYWEEKNO=53,-53;BYDAY=MO;BYSETPOS=300", "no date"},
        {"FREQ=YEARLY;BYYEARDAY=366;INTERVAL=1000", "no date"},
        {"FREQ=YEARLY;BYYEARDAY=366;BYMONTH=12;INTERVAL=3;BYDAY=53SU", "no date"},
        {"FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30;BYMONTH=2", "no date"},
        {"FREQ=MONTHLY;INTERVAL=1000;BYMONTH=12;BYMONTHDAY=31;BYDAY=MO", "no date"},
        {"FREQ=DAILY;INTERVAL=7;BYDAY=FR", "no date"},
        {"FREQ=DAILY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=29;BYDAY=TU", "no date"},
        {repeated("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=", "30", 150), "no date"},
        {repeated("FREQ=MONTHLY;BYDAY=", "6MO", 115), "no date"},
        {repeated("FREQ=YEARLY;BYMONTH=1;BYYEARDAY=", "200", 115), "no date"},
        {counting("FREQ=YEARLY;BYMONTH=1;BYYEARDAY=", 60, 160), "no date"},
        {counting("FREQ=YEARLY;BYDAY=MO;BYMONTH=1;BYSETPOS=", 100, 190), "no date"},
        // Seldom.
        {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "start: is not an airing"},
        {"FREQ=YEARLY;INTERVAL=100;BYMONTH=1;BYMONTHDAY=1", nullptr},
        {"FREQ=YEARLY;INTERVAL=1000", nullptr},
        {"FREQ=MONTHLY;INTERVAL=1000", nullptr},
        {"FREQ=DAILY;INTERVAL=1000;COUNT=4000", nullptr},
        {"FREQ=YEARLY;COUNT=4000", nullptr},
        {"FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "start: is not an airing"},
        {"FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU;INTERVAL=7", "start: is not an airing"},
        // Often.
        {"FREQ=DAILY", nullptr},
        {"FREQ=DAILY;COUNT=4000", nullptr},
        {"FREQ=DAILY;UNTIL=21991231T235959Z", nullptr},
        {"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", nullptr},
        {"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1,-366", nullptr},
        {counting("FREQ=YEARLY;BYWEEKNO=", 1, 53) + ";BYDAY=MO,TU,WE,TH,FR,SA,SU", nullptr},
        {counting("FREQ=YEARLY;BYMONTH=", 1, 12) + counting(";BYMONTHDAY=", 1, 31) +
             counting(";BYSETPOS=", 1, 90),
         nullptr},
        {counting("FREQ=YEARLY;BYYEARDAY=", 1, 110), nullptr},
        {repeated("FREQ=YEARLY;BYMONTHDAY=", "1", 230), nullptr},
        {repeated("FREQ=YEARLY;BYDAY=", "TH", 150), nullptr},
        {repeated("FREQ=YEARLY;BYWEEKNO=1;BYDAY=TH;BYSETPOS=", "1", 200), nullptr},
        // Not a rule of this house.
        {"FREQ=SECONDLY", "FREQ must be"},
        {"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "FREQ must be"},
        {"FREQ=MINUTELY;BYYEARDAY=366", "FREQ must be"},
        {"FREQ=HOURLY;BYSETPOS=366;BYMONTH=1", "FREQ must be"},
        {"FREQ=DAILY;BYHOUR=0,1,2,3", "the time of day is the start's"},
        {"FREQ=DAILY;BYMINUTE=0", "the time of day is the start's"},
        {"FREQ=DAILY;BYSECOND=60", "the time of day is the start's"},
        {"FREQ=FORTNIGHTLY", "FREQ must be"},
        {"FREQ=DAILY;RSCALE=CHINESE;SKIP=FORWARD", "is no part of a rule"},
        // Out of range or too much.
        {"FREQ=DAILY;INTERVAL=0", "from 1 to 1000"},
        {"FREQ=DAILY;INTERVAL=1001", "from 1 to 1000"},
        {"FREQ=DAILY;INTERVAL=-1", "from 1 to 1000"},
        {"FREQ=DAILY;INTERVAL=+1", "from 1 to 1000"},
        {"FREQ=DAILY;INTERVAL=2147483648", "from 1 to 1000"},
        {"FREQ=DAILY;COUNT=4001", "from 1 to 4000"},
        {"FREQ=DAILY;COUNT=18446744073709551617", "from 1 to 4000"},
        {"FREQ=DAILY;UNTIL=99991231T235959Z", "UNTIL is not a date"},
        {"FREQ=DAILY;UNTIL=19691231", "UNTIL is not a date"},
        {"FREQ=DAILY;UNTIL=20261324", "UNTIL is not a date"},
        {"FREQ=YEARLY;BYYEARDAY=367", "from 1 to 366"},
        {"FREQ=YEARLY;BYYEARDAY=-2147483648", "from 1 to 366"},
        {"FREQ=YEARLY;BYWEEKNO=54;BYDAY=MO", "from 1 to 53"},
        {"FREQ=MONTHLY;BYMONTHDAY=-32", "from 1 to 31"},
        {"FREQ=MONTHLY;BYSETPOS=367;BYDAY=MO", "from 1 to 366"},
        {"FREQ=MONTHLY;BYDAY=99999999999999999999MO", "from 1 to 53"},
        {repeated("FREQ=YEARLY;BYYEARDAY=", "366", 10'000), "longer than 500 bytes"},
        {std::string(1'000'000, ';'), "longer than 500 bytes"},
        {std::string(500, ','), "each part must be"},
        {"FREQ=DAILY;" + std::string(480, 'X'), "each part must be"},
        {"FREQ=DAILY;\x1b[31m=1", "a part that no rule has"},
        {"FREQ=DAILY;=1", "a part that no rule has"},
    };
    return kRules;
}

}  // namespace stagecast::scheduler::test
