#include "base/error.h"
#include "store/words.h"
#include "web/channel_desk.h"
#include "web/pages/channel_settings.h"
#include "web/pages/page.h"
#include "web/pages/reasons.h"
#include "web/telling_words.h"

// A channel's webhooks, a section of its settings.
namespace stagecast::web {
namespace {

std::string format_label(store::WebhookFormat format, const Words& words) {
    return words.text("webhooks.format." + std::string(store::word(format)));
}

std::string section_of(const std::string& slug) {
    return "/studio/channels/" + slug + "#webhooks";
}

FormView add_form(const std::string& slug, const Words& words) {
    std::vector<Choice> formats;
    for (const auto& [format, word] : store::kWebhookFormats)
        formats.push_back({std::string(word), format_label(format, words)});
    FormView form("/studio/channels/" + slug + "/webhooks", words.text("webhooks.add"));
    form.add({.name = "url",
              .label = words.text("webhooks.url"),
              .kind = "url",
              .hint = words.text("webhooks.url_hint"),
              .autocomplete = "off"})
        .add({.name = "format",
              .label = words.text("webhooks.format"),
              .kind = "select",
              .choices = std::move(formats)});
    return form;
}

Data hook_data(const store::Webhook& hook, const std::string& slug, const Words& words) {
    Data data;
    data["url"] = hook.url;
    data["format"] = format_label(hook.format, words);
    data["is_on"] = hook.is_on;
    data["state"] = words.text(hook.is_on ? "webhooks.is_on" : "webhooks.is_off");
    data["why"] = hook.why;
    data["action"] = "/studio/channels/" + slug + "/webhooks/" + hook.id.text();
    data["signs"] = hook.format == store::WebhookFormat::kStandard;
    return data;
}

store::Channel channel_of(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        auto channel = channel_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, access::Action::kEditChannel, channel.id);
        return channel;
    });
}

Response add(Services& services, const Request& request) {
    const auto channel = channel_of(services, request);
    try {
        studio::WebhookWish wish;
        wish.url = request.form_value("url");
        wish.format = webhook_format_named(request.form_value("format"));
        return channel_settings_page(
            services, request, {.secret_of = services.telling.add_webhook(request.actor, channel.id, wish)});
    } catch (const Invalid& error) {
        auto form = add_form(channel.slug, Words::in(request.language));
        form.take(request);
        form.refuse(error.field(), say_reason(error.why(), Viewer(request)));
        return channel_settings_page(services, request, {.webhook = form, .status = 422});
    } catch (const Conflict& error) {
        return channel_settings_page(services, request, {.refusal = error.what(), .status = 409});
    }
}

Response change(Services& services, const Request& request) {
    const auto channel = channel_of(services, request);
    const auto id = WebhookId::parse(request.param("id"));
    const auto what = request.form_value("do");
    if (what == "turn")
        return channel_settings_page(
            services, request, {.secret_of = services.telling.turn_secret(request.actor, channel.id, id)});
    if (what == "remove") {
        services.telling.remove_webhook(request.actor, channel.id, id);
    } else {
        if (what != "on" && what != "off") throw Invalid("do", "must be turn, on, off or remove");
        studio::WebhookWish wish;
        wish.is_on = what == "on";
        services.telling.change_webhook(request.actor, channel.id, id, wish);
    }
    return redirect(section_of(channel.slug));
}

}  // namespace

Data webhooks_data(Services& services, const Request& request, const store::Channel& channel,
                   const SettingsNotice& notice) {
    const auto& words = Words::in(request.language);
    Data data;
    const auto hooks = services.telling.webhooks(request.actor, channel.id);
    for (const auto& hook : hooks) data["hooks"].add(hook_data(hook, channel.slug, words));
    if (hooks.size() < studio::kMaxWebhooks)
        data["add"] = (notice.webhook ? *notice.webhook : add_form(channel.slug, words)).data();
    // Only what is signed has a use for it.
    if (notice.secret_of && notice.secret_of->format == store::WebhookFormat::kStandard) {
        data["secret"] = notice.secret_of->secret;
        data["secret_of"] = notice.secret_of->url;
        data["had_former"] = notice.secret_of->former_until.has_value();
    }
    return data;
}

void add_webhook_pages(Router& router, Services& services) {
    router.add("POST", "/studio/channels/{slug}/webhooks",
               [&services](const Request& request) { return add(services, request); });
    router.add("POST", "/studio/channels/{slug}/webhooks/{id}",
               [&services](const Request& request) { return change(services, request); });
}

}  // namespace stagecast::web
