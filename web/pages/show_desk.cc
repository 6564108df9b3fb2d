#include "base/error.h"
#include "base/text.h"
#include "web/channel_desk.h"
#include "web/pages/confirm.h"
#include "web/pages/invitations.h"
#include "web/pages/page.h"
#include "web/pages/review.h"
#include "web/people_desk.h"
#include "web/visitor.h"

// A show's people, and taking it off the programme.
namespace stagecast::web {
namespace {

using access::Action;

struct PeopleView {
    store::Show show;
    std::vector<store::Host> hosts;
    std::vector<Invited> invited;
};

PeopleView people_of(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        PeopleView view;
        view.show = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, Action::kEditShow, view.show.id);
        view.hosts = store::shows::hosts(snapshot, view.show.id);
        view.invited = pending_cohosts(snapshot, view.show.id);
        return view;
    });
}

Data person_data(const store::Host& person) {
    Data data;
    data["name"] = person.name;
    data["handle"] = person.handle;
    data["url"] = "/hosts/" + person.handle;
    return data;
}

struct PeopleNotice {
    std::string typed, wrong;  // the handle, and what was wrong with it
    std::string refusal;
    int status = 200;
};

Response people_page(Services& services, const Request& request, const PeopleNotice& notice) {
    const auto view = people_of(services, request);
    const Viewer viewer(request);
    const auto& words = viewer.words();
    Page page;
    page.template_name = "people";
    page.title = words.text("people.title");
    page.status = notice.status;
    auto& data = page.data;
    data["subject"] = view.show.title;
    data["subject_language"] = view.show.language;
    data["show_url"] = "/shows/" + view.show.slug;
    data["action"] = "/studio/shows/" + view.show.slug + "/people";
    for (const auto& host : view.hosts) {
        auto item = person_data(host);
        item["may_go"] = view.hosts.size() > 1;
        data["hosts"].add(std::move(item));
    }
    for (const auto& invited : view.invited) {
        auto item = person_data(invited.person);
        item["since"] = words.text("people.asked_at", {{"time", viewer.moment(invited.at)}});
        data["invited"].add(std::move(item));
    }
    data["has_invited"] = !view.invited.empty();
    data["typed"] = notice.typed;
    data["wrong"] = notice.wrong;
    data["refusal"] = notice.refusal;
    return present(services, request, std::move(page));
}

void change_people(Services& services, const Request& request) {
    const auto what = request.form_value("do");
    const auto handle = request.form_value("handle");
    if (what == "invite")
        invite_cohost(services, request, request.param("slug"), handle);
    else if (what == "remove")
        remove_cohost(services, request, request.param("slug"), handle);
    else
        throw Invalid("do", "must be invite or remove");
}

Response post_people(Services& services, const Request& request) {
    const auto typed = request.form_value("do") == "invite" ? request.form_value("handle") : std::string();
    try {
        change_people(services, request);
    } catch (const Invalid& error) {
        return people_page(services, request, {typed, error.why(), "", 422});
    } catch (const Conflict& error) {
        return people_page(services, request, {typed, "", error.what(), 409});
    }
    // Who took themselves off the show may not see its people any more.
    const bool may_stay = services.database.read([&](store::Snapshot& snapshot) {
        const auto show = show_named(snapshot, request.param("slug"));
        return access::allow(snapshot, request.actor, Action::kEditShow, show.id);
    });
    const auto path = "/shows/" + request.param("slug");
    return redirect(may_stay ? "/studio" + path + "/people" : path);
}

int coming_airings(store::Snapshot& snapshot, const store::Show& show, Instant now) {
    int count = 0;
    for (const auto& room :
         store::rooms::of_show(snapshot, show.id, now, now + 2 * scheduler::kHorizon, scheduler::kMaxSlots))
        count += room.state == store::RoomState::kScheduled ? 1 : 0;
    return count;
}

Response ask_to_retire(Services& services, const Request& request, const std::string& refusal) {
    const auto now = services.clock.now();
    const auto [show, coming] = services.database.read([&](store::Snapshot& snapshot) {
        auto found = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, Action::kEditShow, found.id);
        const auto count = coming_airings(snapshot, found, now);
        return std::pair(std::move(found), count);
    });
    const auto& words = Words::in(request.language);
    Question question;
    question.subject = show.title;
    question.heading = words.text("airing.retire_title");
    question.consequences = {words.count("airing.retire_airings", coming),
                             words.text("airing.retire_calendars"), words.text("airing.retire_stays"),
                             words.text("airing.retire_undo")};
    question.action = "/studio/shows/" + show.slug + "/retire";
    question.button = words.text("airing.retire_do");
    question.no = words.text("airing.retire_not");
    question.back = "/studio/shows/" + show.slug + "/airings";
    question.version = std::to_string(show.version);
    question.refusal = refusal;
    return ask(services, request, question);
}

Response retire(Services& services, const Request& request) {
    const auto show = services.database.read([&](store::Snapshot& snapshot) {
        auto found = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, Action::kEditShow, found.id);
        return found;
    });
    try {
        services.planner.retire(editor_of(request), show.id, version_field(request));
        return redirect("/shows/" + show.slug);
    } catch (const scheduler::Stale& stale) {
        return ask_to_retire(services, request, say_changes(stale, Viewer(request)));
    } catch (const Conflict& error) {
        return ask_to_retire(services, request, error.what());
    }
}

Response answer(Services& services, const Request& request) {
    if (!request.account) return ask_to_sign_in(request);
    const auto what = request.form_value("do");
    if (what != "accept" && what != "decline") throw Invalid("do", "must be accept or decline");
    const bool accepts = what == "accept";
    answer_cohost_invitation(services, request, request.param("slug"),
                             accepts ? store::Answer::kAccepted : store::Answer::kDeclined);
    return redirect(accepts ? "/shows/" + request.param("slug") : "/studio");
}

}  // namespace

Data invitations_data(Services& services, const Request& request) {
    if (!request.account) return {};
    const Viewer viewer(request);
    const auto mine = services.database.read(
        [&](store::Snapshot& snapshot) { return invitations_to(snapshot, request.account->id); });
    Data list;
    for (const auto& invitation : mine) {
        Data item;
        item["show_title"] = invitation.show.title;
        item["show_language"] = invitation.show.language;
        item["show_url"] = "/shows/" + invitation.show.slug;
        item["on_channel"] = invitation.channel_title;
        item["said"] = viewer.words().text(
            "people.asked_by", {{"who", invitation.by.name}, {"time", viewer.moment(invitation.at)}});
        item["answer_url"] = "/studio/invitations/" + invitation.show.slug;
        list.add(std::move(item));
    }
    return list;
}

void add_show_desk_pages(Router& router, Services& services) {
    router.add("GET", "/studio/shows/{slug}/people",
               [&services](const Request& request) { return people_page(services, request, {}); });
    router.add("POST", "/studio/shows/{slug}/people",
               [&services](const Request& request) { return post_people(services, request); });
    router.add("GET", "/studio/shows/{slug}/retire",
               [&services](const Request& request) { return ask_to_retire(services, request, ""); });
    router.add("POST", "/studio/shows/{slug}/retire",
               [&services](const Request& request) { return retire(services, request); });
    router.add("POST", "/studio/invitations/{slug}",
               [&services](const Request& request) { return answer(services, request); });
}

}  // namespace stagecast::web
