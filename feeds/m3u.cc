#include "feeds/m3u.h"

#include <fmt/format.h>

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
    for (const char c : web_uri(url)) out += c == ',' ? "%2C" : std::string(1, c);
    return out;
}

void add(std::string& line, std::string_view key, std::string_view value) {
    if (!value.empty()) line += fmt::format(" {}=\"{}\"", key, value);
}

std::string entry(const GuideChannel& channel, const std::string& stream, const GuideInput& input) {
    auto name = name_text(channel.title);
    if (name.empty()) name = name_text(channel.slug);
    std::string line = "#EXTINF:-1";
    add(line, "tvg-id", guide_channel_id(channel.slug, input.site_url));
    add(line, "tvg-name", name);
    add(line, "tvg-logo", attribute_uri(channel.icon_url));
    add(line, "group-title", name_text(input.site_name));
    add(line, "radio", "true");
    return fmt::format("{},{}\n{}\n", line, name, stream);
}

}  // namespace

std::string m3u(const GuideInput& input) {
    std::string out = "#EXTM3U";
    add(out, "url-tvg", attribute_uri(input.xmltv_url));
    add(out, "x-tvg-url", attribute_uri(input.xmltv_url));
    out += '\n';
    for (const auto& channel : input.channels) {
        if (channel.streams.empty()) continue;
        const auto stream = web_uri(channel.streams.front().url);
        if (!stream.empty()) out += entry(channel, stream, input);
    }
    return out;
}

}  // namespace stagecast::feeds
