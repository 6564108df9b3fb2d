#include "base/error.h"
#include "web/channel_desk.h"
#include "web/pages/page.h"
#include "web/pages/review.h"
#include "web/pages/text_rows.h"
#include "web/show_plan.h"
#include "web/visitor.h"

// What a show says of itself in further languages.
namespace stagecast::web {
namespace {

struct Spoken {
    store::Show show;
    scheduler::ShowPlan plan;
};

Spoken spoken(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        auto show = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, access::Action::kEditShow, show.id);
        auto plan = stored_plan(snapshot, show);
        return Spoken{std::move(show), std::move(plan)};
    });
}

struct Notice {
    std::string wrong, refusal;
    int status = 200;
};

Response languages_page(Services& services, const Request& request, const Spoken& said,
                        const std::vector<store::Text>& texts, const Notice& notice) {
    const auto& words = Words::in(request.language);
    Page page;
    page.template_name = "show_languages";
    page.title = words.text("airing.texts");
    page.status = notice.status;
    auto& data = page.data;
    data["subject"] = said.show.title;
    data["subject_language"] = said.show.language;
    data["show_url"] = "/shows/" + said.show.slug;
    data["action"] = "/studio/shows/" + said.show.slug + "/languages";
    data["version"] = said.show.version;
    data["texts"] = text_rows(texts, words);
    data["wrong"] = notice.wrong;
    data["refusal"] = notice.refusal;
    return present(services, request, std::move(page));
}

Response save(Services& services, const Request& request) {
    auto said = spoken(services, request);
    const auto texts = typed_texts(request);
    try {
        check_texts(texts);
        said.plan.texts = texts;
        services.planner.update(editor_of(request), said.show.id, version_field(request), said.plan);
        return redirect("/shows/" + said.show.slug);
    } catch (const Invalid& error) {
        return languages_page(services, request, said, texts, {error.why(), "", 422});
    } catch (const scheduler::Stale& stale) {
        return languages_page(services, request, said, texts, {"", say_changes(stale, Viewer(request)), 409});
    } catch (const Conflict& error) {
        return languages_page(services, request, said, texts, {"", error.what(), 409});
    }
}

}  // namespace

void add_show_language_pages(Router& router, Services& services) {
    router.add("GET", "/studio/shows/{slug}/languages", [&services](const Request& request) {
        const auto said = spoken(services, request);
        return languages_page(services, request, said, said.plan.texts, {});
    });
    router.add("POST", "/studio/shows/{slug}/languages",
               [&services](const Request& request) { return save(services, request); });
}

}  // namespace stagecast::web
