#include "web/pages/channel_settings.h"

#include "base/error.h"
#include "base/text.h"
#include "web/channel_desk.h"
#include "web/pages/form.h"
#include "web/pages/page.h"

// A channel's settings and members, for its owners.
namespace stagecast::web {
namespace {

using store::ChannelRole;

struct Settings {
    store::Channel channel;
    std::vector<store::Member> members;
};

Settings settings_of(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        auto channel = channel_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, access::Action::kEditChannel, channel.id);
        auto members = store::channels::members(snapshot, channel.id);
        return Settings{std::move(channel), std::move(members)};
    });
}

FormView settings_form(const store::Channel& channel, const Words& words) {
    FormView form("/studio/channels/" + channel.slug, words.text("channel_settings.save"));
    form.add({.name = "title", .label = words.text("field.channel_title"), .value = channel.title})
        .add({.name = "description",
              .label = words.text("field.description"),
              .kind = "textarea",
              .value = channel.description,
              .hint = words.text("field.markdown"),
              .needed = "no"})
        .add({.name = "language",
              .label = words.text("field.language"),
              .kind = "select",
              .value = channel.language,
              .choices = language_choices()})
        .add(
            {.name = "colour", .label = words.text("field.colour"), .kind = "color", .value = channel.colour})
        .add({.name = "allows_overlap",
              .label = words.text("channel_settings.overlap"),
              .kind = "checkbox",
              .value = channel.allows_overlap ? "yes" : "",
              .hint = words.text("channel_settings.overlap_hint")});
    return form;
}

ChannelWish typed_settings(const Request& request) {
    return {.title = request.form_value("title"),
            .slug = std::nullopt,
            .description = request.form_value("description"),
            .language = request.form_value("language"),
            .colour = request.form_value("colour"),
            .allows_overlap = !request.form_value("allows_overlap").empty()};
}

const char* name_of(ChannelRole role) {
    switch (role) {
        case ChannelRole::kOwner:
            return "owner";
        case ChannelRole::kHost:
            return "host";
        case ChannelRole::kModerator:
            return "moderator";
    }
    return "";
}

ChannelRole role_named(const std::string& name) {
    for (const auto role : {ChannelRole::kOwner, ChannelRole::kHost, ChannelRole::kModerator})
        if (name == name_of(role)) return role;
    throw Invalid("role", "must be owner, host or moderator");
}

Data role_options(ChannelRole chosen, const Words& words) {
    Data list;
    for (const auto role : {ChannelRole::kOwner, ChannelRole::kHost, ChannelRole::kModerator}) {
        Data option;
        option["value"] = name_of(role);
        option["label"] = words.text("channel_settings.role." + std::string(name_of(role)));
        option["chosen"] = role == chosen;
        list.add(std::move(option));
    }
    return list;
}

Response save(Services& services, const Request& request) {
    auto form = settings_form(settings_of(services, request).channel, Words::in(request.language));
    form.take(request);
    try {
        const auto channel =
            change_channel(services, request.actor, request.param("slug"), typed_settings(request));
        return redirect("/channels/" + channel.slug);
    } catch (const Invalid& error) {
        form.refuse(error);
        return channel_settings_page(services, request, {.form = form, .status = 422});
    }
}

std::string bare_handle(const Request& request) {
    auto handle = lower_ascii(trim(request.form_value("handle")));
    if (handle.starts_with('@')) handle.erase(0, 1);
    return handle;
}

Response change_members(Services& services, const Request& request) {
    const auto& slug = request.param("slug");
    const auto handle = bare_handle(request);
    const auto what = request.form_value("do");
    if (what != "set" && what != "remove") throw Invalid("do", "must be set or remove");
    try {
        if (what == "remove")
            remove_channel_member(services, request.actor, slug, handle);
        else
            set_channel_member(services, request.actor, slug, handle, role_named(request.form_value("role")));
    } catch (const Invalid& error) {
        return channel_settings_page(services, request,
                                     {.typed_handle = handle, .wrong_handle = error.why(), .status = 422});
    } catch (const Conflict& error) {
        return channel_settings_page(services, request, {.refusal = error.what(), .status = 409});
    }
    const bool may_stay = services.database.read([&](store::Snapshot& snapshot) {
        const auto channel = channel_named(snapshot, slug);
        return access::allow(snapshot, request.actor, access::Action::kEditChannel, channel.id);
    });
    return redirect(may_stay ? "/studio/channels/" + slug + "#members" : "/channels/" + slug);
}

}  // namespace

Response channel_settings_page(Services& services, const Request& request, const SettingsNotice& notice) {
    const auto settings = settings_of(services, request);
    const auto& words = Words::in(request.language);
    Page page;
    page.template_name = "channel_settings";
    page.title = words.text("channel_settings.title");
    page.status = notice.status;
    page.modules = {"copy"};
    auto& data = page.data;
    data["subject"] = settings.channel.title;
    data["channel_url"] = "/channels/" + settings.channel.slug;
    data["settings"] = (notice.form ? *notice.form : settings_form(settings.channel, words)).data();
    data["members_action"] = "/studio/channels/" + settings.channel.slug + "/members";
    for (const auto& member : settings.members) {
        Data item;
        item["name"] = member.name;
        item["handle"] = member.handle;
        item["url"] = "/hosts/" + member.handle;
        item["roles"] = role_options(member.role, words);
        data["members"].add(std::move(item));
    }
    data["new_roles"] = role_options(ChannelRole::kHost, words);
    data["typed_handle"] = notice.typed_handle;
    data["wrong_handle"] = notice.wrong_handle;
    data["refusal"] = notice.refusal;
    data["webhooks"] = webhooks_data(services, request, settings.channel, notice);
    return present(services, request, std::move(page));
}

void add_channel_settings_pages(Router& router, Services& services) {
    router.add("GET", "/studio/channels/{slug}",
               [&services](const Request& request) { return channel_settings_page(services, request, {}); });
    router.add("POST", "/studio/channels/{slug}",
               [&services](const Request& request) { return save(services, request); });
    router.add("POST", "/studio/channels/{slug}/members",
               [&services](const Request& request) { return change_members(services, request); });
}

}  // namespace stagecast::web
