// The head of an HTTP request, and its fields written again.
#include "web/message.h"

#include <string>

#include "tests/fuzz/fuzz.h"

using namespace stagecast;
using namespace stagecast::web;

namespace {

constexpr std::size_t kMaxBodyBytes = 1 << 20;

std::size_t lines_of(std::string_view text) {
    std::size_t lines = 0;
    for (auto at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) ++lines;
    return lines;
}

void check_head(const Head& head) {
    fuzz::require(head.body_bytes <= kMaxBodyBytes, "a body is bounded");
    fuzz::require(head.target.starts_with('/'), "a target is a path");
    fuzz::require(head.method.find_first_of(" \r\n") == std::string::npos, "a method is one word");
    for (const auto& [name, value] : head.fields)
        fuzz::require(value.find_first_of(std::string_view("\0\n", 2)) == std::string::npos,
                      "a value is one line");
    Fields answer;
    for (const auto& field : head.fields) answer.emplace_back("X-Field", field.second);
    fuzz::require(lines_of(format_head(200, answer)) == answer.size() + 2,
                  "a value never begins another field");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::text_of(data, size);
    // The server hands over what ends with the first empty line.
    const std::string bytes = std::string(input.substr(0, input.find("\r\n\r\n"))) + "\r\n\r\n";
    const auto parsed = parse_head(bytes, kMaxBodyBytes);
    if (const auto* head = std::get_if<Head>(&parsed)) {
        check_head(*head);
    } else {
        const auto& refusal = std::get<Refusal>(parsed);
        fuzz::require(refusal.status >= 400 && refusal.status < 600, "a refusal has an error's status");
        fuzz::require(!refusal.why.empty(), "a refusal says why");
    }
    return 0;
}
