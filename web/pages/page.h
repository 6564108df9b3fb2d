#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "web/http.h"
#include "web/pages/data.h"
#include "web/pages/viewer.h"

namespace stagecast::web {

// Another form of what a page shows: <link rel="alternate">.
struct Alternate {
    std::string type, title, href;
};

// kSecret: who knows the address is let in. It reaches no other site, no search engine and no cache.
enum class Address { kPublic, kSecret };

// One page before it is made: what its template needs, and what its head says.
struct Page {
    std::string template_name;  // "guide": templates/guide.mustache
    std::string title;          // of the tab, without the site's name; empty: the site's name alone
    std::string description;    // for link previews and search
    std::string path;           // its canonical address
    Data data;
    std::vector<Alternate> alternates;
    std::vector<std::string> styles;   // besides site.css: "guide"
    std::vector<std::string> modules;  // "room": dist/room.js
    std::string json_ld;               // schema.org, as JSON
    std::string open_graph_type = "website";
    int status = 200;
    Address address = Address::kPublic;
};

// The page as HTML in the layout, with the headers that every page has. Remembers ?zone=, ?lang= and ?theme=
// in cookies.
Response present(const Services& services, const Request& request, Page page);

// The page that a visitor is asked to sign in on, which leads back to where they were.
Response ask_to_sign_in(const Request& request);
// `next` if it is a path of this site, else `otherwise`: no open redirect.
std::string own_path(const std::string& next, const std::string& otherwise);
// The address of a path for others to use.
std::string absolute(const Services& services, const std::string& path);
// The current address with one query value set.
std::string here_with(const Request& request, const std::string& name, const std::string& value);

// A template filled, escaping on; {{t.key}} is a text of `words`, {{>name}} is templates/_name.mustache.
std::string fill(std::string_view template_name, const Data& data, const Words& words);

// The pages, one file each.
void add_guide_pages(Router& router, Services& services);
void add_channel_pages(Router& router, Services& services);
void add_show_pages(Router& router, Services& services);
void add_room_pages(Router& router, Services& services);
void add_stage_forms(Router& router, Services& services);
void add_episode_pages(Router& router, Services& services);
void add_sign_pages(Router& router, Services& services);
void add_studio_pages(Router& router, Services& services);
void add_channel_settings_pages(Router& router, Services& services);
void add_webhook_pages(Router& router, Services& services);
void add_plan_pages(Router& router, Services& services);
void add_import_pages(Router& router, Services& services);
void add_follow_pages(Router& router, Services& services);
void add_airing_pages(Router& router, Services& services);
void add_show_desk_pages(Router& router, Services& services);
void add_note_pages(Router& router, Services& services);
void add_show_language_pages(Router& router, Services& services);
void add_me_pages(Router& router, Services& services);
void add_telling_pages(Router& router, Services& services);
void add_bell_pages(Router& router, Services& services);
void add_installed_routes(Router& router, Services& services);
void add_mail_follow_pages(Router& router, Services& services);
void add_desk_pages(Router& router, Services& services);

}  // namespace stagecast::web
