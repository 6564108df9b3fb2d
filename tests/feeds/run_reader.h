#pragma once
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

// What tests/feeds/<script> prints of these bytes, run by `interpreter`; the test fails where the script
// does. A second document is its second argument.
inline std::string run_reader(const std::string& interpreter, const std::string& script,
                              const std::string& bytes, const std::string& arguments,
                              const std::string& second = "") {
    char directory[] = "/tmp/stagecast-feeds-XXXXXX";
    REQUIRE(mkdtemp(directory) != nullptr);
    auto command = interpreter + " " + STAGECAST_TEST_DATA + "/../feeds/" + script;
    for (const auto* document : {&bytes, &second}) {
        if (document->empty()) continue;
        const auto file =
            (std::filesystem::path(directory) / (document == &bytes ? "document" : "second")).string();
        std::ofstream(file, std::ios::binary) << *document;
        command += " " + file;
    }
    FILE* pipe = popen((command + " " + arguments + " 2>&1").c_str(), "r");
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

inline std::string run_python(const std::string& script, const std::string& bytes,
                              const std::string& arguments = "") {
    return run_reader("/usr/bin/python3", script, bytes, arguments);
}

inline std::string run_node(const std::string& script, const std::string& bytes, const std::string& second) {
    return run_reader("node", script, bytes, "", second);
}
