#include "feeds/m3u.h"

#include <catch2/catch.hpp>
#include <map>

#include "base/text.h"
#include "tests/feeds/guide_example.h"

using namespace stagecast;
using namespace stagecast::feeds;

namespace {

struct Entry {
    std::map<std::string, std::string> attributes;
    std::string name, url;
};

// Takes ` key="value"` pairs until `end`; the test fails on anything else.
std::map<std::string, std::string> read_attributes(std::string_view& line) {
    std::map<std::string, std::string> found;
    while (line.starts_with(' ')) {
        line.remove_prefix(1);
        const auto equals = line.find("=\"");
        REQUIRE(equals != std::string_view::npos);
        const auto key = line.substr(0, equals);
        REQUIRE(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
        line.remove_prefix(equals + 2);
        const auto end = line.find('"');
        REQUIRE(end != std::string_view::npos);
        found[std::string(key)] = line.substr(0, end);
        REQUIRE(line.substr(0, end).find(',') == std::string_view::npos);
        line.remove_prefix(end + 1);
    }
    return found;
}

struct Playlist {
    std::map<std::string, std::string> head;
    std::vector<Entry> entries;
};

// A strict reader: every line is the head, an EXTINF, or the address that must follow one.
Playlist read_m3u(const std::string& text) {
    REQUIRE(text.ends_with('\n'));
    REQUIRE(is_utf8(text));
    auto lines = split(text, '\n');
    lines.pop_back();
    Playlist playlist;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::string_view line = lines[i];
        for (const char c : line) REQUIRE((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
        if (i == 0) {
            REQUIRE(line.starts_with("#EXTM3U"));
            line.remove_prefix(7);
            playlist.head = read_attributes(line);
            REQUIRE(line.empty());
        } else if (i % 2 == 1) {
            REQUIRE(line.starts_with("#EXTINF:-1 "));
            line.remove_prefix(10);
            auto& entry = playlist.entries.emplace_back();
            entry.attributes = read_attributes(line);
            REQUIRE(line.starts_with(','));
            entry.name = line.substr(1);
            REQUIRE(entry.name.find(',') == std::string::npos);
        } else {
            REQUIRE(line.starts_with("http"));
            REQUIRE(line.find(' ') == std::string_view::npos);
            playlist.entries.back().url = line;
        }
    }
    return playlist;
}

}  // namespace

TEST_CASE("the M3U leads from each channel's name to its first stream and to the guide", "[m3u]") {
    const auto playlist = read_m3u(m3u(guide_example()));
    CHECK(playlist.head.at("x-tvg-url") == "https://radio.example.org/guide.xmltv?a=1%2C2");
    CHECK(playlist.head.at("url-tvg") == playlist.head.at("x-tvg-url"));
    REQUIRE(playlist.entries.size() == 2);
    const auto& entry = playlist.entries[0];
    CHECK(entry.name == "Tea 'live'");
    CHECK(entry.url == "https://radio.example.org/channels/tea/listen.mp3");
    CHECK(entry.attributes.at("tvg-id") == "tea.radio.example.org");
    CHECK(entry.attributes.at("tvg-name") == "Tea 'live'");
    CHECK(entry.attributes.at("tvg-logo") == "https://radio.example.org/tea.png");
    CHECK(entry.attributes.at("group-title") == "Stagecast & friends");
    CHECK(entry.attributes.at("radio") == "true");
    CHECK_FALSE(playlist.entries[1].attributes.contains("tvg-logo"));
}

TEST_CASE("hostile text leaves no line and no attribute of the M3U", "[m3u]") {
    const auto playlist = read_m3u(m3u(hostile_guide()));
    REQUIRE(playlist.entries.size() == 2);
    CHECK(has(playlist.entries[0].name, "#EXTINF:-1 evil"));
    CHECK(playlist.entries[0].name.ends_with("\\\u2069\u202c"));
}

TEST_CASE("what is no web address is not a stream", "[m3u]") {
    auto input = guide_example();
    input.channels.resize(1);
    input.channels[0].streams[0].url = GENERATE("#EXTINF:0,x", "file:///etc/passwd", "", "plugin://x");
    CHECK(read_m3u(m3u(input)).entries.empty());
}
