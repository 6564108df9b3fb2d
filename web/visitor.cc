#include "web/visitor.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "base/zone.h"

namespace stagecast::web {
namespace {

constexpr std::size_t kMaxValues = 200;
constexpr std::size_t kVisitBytes = 24;
constexpr std::array<std::string_view, 2> kLanguages{"en", "fr"};

enum class Plus { kIsPlus, kIsSpace };

std::string decode(std::string_view text, Plus plus) {
    std::string decoded;
    std::string encoded(text);
    // Poco's own plusAsSpace holds only behind a '?', which a form's body does not have.
    if (plus == Plus::kIsSpace) std::replace(encoded.begin(), encoded.end(), '+', ' ');
    Poco::URI::decode(encoded, decoded);
    return decoded;
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text,
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// application/x-www-form-urlencoded, which a query is as well. Throws Poco::Exception, Invalid.
Form parse_values(std::string_view text) {
    Form form;
    if (text.empty()) return form;
    for (const auto& pair : split(text, '&')) {
        if (pair.empty()) continue;
        if (form.size() >= kMaxValues) throw Invalid("form", "it has more than 200 values");
        const auto equals = pair.find('=');
        auto name = decode(std::string_view(pair).substr(0, equals), Plus::kIsSpace);
        auto value = equals == pair.npos ? std::string()
                                         : decode(std::string_view(pair).substr(equals + 1), Plus::kIsSpace);
        if (!is_utf8(name) || !is_utf8(value)) throw Invalid("form", "it is not UTF-8");
        form.emplace(std::move(name), std::move(value));
    }
    return form;
}

std::map<std::string, std::string> parse_cookies(const std::string& header) {
    std::map<std::string, std::string> cookies;
    for (const auto& pair : split(header, ';')) {
        const auto equals = pair.find('=');
        if (equals == pair.npos || cookies.size() >= kMaxValues) continue;
        cookies.emplace(trim(std::string_view(pair).substr(0, equals)),
                        trim(std::string_view(pair).substr(equals + 1)));
    }
    return cookies;
}

std::string value_of(const std::map<std::string, std::string>& map, const std::string& name) {
    const auto found = map.find(name);
    return found == map.end() ? std::string() : found->second;
}

void read_target(Request& request) {
    const auto mark = request.target.find('?');
    request.path = decode(std::string_view(request.target).substr(0, mark), Plus::kIsPlus);
    if (has_control(request.path) || !is_utf8(request.path))
        throw Invalid("path", "it holds what no address holds");
    if (mark != request.target.npos)
        request.query = parse_values(std::string_view(request.target).substr(mark + 1));
}

bool is_language(const std::string& text) {
    return std::ranges::find(kLanguages, text) != kLanguages.end();
}

// The first language of Accept-Language that we have, in the order given: q-values are in order in practice.
std::string accepted_language(const std::string& header) {
    for (const auto& range : split(header, ',')) {
        const auto tag = lower_ascii(trim(range)).substr(0, 2);
        if (is_language(tag)) return tag;
    }
    return {};
}

bool is_zone(const std::string& name) {
    if (name.empty()) return false;
    try {
        Zone::find(name);
        return true;
    } catch (const Invalid&) {
        return false;
    }
}

void choose_language_and_zone(Request& request, const Config& config) {
    request.language = config.site_language;
    for (const auto& wish : {request.query_value("lang"), value_of(request.cookies, kLanguageCookie),
                             request.account ? request.account->language : std::string(),
                             accepted_language(request.header("accept-language"))}) {
        if (!is_language(wish)) continue;
        request.language = wish;
        break;
    }
    request.zone = "UTC";
    for (const auto& wish :
         {request.query_value("zone"), decode(value_of(request.cookies, kZoneCookie), Plus::kIsPlus),
          request.account ? request.account->zone : std::string()}) {
        if (!is_zone(wish)) continue;
        request.zone = wish;
        break;
    }
}

std::optional<access::Actor> holder_of_bearer(const std::string& bearer, access::Accounts& accounts) {
    if (auto actor = accounts.actor_of_session(bearer)) return actor;
    if (auto actor = accounts.actor_of_api_token(bearer)) return actor;
    return accounts.actor_of_guest_key(bearer);
}

std::optional<access::Actor> holder_of_cookie(
    const Request& request, const char* name, access::Accounts& accounts,
    std::optional<access::Actor> (access::Accounts::*holder)(const std::string&)) {
    const auto value = value_of(request.cookies, name);
    return value.empty() ? std::nullopt : (accounts.*holder)(value);
}

// Who is signed in and holds a guest's link is the guest where that link leads, unless the account has its
// own part there; elsewhere the account.
bool acts_as_guest(const Request& request, const access::Actor& account, const access::Actor& guest,
                   store::Database& database) {
    const bool is_there = request.path.find(guest.guest_room->text()) != std::string::npos ||
                          request.path.find(guest.guest->text()) != std::string::npos;
    if (!is_there) return false;
    return database.read([&](store::Snapshot& snapshot) {
        return !access::allow(snapshot, account, access::Action::kSpeak, *guest.guest_room) &&
               !access::allow(snapshot, account, access::Action::kRunRoom, *guest.guest_room);
    });
}

enum class Session { kNone, kOpen };

Session recognise_by_cookies(Request& request, Services& services) {
    auto& accounts = services.accounts;
    const auto account =
        holder_of_cookie(request, kSessionCookie, accounts, &access::Accounts::actor_of_session);
    const auto guest =
        holder_of_cookie(request, kGuestCookie, accounts, &access::Accounts::actor_of_guest_key);
    if (account) request.actor = *account;
    if (guest && (!account || acts_as_guest(request, *account, *guest, services.database)))
        request.actor = *guest;
    return account ? Session::kOpen : Session::kNone;
}

bool is_safe(const std::string& method) {
    return method == "GET" || method == "OPTIONS";
}

}  // namespace

std::variant<Request, Refusal> read_request(RawRequest&& raw) {
    Request request;
    request.method = raw.head.method == "HEAD" ? "GET" : raw.head.method;
    request.target = std::move(raw.head.target);
    for (auto& [name, value] : raw.head.fields) {
        auto& known = request.headers[name];
        known = known.empty() ? std::move(value) : known + (name == "cookie" ? "; " : ", ") + value;
    }
    request.body = std::move(raw.body);
    request.cookies = parse_cookies(request.header("cookie"));
    try {
        read_target(request);
        if (lower_ascii(request.header("content-type")).starts_with("application/x-www-form-urlencoded"))
            request.form = parse_values(request.body);
    } catch (const Poco::Exception&) {
        return Refusal{400, "a percent sign is not followed by two hex digits"};
    } catch (const Invalid& e) {
        return Refusal{400, e.what()};
    }
    return request;
}

void recognise(Request& request, Services& services) {
    auto session = Session::kNone;
    if (const auto bearer = request.bearer(); !bearer.empty()) {
        if (auto actor = holder_of_bearer(bearer, services.accounts))
            request.actor = std::move(*actor);
        else if (!is_rtc_door(request.path))
            throw Unauthenticated("this token is not known, or has expired");
    } else {
        session = recognise_by_cookies(request, services);
    }
    if (request.actor.account) request.account = services.accounts.find(*request.actor.account);
    choose_language_and_zone(request, services.config);
    auto& visit = request.cookies[kVisitCookie];
    if (session == Session::kNone && visit.empty()) visit = random_token(services.random, kVisitBytes);
    request.csrf =
        services.accounts.csrf_of(session == Session::kOpen ? request.cookies[kSessionCookie] : visit);
}

scheduler::Editor editor_of(const Request& request) {
    if (!request.account) throw Unauthenticated("sign in first");
    return {request.account->id, request.account->name};
}

void check_forgery(const Request& request) {
    if (is_safe(request.method) || is_rtc_door(request.path) || is_link_door(request.path) ||
        !request.bearer().empty())
        return;
    const bool has_authority =
        request.cookies.contains(kSessionCookie) || request.cookies.contains(kGuestCookie);
    if (request.path.starts_with("/api/") && !has_authority) return;
    const auto header = request.header("x-csrf-token");
    const auto& given = header.empty() ? request.form_value("csrf") : header;
    if (!given.empty() && equal_constant_time(given, request.csrf)) return;
    throw Forbidden("this form is not from this site, or too old: load the page again");
}

bool is_rtc_door(const std::string& path) {
    const auto segments = split(path, '/');
    return segments.size() >= 4 && segments[1] == "rooms" && (segments[3] == "whip" || segments[3] == "whep");
}

bool is_link_door(const std::string& path) {
    const auto segments = split(path, '/');
    if (segments.size() < 3) return false;
    return segments[1] == "following" || segments[1] == "unsubscribe" ||
           (segments[1] == "follow" && segments.size() == 3);
}

bool is_program_door(const Request& request) {
    const auto& path = request.path;
    if (path.starts_with("/api/") || path.starts_with("/media/") || is_rtc_door(path)) return true;
    const auto accept = request.header("accept");
    const bool wants_page = accept.find("text/html") != accept.npos;
    const auto last = path.substr(path.rfind('/') + 1);
    return !wants_page &&
           (last.find('.') != last.npos || last == "events" || accept.find("json") != accept.npos);
}

}  // namespace stagecast::web
