#include "feeds/text.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace stagecast::feeds {
namespace {

bool is_carried(char32_t c) {
    if (c < 0x20) return c == '\n' || c == '\t';
    return (c < 0x7f || c > 0x9f) && c != 0xfffe && c != 0xffff;
}

}  // namespace

std::string clean(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto before = text;
        const auto character = take_utf8(text);
        if (!character)
            text.remove_prefix(1);
        else if (is_carried(*character))
            out.append(before.substr(0, before.size() - text.size()));
    }
    return out;
}

std::string clean_uri(std::string_view uri) {
    std::string out;
    for (const char c : uri) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7f && c != '"' && c != '<' && c != '>')
            out += c;
        else
            out += fmt::format("%{:02X}", byte);
    }
    return out;
}

std::string_view cut(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return text;
    while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xc0) == 0x80) --max_bytes;
    return text.substr(0, max_bytes);
}

}  // namespace stagecast::feeds
