// The text of a recurrence rule, checked, said in words and expanded over a year.
#include "scheduler/rule.h"

#include <string>

#include "base/error.h"
#include "scheduler/recurrence.h"
#include "tests/fuzz/fuzz.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using namespace std::chrono_literals;

namespace {

const LocalTime kStart = LocalDays(std::chrono::year(2026) / 11 / 24) + 20h;
const Instant kFrom{std::chrono::sys_days(std::chrono::year(2026) / 11 / 1)};
const Instant kTo = kFrom + std::chrono::days(366);

// The first instance at or after kStart: without it hardly any rule would get beyond the refusal of its
// start.
std::optional<LocalTime> first_start(const std::string& text) {
    std::optional<LocalTime> first;
    const LocalDays day = std::chrono::floor<std::chrono::days>(kStart);
    for_each_day(parse_recurrence(text), day, day, day + std::chrono::days(4 * 366), [&](LocalDays found) {
        first = found + 20h;
        return false;
    });
    return first;
}

void read(const Schedule& schedule) {
    check(schedule);
    fuzz::require(!sentence(schedule, "en").empty(), "a rule has English words");
    fuzz::require(!sentence(schedule, "fr").empty(), "a rule has French words");
    const auto slots = expand(schedule, kFrom, kTo);
    fuzz::require(slots.size() <= 367, "a rule has at most one airing a day");
    for (std::size_t i = 0; i < slots.size(); ++i) {
        fuzz::require(slots[i].starts_at >= kFrom && slots[i].starts_at < kTo, "airings lie in the window");
        fuzz::require(i == 0 || slots[i - 1].starts_at < slots[i].starts_at, "airings ascend");
        fuzz::require(slots[i].ends_at - slots[i].starts_at == 60min, "an airing has its length");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Schedule schedule;
    schedule.start = kStart;
    schedule.zone = "Europe/Paris";
    schedule.rrule = fuzz::text_of(data, size);
    if (schedule.rrule.empty()) return 0;
    try {
        if (const auto start = first_start(schedule.rrule)) schedule.start = *start;
        read(schedule);
    } catch (const Invalid& error) {
        fuzz::require(!error.field().empty() && !error.why().empty(), "a refusal names field and reason");
    }
    return 0;
}
