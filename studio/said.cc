#include "studio/said.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace stagecast::studio {
namespace {

constexpr std::size_t kMaxLanguageBytes = 8;

std::string_view primary(std::string_view language) {
    return language.substr(0, language.find('-'));
}

}  // namespace

std::string host_of(const Config& config) {
    const auto& url = config.site_url;
    const auto scheme = url.find("://");
    const auto start = scheme == std::string::npos ? 0 : scheme + 3;
    return url.substr(start, url.find_first_of(":/", start) - start);
}

std::string uid_of(const std::string& id, const Config& config) {
    return id + "@" + host_of(config);
}

feeds::Standing standing_of(const store::Room& room) {
    using enum store::RoomState;
    if (room.state == kCancelled) return feeds::Standing::kCancelled;
    if (room.state == kLive) return feeds::Standing::kLive;
    if (room.state == kEnded) return feeds::Standing::kEnded;
    if (room.lateness == store::Lateness::kNotHeld) return feeds::Standing::kNotHeld;
    return room.lateness == store::Lateness::kDelayed ? feeds::Standing::kDelayed : feeds::Standing::kPlanned;
}

int minutes_of(const store::Room& room) {
    return static_cast<int>(
        std::chrono::duration_cast<std::chrono::minutes>(room.ends_at - room.starts_at).count());
}

std::string checked_feed_language(std::string_view text) {
    auto language = lower_ascii(text);
    const auto is_part = [](std::string_view part) {
        return part.size() >= 2 && std::ranges::all_of(part, [](char c) {
                   return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
               });
    };
    const auto first = primary(language);
    const bool fits =
        language.size() <= kMaxLanguageBytes && is_part(first) && first.size() <= 3 &&
        first.find_first_of("0123456789") == first.npos &&
        (first.size() == language.size() || is_part(std::string_view(language).substr(first.size() + 1)));
    if (!fits) throw Invalid("lang", "must be a language code such as en or pt-br");
    return language;
}

const store::Text* text_in(const std::vector<store::Text>& texts, std::string_view language) {
    if (language.empty()) return nullptr;
    auto found = std::ranges::find(texts, language, &store::Text::language);
    if (found == texts.end())
        found = std::ranges::find_if(
            texts, [&](const store::Text& text) { return primary(text.language) == primary(language); });
    return found == texts.end() ? nullptr : &*found;
}

store::Text said_of(const store::Show& show, const std::vector<store::Text>& texts,
                    std::string_view language) {
    store::Text said{show.language, show.title, show.notes};
    const auto* const wanted = show.language == language ? nullptr : text_in(texts, language);
    if (!wanted) return said;
    said.language = wanted->language;
    if (!wanted->title.empty()) said.title = wanted->title;
    if (!wanted->notes.empty()) said.notes = wanted->notes;
    return said;
}

}  // namespace stagecast::studio
