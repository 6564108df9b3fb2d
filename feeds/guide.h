#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/zone.h"
#include "feeds/enclosure.h"
#include "feeds/standing.h"

// What every guide document (XMLTV, M3U, Atom, JSON Feed) is made from.
namespace stagecast::feeds {

struct GuideText {
    std::string language, text;  // BCP 47; empty where it is not known
};
// The same in several languages, the main one first; empty where there is nothing.
using GuideTexts = std::vector<GuideText>;

struct GuideStream {
    std::string url, type;
};

struct GuideChannel {
    std::string slug, title, description, language, colour, page_url, icon_url;
    std::vector<GuideStream> streams;  // the one for players first
};

struct GuideHost {
    std::string name, url;
};

struct GuideAiring {
    std::string room_id, uid, channel_slug, show_slug;  // no show: a spontaneous room
    GuideTexts title;                                   // never empty
    GuideTexts show_title;                              // where the airing has a title of its own
    GuideTexts notes;                                   // Markdown
    std::string url, image_url;
    std::string language;  // that is spoken
    Instant starts_at{}, ends_at{};
    std::optional<Instant> previous_start;  // where it was moved
    Standing standing = Standing::kPlanned;
    std::vector<GuideHost> hosts;
    GuideText category;
    std::string replay_url;           // the episode's page
    std::optional<Enclosure> replay;  // its sound
    Instant created_at{}, updated_at{};
    bool is_new = false;  // the first airing of a show
    std::optional<int> episode_number;
};

struct GuideInput {
    std::string title, description;  // of this document
    std::string site_name, site_url;
    std::string page_url, self_url;  // the guide for people, and this document
    std::string xmltv_url;           // the M3U leads there
    std::string icon_url;
    std::string language;  // of what the document itself says
    std::string zone;      // in which it says times
    std::vector<GuideChannel> channels;
    std::vector<GuideAiring> airings;  // written in this order
    Instant updated_at{};
};

// "tea.example.org": what XMLTV and M3U call a channel (RFC 2838), a DNS-like name whatever the slug and
// site.
std::string guide_channel_id(const std::string& slug, const std::string& site_url);

// The text in that language, else in another of its kind ("fr" for "fr-CA"), else the main one; nothing where
// there is none.
const GuideText* text_in(const GuideTexts& texts, std::string_view language);

// Its hosts' names.
std::vector<std::string> host_names(const GuideAiring& airing);

}  // namespace stagecast::feeds
