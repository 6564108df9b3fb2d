#include "feeds/xmltv.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "feeds/content_lines.h"
#include "feeds/plain_text.h"
#include "feeds/text.h"
#include "feeds/words.h"
#include "feeds/xml.h"

namespace stagecast::feeds {
namespace {

Xml::Attributes lang(const std::string& language) {
    if (!is_language_tag(language)) return {};
    return {{"lang", language}};
}

// The DTD: an element of text has some, and on one line.
void write_line(Xml& xml, std::string_view name, std::string_view text, const Xml::Attributes& attributes) {
    if (const auto line = one_line(text); !line.empty()) xml.element(name, line, attributes);
}

// Walks the guide once. What is said of an airing is said in the language of each text, or the document's
// where that is not known.
class Writer {
public:
    explicit Writer(const GuideInput& input) : input_(input), zone_(Zone::find(input.zone)) {
        for (const auto& channel : input.channels)
            channel_ids_.emplace(channel.slug, guide_channel_id(channel.slug, input.site_url));
    }

    std::string document() {
        xml_.doctype("tv", "xmltv.dtd");
        xml_.open("tv", {{"date", time(input_.updated_at)},
                         {"source-info-url", web_uri(input_.page_url)},
                         {"source-info-name", one_line(input_.site_name)},
                         {"source-data-url", web_uri(input_.self_url)},
                         {"generator-info-name", "Stagecast"}});
        std::set<std::string_view> used;
        for (const auto& airing : input_.airings) used.insert(airing.channel_slug);
        for (const auto& channel : input_.channels)
            if (used.contains(channel.slug)) write_channel(channel);
        for (const auto& airing : input_.airings) write_programme(airing);
        return xml_.take();
    }

private:
    // "20261124200000 +0100"
    std::string time(Instant instant) const {
        const auto digits = ical_local(zone_->to_local(instant));
        const auto offset =
            std::chrono::duration_cast<std::chrono::minutes>(zone_->offset_at(instant)).count();
        return fmt::format("{}{} {}{:02}{:02}", digits.substr(0, 8), digits.substr(9), offset < 0 ? '-' : '+',
                           std::abs(offset) / 60, std::abs(offset) % 60);
    }

    void write_channel(const GuideChannel& channel) {
        xml_.open("channel", {{"id", channel_ids_.at(channel.slug)}});
        const auto name = one_line(channel.title);
        xml_.element("display-name", name.empty() ? channel.slug : name, lang(channel.language));
        write_icon(channel.icon_url);
        write_url(channel.page_url, {});
        xml_.close();
    }

    void write_icon(const std::string& url) {
        if (const auto uri = web_uri(url); !uri.empty()) xml_.empty("icon", {{"src", uri}});
    }

    void write_url(const std::string& url, const Xml::Attributes& attributes) {
        if (const auto uri = web_uri(url); !uri.empty()) xml_.element("url", uri, attributes);
    }

    void write_programme(const GuideAiring& airing) {
        const auto channel = channel_ids_.find(airing.channel_slug);
        if (channel == channel_ids_.end()) return;
        xml_.open("programme", {{"start", time(airing.starts_at)},
                                {"stop", time(airing.ends_at)},
                                {"channel", channel->second}});
        write_titles(airing);
        write_descriptions(airing);
        write_credits(airing);
        xml_.element("date", time(airing.starts_at).substr(0, 8));
        write_line(xml_, "category", airing.category.text, lang(airing.category.language));
        if (is_language_tag(airing.language)) xml_.element("language", airing.language);
        write_length(airing);
        write_icon(airing.image_url);
        write_url(airing.url, {});
        write_url(airing.replay_url, {{"system", "replay"}});
        if (airing.episode_number)
            xml_.element("episode-num", std::to_string(*airing.episode_number), {{"system", "onscreen"}});
        if (airing.is_new) xml_.empty("new", {});
        xml_.close();
    }

    const std::string& words_for(const GuideText& text) const {
        return text.language.empty() ? input_.language : text.language;
    }

    void write_titles(const GuideAiring& airing) {
        const auto& main = airing.show_title.empty() ? airing.title : airing.show_title;
        for (const auto& title : main)
            write_line(xml_, "title",
                       said_title(title.text, airing.standing, airing.previous_start, words_for(title)),
                       lang(title.language));
        if (airing.show_title.empty()) return;
        for (const auto& title : airing.title)
            write_line(xml_, "sub-title", title.text, lang(title.language));
    }

    void write_descriptions(const GuideAiring& airing) {
        auto texts = airing.notes;
        if (texts.empty()) texts.push_back({airing.title.front().language, ""});
        for (const auto& text : texts) {
            const auto notes = plain_text(text.text);
            const auto whole = said_text({.first = said_standing(airing.standing, words_for(text)),
                                          .previous_start = airing.previous_start,
                                          .notes = notes},
                                         *zone_, words_for(text));
            if (!whole.empty()) xml_.element("desc", whole, lang(text.language));
        }
    }

    void write_credits(const GuideAiring& airing) {
        const auto has_name = [](const GuideHost& host) { return !one_line(host.name).empty(); };
        if (std::none_of(airing.hosts.begin(), airing.hosts.end(), has_name)) return;
        xml_.open("credits");
        for (const auto& host : airing.hosts) write_line(xml_, "presenter", host.name, {});
        xml_.close();
    }

    void write_length(const GuideAiring& airing) {
        const auto length =
            std::chrono::duration_cast<std::chrono::minutes>(airing.ends_at - airing.starts_at).count();
        if (length > 0) xml_.element("length", std::to_string(length), {{"units", "minutes"}});
    }

    const GuideInput& input_;
    const std::shared_ptr<const Zone> zone_;
    std::map<std::string, std::string> channel_ids_;  // by slug
    Xml xml_;
};

}  // namespace

std::string xmltv(const GuideInput& input) {
    return Writer(input).document();
}

}  // namespace stagecast::feeds
