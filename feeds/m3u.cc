#include "feeds/m3u.h"

#include <fmt/format.h>

#include "base/text.h"
#include "feeds/text.h"

namespace stagecast::feeds {
namespace {

// Neither ends an attribute nor a line, and holds no comma: some readers cut at the first, some at the last.
std::string name_text(std::string_view text) {
    auto line = one_line(text);
    for (char& c : line) {
        if (c == '"') c = '\'';
        if (c == ',') c = ' ';
    }
    return one_line(line);
}

std::string attribute_uri(const std::string& url) {
    std::string out;
    for (const char c : clean_uri(url)) out += c == ',' ? "%2C" : std::string(1, c);
    return out;
}

void add(std::string& line, std::string_view key, std::string_view value) {
    if (!value.empty()) line += fmt::format(" {}=\"{}\"", key, value);
}

// What begins with '#' would be a comment, what has no scheme a file of the reader's.
bool is_stream(const GuideChannel& channel) {
    if (channel.streams.empty()) return false;
    const auto url = lower_ascii(channel.streams.front().url);
    return url.starts_with("https://") || url.starts_with("http://");
}

std::string entry(const GuideChannel& channel, const GuideInput& input) {
    auto name = name_text(channel.title);
    if (name.empty()) name = name_text(channel.slug);
    std::string line = "#EXTINF:-1";
    add(line, "tvg-id", guide_channel_id(channel.slug, input.site_url));
    add(line, "tvg-name", name);
    add(line, "tvg-logo", attribute_uri(channel.icon_url));
    add(line, "group-title", name_text(input.site_name));
    add(line, "radio", "true");
    return fmt::format("{},{}\n{}\n", line, name, clean_uri(channel.streams.front().url));
}

}  // namespace

std::string m3u(const GuideInput& input) {
    std::string out = "#EXTM3U";
    add(out, "url-tvg", attribute_uri(input.xmltv_url));
    add(out, "x-tvg-url", attribute_uri(input.xmltv_url));
    out += '\n';
    for (const auto& channel : input.channels)
        if (is_stream(channel)) out += entry(channel, input);
    return out;
}

}  // namespace stagecast::feeds
