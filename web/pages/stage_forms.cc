#include "base/error.h"
#include "web/pages/entries.h"
#include "web/pages/page.h"
#include "web/pages/room.h"

// The host's controls of a room as plain forms: what the page's module does by the API, without a script.
namespace stagecast::web {
namespace {

void run_room(Services& services, const Request& request, const RoomId& room) {
    const auto what = request.form_value("do");
    if (what == "backstage")
        services.studio.open_backstage(request.actor, room);
    else if (what == "live")
        services.studio.go_live(request.actor, room);
    else if (what == "end")
        services.studio.end(request.actor, room);
    else
        throw Invalid("do", "must be backstage, live or end");
}

void change_speaker(Services& services, const Request& request, const RoomId& room) {
    const auto speaker = SpeakerId::parse(request.param("speaker"));
    const auto what = request.form_value("do");
    if (what == "mute")
        services.studio.mute(request.actor, room, speaker, mixer::Mute::kOn);
    else if (what == "unmute")
        services.studio.mute(request.actor, room, speaker, mixer::Mute::kOff);
    else if (what == "remove")
        services.studio.remove(request.actor, room, speaker);
    else
        throw Invalid("do", "must be mute, unmute or remove");
}

// Does it, then shows the room again: with what was wrong, if something was.
template <class Work>
Handler form_of_room(Services& services, Work work) {
    return [&services, work](const Request& request) {
        const auto room = RoomId::parse(request.param("id"));
        RoomNotice notice;
        try {
            notice = work(services, request, room);
        } catch (const Invalid& error) {
            notice.error = error.why();
        } catch (const Conflict& error) {
            notice.error = error.what();
        }
        const bool has_something_to_say = !notice.error.empty() || !notice.guest_link.empty();
        return has_something_to_say ? room_page(services, request, notice) : redirect(room_path(room));
    };
}

}  // namespace

void add_stage_forms(Router& router, Services& services) {
    router.add("POST", "/rooms/{id}/run",
               form_of_room(services, [](Services& s, const Request& request, const RoomId& room) {
                   run_room(s, request, room);
                   return RoomNotice{};
               }));
    router.add("POST", "/rooms/{id}/speakers/{speaker}",
               form_of_room(services, [](Services& s, const Request& request, const RoomId& room) {
                   change_speaker(s, request, room);
                   return RoomNotice{};
               }));
    router.add("POST", "/rooms/{id}/invite",
               form_of_room(services, [](Services& s, const Request& request, const RoomId& room) {
                   s.studio.invite(request.actor, room, request.form_value("handle"),
                                   store::StageRole::kSpeaker);
                   return RoomNotice{};
               }));
    router.add("POST", "/rooms/{id}/invite-guest",
               form_of_room(services, [](Services& s, const Request& request, const RoomId& room) {
                   const auto guest = s.studio.invite_guest(request.actor, room, request.form_value("name"));
                   return RoomNotice{{}, absolute(s, room_path(room)) + "/guest/" + guest.key};
               }));
}

}  // namespace stagecast::web
