#include <algorithm>

#include "base/error.h"
#include "base/zone.h"
#include "scheduler/rule.h"
#include "web/channel_desk.h"
#include "web/pages/entries.h"
#include "web/pages/page.h"
#include "web/pages/plan.h"

// The planning form: a new show, or one that is there.
namespace stagecast::web {
namespace {

using access::Action;

constexpr int kAiringsPreviewed = 5;

struct PlanPage {
    std::string heading, action, submit;
    std::string channel;
    std::string cancel;
};

struct Refusal {
    std::string field, why;
};

// The form's field for a field of the layers below.
std::string form_field(const std::string& field) {
    return field == "start" ? "date" : field;
}

// What the schedule says: its sentence and its next airings. Empty while it cannot be read.
Data preview(const PlanForm& form, const Viewer& viewer, Instant now) {
    Data data;
    try {
        const auto plan = checked_plan(form);
        data["sentence"] = scheduler::sentence(plan.schedule, viewer.words().language());
        const auto from = std::max(now, Zone::find(plan.schedule.zone)->to_utc(plan.schedule.start));
        const auto slots =
            scheduler::expand(plan.schedule, from, from + scheduler::kHorizon, kAiringsPreviewed);
        for (const auto& slot : slots) data["airings"].add(viewer.when(slot.starts_at, now));
    } catch (const Invalid&) {
        return {};  // the refusal stands at its field
    }
    return data;
}

Response show_plan(const Services& services, const Request& request, const PlanPage& plan,
                   const PlanForm& form, const std::optional<Refusal>& refusal, int status) {
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
    page.data["page_zone"] = viewer.zone().name();
    page.data["zone_city"] = viewer.zone_city();
    page.data["page_language"] = viewer.words().language();
    page.data["words"] = viewer.words().json_below("js.");
    page.data["preview"] = preview(form, viewer, services.clock.now());
    if (refusal) {
        page.data["wrong"][form_field(refusal->field)] = refusal->why;
        page.data["wrong"]["any"] = refusal->field.empty() ? refusal->why : viewer.words().text("form.look");
    }
    return present(services, request, std::move(page));
}

template <class Work>
Response submit(const Services& services, const Request& request, const PlanPage& plan, Work work) {
    const auto form = typed_plan(request);
    try {
        return redirect("/shows/" + work(form).slug);
    } catch (const Invalid& error) {
        return show_plan(services, request, plan, form, Refusal{error.field(), error.why()}, 422);
    } catch (const Conflict& error) {
        return show_plan(services, request, plan, form, Refusal{"", error.what()}, 409);
    }
}

store::Channel channel_of(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        auto channel = channel_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, Action::kMakeShow, channel.id);
        return channel;
    });
}

store::Show show_of(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        auto show = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, Action::kEditShow, show.id);
        return show;
    });
}

PlanPage new_show(const Words& words, const store::Channel& channel) {
    return {.heading = words.text("plan.new"),
            .action = "/studio/channels/" + channel.slug + "/shows/new",
            .submit = words.text("plan.make"),
            .channel = channel.title,
            .cancel = "/channels/" + channel.slug};
}

PlanPage old_show(const Words& words, const store::Show& show) {
    return {.heading = words.text("plan.edit", {{"show", show.title}}),
            .action = "/studio/shows/" + show.slug,
            .submit = words.text("plan.save"),
            .channel = {},
            .cancel = "/shows/" + show.slug};
}

int version_of(const PlanForm& form) {
    const bool is_number = !form.version.empty() && form.version.size() < 9 &&
                           form.version.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number) throw Invalid("version", "is missing: load the page again");
    return std::stoi(form.version);
}

}  // namespace

void add_plan_pages(Router& router, Services& services) {
    router.add("GET", "/studio/channels/{slug}/shows/new", [&services](const Request& request) {
        const auto channel = channel_of(services, request);
        const Viewer viewer(request);
        PlanForm form;
        form.language = channel.language;
        form.zone = viewer.zone().name();
        form.date = iso_date(viewer.day_of(services.clock.now()) + std::chrono::days(1));
        return show_plan(services, request, new_show(viewer.words(), channel), form, std::nullopt, 200);
    });
    router.add("POST", "/studio/channels/{slug}/shows/new", [&services](const Request& request) {
        const auto channel = channel_of(services, request);
        return submit(
            services, request, new_show(Words::in(request.language), channel), [&](const PlanForm& form) {
                return services.planner.create(channel.id, request.account.value().id, checked_plan(form));
            });
    });
    router.add("GET", "/studio/shows/{slug}", [&services](const Request& request) {
        const auto show = show_of(services, request);
        return show_plan(services, request, old_show(Words::in(request.language), show), plan_of(show),
                         std::nullopt, 200);
    });
    router.add("POST", "/studio/shows/{slug}", [&services](const Request& request) {
        const auto show = show_of(services, request);
        return submit(services, request, old_show(Words::in(request.language), show),
                      [&](const PlanForm& form) {
                          return services.planner.update(editor_of(request), show.id, version_of(form),
                                                          checked_plan(form));
                      });
    });
}

}  // namespace stagecast::web
