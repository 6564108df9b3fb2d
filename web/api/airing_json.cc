#include "web/api/airing_json.h"

#include "store/words.h"
#include "studio/words.h"

namespace stagecast::web {
namespace {

// ,"name":
void append_name(std::string& out, std::string_view name) {
    out += ",\"";
    out += name;
    out += "\":";
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
    append_name(out, name);
    append_json_string(out, text);
}

void append_channel(std::string& out, const scheduler::Listing& listing) {
    append_name(out, "channel");
    out += "{\"slug\":";
    append_json_string(out, listing.channel_slug);
    append_text(out, "title", listing.channel_title);
    append_text(out, "colour", listing.channel_colour);
    out += '}';
}

void append_hosts(std::string& out, const scheduler::Listing& listing) {
    append_name(out, "hosts");
    char separator = '[';
    for (const auto& host : listing.hosts) {
        out += separator;
        out += "{\"handle\":";
        append_json_string(out, host.handle);
        append_text(out, "name", host.name);
        out += '}';
        separator = ',';
    }
    out += listing.hosts.empty() ? "[]" : "]";
}

void append_languages(std::string& out, const scheduler::Listing& listing) {
    append_text(out, "language", listing.language);
    append_name(out, "languages");
    out += '[';
    append_json_string(out, listing.language);
    for (const auto& text : listing.texts) {
        if (text.language == listing.language) continue;
        out += ',';
        append_json_string(out, text.language);
    }
    out += ']';
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    out += '"';
    std::size_t plain_from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        out += text.substr(plain_from, i - plain_from);
        plain_from = i + 1;
        out += '\\';
        if (byte < 0x20)
            out.append("u00").append({kDigits[byte >> 4], kDigits[byte & 15U]});
        else
            out += text[i];
    }
    out += text.substr(plain_from);
    out += '"';
}

void append_airing(std::string& out, const scheduler::Listing& listing) {
    out += "{\"room\":\"";
    out += listing.room;
    out += "\",\"url\":\"/rooms/";
    out += listing.room;
    out += '"';
    append_text(out, "title", listing.title);
    append_channel(out, listing);
    if (!listing.show_slug.empty()) append_text(out, "show", listing.show_slug);
    if (!listing.category.empty()) append_text(out, "category", listing.category);
    append_text(out, "starts_at", to_iso8601(listing.starts_at));
    append_text(out, "ends_at", to_iso8601(listing.ends_at));
    append_text(out, "state", studio::word(listing.state));
    append_text(out, "lateness", store::word(listing.lateness));
    if (listing.moved_from) append_text(out, "moved_from", to_iso8601(*listing.moved_from));
    append_languages(out, listing);
    append_hosts(out, listing);
    if (!listing.episode.empty()) append_text(out, "episode", listing.episode);
    out += '}';
}

}  // namespace stagecast::web
