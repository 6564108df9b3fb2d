#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "web/channel_desk.h"
#include "web/pages/airing_form.h"
#include "web/pages/confirm.h"
#include "web/pages/entries.h"
#include "web/pages/own_airings.h"
#include "web/pages/page.h"
#include "web/pages/review.h"
#include "web/visitor.h"

// One airing alone: changed, moved, cancelled, restored; and the list of a show's airings for its hosts.
namespace stagecast::web {
namespace {

using access::Action;

struct AiringDoor {
    OwnAiring airing;
    bool may_edit_show = false;
};

AiringDoor door_of(Services& services, const Request& request) {
    const auto id = RoomId::parse(request.param("id"));
    return services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, Action::kRunRoom, id);
        AiringDoor door{own_airing(snapshot, id), false};
        door.may_edit_show = door.airing.show &&
                             access::allow(snapshot, request.actor, Action::kEditShow, door.airing.show->id);
        return door;
    });
}

std::string edit_path(const OwnAiring& airing) {
    return "/studio/rooms/" + airing.room.id.text() + "/edit";
}

// In the zone that its time is planned in.
Viewer local_viewer(const OwnAiring& airing, const Viewer& viewer) {
    return airing.show ? viewer.in_zone(airing.show->zone) : viewer;
}

std::string title_of(const OwnAiring& airing) {
    if (!airing.room.title.empty() || !airing.show) return airing.room.title;
    return airing.show->title;
}

struct Wrong {
    std::string field, why;
};

// The first question: which airings are to change.
void add_scope(Data& data, const AiringDoor& door) {
    if (!door.may_edit_show || !door.airing.room.slot) return;
    data["has_scope"] = true;
    data["scope_this"] = edit_path(door.airing);
    data["scope_following"] = "/studio/rooms/" + door.airing.room.id.text() + "/following";
    data["scope_all"] = "/studio/shows/" + door.airing.show->slug;
}

Response show_form(Services& services, const Request& request, const AiringDoor& door, const AiringForm& form,
                   const std::optional<Wrong>& wrong, int status) {
    const auto& airing = door.airing;
    const Viewer viewer(request);
    const auto local = local_viewer(airing, viewer);
    const auto& words = viewer.words();
    Page page;
    page.template_name = "airing";
    page.title = words.text("airing.edit_title");
    page.status = status;
    auto& data = page.data;
    data = airing_form_data(form, airing, words);
    data["subject"] = title_of(airing);
    data["subject_language"] = airing.show ? airing.show->language : airing.channel.language;
    data["starts"] = to_iso8601(airing.room.starts_at);
    data["when"] = viewer.when(airing.room.starts_at, services.clock.now());
    data["zone_city"] = viewer.zone_city();
    data["local_city"] = local.zone_city();
    if (local.clock(airing.room.starts_at) != viewer.clock(airing.room.starts_at))
        data["for_you"] = words.text(
            "airing.for_you", {{"time", viewer.moment(airing.room.starts_at)}, {"city", viewer.zone_city()}});
    if (airing.room.moved_from)
        data["moved_from"] =
            words.text("airing.moved_from", {{"time", viewer.moment(*airing.room.moved_from)}});
    data["action"] = edit_path(airing);
    data["room_url"] = room_path(airing.room.id);
    data["cancel_url"] = "/studio/rooms/" + airing.room.id.text() + "/cancel";
    add_scope(data, door);
    if (wrong) {
        data["wrong"][wrong->field == "starts_at" ? "date" : wrong->field] = wrong->why;
        data["wrong"]["any"] = wrong->field.empty() ? wrong->why : words.text("form.look");
    }
    return present(services, request, std::move(page));
}

scheduler::Schedule schedule_for(const OwnAiring& airing, const Viewer& local) {
    scheduler::Schedule schedule;
    schedule.zone = local.zone().name();
    if (airing.show) schedule.length_minutes = airing.show->length_minutes;
    return schedule;
}

Response show_clashes(Services& services, const Request& request, const OwnAiring& airing,
                      const scheduler::Clashes& clashes, const std::string& action,
                      const std::string& button) {
    const Viewer viewer(request);
    ReviewPage review;
    review.subject = title_of(airing);
    review.action = action;
    review.all_same = viewer.words().text(button);
    review.clashes = clashes.list();
    review.free_start = clashes.free_start();
    review.schedule = schedule_for(airing, local_viewer(airing, viewer));
    return show_review(services, request, review);
}

bool says_nothing(const scheduler::AiringPlan& plan) {
    return !plan.title && !plan.notes && !plan.language && !plan.texts && !plan.hosts && !plan.starts_at &&
           !plan.length_minutes;
}

Response save(Services& services, const Request& request, const AiringDoor& door, Decision decision) {
    const auto& airing = door.airing;
    const auto form = typed_airing(request);
    const auto plan = checked_airing(form, airing, local_viewer(airing, Viewer(request)));
    const auto clashing =
        decision == Decision::kAccept ? scheduler::Clashing::kAccept : scheduler::Clashing::kRefuse;
    if (says_nothing(plan)) return redirect(room_path(airing.room.id));
    try {
        services.planner.edit(editor_of(request), airing.room.id, version_field(request), plan, clashing);
        return redirect(room_path(airing.room.id));
    } catch (const scheduler::Clashes& clashes) {
        return show_clashes(services, request, airing, clashes, edit_path(airing), "review.save_all_same");
    }
}

// What was typed, over the version that is there now: saving it again is a decision.
Response show_stale(Services& services, const Request& request, const AiringDoor& door,
                    const scheduler::Stale& stale) {
    auto form = typed_airing(request);
    form.version = std::to_string(door_of(services, request).airing.room.version);
    return show_form(services, request, door, form, Wrong{"", say_changes(stale, Viewer(request))}, 409);
}

Response edit(Services& services, const Request& sent) {
    const auto door = door_of(services, sent);
    auto request = sent;
    try {
        const auto [decision, local] = decided(request);
        if (decision == Decision::kStart) {
            const auto start = to_iso8601(local);
            request = with_value(with_value(sent, "date", start.substr(0, 10)), "time", start.substr(11, 5));
        }
        if (decision == Decision::kStart || decision == Decision::kEdit)
            return show_form(services, request, door, typed_airing(request), std::nullopt, 200);
        return save(services, request, door, decision);
    } catch (const Invalid& error) {
        return show_form(services, request, door, typed_airing(request), Wrong{error.field(), error.why()},
                         422);
    } catch (const scheduler::Stale& stale) {
        return show_stale(services, request, door, stale);
    } catch (const Conflict& error) {
        return show_form(services, request, door, typed_airing(request), Wrong{"", error.what()}, 409);
    }
}

std::string back_to(const OwnAiring& airing) {
    return airing.show ? "/studio/shows/" + airing.show->slug + "/airings" : room_path(airing.room.id);
}

Response ask_to_cancel(Services& services, const Request& request, const AiringDoor& door,
                       const std::string& refusal) {
    const Viewer viewer(request);
    const auto& words = viewer.words();
    Question question;
    question.subject = title_of(door.airing);
    question.heading = words.text("airing.cancel_title");
    question.lead = viewer.moment(door.airing.room.starts_at) + " · " + viewer.zone_city();
    question.consequences = {words.text("airing.cancel_guide"), words.text("airing.cancel_calendars"),
                             words.text("airing.cancel_reminders"), words.text("airing.cancel_undo")};
    question.action = "/studio/rooms/" + door.airing.room.id.text() + "/cancel";
    question.button = words.text("airing.cancel_do");
    question.no = words.text("airing.cancel_not");
    question.back = back_to(door.airing);
    question.version = std::to_string(door.airing.room.version);
    question.refusal = refusal;
    return ask(services, request, question);
}

Response cancel(Services& services, const Request& request) {
    const auto door = door_of(services, request);
    try {
        services.planner.cancel(editor_of(request), door.airing.room.id, version_field(request));
        return redirect(back_to(door.airing));
    } catch (const scheduler::Stale& stale) {
        return ask_to_cancel(services, request, door, say_changes(stale, Viewer(request)));
    } catch (const Conflict& error) {
        return ask_to_cancel(services, request, door, error.what());
    }
}

Response restore(Services& services, const Request& request) {
    const auto door = door_of(services, request);
    const auto& airing = door.airing;
    const auto decision = decided(request).decision;
    if (decision == Decision::kEdit) return redirect(back_to(airing));
    const auto clashing =
        decision == Decision::kAccept ? scheduler::Clashing::kAccept : scheduler::Clashing::kRefuse;
    try {
        services.planner.restore(editor_of(request), airing.room.id, version_field(request), clashing);
        return redirect(back_to(airing));
    } catch (const scheduler::Clashes& clashes) {
        const scheduler::Clashes without_start(clashes.list(), std::nullopt);
        return show_clashes(services, request, airing, without_start,
                            "/studio/rooms/" + airing.room.id.text() + "/restore", "review.restore_all_same");
    }
}

Response airings_page(Services& services, const Request& request) {
    const auto show = services.database.read([&](store::Snapshot& snapshot) {
        auto found = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, Action::kEditShow, found.id);
        return found;
    });
    const Viewer viewer(request);
    Page page;
    page.template_name = "airings";
    page.title = viewer.words().text("airing.list_title");
    page.data = own_airings_page(services, request, show, request.query_value("month"));
    page.data["subject"] = show.title;
    page.data["subject_language"] = show.language;
    page.data["show_url"] = "/shows/" + show.slug;
    page.data["edit_url"] = "/studio/shows/" + show.slug;
    page.data["people_url"] = "/studio/shows/" + show.slug + "/people";
    page.data["zone_city"] = viewer.zone_city();
    page.data["is_retired"] = show.retired_at.has_value();
    return present(services, request, std::move(page));
}

}  // namespace

void add_airing_pages(Router& router, Services& services) {
    router.add("GET", "/studio/rooms/{id}/edit", [&services](const Request& request) {
        const auto door = door_of(services, request);
        const auto form = airing_form(door.airing, local_viewer(door.airing, Viewer(request)));
        return show_form(services, request, door, form, std::nullopt, 200);
    });
    router.add("POST", "/studio/rooms/{id}/edit",
               [&services](const Request& request) { return edit(services, request); });
    router.add("GET", "/studio/rooms/{id}/cancel", [&services](const Request& request) {
        return ask_to_cancel(services, request, door_of(services, request), "");
    });
    router.add("POST", "/studio/rooms/{id}/cancel",
               [&services](const Request& request) { return cancel(services, request); });
    router.add("POST", "/studio/rooms/{id}/restore",
               [&services](const Request& request) { return restore(services, request); });
    router.add("GET", "/studio/shows/{slug}/airings",
               [&services](const Request& request) { return airings_page(services, request); });
}

}  // namespace stagecast::web
