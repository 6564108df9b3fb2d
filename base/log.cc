#include "base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "base/text.h"
#include "base/time.h"

namespace stagecast::log {
namespace {

std::atomic<Level> minimum{Level::kInfo};

constexpr std::size_t kMaxValueBytes = 2000;  // a line must not grow with what a client sends

std::string_view level_name(Level level) {
    switch (level) {
        case Level::kDebug:
            return "debug";
        case Level::kInfo:
            return "info";
        case Level::kWarning:
            return "warning";
        case Level::kError:
            return "error";
    }
    return "error";
}

void append_character(std::string& out, unsigned char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    if (c < 0x20 || c == 0x7f) {
        out += fmt::format("\\u{:04x}", c);
    } else {
        out += static_cast<char>(c);
    }
}

// A JSON string; bytes that are not UTF-8 become '?', what is too long ends in "…".
void append_string(std::string& out, std::string_view text) {
    std::size_t keep_bytes = std::min(text.size(), kMaxValueBytes);
    while (keep_bytes < text.size() && keep_bytes > 0 && (text[keep_bytes] & 0xc0) == 0x80) --keep_bytes;
    const bool valid = is_utf8(text.substr(0, keep_bytes));
    out += '"';
    for (const char c : text.substr(0, keep_bytes))
        append_character(out, !valid && (c & 0x80) != 0 ? '?' : static_cast<unsigned char>(c));
    if (keep_bytes < text.size()) out += "…";
    out += '"';
}

}  // namespace

void set_minimum(Level level) noexcept {
    minimum = level;
}

void write(Level level, std::string_view event, Fields fields) {
    if (level < minimum.load()) return;
    std::string line = fmt::format(R"({{"at":"{}","level":"{}","event":)", to_iso8601(SystemClock().now()),
                                   level_name(level));
    append_string(line, event);
    for (const auto& [name, value] : fields) {
        line += ',';
        append_string(line, name);
        line += ':';
        append_string(line, value);
    }
    line += "}\n";
    // One write a line: lines of several threads never mix. There is nowhere to report that stderr is closed.
    [[maybe_unused]] const ssize_t written_bytes = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace stagecast::log
