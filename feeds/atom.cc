#include "feeds/atom.h"

#include "base/text.h"
#include "feeds/plain_text.h"
#include "feeds/text.h"
#include "feeds/words.h"
#include "feeds/xml.h"

namespace stagecast::feeds {
namespace {

// RFC 9562, 6.6: names that are URLs.
constexpr std::string_view kUrlNamespace = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";
constexpr std::string_view kRoomNamespace = "b2f7c9b4-7c0d-5b0e-9d52-3c4f6a1d8e70";  // ours

void write_link(Xml& xml, const std::string& relation, const std::string& url, const std::string& type) {
    if (const auto uri = web_uri(url); !uri.empty())
        xml.empty("link", {{"rel", relation}, {"type", type}, {"href", uri}});
}

Xml::Attributes language_of(const GuideText& text, const GuideInput& input) {
    if (!is_language_tag(text.language) || text.language == input.language) return {};
    return {{"xml:lang", text.language}};
}

void write_author(Xml& xml, const std::string& name, const std::string& url) {
    const auto line = one_line(name);
    if (line.empty()) return;
    xml.open("author");
    xml.element("name", line);
    if (const auto uri = web_uri(url); !uri.empty()) xml.element("uri", uri);
    xml.close();
}

void write_enclosure(Xml& xml, const Enclosure& sound) {
    const auto uri = web_uri(sound.url);
    if (uri.empty()) return;
    xml.empty("link", {{"rel", "enclosure"},
                       {"type", sound.type},
                       {"length", std::to_string(sound.size_bytes)},
                       {"href", uri}});
}

void write_texts(Xml& xml, const GuideAiring& airing, const GuideInput& input, const Zone& zone) {
    static const GuideText kNothing;
    const auto* found = text_in(airing.notes, input.language);
    const auto& notes = found == nullptr ? kNothing : *found;
    const auto time = said_time(airing.starts_at, airing.ends_at, zone);
    Said said{.first = said_standing(airing.standing, input.language),
              .previous_start = airing.previous_start,
              .hosts = host_names(airing)};
    const auto summary = said_text(said, zone, input.language);
    xml.element("summary", summary.empty() ? time : time + "\n" + summary, {{"type", "text"}});
    const auto plain = plain_text(notes.text);
    said.notes = plain;
    auto attributes = language_of(notes, input);
    attributes.emplace_back("type", "html");
    xml.element("content", text_html(time + "\n" + said_text(said, zone, input.language)), attributes);
}

void write_entry(Xml& xml, const GuideAiring& airing, const GuideInput& input, const Zone& zone) {
    const auto* title = text_in(airing.title, input.language);
    xml.open("entry");
    xml.element("id", "urn:uuid:" + uuid_v5(kRoomNamespace, airing.room_id));
    auto attributes = language_of(*title, input);
    attributes.emplace_back("type", "text");
    xml.element("title", said_title(title->text, airing.standing, airing.previous_start, input.language),
                attributes);
    xml.element("published", to_iso8601(airing.created_at));
    xml.element("updated", to_iso8601(airing.updated_at));
    for (const auto& host : airing.hosts) write_author(xml, host.name, host.url);
    write_link(xml, "alternate", airing.url, "text/html");
    write_link(xml, "related", airing.replay_url, "text/html");
    if (airing.replay) write_enclosure(xml, *airing.replay);
    if (const auto term = one_line(airing.category.text); !term.empty())
        xml.empty("category", {{"term", term}});
    write_texts(xml, airing, input, zone);
    xml.close();
}

}  // namespace

std::string atom(const GuideInput& input) {
    const auto zone = Zone::find(input.zone);
    Xml xml;
    Xml::Attributes attributes{{"xmlns", "http://www.w3.org/2005/Atom"}};
    if (is_language_tag(input.language)) attributes.emplace_back("xml:lang", input.language);
    xml.open("feed", attributes);
    xml.element("id", "urn:uuid:" + uuid_v5(kUrlNamespace, input.self_url));
    xml.element("title", one_line(input.title), {{"type", "text"}});
    if (!input.description.empty()) xml.element("subtitle", one_line(input.description), {{"type", "text"}});
    xml.element("updated", to_iso8601(input.updated_at));
    // An entry whose hosts are not named has this author (4.1.1).
    write_author(xml, input.site_name.empty() ? "Stagecast" : input.site_name, input.site_url);
    write_link(xml, "self", input.self_url, "application/atom+xml");
    write_link(xml, "alternate", input.page_url, "text/html");
    if (const auto icon = web_uri(input.icon_url); !icon.empty()) xml.element("icon", icon);
    xml.element("generator", "Stagecast");
    for (const auto& airing : input.airings) write_entry(xml, airing, input, *zone);
    return xml.take();
}

}  // namespace stagecast::feeds
