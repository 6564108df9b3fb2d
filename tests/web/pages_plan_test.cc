#include <catch2/catch.hpp>

#include "base/error.h"
#include "web/pages/plan.h"

using namespace stagecast;
using namespace stagecast::web;

namespace {

PlanForm filled(const std::string& repeat) {
    PlanForm form;
    form.title = "Ferry Talk";
    form.date = "2027-03-02";  // a Tuesday, the first of its month
    form.zone = "Europe/Paris";
    form.repeat = repeat;
    return form;
}

}  // namespace

TEST_CASE("every simple choice makes a rule whose first airing is the first date", "[web]") {
    const std::string repeat = GENERATE("daily", "weekly", "monthly_date", "monthly_weekday");
    for (const auto* every : {"1", "2"}) {
        auto form = filled(repeat);
        form.every = every;
        const auto plan = checked_plan(form);
        const auto slots = scheduler::expand(plan.schedule, parse_iso8601("2027-01-01T00:00:00Z", "from"),
                                             parse_iso8601("2029-01-01T00:00:00Z", "to"), 3);
        REQUIRE(slots.size() == 3);
        CHECK(to_iso8601(slots.front().local) == "2027-03-02T20:00:00");
    }
}

TEST_CASE("the choices become the rules that iCalendar has for them", "[web]") {
    CHECK(rule_of(filled("once")).empty());
    CHECK(rule_of(filled("weekly")) == "FREQ=WEEKLY;BYDAY=TU");
    CHECK(rule_of(filled("monthly_weekday")) == "FREQ=MONTHLY;BYDAY=1TU");
    CHECK(rule_of(filled("monthly_last")) == "FREQ=MONTHLY;BYDAY=-1TU");
    auto weekdays = filled("weekly");
    weekdays.weekdays = {"TU", "TH"};
    weekdays.every = "2";
    CHECK(rule_of(weekdays) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH");
    auto own = filled("rule");
    own.rrule = " FREQ=YEARLY ";
    CHECK(rule_of(own) == "FREQ=YEARLY");
}

TEST_CASE("a date alone is an exception at the show's time", "[web]") {
    auto form = filled("weekly");
    form.exdates = "2027-12-21\r\n\r\n2027-12-28 18:30\r\n";
    const auto exdates = checked_plan(form).schedule.exdates;
    REQUIRE(exdates.size() == 2);
    CHECK(to_iso8601(exdates[0]) == "2027-12-21T20:00:00");
    CHECK(to_iso8601(exdates[1]) == "2027-12-28T18:30:00");
}

TEST_CASE("what cannot be read is refused with its field", "[web]") {
    const auto field_of = [](const PlanForm& form) -> std::string {
        try {
            checked_plan(form);
            return "taken";
        } catch (const Invalid& refused) {
            return refused.field();
        }
    };
    auto form = filled("weekly");
    form.date = "02/03/2027";
    CHECK(field_of(form) == "date");
    form = filled("weekly");
    form.every = "two";
    CHECK(field_of(form) == "every");
    form = filled("weekly");
    form.length_minutes = "60 minutes";
    CHECK(field_of(form) == "length_minutes");
    form = filled("sometimes");
    CHECK(field_of(form) == "repeat");
    form = filled("weekly");
    form.exdates = "Christmas";
    CHECK(field_of(form) == "exdates");
}
