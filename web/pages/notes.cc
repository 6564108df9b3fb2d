#include "web/pages/notes.h"

#include <fmt/format.h>
#include <md4c.h>

#include <array>
#include <string_view>

#include "base/text.h"

namespace stagecast::web {
namespace {

struct Output {
    std::string html;
    std::string plain;  // of the first paragraph
    bool in_first_paragraph = false;
    bool first_paragraph_done = false;
};

Output& output(void* user) {
    return *static_cast<Output*>(user);
}

std::string attribute_text(const MD_ATTRIBUTE& attribute) {
    return std::string(attribute.text, attribute.size);
}

bool is_safe_link(std::string_view href) {
    const auto lower = lower_ascii(href);
    for (const std::string_view scheme : {"https://", "http://", "mailto:"})
        if (lower.starts_with(scheme)) return true;
    return lower.starts_with('/') && !lower.starts_with("//");
}

// A heading of the notes stands two levels below the page's.
int heading_level(void* detail) {
    return std::min(6, static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level) + 2);
}

std::string_view block_tag(MD_BLOCKTYPE type) {
    switch (type) {
        case MD_BLOCK_QUOTE:
            return "blockquote";
        case MD_BLOCK_UL:
            return "ul";
        case MD_BLOCK_OL:
            return "ol";
        case MD_BLOCK_LI:
            return "li";
        case MD_BLOCK_CODE:
            return "pre";
        case MD_BLOCK_P:
            return "p";
        default:
            return "";
    }
}

int enter_block(MD_BLOCKTYPE type, void* detail, void* user) {
    auto& out = output(user);
    if (type == MD_BLOCK_P && !out.first_paragraph_done) out.in_first_paragraph = true;
    if (type == MD_BLOCK_HR) out.html += "<hr>";
    if (type == MD_BLOCK_H) out.html += fmt::format("<h{}>", heading_level(detail));
    if (const auto tag = block_tag(type); !tag.empty()) out.html += fmt::format("<{}>", tag);
    return 0;
}

int leave_block(MD_BLOCKTYPE type, void* detail, void* user) {
    auto& out = output(user);
    if (type == MD_BLOCK_P && out.in_first_paragraph) {
        out.in_first_paragraph = false;
        out.first_paragraph_done = true;
    }
    if (type == MD_BLOCK_H) out.html += fmt::format("</h{}>\n", heading_level(detail));
    if (const auto tag = block_tag(type); !tag.empty()) out.html += fmt::format("</{}>\n", tag);
    return 0;
}

int enter_span(MD_SPANTYPE type, void* detail, void* user) {
    auto& out = output(user);
    if (type == MD_SPAN_EM) out.html += "<em>";
    if (type == MD_SPAN_STRONG) out.html += "<strong>";
    if (type == MD_SPAN_CODE) out.html += "<code>";
    if (type == MD_SPAN_DEL) out.html += "<del>";
    if (type == MD_SPAN_A) {
        const auto href = attribute_text(static_cast<MD_SPAN_A_DETAIL*>(detail)->href);
        out.html += is_safe_link(href)
                        ? fmt::format("<a href=\"{}\" rel=\"nofollow ugc noopener\">", xml_escape(href))
                        : std::string("<a>");
    }
    return 0;
}

int leave_span(MD_SPANTYPE type, void*, void* user) {
    auto& out = output(user);
    if (type == MD_SPAN_EM) out.html += "</em>";
    if (type == MD_SPAN_STRONG) out.html += "</strong>";
    if (type == MD_SPAN_CODE) out.html += "</code>";
    if (type == MD_SPAN_DEL) out.html += "</del>";
    if (type == MD_SPAN_A) out.html += "</a>";
    return 0;
}

int text(MD_TEXTTYPE type, const MD_CHAR* bytes, MD_SIZE size, void* user) {
    auto& out = output(user);
    const std::string_view piece(bytes, size);
    if (type == MD_TEXT_BR) out.html += "<br>";
    // An entity as written: the parser has checked its shape.
    else if (type == MD_TEXT_ENTITY)
        out.html += piece;
    else if (type == MD_TEXT_SOFTBR)
        out.html += "\n";
    else if (type != MD_TEXT_NULLCHAR)
        out.html += xml_escape(piece);
    if (out.in_first_paragraph) {
        if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
            out.plain += ' ';
        else if (type == MD_TEXT_NORMAL || type == MD_TEXT_CODE)
            out.plain += piece;
    }
    return 0;
}

Output parsed(const std::string& markdown) {
    MD_PARSER parser{};
    parser.flags = MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_STRIKETHROUGH;
    parser.enter_block = enter_block;
    parser.leave_block = leave_block;
    parser.enter_span = enter_span;
    parser.leave_span = leave_span;
    parser.text = text;
    Output out;
    md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &parser, &out);
    return out;
}

}  // namespace

std::string notes_html(const std::string& markdown) {
    return parsed(markdown).html;
}

std::string notes_summary(const std::string& markdown, std::size_t max_characters) {
    auto plain = parsed(markdown).plain;
    std::size_t characters = 0;
    for (std::size_t at = 0; at < plain.size(); ++at) {
        const bool begins_character = (static_cast<unsigned char>(plain[at]) & 0xC0) != 0x80;
        if (begins_character && ++characters > max_characters) {
            plain.resize(at);
            return plain + "…";
        }
    }
    return plain;
}

}  // namespace stagecast::web
