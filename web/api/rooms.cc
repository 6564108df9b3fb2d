#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/zone.h"
#include "web/api/body.h"
#include "web/api/plans.h"
#include "web/api/routes.h"
#include "web/api/views.h"
#include "web/channel_desk.h"
#include "web/people_desk.h"
#include "web/visitor.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;
constexpr int kDefaultMinutes = 60;

RoomId room_of(const Request& request) {
    return RoomId::parse(request.param("id"));
}

void require_room(Services& services, const Request& request, access::Action action, const RoomId& room) {
    services.database.read(
        [&](store::Snapshot& snapshot) { access::require(snapshot, request.actor, action, room); });
}

store::Visibility visibility_named(const std::string& name) {
    if (name == "public") return store::Visibility::kPublic;
    if (name == "unlisted") return store::Visibility::kUnlisted;
    if (name == "private") return store::Visibility::kPrivate;
    throw Invalid("visibility", "it must be public, unlisted or private");
}

store::StageRole stage_role_named(const std::string& name) {
    if (name == "host") return store::StageRole::kHost;
    if (name == "co-host") return store::StageRole::kCohost;
    if (name == "speaker") return store::StageRole::kSpeaker;
    throw Invalid("role", "it must be host, co-host or speaker");
}

struct Place {
    ChannelId channel;
    std::optional<ShowId> show;
};

// Where a new room belongs, if the asker may make one there.
Place place_for(Services& services, const access::Actor& actor, const std::string& channel_slug,
                const std::optional<std::string>& show_slug) {
    return services.database.read([&](store::Snapshot& snapshot) {
        const auto channel = store::channels::find_by_slug(snapshot, channel_slug);
        if (!channel) throw Invalid("channel", "there is no channel of that slug");
        Place place{channel->id, std::nullopt};
        if (!show_slug) {
            access::require(snapshot, actor, access::Action::kMakeShow, channel->id);
            return place;
        }
        const auto show = store::shows::find_by_slug(snapshot, *show_slug);
        if (!show || show->channel != channel->id)
            throw Invalid("show", "this channel has no show of that slug");
        access::require(snapshot, actor, access::Action::kEditShow, show->id);
        place.show = show->id;
        return place;
    });
}

Response make(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    const auto channel = body.text("channel"), title = body.text("title");
    const auto show = body.optional_text("show"), starts = body.optional_text("starts_at");
    const auto minutes = body.optional_number("length_minutes").value_or(kDefaultMinutes);
    const auto visibility = visibility_named(body.text_or("visibility", "public"));
    const auto clashing = read_clashing(body);
    body.done();
    const auto starts_at = starts ? parse_iso8601(*starts, "starts_at") : services.clock.now();
    const auto place = place_for(services, request.actor, channel, show);
    const auto room = services.planner.spontaneous(place.channel, place.show, title, starts_at, minutes,
                                                   visibility, clashing);
    return json_of(view_room(services, room.id), 201).with("Location", "/api/v1/rooms/" + room.id.text());
}

Response one(Services& services, const Request& request) {
    const auto room = room_of(request);
    require_room(services, request, access::Action::kSeeRoom, room);
    return json_of(view_room(services, room));
}

Response backstage(Services& services, const Request& request) {
    Body(request).done();
    return json_of(view_room(services, services.studio.open_backstage(request.actor, room_of(request)).id));
}

Response live(Services& services, const Request& request) {
    Body(request).done();
    return json_of(view_room(services, services.studio.go_live(request.actor, room_of(request)).id));
}

Response end(Services& services, const Request& request) {
    Body(request).done();
    return json_of(view_room(services, services.studio.end(request.actor, room_of(request)).id));
}

// The version that was read, or the stored one when none was given.
int version_in(Services& services, Body& body, const RoomId& room) {
    if (const auto version = body.optional_number("version")) return *version;
    return services.database.read([&](store::Snapshot& snapshot) {
        const auto found = store::rooms::find(snapshot, room);
        if (!found) throw NotFound("room not found");
        return found->version;
    });
}

Response cancel(Services& services, const Request& request) {
    const auto room = room_of(request);
    require_room(services, request, access::Action::kRunRoom, room);
    Body body(request);
    const auto version = version_in(services, body, room);
    body.done();
    services.planner.cancel(editor_of(request), room, version);
    return json_of(view_room(services, room));
}

Response restore(Services& services, const Request& request) {
    const auto room = room_of(request);
    require_room(services, request, access::Action::kRunRoom, room);
    Body body(request);
    const auto version = version_in(services, body, room);
    const auto clashing = read_clashing(body);
    body.done();
    services.planner.restore(editor_of(request), room, version, clashing);
    return json_of(view_room(services, room));
}

Response move(Services& services, const Request& request) {
    const auto room = room_of(request);
    require_room(services, request, access::Action::kRunRoom, room);
    Body body(request);
    const auto version = body.number("version");
    scheduler::AiringPlan plan;
    plan.length_minutes = body.number("length_minutes");
    plan.starts_at = parse_iso8601(body.text("starts_at"), "starts_at");
    const auto clashing = read_clashing(body);
    body.done();
    services.planner.edit(editor_of(request), room, version, plan, clashing);
    return json_of(view_room(services, room));
}

// A moment, or a local time in a zone.
std::optional<Instant> read_start(Body& body) {
    const auto instant = body.optional_text("starts_at"), local = body.optional_text("local"),
               zone = body.optional_text("zone");
    if (local.has_value() != zone.has_value())
        throw Invalid(local ? "zone" : "local", "a local time and its zone go together");
    if (instant && local) throw Invalid("starts_at", "give a moment or a local time, not both");
    if (instant) return parse_iso8601(*instant, "starts_at");
    if (local) return Zone::find(*zone)->to_utc(parse_local(*local, "local"));
    return std::nullopt;
}

std::vector<AccountId> accounts_of(Services& services, const std::vector<std::string>& handles) {
    if (handles.size() > static_cast<std::size_t>(scheduler::kMaxHosts))
        throw Invalid("hosts", "an airing has at most " + std::to_string(scheduler::kMaxHosts) + " hosts");
    return services.database.read([&](store::Snapshot& snapshot) {
        std::vector<AccountId> accounts;
        accounts.reserve(handles.size());
        for (const auto& handle : handles) accounts.push_back(account_named(snapshot, handle, "hosts").id);
        return accounts;
    });
}

// This airing alone.
Response change(Services& services, const Request& request) {
    const auto room = room_of(request);
    require_room(services, request, access::Action::kRunRoom, room);
    Body body(request);
    const auto version = body.number("version");
    scheduler::AiringPlan plan;
    plan.title = body.optional_text("title");
    plan.notes = body.optional_text("notes");
    plan.language = body.optional_text("language");
    plan.texts = read_texts(body);
    plan.starts_at = read_start(body);
    plan.length_minutes = body.optional_number("length_minutes");
    const auto hosts = body.optional_texts("hosts");
    const auto clashing = read_clashing(body);
    body.done();
    if (hosts) plan.hosts = accounts_of(services, *hosts);
    services.planner.edit(editor_of(request), room, version, plan, clashing);
    return json_of(view_room(services, room));
}

Response stage(Services& services, const Request& request) {
    return json(studio::to_json(services.studio.stage(request.actor, room_of(request))))
        .with("Cache-Control", "no-store");
}

Response invite(Services& services, const Request& request) {
    const auto room = room_of(request);
    Body body(request);
    const auto handle = body.optional_text("handle"), name = body.optional_text("name");
    const auto role = stage_role_named(body.text_or("role", "speaker"));
    body.done();
    if (handle.has_value() == name.has_value())
        throw Invalid("handle", "give the handle of an account, or the name of a guest");
    if (handle)
        return json_of(
            {{"speaker", view_speaker(services.studio.invite(request.actor, room, *handle, role))}}, 201);
    const auto invitation = services.studio.invite_guest(request.actor, room, *name);
    const auto link = services.config.site_url + "/rooms/" + room.text() + "/guest/" + invitation.key;
    return json_of({{"speaker", view_speaker(invitation.speaker)},
                    {"link", link},
                    {"calendar", link + "/calendar.ics"},
                    {"key", invitation.key}},
                   201);
}

Response mute(Services& services, const Request& request) {
    const auto room = room_of(request);
    const auto speaker = SpeakerId::parse(request.param("speaker"));
    Body body(request);
    const auto muted = body.optional_flag("muted");
    body.done();
    if (!muted) throw Invalid("muted", "it is missing");
    services.studio.mute(request.actor, room, speaker, *muted ? mixer::Mute::kOn : mixer::Mute::kOff);
    return no_content();
}

Response remove(Services& services, const Request& request) {
    services.studio.remove(request.actor, room_of(request), SpeakerId::parse(request.param("speaker")));
    return no_content();
}

}  // namespace

void add_room_routes(Router& router, Services& services) {
    const RouteAdder add(router, services);
    add("POST", "/api/v1/rooms", make);
    add("GET", "/api/v1/rooms/{id}", one);
    add("PATCH", "/api/v1/rooms/{id}", change);
    add("POST", "/api/v1/rooms/{id}/backstage", backstage);
    add("POST", "/api/v1/rooms/{id}/live", live);
    add("POST", "/api/v1/rooms/{id}/end", end);
    add("POST", "/api/v1/rooms/{id}/cancel", cancel);
    add("POST", "/api/v1/rooms/{id}/restore", restore);
    add("POST", "/api/v1/rooms/{id}/move", move);
    add("GET", "/api/v1/rooms/{id}/stage", stage);
    add("POST", "/api/v1/rooms/{id}/speakers", invite);
    add("PATCH", "/api/v1/rooms/{id}/speakers/{speaker}", mute);
    add("DELETE", "/api/v1/rooms/{id}/speakers/{speaker}", remove);
}

}  // namespace stagecast::web
