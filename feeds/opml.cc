#include "feeds/opml.h"

#include "feeds/plain_text.h"
#include "feeds/text.h"
#include "feeds/xml.h"

namespace stagecast::feeds {
namespace {

void add(Xml::Attributes& attributes, std::string_view key, std::string value) {
    if (!value.empty()) attributes.emplace_back(key, std::move(value));
}

void write_show(Xml& xml, const OpmlShow& show) {
    const auto feed = web_uri(show.feed_url);
    if (feed.empty()) return;
    auto title = one_line(show.title);
    if (title.empty()) title = feed;
    Xml::Attributes attributes{{"text", title}, {"type", "rss"}, {"title", title}};
    add(attributes, "xmlUrl", feed);
    add(attributes, "htmlUrl", web_uri(show.page_url));
    add(attributes, "description", one_line(plain_text(show.description)));
    if (is_language_tag(show.language)) add(attributes, "language", show.language);
    attributes.emplace_back("version", "RSS2");
    xml.empty("outline", attributes);
}

}  // namespace

std::string opml(const OpmlInput& input) {
    Xml xml;
    xml.open("opml", {{"version", "2.0"}});
    xml.open("head");
    xml.element("title", one_line(input.title));
    xml.element("dateModified", to_rfc5322(input.updated_at));
    if (const auto owner = one_line(input.owner_name); !owner.empty()) xml.element("ownerName", owner);
    xml.close();
    xml.open("body");
    const auto folder = one_line(input.site_name);
    xml.open("outline", {{"text", folder.empty() ? "Stagecast" : folder}});
    for (const auto& show : input.shows) write_show(xml, show);
    return xml.take();
}

}  // namespace stagecast::feeds
