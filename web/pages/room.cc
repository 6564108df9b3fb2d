#include <nlohmann/json.hpp>

#include "base/error.h"
#include "studio/words.h"
#include "web/pages/embeddable.h"
#include "web/pages/entries.h"
#include "web/pages/follow.h"
#include "web/pages/form.h"
#include "web/pages/json_ld.h"
#include "web/pages/notes.h"
#include "web/pages/page.h"
#include "web/pages/room.h"
#include "web/pages/subscribe.h"

namespace stagecast::web {
namespace {

struct RoomView {
    std::string zone = "UTC";  // of its show
    bool may_run = false;
    bool may_speak = false;
    std::optional<SpeakerId> me;  // the asker's place on this stage
    std::optional<store::Episode> episode;
    Data follow;  // its show
    Data remind;  // of this airing alone, before it ends
};

bool is_ahead(const store::Room& room) {
    using enum store::RoomState;
    return room.visibility == store::Visibility::kPublic &&
           (room.state == kScheduled || room.state == kBackstage || room.state == kLive) &&
           room.lateness != store::Lateness::kNotHeld;
}

RoomView look(store::Snapshot& snapshot, const Request& request, const RoomId& id) {
    const auto& actor = request.actor;
    access::require(snapshot, actor, access::Action::kSeeRoom, id);
    RoomView view;
    view.may_run = access::allow(snapshot, actor, access::Action::kRunRoom, id);
    view.may_speak = view.may_run || access::allow(snapshot, actor, access::Action::kSpeak, id);
    if (actor.guest && actor.guest_room == id) view.me = actor.guest;
    if (actor.account)
        if (const auto speaker = store::rooms::find_speaker_of(snapshot, id, *actor.account))
            view.me = speaker->id;
    view.episode = store::episodes::of_room(snapshot, id);
    const auto room = store::rooms::find(snapshot, id).value();
    if (is_ahead(room)) {
        const auto title = studio::named_target(snapshot, store::FollowKind::kRoom, id.text()).title;
        view.remind = follow_data(snapshot, request, {store::FollowKind::kRoom, id.text()}, id.text(), title);
        view.remind["is_following"] = false;  // that it is in the programme is said once, beside the show's
    }
    if (room.show) {
        const auto show = store::shows::find(snapshot, *room.show).value();
        view.zone = show.zone;
        const auto state = studio::follow_state(snapshot, actor, store::FollowKind::kShow, show.id.text());
        view.follow =
            follow_data(request, {store::FollowKind::kShow, show.slug}, show.title, state, room_path(id));
        view.follow["label"] = Words::in(request.language).text("follow.the_show");
    }
    return view;
}

// What the page's module needs to know: addresses are made from the id.
std::string room_json(const RoomId& id, const RoomView& view, const studio::StageView& stage,
                      const Viewer& viewer, const std::string& csrf) {
    nlohmann::json data = {{"id", id.text()},
                           {"state", studio::word(stage.room.state)},
                           {"startsAt", to_iso8601(stage.room.starts_at)},
                           {"mayRun", view.may_run},
                           {"me", view.me ? nlohmann::json(view.me->text()) : nlohmann::json(nullptr)},
                           {"language", viewer.words().language()},
                           {"csrf", csrf},
                           {"words", nlohmann::json::parse(viewer.words().json_below("js."))}};
    return script_safe(data.dump());
}

Data speaker_data(const studio::SpeakerView& seen, const std::optional<SpeakerId>& me, const Words& words) {
    Data data;
    data["id"] = seen.speaker.id.text();
    data["name"] = seen.speaker.name;
    data["initial"] = first_character(seen.speaker.name);
    data["url"] = seen.handle.empty() ? "" : "/hosts/" + seen.handle;
    data["role"] = words.text("role." + std::string(studio::word(seen.speaker.role)));
    data["connected"] = seen.connected;
    data["muted"] = seen.speaker.muted_by_host;
    data["recorded"] = seen.recorded;
    data["is_me"] = me && *me == seen.speaker.id;
    return data;
}

Data consent_data(const Request& request) {
    const auto& wording = recorder::current_wording(request.language);
    const auto& words = Words::in(request.language);
    Data data;
    data["version"] = wording.version;
    data["language"] = wording.language;
    data["keeping"] = wording.keeping;
    for (const auto purpose : recorder::kPurposes) {
        const auto question = wording.question.find(purpose);
        if (question == wording.question.end()) continue;
        Data item;
        item["name"] = std::string(recorder::name_of(purpose));
        item["label"] = words.text("purpose." + std::string(recorder::name_of(purpose)));
        item["question"] = question->second;
        data["purposes"].add(std::move(item));
    }
    return data;
}

// One section shows at a time; the module moves between them as the room does.
void add_state(Data& data, store::RoomState state) {
    using enum store::RoomState;
    data["state"] = std::string(studio::word(state));
    data["is_live"] = state == kLive;
    data["is_backstage"] = state == kBackstage;
    data["is_before"] = state == kScheduled || state == kBackstage;
    data["is_scheduled"] = state == kScheduled;
    data["is_open"] = state == kBackstage || state == kLive;
    data["is_ended"] = state == kEnded;
    data["is_cancelled"] = state == kCancelled;
}

// Where it was before it was moved.
void add_moved(Data& data, const store::Room& room, const Viewer& viewer) {
    if (room.moved_from)
        data["moved_said"] =
            viewer.words().text("airing.moved_from", {{"time", viewer.moment(*room.moved_from)}});
}

std::string name_of_language(const std::string& code) {
    for (const auto& choice : language_choices())
        if (choice.value == code) return choice.label;
    return code;
}

// What it is about, and the language that is spoken.
void add_words(Data& data, const scheduler::GuideEntry& entry, const Words& words) {
    data["notes"] = notes_html(scheduler::text_for(entry, words.language()).notes);
    data["spoken_code"] = entry.language;
    data["spoken"] = name_of_language(entry.language);
}

// For who runs it: what can be changed before it begins.
void add_host_tools(Data& data, const store::Room& room, Instant now) {
    const auto path = "/studio/rooms/" + room.id.text();
    data["edit_url"] = room.state == store::RoomState::kEnded || room.state == store::RoomState::kCancelled
                           ? ""
                           : path + "/edit";
    const bool may_cancel =
        room.state == store::RoomState::kScheduled || room.state == store::RoomState::kBackstage;
    data["cancel_url"] = may_cancel ? path + "/cancel" : "";
    const bool may_restore = room.state == store::RoomState::kCancelled && room.ends_at > now;
    data["restore_url"] = may_restore ? path + "/restore" : "";
}

Page page_of(Services& services, const scheduler::GuideEntry& entry, const RoomView& view,
             const Viewer& viewer) {
    const auto& room = entry.room;
    Page page;
    page.template_name = "room";
    page.title = scheduler::text_for(entry, viewer.words().language()).title;
    page.path = room_path(room.id);
    page.description = viewer.words().text(
        "room.description",
        {{"when", viewer.when(room.starts_at, services.clock.now())}, {"channel", entry.channel_title}});
    page.modules = {"room"};
    page.open_graph_type = "music.radio_station";
    if (room.visibility == store::Visibility::kPublic)
        page.json_ld = airing_json_ld(entry, services.config.site_url, *Zone::find(view.zone));
    page.alternates = {{"text/calendar", entry.title, page.path + "/calendar.ics"}};
    if (room.visibility != store::Visibility::kPrivate) add_oembed_links(services, page);
    return page;
}

void add_stage(Data& data, const Request& request, const RoomView& view, const studio::StageView& stage,
               const Viewer& viewer) {
    data["listeners"] = viewer.words().count("room.listeners", stage.listeners);
    for (const auto& speaker : stage.speakers)
        data["speakers"].add(speaker_data(speaker, view.me, viewer.words()));
    data["has_speakers"] = !stage.speakers.empty();
    data["room_json"] = room_json(stage.room.id, view, stage, viewer, request.csrf);
    if (view.may_speak) data["consent"] = consent_data(request);
    data["has_me"] = view.me.has_value();
}

}  // namespace

std::string first_character(const std::string& text) {
    std::size_t end = text.empty() ? 0 : 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    return text.substr(0, end);
}

Response room_page(Services& services, const Request& request, const RoomNotice& notice) {
    const auto id = RoomId::parse(request.param("id"));
    const auto view =
        services.database.read([&](store::Snapshot& snapshot) { return look(snapshot, request, id); });
    const auto stage = services.studio.stage(request.actor, id);
    const auto entry = services.guide.entry(id);
    if (!entry) throw NotFound("room not found");
    const Viewer viewer(request);
    const auto now = services.clock.now();
    auto page = page_of(services, *entry, view, viewer);
    auto& data = page.data;
    data = airing_data(*entry, viewer, now);
    add_state(data, stage.room.state);
    add_moved(data, stage.room, viewer);
    add_words(data, *entry, viewer.words());
    add_stage(data, request, view, stage, viewer);
    data["has_hosts"] = !entry->hosts.empty();
    data["host_links"] = host_links(entry->hosts);
    data["zone_city"] = viewer.zone_city();
    data["follow"] = view.follow;
    data["remind"] = view.remind;
    data["room_id"] = id.text();
    data["version"] = stage.room.version;
    data["add_airing"] = airing_links(services, *entry);
    if (view.may_run) {
        data["run"] = true;
        add_host_tools(data, stage.room, now);
    }
    if (view.episode && view.episode->state == store::EpisodeState::kWaiting) data["is_rendering"] = true;
    data["error"] = notice.error;
    data["guest_link"] = notice.guest_link;
    if (!notice.guest_link.empty()) data["guest_calendar"] = notice.guest_link + "/calendar.ics";
    page.status = notice.error.empty() ? 200 : 422;
    return present(services, request, std::move(page));
}

void add_room_pages(Router& router, Services& services) {
    router.add("GET", "/rooms/{id}",
               [&services](const Request& request) { return room_page(services, request, {}); });
    // A guest's personal link: their browser keeps the key, the address bar does not.
    router.add("GET", "/rooms/{id}/guest/{key}", [&services](const Request& request) {
        const auto id = RoomId::parse(request.param("id"));
        const auto guest = services.accounts.actor_of_guest_key(request.param("key"));
        if (!guest || guest->guest_room != id)
            throw NotFound(Words::in(request.language).text("room.no_such_link"));
        auto response = redirect(room_path(id));
        response.with("Set-Cookie",
                      cookie(services.config, kGuestCookie, request.param("key"), std::chrono::days(400)));
        return response.with("Referrer-Policy", "no-referrer");
    });
}

}  // namespace stagecast::web
