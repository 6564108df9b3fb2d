#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <sstream>
#include <vector>

#include "base/thread.h"
#include "tests/base/temporary_directory.h"

using namespace stagecast;

namespace {

// What the work writes to stderr.
std::string stderr_of(const std::function<void()>& work) {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "stderr";
    const int before = ::dup(STDERR_FILENO);
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    ::dup2(file, STDERR_FILENO);
    work();
    ::dup2(before, STDERR_FILENO);
    ::close(before);
    ::close(file);
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

// The line without its time.
std::string after_time(const std::string& line) {
    REQUIRE(line.starts_with("{\"at\":\""));
    return line.substr(line.find(",\"level\""));
}

}  // namespace

TEST_CASE("a log line is one JSON object, whatever its values hold", "[log]") {
    CHECK(after_time(stderr_of([] {
              log::info("started", {{"port", "8080"}});
          })) == ",\"level\":\"info\",\"event\":\"started\",\"port\":\"8080\"}\n");
    CHECK(after_time(stderr_of([] {
              log::error("x", {{"why", "a\"b\\c\nd\x01 é"}});
          })) == ",\"level\":\"error\",\"event\":\"x\",\"why\":\"a\\\"b\\\\c\\nd\\u0001 é\"}\n");
    CHECK(after_time(stderr_of([] {
              log::warning("x", {{"why", "not \xff UTF-8"}});
          })) == ",\"level\":\"warning\",\"event\":\"x\",\"why\":\"not ? UTF-8\"}\n");
}

TEST_CASE("a value too long for a line is cut between two characters", "[log]") {
    std::string text = "a";
    for (int i = 0; i < 4500; ++i) text += "é";
    const std::string line = stderr_of([&text] { log::info("x", {{"why", text}}); });
    CHECK(line.size() < 2200);
    CHECK(line.ends_with("é…\"}\n"));
}

TEST_CASE("what is below the minimum is not written", "[log]") {
    CHECK(stderr_of([] { log::debug("quiet"); }).empty());
    log::set_minimum(log::Level::kError);
    CHECK(stderr_of([] { log::warning("quiet"); }).empty());
    CHECK_FALSE(stderr_of([] { log::error("loud"); }).empty());
    log::set_minimum(log::Level::kInfo);
}

TEST_CASE("lines of several threads never mix", "[log]") {
    const std::string text = stderr_of([] {
        std::vector<std::jthread> threads;
        threads.reserve(4);
        for (int t = 0; t < 4; ++t)
            threads.push_back(named_thread("logger", [](const std::stop_token&) {
                for (int i = 0; i < 100; ++i) log::info("line", {{"value", std::string(500, 'x')}});
            }));
    });
    std::istringstream lines(text);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count)
        if (!line.starts_with("{\"at\":\"") || !line.ends_with("x\"}") || line.size() > 700) FAIL(line);
    CHECK(count == 400);
}
