#include "base/text.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "base/utf8.h"

namespace stagecast {
namespace {

constexpr std::size_t kMaxSlugCharacters = 60;
constexpr std::size_t kMaxEmailBytes = 254;       // RFC 5321, 4.5.3.1.3, less the angle brackets
constexpr std::size_t kMaxLocalPartBytes = 64;    // RFC 5321, 4.5.3.1.1
constexpr std::size_t kMaxDomainLabelBytes = 63;  // RFC 1035, 2.3.4

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool is_lower_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string digest(const EVP_MD* algorithm, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    unsigned int size_bytes = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size_bytes, algorithm, nullptr) != 1)
        throw Error("OpenSSL refused to hash");
    return {reinterpret_cast<const char*>(out.data()), size_bytes};
}

// Without padding.
std::string encode_base64(std::string_view bytes, std::string_view alphabet) {
    std::string out;
    out.reserve((bytes.size() * 4 + 2) / 3);
    unsigned bits = 0;
    int have_bits = 0;
    for (const char c : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(c);
        for (have_bits += 8; have_bits >= 6; have_bits -= 6) out += alphabet[(bits >> (have_bits - 6)) & 63U];
    }
    if (have_bits > 0) out += alphabet[(bits << (6 - have_bits)) & 63U];
    return out;
}

// The Latin letters for a character above ASCII; "-" if it has none.
std::string_view ascii_of(char32_t c) noexcept {
    // U+00C0 to U+017F: the letter without its mark; '?' where two letters are meant.
    static constexpr std::string_view kLatin =
        "aaaaaa?ceeeeiiiidnooooo-ouuuuy??aaaaaa?ceeeeiiiidnooooo-ouuuuy?y"
        "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkkklllllll"
        "lllnnnnnnnnnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
    switch (c) {
        case U'Æ':
        case U'æ':
            return "ae";
        case U'Þ':
        case U'þ':
            return "th";
        case U'ß':
            return "ss";
        case U'Ĳ':
        case U'ĳ':
            return "ij";
        case U'Œ':
        case U'œ':
            return "oe";
        default:
            break;
    }
    if (c < 0xc0 || c > 0x17f) return "-";
    return kLatin.substr(c - 0xc0, 1);
}

// What a slug has for one character; nothing for a mark that combines with the letter before.
std::string slug_part(char32_t c) {
    if (c >= 0x80) return c >= 0x300 && c <= 0x36f ? "" : std::string(ascii_of(c));
    const char ascii = lower(static_cast<char>(c));
    return is_lower_or_digit(ascii) ? std::string(1, ascii) : "-";
}

// Controls, and what XML 1.0 cannot hold even escaped.
bool is_unprintable(char32_t c) noexcept {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c & 0xfffe) == 0xfffe;
}

std::string without_carriage_returns(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
    return out;
}

bool is_email_local_part(std::string_view local) noexcept {
    static constexpr std::string_view kAllowed =
        "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.";  // RFC 5322, 3.2.3
    return !local.empty() && local.size() <= kMaxLocalPartBytes && local.front() != '.' &&
           local.back() != '.' && local.find("..") == std::string_view::npos &&
           local.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_domain_label(std::string_view label) noexcept {
    return !label.empty() && label.size() <= kMaxDomainLabelBytes && label.front() != '-' &&
           label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    return hex(digest(EVP_sha256(), bytes));
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    unsigned int size_bytes = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data(),
             &size_bytes) == nullptr)
        throw Error("OpenSSL refused to authenticate");
    return {reinterpret_cast<const char*>(out.data()), size_bytes};
}

bool equal_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string base64(std::string_view bytes) {
    std::string out = encode_base64(bytes, kBase64);
    while (out.size() % 4 != 0) out += '=';
    return out;
}

std::string base64url(std::string_view bytes) {
    return encode_base64(bytes, kBase64Url);
}

std::string base64url_decode(std::string_view text, std::string_view field) {
    std::string out;
    unsigned bits = 0;
    int have_bits = 0;
    for (const char c : text) {
        const auto value = kBase64Url.find(c);
        if (value == std::string_view::npos) throw Invalid(std::string(field), "is not base64url");
        bits = (bits << 6) | static_cast<unsigned>(value);
        have_bits += 6;
        if (have_bits < 8) continue;
        have_bits -= 8;
        out += static_cast<char>((bits >> have_bits) & 255U);
    }
    // One text for one value: what is left over must be fewer than six bits, all zero.
    if (have_bits >= 6 || (bits & ((1U << have_bits) - 1)) != 0)
        throw Invalid(std::string(field), "is not base64url: it ends in the middle of a byte");
    return out;
}

std::string hex(std::string_view bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15U];
    }
    return out;
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty())
        if (!take_utf8(text)) return false;
    return true;
}

std::string checked_text(std::string_view text, std::string_view field, std::size_t min_characters,
                         std::size_t max_characters, Lines lines) {
    const auto refuse = [field](std::string why) { throw Invalid(std::string(field), std::move(why)); };
    const std::string result =
        trim(lines == Lines::kMany ? without_carriage_returns(text) : std::string(text));
    std::size_t characters = 0;
    for (std::string_view rest = result; !rest.empty(); ++characters) {
        const std::optional<char32_t> c = take_utf8(rest);
        if (!c) refuse("is not valid UTF-8");
        const bool line_character = lines == Lines::kMany && (*c == U'\n' || *c == U'\t');
        if (is_unprintable(*c) && !line_character)
            refuse(lines == Lines::kOne ? "must be one line without control characters"
                                        : "must not contain control characters");
    }
    if (characters < min_characters)
        refuse(min_characters == 1 ? "must not be empty"
                                   : fmt::format("must have at least {} characters", min_characters));
    if (characters > max_characters) refuse(fmt::format("must have at most {} characters", max_characters));
    return result;
}

std::string slugify(std::string_view title, std::string_view fallback) {
    std::string slug;
    for (std::string_view rest = title; !rest.empty() && slug.size() < kMaxSlugCharacters;) {
        const std::optional<char32_t> c = take_utf8(rest);
        if (!c) rest.remove_prefix(1);
        const std::string part = c ? slug_part(*c) : "-";
        if (part != "-")
            slug += part;
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
    }
    slug.resize(std::min(slug.size(), kMaxSlugCharacters));
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    return slug.empty() ? std::string(fallback) : slug;
}

std::string checked_slug(std::string_view text, std::string_view field) {
    const bool good = !text.empty() && text.size() <= kMaxSlugCharacters && text.front() != '-' &&
                      text.back() != '-' &&
                      std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
    if (!good)
        throw Invalid(std::string(field),
                      "must be 1 to 60 of a-z, 0-9 and '-', and neither begin nor end with '-'");
    return std::string(text);
}

std::string checked_email(std::string_view text, std::string_view field) {
    std::string address = lower_ascii(trim(text));
    const auto at = address.find('@');
    bool good = at != std::string::npos && address.size() <= kMaxEmailBytes &&
                is_email_local_part(std::string_view(address).substr(0, at));
    if (good)
        for (const std::string& label : split(std::string_view(address).substr(at + 1), '.'))
            good = good && is_domain_label(label);
    if (!good) throw Invalid(std::string(field), "must be one e-mail address like name@example.org");
    return address;
}

std::string xml_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string url_encode(std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_lower_or_digit(lower(c)) || std::string_view("-._~").find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += kDigits[byte >> 4];
            out += kDigits[byte & 15U];
        }
    }
    return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string trim(std::string_view text) {
    static constexpr std::string_view kSpace = " \t\r\n\f\v";
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return "";
    return std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

std::string uuid_v5(std::string_view namespace_uuid, std::string_view name) {
    std::string input;
    int high = -1;
    for (const char c : namespace_uuid) {
        if (c == '-') continue;
        const auto value = std::string_view("0123456789abcdef").find(lower(c));
        if (value == std::string_view::npos) throw Invalid("namespace", "is not a UUID");
        if (high >= 0) input += static_cast<char>(high * 16 + static_cast<int>(value));
        high = high >= 0 ? -1 : static_cast<int>(value);
    }
    if (input.size() != 16 || high >= 0) throw Invalid("namespace", "is not a UUID");
    std::string uuid = digest(EVP_sha1(), input.append(name)).substr(0, 16);
    uuid[6] = static_cast<char>((uuid[6] & 0x0f) | 0x50);  // version 5
    uuid[8] = static_cast<char>((uuid[8] & 0x3f) | 0x80);  // variant 10
    const std::string digits = hex(uuid);
    return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                       digits.substr(16, 4), digits.substr(20));
}

}  // namespace stagecast
