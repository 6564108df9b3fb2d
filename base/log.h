#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

// Structured log: one JSON object a line on stderr: {"at":…,"level":…,"event":…,field:value…}.
// Any thread but the audio path. Never a secret, a mail address or a network address of a listener.
namespace stagecast::log {

enum class Level { kDebug, kInfo, kWarning, kError };
using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;

void set_minimum(Level level) noexcept;
void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) {
    write(Level::kDebug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
    write(Level::kInfo, event, fields);
}
inline void warning(std::string_view event, Fields fields = {}) {
    write(Level::kWarning, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
    write(Level::kError, event, fields);
}

}  // namespace stagecast::log
