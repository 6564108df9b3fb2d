#pragma once
#include <string>

#include "web/http.h"
#include "web/pages/data.h"
#include "web/pages/page.h"

// What other sites show of this one: small pages for iframes (/embed/…), and oEmbed, which says how.
namespace stagecast::web {

struct EmbedSize {
    int width_px = 0, height_px = 0;
};
// What a site gives them where it knows nothing better; they fit any width from 240 px on.
inline constexpr EmbedSize kCardSize{480, 210}, kListSize{480, 440};

// The element that shows the page at `url`. The title is escaped.
std::string iframe_html(const std::string& url, const std::string& title, const EmbedSize& size);

// "Embed" on a page (_embed_code): {code, preview}.
Data embed_code(const Services& services, const std::string& embed_path, const std::string& title,
                const EmbedSize& size);

// Says on a page where its oEmbed answers are.
void add_oembed_links(const Services& services, Page& page);

void add_embed_pages(Router& router, Services& services);    // /embed/…
void add_oembed_routes(Router& router, Services& services);  // /oembed

}  // namespace stagecast::web
