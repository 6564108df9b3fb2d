#include <algorithm>

#include "base/error.h"
#include "base/zone.h"
#include "scheduler/reconcile.h"
#include "scheduler/rule.h"
#include "web/channel_desk.h"
#include "web/pages/entries.h"
#include "web/pages/page.h"
#include "web/pages/plan.h"
#include "web/pages/review.h"
#include "web/visitor.h"

// The planning form's doors: a new show, all airings of one that is there, or one of them and those that
// follow.
namespace stagecast::web {
namespace {

using access::Action;

struct PlanPage {
    std::string heading, action, submit;
    std::string channel;
    std::string cancel;
};

// What a filled form is about.
struct Door {
    PlanPage page;
    ChannelId channel;
    std::vector<AccountId> hosts;
    std::optional<store::Show> show;   // empty: a new one
    std::optional<store::Room> first;  // of those that change; empty: all that are to come
};

Response show_plan(const Services& services, const Request& request, const PlanPage& plan,
                   const PlanForm& form, const std::optional<Invalid>& refusal, int status) {
    const Viewer viewer(request);
    Page page;
    page.template_name = "plan";
    page.title = plan.heading;
    page.modules = {"plan"};
    page.status = status;
    page.data = plan_data(form, viewer.words());
    page.data["heading"] = plan.heading;
    page.data["action"] = plan.action;
    page.data["submit"] = plan.submit;
    page.data["channel"] = plan.channel;
    page.data["cancel"] = plan.cancel;
    page.data["page_language"] = viewer.words().language();
    page.data["words"] = viewer.words().json_below("js.");
    const auto wrong = schedule_refusal(form);
    if (!wrong) page.data["preview"] = plan_preview(form, viewer, services.clock.now());
    if (refusal || wrong) mark_refusal(page.data, refusal ? *refusal : *wrong, form, viewer);
    return present(services, request, std::move(page));
}

bool has_something_to_say(const scheduler::Review& review, const Door& door) {
    return !review.clashes.empty() || !review.misfits.empty() || (door.show && review.removed > 0);
}

std::optional<RoomId> first_of(const Door& door) {
    return door.first ? std::optional(door.first->id) : std::nullopt;
}

scheduler::Review review_of(Services& services, const Door& door, const scheduler::ShowPlan& plan) {
    return services.planner.review(door.channel, door.hosts, plan,
                                   door.show ? std::optional(door.show->id) : std::nullopt, first_of(door));
}

Response show_plan_review(Services& services, const Request& request, const Door& door,
                          const scheduler::ShowPlan& plan, const scheduler::Review& review) {
    ReviewPage page;
    page.subject = plan.title;
    page.action = door.page.action;
    page.all_same = Words::in(request.language).text("review.plan_all_same");
    page.clashes = review.clashes;
    page.free_start = review.free_start;
    page.misfits = review.misfits;
    page.added = door.show ? review.added : 0;
    page.removed = review.removed;
    page.kept = review.kept;
    page.schedule = plan.schedule;
    page.leaving_out = plan.schedule.rrule.empty() ? LeavingOut::kImpossible : LeavingOut::kPossible;
    return show_review(services, request, page);
}

store::Show save(Services& services, const Request& request, const Door& door,
                 const scheduler::ShowPlan& plan, scheduler::Clashing clashing) {
    const auto by = editor_of(request);
    auto& planner = services.planner;
    if (!door.show) return planner.create(door.channel, by.account, plan, clashing);
    if (door.first)
        return planner.update_from(by, door.show->id, version_field(request), door.first->id, plan, clashing);
    return planner.update(by, door.show->id, version_field(request), plan, clashing);
}

// The form with the start that would not clash, as far from its next airing as that is: COUNT and INTERVAL
// go on from where they began.
Request with_start(Services& services, const Request& request, const Door& door, LocalTime wanted) {
    const auto plan = checked_plan(typed_plan(request));
    const auto review = review_of(services, door, plan);
    if (review.next.empty()) return request;
    const auto start = to_iso8601(plan.schedule.start + (wanted - review.next.front().local));
    return with_value(with_value(request, "date", start.substr(0, 10)), "time", start.substr(11, 5));
}

Request without_date(const Request& request, LocalTime date) {
    auto line = to_iso8601(date).substr(0, 16);
    std::replace(line.begin(), line.end(), 'T', ' ');
    auto dates = request.form_value("exdates");
    if (!dates.empty() && dates.back() != '\n') dates += '\n';
    return with_value(request, "exdates", dates + line + "\n");
}

// The form has one language: what the show says in others stays.
scheduler::ShowPlan typed_plan_of(Services& services, const Request& request, const Door& door) {
    auto plan = checked_plan(typed_plan(request));
    if (door.show)
        services.database.read(
            [&](store::Snapshot& snapshot) { plan.texts = store::shows::texts(snapshot, door.show->id); });
    return plan;
}

Response look_or_save(Services& services, const Request& request, const Door& door, Decision decision) {
    const auto plan = typed_plan_of(services, request, door);
    const bool was_reviewed = decision == Decision::kSave || decision == Decision::kAccept;
    // Other words for the same airings: what those clash with was accepted before.
    const bool moves = !door.show || door.first || plan.schedule != scheduler::schedule_of(*door.show);
    if (moves && !was_reviewed) {
        const auto review = review_of(services, door, plan);
        if (has_something_to_say(review, door))
            return show_plan_review(services, request, door, plan, review);
    }
    const auto clashing =
        decision == Decision::kAccept ? scheduler::Clashing::kAccept : scheduler::Clashing::kRefuse;
    try {
        return redirect("/shows/" + save(services, request, door, plan, clashing).slug);
    } catch (const scheduler::Clashes&) {
        // Planned by somebody else since it was looked at.
        return show_plan_review(services, request, door, plan, review_of(services, door, plan));
    }
}

// What was typed, over the version that is there now: saving it again is a decision.
Response show_stale(Services& services, const Request& request, const Door& door,
                    const scheduler::Stale& stale) {
    auto form = typed_plan(request);
    services.database.read([&](store::Snapshot& snapshot) {
        if (const auto now = store::shows::find(snapshot, door.show.value().id))
            form.version = std::to_string(now->version);
    });
    return show_plan(services, request, door.page, form, Invalid("", say_changes(stale, Viewer(request))),
                     409);
}

Response submit(Services& services, const Request& sent, const Door& door) {
    auto request = sent;
    try {
        request = with_pasted(std::move(request));
        const auto [decision, local] = decided(request);
        if (decision == Decision::kStart) request = with_start(services, request, door, local);
        if (decision == Decision::kLeave) request = without_date(request, local);
        if (decision == Decision::kStart || decision == Decision::kEdit || takes_offer(request))
            return show_plan(services, request, door.page, typed_plan(request), std::nullopt, 200);
        return look_or_save(services, request, door, decision);
    } catch (const Invalid& error) {
        return show_plan(services, request, door.page, typed_plan(request), error, 422);
    } catch (const scheduler::Stale& stale) {
        return show_stale(services, request, door, stale);
    } catch (const Conflict& error) {
        return show_plan(services, request, door.page, typed_plan(request), Invalid("", error.what()), 409);
    }
}

Door new_show(Services& services, const Request& request) {
    const auto channel = services.database.read([&](store::Snapshot& snapshot) {
        auto found = channel_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, Action::kMakeShow, found.id);
        return found;
    });
    const auto& words = Words::in(request.language);
    return {.page = {.heading = words.text("plan.new"),
                     .action = "/studio/channels/" + channel.slug + "/shows/new",
                     .submit = words.text("plan.make"),
                     .channel = channel.title,
                     .cancel = "/channels/" + channel.slug},
            .channel = channel.id,
            .hosts = {editor_of(request).account},
            .show = std::nullopt,
            .first = std::nullopt};
}

Door known_show(store::Snapshot& snapshot, const Request& request, const store::Show& show) {
    access::require(snapshot, request.actor, Action::kEditShow, show.id);
    Door door;
    door.channel = show.channel;
    door.show = show;
    for (const auto& host : store::shows::hosts(snapshot, show.id)) door.hosts.push_back(host.account);
    const auto& words = Words::in(request.language);
    door.page.heading = words.text("plan.edit", {{"show", show.title}});
    door.page.action = "/studio/shows/" + show.slug;
    door.page.submit = words.text("plan.save");
    door.page.cancel = "/shows/" + show.slug;
    return door;
}

Door all_airings(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        return known_show(snapshot, request, show_named(snapshot, request.param("slug")));
    });
}

Door airing_and_following(Services& services, const Request& request) {
    const auto id = RoomId::parse(request.param("id"));
    return services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, Action::kRunRoom, id);
        const auto room = store::rooms::find(snapshot, id).value();
        if (!room.show || !room.slot) throw NotFound("nothing follows this airing");
        auto door = known_show(snapshot, request, store::shows::find(snapshot, *room.show).value());
        const Viewer viewer(request);
        door.page.heading =
            viewer.words().text("airing.following_title",
                                {{"show", door.show->title},
                                 {"day", viewer.day(viewer.in_zone(door.show->zone).day_of(*room.slot))}});
        door.page.action = "/studio/rooms/" + id.text() + "/following";
        door.page.cancel = "/studio/shows/" + door.show->slug + "/airings";
        door.first = room;
        return door;
    });
}

PlanForm stored_plan(const Door& door) {
    auto show = door.show.value();
    if (door.first) {
        const auto rest = scheduler::cut_before(scheduler::schedule_of(show), door.first->slot.value());
        show.start = rest.start;
        show.rrule = rest.rrule;
        show.exdates = rest.exdates;
        show.rdates = rest.rdates;
        show.pauses = rest.pauses;
    }
    return plan_of(show);
}

Response show_stored(Services& services, const Request& request, const Door& door) {
    return show_plan(services, request, door.page, stored_plan(door), std::nullopt, 200);
}

// A piece of the page, for its module: what is typed, before it is sent.
Response show_preview(Services& services, const Request& request) {
    editor_of(request);
    const auto form = typed_plan(request);
    const Viewer viewer(request);
    Data data;
    if (const auto refusal = schedule_refusal(form))
        data["refusal"] = refusal_data(*refusal, form, viewer);
    else
        data = plan_preview(form, viewer, services.clock.now());
    return html(fill("_plan_preview", data, viewer.words())).with("Cache-Control", "no-store");
}

}  // namespace

void add_plan_pages(Router& router, Services& services) {
    router.add("POST", "/studio/plan/preview",
               [&services](const Request& request) { return show_preview(services, request); });
    router.add("GET", "/studio/channels/{slug}/shows/new", [&services](const Request& request) {
        const auto door = new_show(services, request);
        const Viewer viewer(request);
        PlanForm form;
        services.database.read([&](store::Snapshot& snapshot) {
            form.language = store::channels::find(snapshot, door.channel).value().language;
        });
        form.zone = viewer.zone().name();
        form.date = iso_date(viewer.day_of(services.clock.now()) + std::chrono::days(1));
        return show_plan(services, request, door.page, form, std::nullopt, 200);
    });
    router.add("POST", "/studio/channels/{slug}/shows/new", [&services](const Request& request) {
        return submit(services, request, new_show(services, request));
    });
    router.add("GET", "/studio/shows/{slug}", [&services](const Request& request) {
        return show_stored(services, request, all_airings(services, request));
    });
    router.add("POST", "/studio/shows/{slug}", [&services](const Request& request) {
        return submit(services, request, all_airings(services, request));
    });
    router.add("GET", "/studio/rooms/{id}/following", [&services](const Request& request) {
        return show_stored(services, request, airing_and_following(services, request));
    });
    router.add("POST", "/studio/rooms/{id}/following", [&services](const Request& request) {
        return submit(services, request, airing_and_following(services, request));
    });
}

}  // namespace stagecast::web
