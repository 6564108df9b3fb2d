#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stagecast::feeds {

// One content line of RFC 5545, 3.1, unfolded. A line that is none has an empty name.
struct ContentLine {
    int number = 0;    // of the text's line that it began on, from 1
    std::string name;  // upper case
    std::vector<std::pair<std::string, std::string>> parameters;  // names upper case, values without quotes
    std::string value;

    // The first of that name, or "".
    const std::string& parameter(std::string_view upper_case_name) const noexcept;
};

// Reads a stranger's content lines one by one: lines end in CRLF or LF, empty ones and a byte order mark are
// skipped. Each byte is looked at a bounded number of times. Throws Invalid("ics") for a line that is not
// UTF-8 once unfolded. `bytes` must outlive it.
class ContentReader {
public:
    explicit ContentReader(std::string_view bytes);
    std::optional<ContentLine> next();

private:
    std::string_view take_line();

    std::string_view rest_;
    int number_ = 0;  // of the line last taken
};

// A TEXT value as people read it (3.3.11), cleaned of what no feed carries.
std::string unescaped_text(std::string_view value);
// The values of a list of TEXT, parted by commas that no backslash escapes.
std::vector<std::string> text_list(std::string_view value);

}  // namespace stagecast::feeds
