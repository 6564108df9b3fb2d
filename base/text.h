#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stagecast {

std::string sha256_hex(std::string_view bytes);
// Raw 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);
bool equal_constant_time(std::string_view a, std::string_view b) noexcept;
// RFC 4648, 4: with padding.
std::string base64(std::string_view bytes);
std::string base64url(std::string_view bytes);
// Throws Invalid(field).
std::string base64url_decode(std::string_view text, std::string_view field);
std::string hex(std::string_view bytes);

bool is_utf8(std::string_view text) noexcept;
// Trims, turns CRLF into LF (forms send CRLF), requires valid UTF-8 without control characters (newline and
// tab allowed if multi-line) or what XML cannot hold, and a length in [min, max] Unicode characters. Returns
// the trimmed text. Throws Invalid(field) with the reason.
enum class Lines { kOne, kMany };
std::string checked_text(std::string_view text, std::string_view field, std::size_t min_characters,
                         std::size_t max_characters, Lines lines = Lines::kOne);
// A lower-case ASCII slug from any title ("Café du soir" → "cafe-du-soir"), 1 to 60 characters; the
// fallback if nothing is left.
std::string slugify(std::string_view title, std::string_view fallback);
// Throws Invalid(field) unless [a-z0-9-]{1,60}, no leading or trailing '-'.
std::string checked_slug(std::string_view text, std::string_view field);
// Throws Invalid(field) unless it looks like one deliverable address: one @, no spaces or control, at most
// 254 bytes. Lower-cased.
std::string checked_email(std::string_view text, std::string_view field);
// & < > " ' as entities, for XML and HTML text and attributes.
std::string xml_escape(std::string_view text);
// All but A-Z a-z 0-9 - . _ ~ as %XX (RFC 3986, 2.3).
std::string url_encode(std::string_view text);
// n separators make n + 1 parts, empty ones too.
std::vector<std::string> split(std::string_view text, char separator);
// Without ASCII white space at both ends.
std::string trim(std::string_view text);
std::string lower_ascii(std::string_view text);

// UUIDv5 (RFC 9562, 5.5) of a name in a namespace given as 32 hex digits with dashes.
std::string uuid_v5(std::string_view namespace_uuid, std::string_view name);

}  // namespace stagecast
