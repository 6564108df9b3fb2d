#include <cstdio>
#include <exception>
#include <string>

#include "app/commands.h"
#include "base/error.h"

namespace {

constexpr const char* kUsage =
    "stagecast: live audio rooms with a programme guide\n"
    "\n"
    "  stagecast serve    --data DIR --listen ADDR:PORT   run the service\n"
    "  stagecast migrate  --data DIR                      make or update the tables\n"
    "  stagecast admin    link | token --label TEXT | invite --email ADDRESS\n"
    "  stagecast check-config                             read every setting and say what holds\n"
    "  stagecast airings  --rule RRULE --start LOCAL --zone TZID [--exdate LOCAL,…] [--rdate LOCAL,…]\n"
    "                     --from UTC --to UTC             print when a rule airs\n"
    "\n"
    "Settings come from --config FILE (TOML), then STAGECAST_… variables, then the command line (--set "
    "KEY=VALUE).\n";

int run(stagecast::app::Arguments& arguments) {
    const auto command = arguments.word();
    if (command == "serve") return stagecast::app::serve(arguments);
    if (command == "migrate") return stagecast::app::migrate(arguments);
    if (command == "admin") return stagecast::app::admin(arguments);
    if (command == "check-config") return stagecast::app::check_config(arguments);
    if (command == "airings") return stagecast::app::airings(arguments);
    std::fputs(kUsage, command.empty() || command == "help" ? stdout : stderr);
    return command.empty() || command == "help" ? 0 : 2;
}

}  // namespace

int main(int count, char** values) {
    try {
        stagecast::app::Arguments arguments(count, values);
        return run(arguments);
    } catch (const stagecast::Invalid& refusal) {
        std::fprintf(stderr, "stagecast: %s\n", refusal.what());
        return 2;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "stagecast: %s\n", failure.what());
        return 1;
    }
}
