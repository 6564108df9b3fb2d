#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/accounts.h"
#include "access/allow.h"
#include "base/blob.h"
#include "base/config.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "scheduler/delivery.h"
#include "scheduler/guide.h"
#include "scheduler/planner.h"
#include "store/accounts.h"
#include "store/database.h"
#include "studio/bells.h"
#include "studio/documents.h"
#include "studio/import.h"
#include "studio/mail_followers.h"
#include "studio/personal.h"
#include "studio/studio.h"
#include "studio/telling.h"

namespace stagecast::web {

// What handlers work with. Constant after construction.
struct Services {
    store::Database& database;
    const Clock& clock;
    Random& random;
    const Config& config;
    Metrics& metrics;
    BlobStore& blobs;
    access::Accounts& accounts;
    scheduler::Planner& planner;
    scheduler::Guide& guide;
    scheduler::Delivery& delivery;
    studio::Studio& studio;
    studio::Documents& documents;
    studio::Importer& importer;
    studio::Personal& personal;
    studio::Telling& telling;
    studio::MailFollowers& mail_followers;
    studio::Bells& bells;
};

using Form = std::multimap<std::string, std::string>;

// One request, read whole (body at most 1 MiB) before its handler runs.
struct Request {
    std::string method;                         // "GET", "HEAD" arrives as GET
    std::string path;                           // decoded, without query
    std::string target;                         // as it was asked for: path and query, still encoded
    std::map<std::string, std::string> params;  // of the route: {slug}
    Form query;
    std::map<std::string, std::string> headers;  // names in lower case
    std::map<std::string, std::string> cookies;
    std::string body;
    Form form;            // application/x-www-form-urlencoded bodies
    access::Actor actor;  // who asks: session cookie, bearer API token, or guest key (bearer or cookie)
    std::optional<store::Account> account;  // of actor.account
    std::string csrf;                       // what this visitor's forms must send back as field "csrf"
    std::string language;                   // "en" or "fr": ?lang=, cookie, account, Accept-Language, site
    std::string zone;  // the viewer's: ?zone=, cookie "zone", account, else the site's "UTC"

    std::string header(const std::string& lower_case_name) const;
    std::string query_value(const std::string& name) const;  // first, or ""
    std::string form_value(const std::string& name) const;
    const std::string& param(
        const std::string& name) const;  // throws NotFound if the route has none of that name
    std::string bearer() const;          // of "Authorization: Bearer …", or ""
};

class StreamChannel;  // web/stream_channel.h: one shared live byte stream and who reads it

struct FileBody {
    std::string blob;
    std::uint64_t size_bytes = 0;
};

// One answer. Exactly one of body, document, file, stream is sent.
struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    studio::SharedDocument document;        // shared with other answers, its gzip form too
    std::optional<FileBody> file;           // with ranges (RFC 9110, 14)
    std::shared_ptr<StreamChannel> stream;  // leaves the pool: the event loop keeps the connection

    Response& with(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
};

Response html(std::string body, int status = 200);
Response json(std::string body, int status = 200);
Response redirect(std::string location, int status = 303);

inline constexpr const char* kSessionCookie = "stagecast_session";
inline constexpr const char* kGuestCookie = "stagecast_guest";
inline constexpr const char* kVisitCookie =
    "stagecast_visit";  // random; what a stranger's csrf value belongs to
inline constexpr const char* kLanguageCookie = "lang";
inline constexpr const char* kZoneCookie = "zone";

// The value of a Set-Cookie header: HttpOnly, SameSite=Lax, Path=/, Secure where the site is https. A max_age
// of zero takes the cookie away.
std::string cookie(const Config& config, std::string_view name, std::string_view value,
                   std::chrono::seconds max_age);

using Handler = std::function<Response(const Request&)>;

// Method and pattern ("/shows/{slug}/calendar.ics", "{rest*}" takes the tail) to handler. Of the patterns
// that fit a path the one with the earlier literal segment wins, whatever the order they were added in. Built
// before serving, then constant.
class Router {
public:
    void add(std::string method, std::string pattern, Handler handler);
    struct Match {
        const Handler* handler = nullptr;
        std::map<std::string, std::string> params;
        std::vector<std::string> allowed;  // other methods of that path: 405
    };
    Match match(std::string_view method, std::string_view path) const;
    // Method and pattern of every route, in the order added.
    std::vector<std::pair<std::string, std::string>> routes() const;

private:
    struct Route {
        std::string method;
        std::string pattern;
        std::vector<std::string> segments;
        Handler handler;
    };
    std::vector<Route> routes_;
};

// Every folder of doors adds its own routes.
void add_api_routes(Router& router, Services& services);  // web/api: /api/v1/…
void add_media_routes(Router& router,
                      Services& services);  // web/media: WHIP, WHEP, listen.*, files, feeds, events
void add_health_routes(Router& router, Services& services);  // web/: /healthz, /metrics
void add_page_routes(Router& router, Services& services);    // web/pages: HTML and forms
void add_static_routes(Router& router, Services& services);  // web/pages: /static/…, robots.txt, favicon

// The page of an error for people (HTML), by web/pages; the API answers problem documents.
Response error_page(const Request& request, int status, const std::string& title, const std::string& detail);

}  // namespace stagecast::web
