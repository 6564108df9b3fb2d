#include "feeds/content_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "feeds/text.h"

namespace stagecast::feeds {
namespace {

constexpr std::size_t kMaxParameters = 32;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_name_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

// Takes a name from the front; empty where there is none.
std::string take_name(std::string_view& text) {
    const auto end = std::ranges::find_if_not(text, is_name_character);
    const auto size = static_cast<std::size_t>(end - text.begin());
    auto name = upper(text.substr(0, size));
    text.remove_prefix(size);
    return name;
}

// Takes a parameter's value up to the ';' or ':' outside quotes that ends it. False where nothing ends it.
bool take_parameter_value(std::string_view& text, std::string& value) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && (text[i] == ';' || text[i] == ':')) {
            text.remove_prefix(i);
            return true;
        } else {
            value += text[i];
        }
    }
    return false;
}

// name *(";" param "=" value) ":" value. Nothing where the text is no such thing.
std::optional<ContentLine> parse(std::string_view text) {
    ContentLine line;
    line.name = take_name(text);
    if (line.name.empty()) return std::nullopt;
    while (text.starts_with(';')) {
        text.remove_prefix(1);
        std::string name = take_name(text);
        if (name.empty() || !text.starts_with('=') || line.parameters.size() >= kMaxParameters)
            return std::nullopt;
        text.remove_prefix(1);
        std::string value;
        if (!take_parameter_value(text, value)) return std::nullopt;
        line.parameters.emplace_back(std::move(name), std::move(value));
    }
    if (!text.starts_with(':')) return std::nullopt;
    line.value = text.substr(1);
    return line;
}

}  // namespace

const std::string& ContentLine::parameter(std::string_view upper_case_name) const noexcept {
    static const std::string kNone;
    for (const auto& parameter : parameters)
        if (parameter.first == upper_case_name) return parameter.second;
    return kNone;
}

ContentReader::ContentReader(std::string_view bytes) : rest_(bytes) {
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
}

std::string_view ContentReader::take_line() {
    ++number_;
    const auto end = rest_.find('\n');
    auto line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::optional<ContentLine> ContentReader::next() {
    while (!rest_.empty()) {
        std::string text(take_line());
        const int number = number_;
        while (rest_.starts_with(' ') || rest_.starts_with('\t')) text += take_line().substr(1);
        if (trim(text).empty()) continue;
        if (!is_utf8(text)) throw Invalid("ics", fmt::format("line {} is not UTF-8", number));
        auto line = parse(text).value_or(ContentLine());
        line.number = number;
        return line;
    }
    return std::nullopt;
}

std::string unescaped_text(std::string_view value) {
    std::string out;
    out.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char next = value[i] == '\\' && i + 1 < value.size() ? value[i + 1] : '\0';
        const bool escaped = next == '\\' || next == ';' || next == ',';
        const bool newline = next == 'n' || next == 'N';
        out += newline ? '\n' : escaped ? next : value[i];
        if (newline || escaped) ++i;
    }
    return clean(out);
}

std::vector<std::string> text_list(std::string_view value) {
    std::vector<std::string> texts;
    std::size_t from = 0;
    for (std::size_t i = 0; i <= value.size(); ++i) {
        if (i < value.size() && value[i] == '\\') {
            ++i;
        } else if (i >= value.size() || value[i] == ',') {
            texts.push_back(unescaped_text(value.substr(from, i - from)));
            from = i + 1;
        }
    }
    return texts;
}

}  // namespace stagecast::feeds
