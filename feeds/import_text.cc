#include "feeds/import_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace stagecast::feeds {
namespace {

constexpr std::array<std::string_view, 12> kTags{"<br", "<p>", "<p ", "<a ", "<div",  "<span",
                                                 "<b>", "<i>", "<ul", "<li", "<html", "<strong"};
constexpr std::array<std::string_view, 9> kBlocks{"br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEntities{
    {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", " "}}};

// "href" of a tag's inside: `a href="https://x"`.
std::string link_of(std::string_view tag) {
    const auto at = lower_ascii(tag).find("href=");
    if (at == std::string::npos) return {};
    tag.remove_prefix(at + 5);
    const bool quoted = tag.starts_with('"') || tag.starts_with('\'');
    const auto end = quoted ? tag.find(tag.front(), 1) : tag.find_first_of(" >");
    return std::string(quoted ? tag.substr(1, end == std::string_view::npos ? end : end - 1)
                              : tag.substr(0, end));
}

class MarkupReader {
public:
    std::string read(std::string_view text) {
        while (!text.empty()) {
            const auto close = text.front() == '<' && has_tag_ends_ ? text.find('>') : std::string_view::npos;
            if (close != std::string_view::npos) {
                tag(text.substr(1, close - 1));
                text.remove_prefix(close + 1);
                continue;
            }
            if (text.front() == '<') has_tag_ends_ = false;  // no '>' is left: looked for once
            text.remove_prefix(character(text));
        }
        return trim(out_);
    }

private:
    void tag(std::string_view inside) {
        const bool ends = inside.starts_with('/');
        auto name =
            lower_ascii(inside.substr(ends ? 1 : 0, inside.find_first_of(" /\t\n", 1) - (ends ? 1 : 0)));
        if (name == "br/") name = "br";
        if (std::ranges::find(kBlocks, name) != kBlocks.end()) new_line();
        if (name == "li" && !ends) out_ += "- ";
        if (name != "a") return;
        const bool shows_link = out_.find(link_, link_from_) != std::string::npos;
        if (ends && !link_.empty() && !shows_link) out_ += " (" + link_ + ")";
        link_ = ends ? "" : link_of(inside);
        link_from_ = out_.size();
    }
    void new_line() {
        if (!out_.ends_with("\n\n") && !out_.empty()) out_ += '\n';
    }
    // Adds what the text begins with; how many bytes of it that was.
    std::size_t character(std::string_view text) {
        for (const auto& [entity, meaning] : kEntities) {
            if (!text.starts_with(entity)) continue;
            out_ += meaning;
            return entity.size();
        }
        out_ += text.front();
        return 1;
    }

    std::string out_, link_;
    std::size_t link_from_ = 0;  // where the text of an open link begins
    bool has_tag_ends_ = true;
};

}  // namespace

std::string without_markup(std::string_view text) {
    const auto lower = lower_ascii(text);
    const bool has_tags = std::ranges::any_of(
        kTags, [&](std::string_view tag) { return lower.find(tag) != std::string::npos; });
    return has_tags ? MarkupReader().read(text) : std::string(text);
}

}  // namespace stagecast::feeds
