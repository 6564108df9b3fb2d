// The text of a recurrence rule, bare or pasted with the event around it: checked, said in words, expanded
// over a year and turned into the planning form's choices and back.
#include "scheduler/rule.h"

#include <string>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/pasted_rule.h"
#include "scheduler/recurrence.h"
#include "tests/fuzz/fuzz.h"
#include "web/pages/plan_rule.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using namespace std::chrono_literals;

namespace {

const LocalTime kStart = LocalDays(std::chrono::year(2026) / 11 / 24) + 20h;

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

void say(const Schedule& schedule) {
    for (const auto* language : {"en", "fr"}) {
        const auto text = sentence(schedule, language);
        fuzz::require(is_utf8(text) && text.find('=') == std::string::npos, "a schedule is said in words");
    }
}

void expand_a_year(const Schedule& schedule) {
    const auto from = Zone::find(schedule.zone)->to_utc(schedule.start) - 30 * 24h;
    const auto to = from + std::chrono::days(366);
    const auto slots = expand(schedule, from, to);
    fuzz::require(slots.size() <= 367 + schedule.rdates.size(), "a rule has at most one airing a day");
    for (std::size_t i = 0; i < slots.size(); ++i) {
        fuzz::require(slots[i].starts_at >= from && slots[i].starts_at < to, "airings lie in the window");
        fuzz::require(i == 0 || slots[i - 1].starts_at < slots[i].starts_at, "airings ascend");
        fuzz::require(slots[i].ends_at - slots[i].starts_at == 60min, "an airing has its length");
    }
}

void choose(const Schedule& schedule) {
    const auto choices = web::choices_of(schedule.rrule, schedule.start, schedule.zone);
    fuzz::require(web::rule_of(choices, schedule.start, schedule.zone) == trim(schedule.rrule),
                  "a form that comes back as it was changes no rule");
}

// What `work` refuses says why.
void may_refuse(auto work) {
    try {
        work();
    } catch (const Invalid& error) {
        fuzz::require(!error.field().empty() && !error.why().empty(), "a refusal names field and reason");
        fuzz::require(is_utf8(error.why()), "a reason is text");
    }
}

void read(const Schedule& schedule) {
    choose(schedule);
    check(schedule);
    say(schedule);
    expand_a_year(schedule);
}

Schedule with(Schedule schedule, const PastedRule& pasted) {
    schedule.zone = pasted.zone.value_or(schedule.zone);
    schedule.rrule = pasted.rrule.value_or("");
    schedule.start = pasted.start.value_or(schedule.start);
    schedule.exdates = pasted.exdates;
    schedule.rdates = pasted.rdates;
    return schedule;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(fuzz::text_of(data, size));
    Schedule schedule;
    schedule.start = kStart;
    schedule.zone = "Europe/Paris";
    may_refuse([&] {
        auto bare = schedule;
        bare.rrule = text;
        choose(bare);
        if (bare.rrule.empty()) return;
        if (const auto start = first_start(bare.rrule)) bare.start = *start;
        read(bare);
    });
    may_refuse([&] { read(with(schedule, read_pasted(text, schedule))); });
    return 0;
}
