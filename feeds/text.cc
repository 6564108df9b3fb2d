#include "feeds/text.h"

#include "base/text.h"
#include "base/utf8.h"

namespace stagecast::feeds {
namespace {

bool is_carried(char32_t c) {
    if (c < 0x20) return c == '\n' || c == '\t';
    return (c < 0x7f || c > 0x9f) && c != 0xfffe && c != 0xffff;
}

bool is_printable_ascii(char c) {
    return c >= 0x20 && c < 0x7f;
}

bool is_space(char32_t c) {
    return c == ' ' || c == '\n' || c == '\t' || c == 0xa0 || c == 0x2028 || c == 0x2029;
}

// Changes of direction that are still open (Unicode Bidirectional Algorithm, X1 to X8).
class Directions {
public:
    void take(char32_t c) {
        constexpr char32_t kPopFormatting = 0x202c, kPopIsolate = 0x2069;
        if (c == 0x202a || c == 0x202b || c == 0x202d || c == 0x202e) open_ += 'e';
        if (c >= 0x2066 && c <= 0x2068) open_ += 'i';
        if (c == kPopFormatting && open_.ends_with('e')) open_.pop_back();
        if (c == kPopIsolate && open_.find('i') != std::string::npos) open_.resize(open_.rfind('i'));
    }
    std::string closing() const {
        std::string out;
        for (auto kind = open_.rbegin(); kind != open_.rend(); ++kind)
            out += *kind == 'e' ? "\u202c" : "\u2069";
        return out;
    }

private:
    std::string open_;  // 'e' an embedding or override, 'i' an isolate
};

}  // namespace

std::string clean(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && is_printable_ascii(text[plain])) ++plain;
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        const auto before = text;
        const auto character = take_utf8(text);
        if (!character)
            text.remove_prefix(1);
        else if (is_carried(*character))
            out.append(before.substr(0, before.size() - text.size()));
    }
    return out;
}

std::string one_line(std::string_view text) {
    const auto cleaned = clean(text);
    std::string out;
    out.reserve(cleaned.size());
    Directions directions;
    bool space_waits = false;
    for (std::string_view rest = cleaned; !rest.empty();) {
        const auto before = rest;
        const auto character = take_utf8(rest).value_or(U' ');
        if (is_space(character)) {
            space_waits = !out.empty();
            continue;
        }
        if (space_waits) out += ' ';
        space_waits = false;
        directions.take(character);
        out.append(before.substr(0, before.size() - rest.size()));
    }
    return out + directions.closing();
}

std::string clean_uri(std::string_view uri) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    out.reserve(uri.size());
    for (const char c : uri) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7f && c != '"' && c != '<' && c != '>') {
            out += c;
        } else {
            out += '%';
            out += kDigits[byte >> 4];
            out += kDigits[byte & 15U];
        }
    }
    return out;
}

std::string web_uri(std::string_view uri) {
    const auto scheme = lower_ascii(uri.substr(0, 8));
    return scheme == "https://" || scheme.starts_with("http://") ? clean_uri(uri) : "";
}

std::string_view cut(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return text;
    while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xc0) == 0x80) --max_bytes;
    return text.substr(0, max_bytes);
}

bool is_language_tag(std::string_view text) {
    constexpr std::size_t kMaxTagBytes = 35, kMaxPartBytes = 8;  // RFC 5646, 4.4.1 and 2.1
    if (text.size() < 2 || text.size() > kMaxTagBytes) return false;
    std::size_t part_bytes = 0;
    bool is_first = true;
    for (const char c : text) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (is_letter || (c >= '0' && c <= '9' && !is_first)) {
            if (++part_bytes > kMaxPartBytes) return false;
            continue;
        }
        if (c != '-' || part_bytes < (is_first ? 2U : 1U)) return false;
        part_bytes = 0;
        is_first = false;
    }
    return part_bytes >= (is_first ? 2U : 1U);
}

}  // namespace stagecast::feeds
