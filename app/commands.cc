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
#include "scheduler/rule.h"

namespace stagecast::app {
namespace {

std::vector<LocalTime> local_times(const std::optional<std::string>& list, const char* field) {
    std::vector<LocalTime> times;
    if (!list) return times;
    for (const auto& text : split(*list, ',')) times.push_back(parse_local(text, field));
    return times;
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
    scheduler::Schedule schedule;
    schedule.rrule = arguments.required("rule");
    schedule.start = parse_local(arguments.required("start"), "start");
    schedule.zone = arguments.required("zone");
    schedule.exdates = local_times(arguments.option("exdate"), "exdate");
    schedule.rdates = local_times(arguments.option("rdate"), "rdate");
    const auto from = parse_iso8601(arguments.required("from"), "from");
    const auto to = parse_iso8601(arguments.required("to"), "to");
    arguments.done();
    for (const auto& slot : scheduler::expand(schedule, from, to)) {
        fmt::print("{:%Y%m%dT%H%M%SZ}\n", fmt::gmtime(std::chrono::system_clock::to_time_t(slot.starts_at)));
    }
    return 0;
}

}  // namespace stagecast::app
