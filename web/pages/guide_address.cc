#include "web/pages/guide_address.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/text.h"

namespace stagecast::web {
namespace {

constexpr std::size_t kMinuteCharacters = 16;  // "2026-11-27T20:00"

int parse_first(const std::string& text) {
    int number = 0;
    if (text.empty()) return number;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 0)
        throw Invalid("first", "must be a whole number");
    return number;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> GuideAddress::parts() const {
    std::vector<std::pair<std::string, std::string>> said;
    const auto say = [&](const char* name, std::string value) {
        if (!value.empty()) said.emplace_back(name, std::move(value));
    };
    if (date) say("date", iso_date(*date));
    if (view == GuideView::kWeek) say("view", "week");
    say("q", search);
    say("language", language);
    say("category", category);
    say("channel", channel);
    if (first_channel > 0) say("first", std::to_string(first_channel));
    if (at) say("at", to_iso8601(*at));
    say("cursor", cursor);
    return said;
}

std::string GuideAddress::path() const {
    std::string text = "/guide";
    char separator = '?';
    for (const auto& [name, value] : parts()) {
        text += separator + name + '=' + url_encode(value);
        separator = '&';
    }
    return text;
}

GuideAddress GuideAddress::on(std::optional<std::chrono::local_days> other) const {
    auto changed = *this;
    changed.date = other;
    changed.at.reset();
    changed.first_channel = 0;
    return changed;
}

Instant parse_moment(std::string text, const Viewer& viewer, const std::string& field) {
    std::ranges::replace(text, ' ', '+');
    if (text.size() <= kMinuteCharacters + 3 &&
        text.find_first_of("Z+", kMinuteCharacters) == std::string::npos)
        return viewer.zone().to_utc(parse_local(text, field));
    // With its seconds.
    if (text.size() > kMinuteCharacters && text[kMinuteCharacters] != ':')
        text.insert(kMinuteCharacters, ":00");
    return parse_iso8601(text, field);
}

GuideAddress guide_address(const Request& request, const Viewer& viewer) {
    GuideAddress address;
    if (request.query_value("view") == "week") address.view = GuideView::kWeek;
    if (const auto date = request.query_value("date"); !date.empty()) address.date = parse_date(date, "date");
    if (const auto at = request.query_value("at"); !at.empty()) address.at = parse_moment(at, viewer, "at");
    address.search = trim(request.query_value("q"));
    address.language = lower_ascii(request.query_value("language"));
    address.category = request.query_value("category");
    address.channel = request.query_value("channel");
    address.first_channel = parse_first(request.query_value("first"));
    address.cursor = request.query_value("cursor");
    return address;
}

}  // namespace stagecast::web
