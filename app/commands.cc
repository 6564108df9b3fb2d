#include "app/commands.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "access/accounts.h"
#include "app/house.h"
#include "base/error.h"
#include "base/random.h"
#include "base/text.h"
#include "base/time.h"
#include "scheduler/pasted_rule.h"
#include "scheduler/rule.h"

namespace stagecast::app {
namespace {

// "2026-11-24T19:00:00Z", or as iCalendar has it: "20261124T190000Z".
Instant utc_time(const std::string& text, const char* field) {
    if (text.size() != 16 || text[8] != 'T' || text.back() != 'Z') return parse_iso8601(text, field);
    return Instant(scheduler::parse_either_local(text.substr(0, 15), field).time_since_epoch());
}

// A date without a time is at the start's.
std::vector<LocalTime> local_times(const std::optional<std::string>& list, LocalTime start,
                                   const char* field) {
    std::vector<LocalTime> times;
    if (!list) return times;
    const auto time_of_day = to_iso8601(start).substr(10);
    for (const auto& text : split(*list, ','))
        times.push_back(scheduler::parse_either_local(text.size() == 10 ? text + time_of_day : text, field));
    return times;
}

// With or without "RRULE:"; empty for a show that airs once.
std::string rule_alone(const std::string& text, const scheduler::Schedule& schedule) {
    if (text.empty()) return text;
    const auto pasted = scheduler::read_pasted(text, schedule);
    if (!pasted.rrule || pasted.start || !pasted.exdates.empty() || !pasted.rdates.empty())
        throw Invalid("rrule", "must be a rule alone: start, zone and dates have options of their own");
    return *pasted.rrule;
}

// All of the window: a list that was cut would read as the whole.
std::vector<scheduler::Slot> all_airings(const scheduler::Schedule& schedule, Instant from, Instant to) {
    if (from >= to) throw Invalid("to", "must be after from");
    auto slots = scheduler::expand(schedule, from, to);
    if (slots.size() < static_cast<std::size_t>(scheduler::kMaxSlots)) return slots;
    const auto more = scheduler::expand(schedule, slots.back().starts_at + Milliseconds(1), to, 1);
    if (more.empty()) return slots;
    throw Invalid("to", fmt::format("the window has more than {} airings: end it at {} or before",
                                    scheduler::kMaxSlots, to_iso8601(more.front().starts_at)));
}

std::string operator_email(const Config& config) {
    const auto at = config.mail_from.find('@');
    return "operator@" + (at == std::string::npos ? "localhost" : config.mail_from.substr(at + 1));
}

}  // namespace

int migrate(Arguments& arguments) {
    const auto config = config_from(arguments);
    arguments.done();
    const auto database = open_database(config);
    const int applied = database->migrate();
    fmt::print("schema version {}, {} migrations applied\n", database->schema_version(), applied);
    return 0;
}

int admin(Arguments& arguments) {
    const auto what = arguments.word();
    const auto label = arguments.option("label");
    const auto email = arguments.option("email");
    auto config = config_from(arguments);
    arguments.done();
    const auto database = open_database(config);
    database->migrate();
    const SystemClock clock;
    SystemRandom random;
    access::Accounts accounts(*database, clock, random, config);
    const auto account = accounts.ensure_operator(operator_email(config));
    const access::Actor actor{account.id, true, std::nullopt, std::nullopt};
    if (what == "link") {
        fmt::print("{}/sign-in/{}\n", config.site_url, accounts.sign_in_link(account.id).text);
    } else if (what == "token") {
        fmt::print("{}\n", accounts.make_api_token(actor, label.value_or("command line")).text);
    } else if (what == "invite") {
        if (!email) throw Invalid("--email", "is missing");
        fmt::print("{}/join/{}\n", config.site_url, accounts.invite(actor, *email).text);
    } else {
        throw Invalid("admin", "wants link, token or invite");
    }
    return 0;
}

int check_config(Arguments& arguments) {
    const auto config = config_from(arguments);
    arguments.done();
    fmt::print(
        "data             {}\nlisten           {}:{}\nsite.url         {}\ndatabase         {}\nmail         "
        "    {}\n",
        std::filesystem::absolute(config.data).string(), config.listen_address, config.listen_port,
        config.site_url, config.database.empty() ? "SQLite in the data directory" : "PostgreSQL",
        config.smtp_url.empty() ? "files in the data directory" : "SMTP");
    return 0;
}

int airings(Arguments& arguments) {
    const auto rule = arguments.required("rule");
    const auto start = arguments.required("start");
    const auto zone = arguments.required("zone");
    const auto exdates = arguments.option("exdate"), rdates = arguments.option("rdate");
    const auto from = arguments.required("from"), to = arguments.required("to");
    arguments.done();
    scheduler::Schedule schedule;
    schedule.start = scheduler::parse_either_local(start, "start");
    schedule.zone = zone;
    schedule.rrule = rule_alone(rule, schedule);
    schedule.exdates = local_times(exdates, schedule.start, "exdates");
    schedule.rdates = local_times(rdates, schedule.start, "rdates");
    for (const auto& slot : all_airings(schedule, utc_time(from, "from"), utc_time(to, "to"))) {
        fmt::print("{:%Y%m%dT%H%M%SZ}\n", fmt::gmtime(std::chrono::system_clock::to_time_t(slot.starts_at)));
    }
    return 0;
}

}  // namespace stagecast::app
