#include "feeds/guide.h"

#include "base/text.h"

namespace stagecast::feeds {
namespace {

std::string primary(std::string_view language) {
    return lower_ascii(language.substr(0, language.find('-')));
}

// Letters, digits and '-' in parts between dots: anything else becomes '-'.
std::string domain_name(std::string_view text) {
    std::string out;
    for (const char c : lower_ascii(text)) {
        const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        if (is_kept)
            out += c;
        else if (c == '.' && !out.empty() && out.back() != '.')
            out += '.';
        else
            out += '-';
    }
    while (out.ends_with('.')) out.pop_back();
    return out.empty() ? "-" : out;
}

std::string_view host_of(std::string_view url) {
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find('/'));
    if (url.starts_with('[')) return url.substr(0, url.find(']') + 1);
    return url.substr(0, url.find(':'));
}

}  // namespace

std::string guide_channel_id(const std::string& slug, const std::string& site_url) {
    return domain_name(slug) + "." + domain_name(host_of(site_url));
}

const GuideText* text_in(const GuideTexts& texts, std::string_view language) {
    for (const auto& text : texts)
        if (lower_ascii(text.language) == lower_ascii(language)) return &text;
    for (const auto& text : texts)
        if (primary(text.language) == primary(language)) return &text;
    return texts.empty() ? nullptr : &texts.front();
}

std::vector<std::string> host_names(const GuideAiring& airing) {
    std::vector<std::string> names;
    for (const auto& host : airing.hosts) names.push_back(host.name);
    return names;
}

}  // namespace stagecast::feeds
