#include "feeds/plain_text.h"

#include <md4c.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "feeds/text.h"

namespace stagecast::feeds {
namespace {

// What was read so far. Breaks wait until a word follows, so that none stands at an end.
class Output {
public:
    void write(std::string_view piece) {
        if (piece.empty()) return;
        if (!text_.empty()) text_.append(newlines_, '\n');
        newlines_ = 0;
        text_ += marker_;
        marker_ = "";
        text_ += piece;
    }
    void need_newlines(std::size_t count) { newlines_ = std::max(newlines_, count); }
    void begin_item() { marker_ = "- "; }
    void begin_link(std::string href) {
        href_ = std::move(href);
        link_begin_ = text_.size();
    }
    void end_link() {
        const auto words = std::string_view(text_).substr(std::min(link_begin_, text_.size()));
        const bool is_said = words.find(href_) != std::string_view::npos;
        if (!href_.empty() && !is_said) write(" (" + href_ + ")");
        href_.clear();
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_, href_;
    std::string_view marker_;
    std::size_t newlines_ = 0, link_begin_ = 0;
};

Output& output(void* user) {
    return *static_cast<Output*>(user);
}

std::size_t newlines_around(MD_BLOCKTYPE type) {
    switch (type) {
        case MD_BLOCK_DOC:
        case MD_BLOCK_HTML:
            return 0;
        case MD_BLOCK_LI:
        case MD_BLOCK_TR:
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            return 1;
        default:
            return 2;
    }
}

int enter_block(MD_BLOCKTYPE type, void*, void* user) {
    output(user).need_newlines(newlines_around(type));
    if (type == MD_BLOCK_LI) output(user).begin_item();
    return 0;
}

int leave_block(MD_BLOCKTYPE type, void*, void* user) {
    output(user).need_newlines(newlines_around(type));
    return 0;
}

int enter_span(MD_SPANTYPE type, void* detail, void* user) {
    if (type != MD_SPAN_A) return 0;
    const auto& href = static_cast<MD_SPAN_A_DETAIL*>(detail)->href;
    output(user).begin_link(
        web_uri(href.size == 0 ? std::string_view() : std::string_view(href.text, href.size)));
    return 0;
}

int leave_span(MD_SPANTYPE type, void*, void* user) {
    if (type == MD_SPAN_A) output(user).end_link();
    return 0;
}

std::string_view entity_text(std::string_view entity) {
    static constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
        {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&nbsp;", " "}};
    for (const auto& [name, text] : kEntities)
        if (entity == name) return text;
    return entity;
}

int text(MD_TEXTTYPE type, const MD_CHAR* bytes, MD_SIZE size, void* user) {
    const std::string_view piece(bytes, size);
    auto& out = output(user);
    if (type == MD_TEXT_BR)
        out.need_newlines(1);
    else if (type == MD_TEXT_SOFTBR)
        out.write(" ");
    else if (type == MD_TEXT_ENTITY)
        out.write(entity_text(piece));
    else if (type != MD_TEXT_NULLCHAR)
        out.write(piece);
    return 0;
}

}  // namespace

std::string plain_text(std::string_view markdown) {
    const auto cleaned = clean(markdown);
    MD_PARSER parser{};
    parser.flags = MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_STRIKETHROUGH;
    parser.enter_block = enter_block;
    parser.leave_block = leave_block;
    parser.enter_span = enter_span;
    parser.leave_span = leave_span;
    parser.text = text;
    Output out;
    md_parse(cleaned.data(), static_cast<MD_SIZE>(cleaned.size()), &parser, &out);
    return trim(out.take());
}

std::string text_html(std::string_view plain) {
    std::string out;
    for (const auto& line : split(clean(plain), '\n')) {
        if (line.empty()) {
            if (!out.empty() && !out.ends_with("</p>")) out += "</p>";
            continue;
        }
        out += out.empty() || out.ends_with("</p>") ? "<p>" : "<br>";
        out += xml_escape(line);
    }
    return out.empty() || out.ends_with("</p>") ? out : out + "</p>";
}

}  // namespace stagecast::feeds
