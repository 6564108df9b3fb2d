#include <catch2/catch.hpp>
#include <cstdio>

#include "site.h"

using namespace stagecast;

TEST_CASE(
    "the guide, the reminders and two readers of the calendars agree on every airing of a table of shows",
    "[schedule-table]") {
    const ManualClock clock(parse_iso8601("2026-12-01T12:00:00Z", "test"));
    web::test::Site site(clock);
    const auto command = "node " STAGECAST_TEST_DATA "/../web/schedule_table.mjs http://127.0.0.1:" +
                         std::to_string(site.server.port()) + " " + site.session("operator") + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string output;
    char buffer[4096];
    while (const auto length = fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, length);
    const int status = pclose(pipe);
    INFO(output);
    CHECK(status == 0);
}
