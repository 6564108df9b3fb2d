#include <algorithm>
#include <optional>

#include "base/error.h"
#include "studio/said.h"
#include "web/answer.h"
#include "web/media/doors.h"
#include "web/old_slug.h"

// Calendars, podcasts and the guide for other programs.
namespace stagecast::web {
namespace {

using Kind = studio::DocumentKind;

enum class Reader { kEverybody, kOne };  // whom a document is for: caches and other sites may have the first

Response published(const Services& services, studio::SharedDocument document, Reader reader) {
    Response response;
    // RFC 9110, 8.8.2.1: no date that is still to come.
    const auto modified = std::min(document->last_modified(), services.clock.now());
    response.with("Content-Type", document->type())
        .with("Content-Disposition", "inline; filename=\"" + document->file_name() + "\"")
        .with("ETag", document->etag())
        .with("Last-Modified", to_http_date(modified))
        .with("Cache-Control", reader == Reader::kEverybody ? "public, no-cache" : "private, no-cache");
    response.document = std::move(document);
    return reader == Reader::kEverybody ? allow_any_origin(response) : response;
}

// ?lang= alone: a feed is the same for everybody who asks for the same address.
std::string wished_language(const Request& request) {
    const auto wish = request.query_value("lang");
    return wish.empty() ? wish : studio::checked_feed_language(wish);
}

struct Door {
    const char* pattern;
    Kind kind;
    const char* param = nullptr;              // that names the show, the channel or the host; null: the guide
    std::optional<store::SlugKind> old = {};  // whose earlier slugs lead to the current one
};

constexpr Door kDoors[] = {
    {"/shows/{slug}/calendar.ics", Kind::kShowCalendar, "slug", store::SlugKind::kShow},
    {"/shows/{slug}/podcast.xml", Kind::kShowPodcast, "slug", store::SlugKind::kShow},
    {"/channels/{slug}/calendar.ics", Kind::kChannelCalendar, "slug", store::SlugKind::kChannel},
    {"/channels/{slug}/podcast.xml", Kind::kChannelPodcast, "slug", store::SlugKind::kChannel},
    {"/hosts/{handle}/calendar.ics", Kind::kHostCalendar, "handle"},
    {"/guide/calendar.ics", Kind::kGuideCalendar},
    {"/guide.xmltv", Kind::kXmltv},
    {"/guide.m3u", Kind::kM3u},
    {"/guide.atom", Kind::kAtom},
    {"/guide.json", Kind::kJsonFeed},
};

bool has_languages(Kind kind) {
    return kind != Kind::kShowPodcast && kind != Kind::kChannelPodcast && kind != Kind::kM3u;
}

Response open_door(Services& services, const Request& request, const Door& door) {
    studio::DocumentKey key{door.kind, door.param ? request.param(door.param) : "", ""};
    if (has_languages(door.kind)) key.language = wished_language(request);
    try {
        return published(services, services.documents.get(key), Reader::kEverybody);
    } catch (const NotFound&) {
        if (door.old)
            if (auto moved = moved_slug(services, key.slug, *door.old, request)) return std::move(*moved);
        throw;
    }
}

// --- one airing

Response airing(Services& services, const Request& request) {
    const auto room = RoomId::parse(request.param("id"));
    const auto found =
        services.database.read([&](store::Snapshot& snapshot) { return store::rooms::find(snapshot, room); });
    const bool is_private = found && found->visibility == store::Visibility::kPrivate;
    return published(services,
                     services.documents.airing_calendar(request.actor, room, "/rooms/" + room.text(),
                                                        wished_language(request)),
                     is_private ? Reader::kOne : Reader::kEverybody);
}

// The same for a guest by their personal link, which is what the entry leads to: calendars send no cookies.
Response airing_of_guest(Services& services, const Request& request) {
    const auto room = RoomId::parse(request.param("id"));
    const auto& key = request.param("key");
    const auto guest = services.accounts.actor_of_guest_key(key);
    if (!guest || guest->guest_room != room) throw NotFound("this link is not valid any more");
    const auto page = "/rooms/" + room.text() + "/guest/" + key;
    return published(services,
                     services.documents.airing_calendar(*guest, room, page, wished_language(request)),
                     Reader::kOne)
        .with("Referrer-Policy", "no-referrer");
}

// --- what is one person's

// The token in the address is all it takes: calendars send no cookies.
Response personal_calendar(Services& services, const Request& request) {
    constexpr std::string_view kExtension = ".ics";
    const auto& file = request.param("file");
    if (!file.ends_with(kExtension)) throw NotFound("there is no such calendar");
    const auto token = file.substr(0, file.size() - kExtension.size());
    return published(services, services.personal.calendar(token), Reader::kOne)
        .with("Referrer-Policy", "no-referrer");
}

Response personal_podcasts(Services& services, const Request& request) {
    return published(services, services.personal.opml(request.actor), Reader::kOne);
}

}  // namespace

void add_feed_routes(Router& router, Services& services) {
    for (const auto& door : kDoors)
        router.add("GET", door.pattern,
                   [&services, &door](const Request& request) { return open_door(services, request, door); });
    router.add("GET", "/rooms/{id}/calendar.ics",
               [&services](const Request& request) { return airing(services, request); });
    router.add("GET", "/me/calendar/{file}",
               [&services](const Request& request) { return personal_calendar(services, request); });
    router.add("GET", "/me/follows.opml",
               [&services](const Request& request) { return personal_podcasts(services, request); });
    router.add("GET", "/rooms/{id}/guest/{key}/calendar.ics",
               [&services](const Request& request) { return airing_of_guest(services, request); });
}

}  // namespace stagecast::web
