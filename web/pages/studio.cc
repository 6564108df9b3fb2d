#include <set>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/rule.h"
#include "web/channel_desk.h"
#include "web/pages/entries.h"
#include "web/pages/form.h"
#include "web/pages/invitations.h"
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

Data show_row(Services& services, const store::Show& show, const Viewer& viewer) {
    Data row;
    row["title"] = show.title;
    row["url"] = "/shows/" + show.slug;
    row["edit_url"] = "/studio/shows/" + show.slug;
    row["airings_url"] = "/studio/shows/" + show.slug + "/airings";
    row["sentence"] = scheduler::sentence(scheduler::schedule_of(show), viewer.words().language());
    if (const auto next = services.guide.upcoming(show.id, 1); !next.empty())
        row["next"] = airing_data(next.front(), viewer, services.clock.now());
    return row;
}

Data show_rows(Services& services, const std::vector<store::Show>& shows, const Viewer& viewer) {
    Data rows;
    for (const auto& show : shows)
        if (!show.retired_at) rows.add(show_row(services, show, viewer));
    return rows;
}

struct MyChannel {
    store::Channel channel;
    std::vector<store::Show> shows;
    bool may_make_show = false, may_edit = false;
};

struct Mine {
    std::vector<MyChannel> channels;
    std::vector<store::Show> elsewhere;  // shows I host on channels that are not mine
};

Mine look(store::Snapshot& snapshot, const Request& request) {
    Mine mine;
    std::set<ChannelId> known;
    for (const auto& channel : store::channels::of_account(snapshot, request.account->id)) {
        known.insert(channel.id);
        mine.channels.push_back({channel, store::shows::of_channel(snapshot, channel.id),
                                 access::allow(snapshot, request.actor, Action::kMakeShow, channel.id),
                                 access::allow(snapshot, request.actor, Action::kEditChannel, channel.id)});
    }
    for (auto& show : store::shows::of_host(snapshot, request.account->id))
        if (!known.contains(show.channel)) mine.elsewhere.push_back(std::move(show));
    return mine;
}

Data my_channels(Services& services, const std::vector<MyChannel>& channels, const Viewer& viewer) {
    Data list;
    for (const auto& [channel, shows, may_make_show, may_edit] : channels) {
        Data item;
        item["title"] = channel.title;
        item["url"] = "/channels/" + channel.slug;
        item["slug"] = channel.slug;
        item["colour"] = channel.colour;
        if (may_make_show) item["make_show"] = "/studio/channels/" + channel.slug + "/shows/new";
        if (may_edit) item["settings_url"] = "/studio/channels/" + channel.slug;
        item["shows"] = show_rows(services, shows, viewer);
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
    const auto mine =
        services.database.read([&](store::Snapshot& snapshot) { return look(snapshot, request); });
    page.data["channels"] = my_channels(services, mine.channels, viewer);
    page.data["elsewhere"]["shows"] = show_rows(services, mine.elsewhere, viewer);
    page.data["has_elsewhere"] = !mine.elsewhere.empty();
    page.data["invitations"] = invitations_data(services, request);
    page.data["has_invitations"] = !std::holds_alternative<bool>(page.data["invitations"].value());
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
