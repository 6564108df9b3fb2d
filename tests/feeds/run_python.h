#pragma once
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

// What tests/feeds/<script> prints of these bytes; the test fails where the script does.
inline std::string run_python(const std::string& script, const std::string& bytes,
                              const std::string& arguments = "") {
    char directory[] = "/tmp/stagecast-feeds-XXXXXX";
    REQUIRE(mkdtemp(directory) != nullptr);
    const auto file = (std::filesystem::path(directory) / "document").string();
    std::ofstream(file, std::ios::binary) << bytes;
    const auto path = std::string(STAGECAST_TEST_DATA) + "/../feeds/" + script;
    FILE* pipe = popen(("/usr/bin/python3 " + path + " " + file + " " + arguments + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string output;
    char buffer[4096];
    while (const auto length = fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, length);
    const int status = pclose(pipe);
    std::filesystem::remove_all(directory);
    INFO(output);
    REQUIRE(status == 0);
    return output;
}
