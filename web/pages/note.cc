#include "base/error.h"
#include "scheduler/notices.h"
#include "store/follows.h"
#include "web/channel_desk.h"
#include "web/pages/form.h"
#include "web/pages/page.h"
#include "web/pages/reasons.h"

// A host's words to the followers of a show.
namespace stagecast::web {
namespace {

struct NoteView {
    store::Show show;
    int followers = 0;
};

NoteView look(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        NoteView view;
        view.show = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, access::Action::kEditShow, view.show.id);
        view.followers = store::follows::count(snapshot, store::FollowKind::kShow, view.show.id.text());
        return view;
    });
}

std::string hours() {
    return std::to_string(scheduler::kNoteEvery.count());
}

FormView note_form(const NoteView& view, const Words& words) {
    FormView form("/studio/shows/" + view.show.slug + "/note", words.text("note.do"));
    form.add({.name = "text",
              .label = words.text("note.text"),
              .kind = "textarea",
              .hint = words.text("note.text_hint")});
    return form;
}

struct NoteNotice {
    std::optional<FormView> form = {};
    int status = 200;
};

Response note_page(Services& services, const Request& request, const NoteNotice& notice) {
    const auto view = look(services, request);
    const auto& words = Words::in(request.language);
    Page page;
    page.template_name = "note";
    page.title = words.text("note.title");
    page.status = notice.status;
    auto& data = page.data;
    data["subject"] = view.show.title;
    data["subject_language"] = view.show.language;
    data["show_url"] = "/shows/" + view.show.slug;
    data["lead"] = words.count("note.lead", view.followers);
    data["how_often"] = words.text("note.how_often", {{"hours", hours()}});
    data["was_sent"] = request.query_value("sent") == "yes" && notice.status == 200;
    data["form"] = (notice.form ? *notice.form : note_form(view, words)).data();
    return present(services, request, std::move(page));
}

Response send(Services& services, const Request& request) {
    const auto view = look(services, request);
    const auto& words = Words::in(request.language);
    auto form = note_form(view, words);
    form.take(request);
    try {
        services.telling.note(request.actor, view.show.id, request.form_value("text"));
        return redirect("/studio/shows/" + view.show.slug + "/note?sent=yes");
    } catch (const Invalid& error) {
        form.refuse(error.field(), say_reason(error.why(), Viewer(request)));
        return note_page(services, request, {.form = form, .status = 422});
    } catch (const Conflict&) {
        form.refuse("", words.text("note.too_soon", {{"hours", hours()}}));
        return note_page(services, request, {.form = form, .status = 409});
    }
}

}  // namespace

void add_note_pages(Router& router, Services& services) {
    router.add("GET", "/studio/shows/{slug}/note",
               [&services](const Request& request) { return note_page(services, request, {}); });
    router.add("POST", "/studio/shows/{slug}/note",
               [&services](const Request& request) { return send(services, request); });
}

}  // namespace stagecast::web
