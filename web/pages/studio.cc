#include "base/error.h"
#include "base/text.h"
#include "scheduler/rule.h"
#include "web/channel_desk.h"
#include "web/pages/entries.h"
#include "web/pages/form.h"
#include "web/pages/notes.h"
#include "web/pages/page.h"
#include "web/pages/plan.h"

// Where hosts work: their channels, shows and rooms, and the forms that make them.
namespace stagecast::web {
namespace {

using access::Action;

FormView channel_form(const Words& words) {
    FormView form("/studio/channels/new", words.text("studio.make_channel"));
    form.add({.name = "title", .label = words.text("field.channel_title")})
        .add({.name = "description",
              .label = words.text("field.description"),
              .kind = "textarea",
              .hint = words.text("field.markdown"),
              .needed = "no"})
        .add({.name = "language",
              .label = words.text("field.language"),
              .kind = "select",
              .value = words.language(),
              .choices = language_choices()})
        .add({.name = "colour", .label = words.text("field.colour"), .kind = "color", .value = "#7a4a1f"})
        .add({.name = "slug",
              .label = words.text("field.slug"),
              .hint = words.text("field.slug.hint"),
              .needed = "no"});
    return form;
}

Response channel_form_page(const Services& services, const Request& request, const FormView& form,
                           int status) {
    const auto& words = Words::in(request.language);
    Page page;
    page.template_name = "sign";
    page.title = words.text("studio.make_channel");
    page.status = status;
    page.data["heading"] = page.title;
    page.data["lead"] = words.text("studio.channel_lead");
    page.data["form"] = form.data();
    return present(services, request, std::move(page));
}

ChannelWish typed_channel(const Request& request) {
    return {.title = request.form_value("title"),
            .slug = trim(request.form_value("slug")),
            .description = request.form_value("description"),
            .language = request.form_value("language"),
            .colour = request.form_value("colour")};
}

Data my_channels(Services& services, const Request& request, const Viewer& viewer, Instant now) {
    struct Mine {
        store::Channel channel;
        std::vector<store::Show> shows;
        bool may_make_show = false;
    };
    const auto mine = services.database.read([&](store::Snapshot& snapshot) {
        std::vector<Mine> found;
        for (const auto& channel : store::channels::of_account(snapshot, request.account->id))
            found.push_back({channel, store::shows::of_channel(snapshot, channel.id),
                             access::allow(snapshot, request.actor, Action::kMakeShow, channel.id)});
        return found;
    });
    Data list;
    for (const auto& [channel, shows, may_make_show] : mine) {
        Data item;
        item["title"] = channel.title;
        item["url"] = "/channels/" + channel.slug;
        item["slug"] = channel.slug;
        item["colour"] = channel.colour;
        if (may_make_show) item["make_show"] = "/studio/channels/" + channel.slug + "/shows/new";
        for (const auto& show : shows) {
            Data row;
            row["title"] = show.title;
            row["url"] = "/shows/" + show.slug;
            row["edit_url"] = "/studio/shows/" + show.slug;
            row["sentence"] = scheduler::sentence(scheduler::schedule_of(show), request.language);
            if (const auto next = services.guide.upcoming(show.id, 1); !next.empty())
                row["next"] = airing_data(next.front(), viewer, now);
            item["shows"].add(std::move(row));
        }
        list.add(std::move(item));
    }
    return list;
}

// A room now, without a plan.
Response spontaneous(Services& services, const Request& request) {
    const auto channel = services.database.read([&](store::Snapshot& snapshot) {
        auto found = channel_named(snapshot, request.form_value("channel"));
        access::require(snapshot, request.actor, Action::kMakeShow, found.id);
        return found;
    });
    const auto room = services.planner.spontaneous(channel.id, std::nullopt, request.form_value("title"),
                                                   services.clock.now(), 60, store::Visibility::kPublic);
    return redirect(room_path(room.id));
}

Response studio_page(Services& services, const Request& request) {
    if (!request.account) return ask_to_sign_in(request);
    const Viewer viewer(request);
    Page page;
    page.template_name = "studio";
    page.title = viewer.words().text("studio.title");
    page.path = "/studio";
    page.data["channels"] = my_channels(services, request, viewer, services.clock.now());
    page.data["has_channels"] = !std::holds_alternative<bool>(page.data["channels"].value());
    return present(services, request, std::move(page));
}

}  // namespace

void add_studio_pages(Router& router, Services& services) {
    router.add("GET", "/studio",
               [&services](const Request& request) { return studio_page(services, request); });
    router.add("GET", "/studio/channels/new", [&services](const Request& request) {
        if (!request.account) return ask_to_sign_in(request);
        return channel_form_page(services, request, channel_form(Words::in(request.language)), 200);
    });
    router.add("POST", "/studio/channels/new", [&services](const Request& request) {
        if (!request.account) return ask_to_sign_in(request);
        auto form = channel_form(Words::in(request.language));
        form.take(request);
        try {
            return redirect("/channels/" +
                            make_channel(services, request.actor, typed_channel(request)).slug);
        } catch (const Invalid& error) {
            form.refuse(error);
            return channel_form_page(services, request, form, 422);
        } catch (const Conflict& error) {
            form.refuse("slug", error.what());
            return channel_form_page(services, request, form, 409);
        }
    });
    router.add("POST", "/studio/rooms/new",
               [&services](const Request& request) { return spontaneous(services, request); });
}

}  // namespace stagecast::web
