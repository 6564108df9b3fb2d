#include "web/pages/plan.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"
#include "scheduler/meaning.h"
#include "web/pages/page.h"
#include "web/pages/reasons.h"

using namespace stagecast;
using namespace stagecast::web;

namespace {

PlanForm filled(const std::string& repeat) {
    PlanForm form;
    form.title = "Ferry Talk";
    form.date = "2027-03-02";  // a Tuesday, the first of its month
    form.zone = "Europe/Paris";
    form.rule.repeat = repeat;
    return form;
}

std::string rule_of(const PlanForm& form) {
    return checked_plan(form).schedule.rrule;
}

Viewer viewer(const std::string& language, const std::string& zone) {
    Request request;
    request.language = language;
    request.zone = zone;
    return Viewer(request);
}

std::optional<Invalid> refusal_of(const PlanForm& form) {
    return schedule_refusal(form);
}

std::string field_of(const PlanForm& form) {
    const auto refusal = refusal_of(form);
    if (!refusal) return "taken";
    const auto data = refusal_data(*refusal, form, viewer("en", "UTC"));
    return std::get<std::string>(std::get<Data::Object>(data.value()).at("field").value());
}

store::Show show_with(const std::string& rrule, const std::string& start = "2027-03-02T20:00") {
    store::Show show;
    show.title = "Ferry Talk";
    show.zone = "Europe/Paris";
    show.start = parse_local(start, "start");
    show.rrule = rrule;
    return show;
}

// A form as a browser sends it.
Request sent(const PlanForm& form) {
    Request request;
    request.language = "en";
    const auto put = [&](const char* name, const std::string& value) { request.form.emplace(name, value); };
    put("title", form.title);
    put("date", form.date);
    put("time", form.time);
    put("zone", form.zone);
    put("length_minutes", form.length_minutes);
    put("repeat", form.rule.repeat);
    put("every", form.rule.every);
    for (const auto& day : form.rule.weekdays) put("weekday", day);
    for (const auto& place : form.rule.places) put("place", place);
    put("ends", form.rule.ends);
    put("until", form.rule.until);
    put("count", form.rule.count);
    put("rrule", form.rule.rrule);
    put("exdates", form.exdates);
    put("rdates", form.rdates);
    for (const auto& [first, last] : form.pauses) {
        put("pause_from", first);
        put("pause_to", last);
    }
    put("pause_from", "");
    put("pause_to", "");
    return request;
}

}  // namespace

TEST_CASE("every simple choice makes a rule whose first airing is the first date", "[web]") {
    const std::string repeat =
        GENERATE("daily", "weekdays", "weekly", "monthly_date", "monthly_weekday", "yearly");
    for (const auto* every : {"1", "2"}) {
        auto form = filled(repeat);
        form.rule.every = every;
        const auto plan = checked_plan(form);
        const auto slots = scheduler::expand(plan.schedule, parse_iso8601("2027-01-01T00:00:00Z", "from"),
                                             parse_iso8601("2039-01-01T00:00:00Z", "to"), 3);
        REQUIRE(slots.size() == 3);
        CHECK(to_iso8601(slots.front().local) == "2027-03-02T20:00:00");
    }
}

TEST_CASE("the choices become the rules that iCalendar has for them", "[web]") {
    CHECK(rule_of(filled("once")).empty());
    CHECK(rule_of(filled("daily")) == "FREQ=DAILY");
    CHECK(rule_of(filled("weekdays")) == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR");
    CHECK(rule_of(filled("weekly")) == "FREQ=WEEKLY;BYDAY=TU");
    CHECK(rule_of(filled("monthly_date")) == "FREQ=MONTHLY;BYMONTHDAY=2");
    CHECK(rule_of(filled("monthly_weekday")) == "FREQ=MONTHLY;BYDAY=1TU");
    CHECK(rule_of(filled("monthly_last")) == "FREQ=MONTHLY;BYDAY=-1TU");
    CHECK(rule_of(filled("monthly_last_day")) == "FREQ=MONTHLY;BYMONTHDAY=-1");
    CHECK(rule_of(filled("yearly")) == "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2");
    auto form = filled("weekly");
    form.rule.weekdays = {"TH", "TU"};
    form.rule.every = "2";
    CHECK(rule_of(form) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH");
    form = filled("monthly_weekday");
    form.rule.places = {"1", "3", "-1"};
    form.rule.weekdays = {"MO", "TU"};
    CHECK(rule_of(form) == "FREQ=MONTHLY;BYDAY=1MO,1TU,3MO,3TU,-1MO,-1TU");
    form = filled("rule");
    form.rule.rrule = " rrule:FREQ=YEARLY ";
    CHECK(rule_of(form) == "FREQ=YEARLY");
}

TEST_CASE("a rule ends never, after a number of airings, or with a day in the show's zone", "[web]") {
    auto form = filled("weekly");
    form.rule.ends = "after";
    form.rule.count = " 12 ";
    CHECK(rule_of(form) == "FREQ=WEEKLY;BYDAY=TU;COUNT=12");
    form.rule.ends = "on";
    form.rule.until = "2027-06-30";
    CHECK(rule_of(form) == "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630T215959Z");
    form.rule.until = "2027-03-02";
    CHECK(field_of(form) == "taken");
    form.rule.until = "2027-03-01";
    CHECK(field_of(form) == "until");
}

TEST_CASE("a date alone is an exception at the show's time, and moves with it", "[web]") {
    auto form = filled("weekly");
    form.exdates = "2027-12-21\r\n\r\n2027-12-28 18:30\r\n";
    auto exdates = checked_plan(form).schedule.exdates;
    REQUIRE(exdates.size() == 2);
    CHECK(to_iso8601(exdates[0]) == "2027-12-21T20:00:00");
    CHECK(to_iso8601(exdates[1]) == "2027-12-28T18:30:00");
    auto show = show_with("FREQ=WEEKLY;BYDAY=TU");
    show.exdates = exdates;
    auto again = plan_of(show);
    CHECK(again.exdates == "2027-12-21\n2027-12-28 18:30\n");
    again.time = "21:00";
    exdates = checked_plan(again).schedule.exdates;
    CHECK(to_iso8601(exdates[0]) == "2027-12-21T21:00:00");
    CHECK(to_iso8601(exdates[1]) == "2027-12-28T18:30:00");
}

TEST_CASE("pauses are pairs of days, a row that was left empty is none", "[web]") {
    auto form = filled("weekly");
    form.pauses = {{"2027-07-01", "2027-08-31"}};
    const auto typed = typed_plan(sent(form));
    REQUIRE(typed.pauses.size() == 1);
    const auto pauses = checked_plan(typed).schedule.pauses;
    REQUIRE(pauses.size() == 1);
    CHECK(iso_date(pauses[0].first) == "2027-07-01");
    CHECK(iso_date(pauses[0].last) == "2027-08-31");
    form.pauses = {{"2027-07-01", ""}};
    CHECK(field_of(form) == "pause_to");
    form.pauses = {{"2027-07-02", "2027-07-01"}};
    CHECK(field_of(form) == "pause_from");
}

TEST_CASE("what cannot be read is refused with its field", "[web]") {
    const auto with = [](const char* repeat, auto change) {
        auto form = filled(repeat);
        change(form);
        return field_of(form);
    };
    CHECK(with("weekly", [](auto& form) { form.date = "02/03/2027"; }) == "date");
    CHECK(with("weekly", [](auto& form) { form.time = "8 pm"; }) == "time");
    CHECK(with("weekly", [](auto& form) { form.zone = "Mars/Olympus"; }) == "zone");
    CHECK(with("weekly", [](auto& form) { form.rule.every = "two"; }) == "every");
    CHECK(with("weekly", [](auto& form) { form.rule.every = "1001"; }) == "every");
    CHECK(with("weekly", [](auto& form) { form.rule.weekdays = {"XX"}; }) == "weekday");
    CHECK(with("monthly_weekday", [](auto& form) { form.rule.places = {"6"}; }) == "place");
    CHECK(with("weekly", [](auto& form) { form.rule.ends = "soon"; }) == "ends");
    CHECK(with("weekly", [](auto& form) { form.rule.ends = "on"; }) == "until");
    CHECK(with("weekly", [](auto& form) { form.rule.ends = "after"; }) == "count");
    CHECK(with("weekly", [](auto& form) { form.length_minutes = "60 minutes"; }) == "length_minutes");
    CHECK(with("sometimes", [](auto&) {}) == "repeat");
    CHECK(with("weekly", [](auto& form) { form.exdates = "Christmas"; }) == "exdates");
    CHECK(with("weekly", [](auto& form) { form.rdates = "2027-03-01"; }) == "rdates");
    CHECK(with("rule", [](auto& form) { form.rule.rrule = "FREQ=SECONDLY"; }) == "rrule");
    CHECK(with("monthly_last_day", [](auto&) {}) == "date");
}

TEST_CASE("a start that its rule does not give is refused at the date, with the one that would do", "[web]") {
    auto form = filled("weekly");
    form.rule.weekdays = {"TH"};
    const auto refusal = refusal_of(form);
    REQUIRE(refusal);
    const auto html = fill(
        "_plan_preview",
        [&] {
            Data data;
            data["refusal"] = refusal_data(*refusal, form, viewer("fr", "UTC"));
            return data;
        }(),
        Words::in("fr"));
    CHECK(html.find("data-field=\"date\"") != std::string::npos);
    CHECK(html.find("name=\"use_date\" value=\"2027-03-04\"") != std::string::npos);
    CHECK(html.find("jeu. 4 mars 2027") != std::string::npos);
    auto request = sent(form);
    CHECK_FALSE(takes_offer(request));
    request.form.emplace("use_date", "2027-03-04");
    CHECK(takes_offer(request));
    CHECK(field_of(typed_plan(request)) == "taken");
}

TEST_CASE("a pasted event fills the fields for what it says", "[web]") {
    auto form = filled("rule");
    form.exdates = "2027-03-16";
    form.rule.rrule =
        "DTSTART;TZID=America/New_York:20270304T190000\r\nRRULE:FREQ=WEEKLY;BYDAY=TH;\r\n "
        "COUNT=9\r\nEXDATE;TZID=America/New_York:20270311T190000\r\n";
    const auto form_now = settled(form);
    CHECK(form_now.date == "2027-03-04");
    CHECK(form_now.time == "19:00");
    CHECK(form_now.zone == "America/New_York");
    CHECK(form_now.rule.rrule == "FREQ=WEEKLY;BYDAY=TH;COUNT=9");
    CHECK(form_now.exdates == "2027-03-16\n2027-03-11");
    const auto request = with_pasted(sent(form));
    CHECK(typed_plan(request).date == "2027-03-04");
    CHECK(checked_plan(typed_plan(request)).schedule == checked_plan(form).schedule);
}

TEST_CASE("a show's own rule comes back as the choices that make it", "[web]") {
    const auto repeat_of = [](const std::string& rrule, const std::string& start = "2027-03-02T20:00") {
        return plan_of(show_with(rrule, start)).rule.repeat;
    };
    CHECK(repeat_of("") == "once");
    CHECK(repeat_of("FREQ=DAILY;INTERVAL=3") == "daily");
    CHECK(repeat_of("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR") == "weekdays");
    CHECK(repeat_of("INTERVAL=2;FREQ=WEEKLY;WKST=SU") == "weekly");
    CHECK(repeat_of("FREQ=MONTHLY") == "monthly_date");
    CHECK(repeat_of("FREQ=MONTHLY;BYDAY=1TU,3TU") == "monthly_weekday");
    CHECK(repeat_of("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1") == "monthly_weekday");
    CHECK(repeat_of("FREQ=MONTHLY;BYDAY=-1TU", "2027-03-30T20:00") == "monthly_last");
    CHECK(repeat_of("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-03-31T20:00") == "monthly_last_day");
    CHECK(repeat_of("FREQ=YEARLY") == "yearly");
    CHECK(repeat_of("FREQ=YEARLY;BYWEEKNO=9;BYDAY=TU") == "rule");
    CHECK(repeat_of("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2027-03-31T20:00") == "rule");
    CHECK(repeat_of("nonsense") == "rule");
    const auto limited = plan_of(show_with("FREQ=WEEKLY;UNTIL=20270630T180000Z")).rule;
    CHECK(limited.ends == "on");
    CHECK(limited.until == "2027-06-30");
    const auto counted = plan_of(show_with("FREQ=WEEKLY;COUNT=9")).rule;
    CHECK(counted.ends == "after");
    CHECK(counted.count == "9");
}

TEST_CASE("a form that is sent back as it came changes nothing", "[web]") {
    SeededRandom random(20261127);
    const auto roll = [&](int sides) {
        std::byte byte[1];
        random.fill(byte);
        return std::to_integer<int>(byte[0]) % sides;
    };
    static constexpr const char* kDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    int formed = 0;
    for (int i = 0; i < 1'500; ++i) {
        const auto start = "2027-" + std::string(roll(2) ? "03" : "10") + "-" +
                           std::to_string(10 + roll(20)) + (roll(2) ? "T20:00" : "T02:30");
        const auto interval = roll(2) ? ";INTERVAL=" + std::to_string(1 + roll(5)) : std::string();
        const std::string kinds[] = {
            "FREQ=DAILY",
            "FREQ=WEEKLY",
            std::string("FREQ=WEEKLY;BYDAY=") + kDays[roll(7)] + "," + kDays[roll(7)],
            "FREQ=MONTHLY",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "FREQ=YEARLY",
            "FREQ=WEEKLY;WKST=SU;BYDAY=TU",
            "FREQ=MONTHLY;BYDAY=" + std::to_string(1 + roll(5)) + kDays[roll(7)],
            std::string("FREQ=MONTHLY;BYDAY=-1") + kDays[roll(7)],
            "FREQ=YEARLY;BYMONTH=3;BYDAY=" + std::to_string(1 + roll(4)) + kDays[roll(7)],
            "FREQ=DAILY;BYMONTHDAY=" + std::to_string(1 + roll(28))};
        const std::string ends[] = {"",
                                    "",
                                    ";COUNT=" + std::to_string(1 + roll(99)),
                                    ";UNTIL=20280301",
                                    ";UNTIL=20271031T013000Z",
                                    ";UNTIL=20280326T235959"};
        const auto rrule = kinds[roll(11)] + interval + ends[roll(6)];
        auto show = show_with(rrule, start);
        show.exdates = {show.start + std::chrono::days(7), show.start + std::chrono::hours(5)};
        show.rdates = {show.start + std::chrono::days(1)};
        show.pauses = {{std::chrono::floor<std::chrono::days>(show.start) + std::chrono::days(30),
                        std::chrono::floor<std::chrono::days>(show.start) + std::chrono::days(60)}};
        const auto form = plan_of(show);
        INFO(start << " " << rrule << " " << form.rule.repeat);
        REQUIRE(checked_plan(typed_plan(sent(form))).schedule == scheduler::schedule_of(show));
        if (form.rule.repeat == "rule") continue;
        ++formed;
        // The choices alone, without the rule that they came from, give the same days.
        auto alone = form;
        alone.rule.rrule.clear();
        const auto day = std::chrono::floor<std::chrono::days>(show.start);
        REQUIRE(scheduler::meaning_of(scheduler::parse_recurrence(rule_of(alone)), day) ==
                scheduler::meaning_of(scheduler::parse_recurrence(rrule), day));
    }
    CHECK(formed > 500);
}

TEST_CASE("a changed choice makes a new rule, whatever the rule was before", "[web]") {
    auto form = plan_of(show_with("FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630"));
    CHECK(rule_of(form) == "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630");
    form.rule.every = "2";
    CHECK(rule_of(form) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20270630T215959Z");
    form.rule.ends = "never";
    CHECK(rule_of(form) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU");
}

TEST_CASE("the preview says the rule and its next airings, in the show's zone and in the viewer's", "[web]") {
    const auto form = filled("weekly");
    const auto html_for = [&](const char* language, const char* zone, const char* now) {
        return fill("_plan_preview", plan_preview(form, viewer(language, zone), parse_iso8601(now, "now")),
                    Words::in(language));
    };
    const auto english = html_for("en", "Asia/Tokyo", "2027-03-20T00:00:00Z");
    CHECK(english.find("Every Tuesday at 20:00, Paris time") != std::string::npos);
    CHECK(english.find("Tue 23 March 2027, 20:00") != std::string::npos);
    CHECK(english.find("For you: Wed 24 March 2027, 04:00") != std::string::npos);
    CHECK(english.find("Tue 30 March 2027, 20:00") != std::string::npos);
    const auto french = html_for("fr", "Europe/Paris", "2027-03-20T00:00:00Z");
    CHECK(french.find("Tous les mardis à 20\u202fh\u202f00, heure de Paris") != std::string::npos);
    CHECK(french.find("Pour vous") == std::string::npos);
}

// long: a table
TEST_CASE("what the form can refuse is said in French to those who read French", "[web]") {
    const auto said = [](const PlanForm& form) {
        const auto refusal = refusal_of(form);
        REQUIRE(refusal);
        INFO(refusal->why());
        CHECK(has_reason("fr", refusal->why()));
        CHECK(say_reason(refusal->why(), viewer("fr", "UTC")) != refusal->why());
    };
    for (const auto* rrule : {"",
                              "FREQ=HOURLY",
                              "FREQ=SOMETIMES",
                              "INTERVAL=2",
                              "FREQ=DAILY;FREQ=DAILY",
                              "FREQ=DAILY;INTERVAL=0",
                              "FREQ=DAILY;COUNT=4001",
                              "FREQ=DAILY;COUNT=2;UNTIL=20280101",
                              "FREQ=DAILY;UNTIL=20270230",
                              "FREQ=DAILY;UNTIL=20280101T250000Z",
                              "FREQ=DAILY;UNTIL=soon",
                              "FREQ=DAILY;UNTIL=20200101",
                              "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270303",
                              "FREQ=DAILY;BYHOUR=3",
                              "FREQ=DAILY;X-NAME=3",
                              "FREQ=DAILY;BYDAY=2MO",
                              "FREQ=WEEKLY;BYDAY=XX",
                              "FREQ=WEEKLY;BYDAY=M",
                              "FREQ=MONTHLY;BYDAY=0MO",
                              "FREQ=MONTHLY;BYMONTHDAY=32",
                              "FREQ=YEARLY;BYMONTH=13",
                              "FREQ=MONTHLY;BYWEEKNO=3",
                              "FREQ=DAILY;BYYEARDAY=3",
                              "FREQ=WEEKLY;BYMONTHDAY=3",
                              "FREQ=MONTHLY;BYSETPOS=1",
                              "FREQ=YEARLY;BYWEEKNO=3;BYDAY=1MO",
                              "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
                              "FREQ=DAILY;\x1b=1",
                              "FREQ",
                              "RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY",
                              "DTSTART:20270302\nDTSTART:20270302",
                              "EXRULE:FREQ=DAILY",
                              "RECURRENCE-ID:20270302",
                              "what:ever",
                              "SUMMARY:x",
                              "DTSTART:20270302,20270303",
                              "BEGIN:VEVENT\nEND:VEVENT\nBEGIN:VEVENT",
                              "FREQ=WEEKLY;BYDAY=MO",
                              "WKST=XX;FREQ=DAILY"}) {
        auto form = filled("rule");
        form.rule.rrule = rrule;
        INFO(rrule);
        said(form);
    }
    auto form = filled("rule");
    form.rule.rrule = "FREQ=YEARLY;BYYEARDAY=1" + std::string(500, '1');
    said(form);
    form.rule.rrule = std::string(70'000, ' ');
    said(form);
    const auto with = [&](auto change) {
        auto changed = filled("weekly");
        change(changed);
        said(changed);
    };
    with([](auto& f) { f.date = "soon"; });
    with([](auto& f) { f.date = "1969-01-01"; });
    with([](auto& f) { f.time = "soon"; });
    with([](auto& f) { f.zone = "soon"; });
    with([](auto& f) { f.length_minutes = "1"; });
    with([](auto& f) { f.length_minutes = "one"; });
    with([](auto& f) { f.rule.every = "0"; });
    with([](auto& f) { f.rule.repeat = "soon"; });
    with([](auto& f) { f.exdates = "soon"; });
    with([](auto& f) { f.rdates = "2027-01-01"; });
    with([](auto& f) { f.pauses = {{"2027-04-01", "2037-04-01"}}; });
    with([](auto& f) { f.pauses = {{"2027-04-01", "2027-03-01"}}; });
    with([](auto& f) { f.pauses.assign(21, {"2027-04-01", "2027-04-01"}); });
    with([](auto& f) {
        for (int i = 0; i < 401; ++i) f.exdates += "2027-04-06\n";
    });
}

TEST_CASE("a reason's values stay, its dates are said, and what no pattern knows stays as it is", "[web]") {
    CHECK(say_reason("at most 400 dates", viewer("fr", "UTC")) == "Au plus 400 dates.");
    CHECK(say_reason("BYSETPOS takes numbers from 1 to 366, or from the end with a minus",
                     viewer("fr", "UTC")) ==
          "BYSETPOS prend des nombres de 1 à 366, avec un moins pour compter depuis la fin.");
    CHECK(say_reason("2027-01-01T20:00:00 is before the start", viewer("en", "UTC")) ==
          "1 January 2027, 20:00 is before the first time.");
    CHECK(say_reason("is odd", viewer("fr", "UTC")) == "is odd");
    CHECK_FALSE(has_reason("fr", "is odd"));
}
