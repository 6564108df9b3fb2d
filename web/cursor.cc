#include "web/cursor.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/text.h"

namespace stagecast::web {

std::string cursor_of(const store::rooms::Place& place) {
    return base64url(fmt::format("{}.{}", place.starts_at.time_since_epoch().count(), place.id));
}

store::rooms::Place place_at(std::string_view cursor) {
    const auto wrong = [] { return Invalid("cursor", "must be the next_cursor of an answer"); };
    constexpr std::size_t kMaxCursorBytes = 80;  // 20 digits, a dot and 26 characters, in base64
    if (cursor.size() > kMaxCursorBytes) throw wrong();
    std::string text;
    try {
        text = base64url_decode(cursor, "cursor");
    } catch (const Invalid&) {
        throw wrong();
    }
    const auto dot = text.find('.');
    if (dot == std::string::npos || !is_id_text(std::string_view(text).substr(dot + 1))) throw wrong();
    std::int64_t count_ms = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + dot, count_ms);
    if (error != std::errc{} || end != text.data() + dot) throw wrong();
    return {Instant(Milliseconds(count_ms)), text.substr(dot + 1)};
}

}  // namespace stagecast::web
