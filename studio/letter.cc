#include "studio/letter.h"

#include <fmt/format.h>

#include "base/text.h"
#include "feeds/plain_text.h"
#include "feeds/text.h"

namespace stagecast::studio {
namespace {

// Colours of the pages (web/frontend/src/site.css). Inline for readers that take no <style>; the classes are
// for those that show mail in the dark.
constexpr const char* kHead =
    R"(<!doctype html>
<html lang="{0}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{1}</title>
<style>
:root {{ color-scheme: light dark; }}
@media (prefers-color-scheme: dark) {{
.paper {{ background: #151310 !important; }}
.sheet {{ background: #1e1b17 !important; color: #f2ebdf !important; border-color: #39332b !important; }}
.muted {{ color: #b3a898 !important; }}
.link {{ color: #ff9d94 !important; }}
.button {{ background: #ff6b60 !important; color: #1d0503 !important; }}
}}
</style>
</head>
<body class="paper" style="margin:0;padding:16px;background:#f9f5ec">
<div class="sheet" style="max-width:560px;margin:0 auto;padding:24px;border:1px solid #dcd2c1;border-radius:8px;background:#fffdf7;color:#1c1915;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;overflow-wrap:anywhere">
<h1 style="margin:0 0 12px;font:600 22px/1.3 Georgia,serif">{1}</h1>
)";
constexpr const char* kLink = R"(<a class="link" href="{}" style="color:#a80f26">{}</a>)";
constexpr const char* kButton =
    R"(<p style="margin:20px 0 0"><a class="button" href="{}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#c4122d;color:#ffffff;font-weight:600;text-decoration:none">{}</a></p>
)";
constexpr const char* kFact =
    R"(<tr><th scope="row" class="muted" style="padding:2px 12px 2px 0;text-align:left;vertical-align:top;white-space:nowrap;font-weight:400;color:#635a4e">{}</th><td style="padding:2px 0">{}</td></tr>
)";
constexpr const char* kFoot =
    R"(<div class="muted" style="max-width:560px;margin:16px auto 0;color:#635a4e;font:13px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">
)";

std::string linked(const std::string& text, const std::string& url) {
    const auto safe = feeds::web_uri(url);
    return safe.empty() ? xml_escape(text)
                        : fmt::format(fmt::runtime(kLink), xml_escape(safe), xml_escape(text));
}

std::string facts_html(const Letter& letter) {
    if (letter.facts.empty()) return {};
    std::string out = "<table style=\"border-collapse:collapse\">\n";
    for (const auto& [label, value] : letter.facts)
        out += fmt::format(fmt::runtime(kFact), xml_escape(label), xml_escape(value));
    return out + "</table>\n";
}

std::string group_html(const Letter::Group& group) {
    std::string out = fmt::format("<h2 style=\"margin:20px 0 4px;font:600 17px/1.3 Georgia,serif\">{}</h2>\n",
                                  xml_escape(group.heading));
    out += "<ul style=\"margin:0;padding-left:20px\">\n";
    for (const auto& item : group.items) out += "<li>" + linked(item.text, item.url) + "</li>\n";
    return out + "</ul>\n";
}

}  // namespace

std::string as_text(const Letter& letter) {
    std::string out = letter.title + "\n\n";
    if (!letter.lead.empty()) out += letter.lead + "\n\n";
    if (!letter.note.empty()) out += letter.note + "\n\n";
    for (const auto& [label, value] : letter.facts) out += label + letter.colon + value + "\n";
    if (!letter.facts.empty()) out += "\n";
    for (const auto& group : letter.groups) {
        out += group.heading + "\n";
        for (const auto& item : group.items) {
            out += "- " + item.text + "\n";
            if (!item.url.empty()) out += "  " + feeds::clean_uri(item.url) + "\n";
        }
        out += "\n";
    }
    return out + letter.button + letter.colon + feeds::clean_uri(letter.url) + "\n";
}

std::string as_html(const Letter& letter) {
    std::string out = fmt::format(fmt::runtime(kHead), xml_escape(letter.language), xml_escape(letter.title));
    if (!letter.lead.empty())
        out += fmt::format("<p style=\"margin:0 0 12px\">{}</p>\n", xml_escape(letter.lead));
    if (!letter.note.empty()) out += feeds::text_html(letter.note) + "\n";
    out += facts_html(letter);
    for (const auto& group : letter.groups) out += group_html(group);
    out +=
        fmt::format(fmt::runtime(kButton), xml_escape(feeds::web_uri(letter.url)), xml_escape(letter.button));
    return out + "</div>\n";
}

std::string foot_text(const std::string& why, const std::vector<Letter::Item>& links) {
    std::string out = "\n-- \n" + why + "\n";
    for (const auto& link : links) out += "\n" + link.text + "\n" + feeds::clean_uri(link.url) + "\n";
    return out;
}

std::string foot_html(const std::string& why, const std::vector<Letter::Item>& links) {
    std::string out = kFoot + fmt::format("<p style=\"margin:0 0 4px\">{}</p>\n", xml_escape(why));
    for (const auto& link : links)
        out += "<p style=\"margin:0 0 4px\">" + linked(link.text, link.url) + "</p>\n";
    return out + "</div>\n";
}

}  // namespace stagecast::studio
