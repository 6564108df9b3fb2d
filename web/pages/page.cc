#include "web/pages/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "web/pages/assets.h"

namespace stagecast::web {
namespace {

constexpr auto kRemember = std::chrono::days(400);  // as long as browsers keep a cookie

// What a page knows of the site. An error can happen where nothing else is known.
struct Site {
    std::string name = "Stagecast";
    std::string url;
    bool secure = false;
    int unheard = 0;  // of the visitor's bell
};

std::string known_theme(const std::string& theme) {
    return theme == "light" || theme == "dark" ? theme : std::string();
}

std::string theme_of(const Request& request) {
    const auto asked = request.query_value("theme");
    if (!asked.empty()) return known_theme(asked);
    const auto kept = request.cookies.find("theme");
    return kept == request.cookies.end() ? std::string() : known_theme(kept->second);
}

bool is_zone_known(const Request& request) {
    return request.account || request.cookies.contains(kZoneCookie) || !request.query_value("zone").empty();
}

// What the visitor just chose by the address stays chosen.
void remember_choices(const Request& request, const Site& site, Response& response) {
    const auto remember = [&](const char* name, const std::string& value) {
        if (request.query_value(name).empty()) return;
        response.with("Set-Cookie",
                      fmt::format("{}={}; Path=/; Max-Age={}; SameSite=Lax{}", name, value,
                                  std::chrono::seconds(kRemember).count(), site.secure ? "; Secure" : ""));
    };
    remember(kZoneCookie, Viewer(request).zone().name());
    remember(kLanguageCookie, Words::in(request.language).language());
    remember("theme", theme_of(request).empty() ? "auto" : theme_of(request));
}

Data link(std::string href, const std::string& label, bool is_here) {
    Data made;
    made["href"] = std::move(href);
    made["label"] = label;
    made["here"] = is_here;
    return made;
}

constexpr const char* kBellPath = "/me/bell";  // has a place of its own in the navigation

Data navigation(const Request& request, const Words& words) {
    Data::List links;
    const auto add = [&](const std::string& path, std::string_view key) {
        const bool is_below = request.path == path || request.path.starts_with(path + "/");
        links.push_back(link(path, words.text(key), is_below && request.path != kBellPath));
    };
    add("/guide", "nav.guide");
    if (request.account) {
        add("/studio", "nav.studio");
        add("/me", "nav.me");
        if (request.actor.is_operator) add("/desk", "nav.desk");
    } else if (request.actor.guest) {
        add("/me", "nav.guest");
    } else {
        add("/sign-in", "nav.sign_in");
    }
    return links;
}

constexpr int kMostShown = 99;

// The bell of who is signed in.
Data bell(const Request& request, const Site& site) {
    if (!request.account) return {};
    Data data;
    data["unheard"] = site.unheard;
    data["shown"] = site.unheard > kMostShown ? fmt::format("{}+", kMostShown) : std::to_string(site.unheard);
    data["has_news"] = site.unheard > 0;
    data["here"] = request.path == kBellPath;
    return data;
}

Data choices(const Request& request, const Words& words) {
    Data chosen;
    const auto theme = theme_of(request);
    for (const auto& [value, key] :
         {std::pair("auto", "theme.auto"), {"light", "theme.light"}, {"dark", "theme.dark"}})
        chosen["themes"].add(link(here_with(request, "theme", value), words.text(key),
                                  theme == value || (theme.empty() && std::string_view(value) == "auto")));
    for (const auto& [value, name] : {std::pair("en", "English"), {"fr", "Français"}}) {
        auto language = link(here_with(request, "lang", value), name, words.language() == value);
        language["code"] = value;
        chosen["languages"].add(std::move(language));
    }
    return chosen;
}

Data layout_data(const Request& request, const Page& page, const Site& site, std::string body) {
    const auto& words = Words::in(request.language);
    Data data;
    data["site"] = site.name;
    data["language"] = words.language();
    data["title"] = page.title.empty() ? site.name : page.title + " · " + site.name;
    data["heading"] = page.title.empty() ? site.name : page.title;
    data["description"] = page.description;
    data["theme"] = theme_of(request);
    if (!page.path.empty() && !site.url.empty()) data["canonical"] = site.url + page.path;
    data["og_type"] = page.open_graph_type;
    for (const auto& alternate : page.alternates) {
        Data made;
        made["type"] = alternate.type;
        made["title"] = alternate.title;
        made["href"] = alternate.href;
        data["alternates"].add(std::move(made));
    }
    data["styles"].add(asset("site.css"));
    for (const auto& style : page.styles) data["styles"].add(asset(style + ".css"));
    if (request.method == "GET" && !is_zone_known(request)) data["modules"].add(asset("zone.js"));
    if (request.account) data["modules"].add(asset("bell.js"));
    for (const auto& module : page.modules) data["modules"].add(asset(module + ".js"));
    data["font"] = font_asset();
    data["json_ld"] = script_safe(page.json_ld);
    data["navigation"] = navigation(request, words);
    data["bell"] = bell(request, site);
    data["noindex"] = page.address == Address::kSecret;
    data["choices"] = choices(request, words);
    data["csrf"] = request.csrf;
    data["signed_in"] = request.account.has_value();
    if (request.account) data["account_name"] = request.account->name;
    data["page"] = page.template_name;
    data["body"] = std::move(body);
    return data;
}

Response presented(const Site& site, const Request& request, Page page) {
    const auto& words = Words::in(request.language);
    // Who comes by a secret address needs no cookie, and gets none.
    if (page.address == Address::kPublic) page.data["csrf"] = request.csrf;
    auto body = fill(page.template_name, page.data, words);
    auto response =
        html(fill("layout", layout_data(request, page, site, std::move(body)), words), page.status);
    response.with("Content-Language", words.language());
    const bool is_secret = page.address == Address::kSecret;
    const bool is_kept = !is_secret && !request.account && !request.actor.guest;
    response.with("Cache-Control", is_kept ? "private, no-cache" : "private, no-store");
    response.with("Permissions-Policy", "microphone=(self), camera=(), geolocation=()");
    response.with("Referrer-Policy", is_secret ? "no-referrer" : "same-origin");
    if (is_secret) response.with("X-Robots-Tag", "noindex, nofollow");
    remember_choices(request, site, response);
    return response;
}

}  // namespace

Response present(const Services& services, const Request& request, Page page) {
    const auto& config = services.config;
    const int unheard = request.account ? services.telling.unheard(request.actor) : 0;
    return presented({config.site_name, config.site_url, config.site_url.starts_with("https:"), unheard},
                     request, std::move(page));
}

Response error_page(const Request& request, int status, const std::string& title, const std::string& detail) {
    if (status == 401 && request.method == "GET") return ask_to_sign_in(request);
    const auto& words = Words::in(request.language);
    const auto key = fmt::format("error.{}", status);
    Page page;
    page.template_name = "error";
    page.title = words.has(key) ? words.text(key) : title;
    page.data["title"] = page.title;
    page.data["detail"] = detail;
    page.data["what_now"] = words.text(words.has(key + ".do") ? key + ".do" : "error.do");
    page.data["status"] = status;
    page.status = status;
    return presented({}, request, std::move(page));
}

Response ask_to_sign_in(const Request& request) {
    return redirect("/sign-in?next=" + url_encode(request.path));
}

std::string own_path(const std::string& next, const std::string& otherwise) {
    const bool is_path =
        next.starts_with('/') && !next.starts_with("//") && next.find('\\') == std::string::npos;
    const bool is_clean =
        std::all_of(next.begin(), next.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
    return is_path && is_clean ? next : otherwise;
}

std::string absolute(const Services& services, const std::string& path) {
    return services.config.site_url + path;
}

std::string here_with(const Request& request, const std::string& name, const std::string& value) {
    std::string query;
    const auto add = [&](const std::string& key, const std::string& text) {
        query += (query.empty() ? "?" : "&") + url_encode(key) + "=" + url_encode(text);
    };
    // Only what a page's address may carry: never a form's content.
    for (const auto* kept :
         {"date", "view", "q", "language", "category", "channel", "first", "at", "cursor", "next"})
        if (const auto text = request.query_value(kept); !text.empty()) add(kept, text);
    add(name, value);
    return query;
}

}  // namespace stagecast::web
