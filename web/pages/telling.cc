#include "web/pages/telling.h"

#include <algorithm>

#include "base/error.h"
#include "store/words.h"
#include "web/pages/me.h"
#include "web/pages/page.h"
#include "web/pages/reasons.h"
#include "web/pages/text_rows.h"
#include "web/telling_words.h"
#include "web/time_of_day.h"

namespace stagecast::web {
namespace {

std::string rung_label(int minutes, const Words& words) {
    return words.text("links.alarm." + std::to_string(minutes));
}

bool holds(const std::vector<int>& ladder, int minutes) {
    return std::find(ladder.begin(), ladder.end(), minutes) != ladder.end();
}

std::string ladder_in_words(const std::vector<int>& ladder, const Words& words) {
    if (ladder.empty()) return words.text("telling.no_rung");
    std::string text;
    for (const int minutes : ladder) text += (text.empty() ? "" : ", ") + rung_label(minutes, words);
    return text;
}

FormView settings_form(Services& services, const Request& request) {
    const auto& words = Words::in(request.language);
    FormView form("/me/telling", words.text("me.save"));
    add_telling_fields(form, services.telling.settings(request.actor), words);
    return form;
}

Data push_data(Services& services, const Request& request) {
    const Viewer viewer(request);
    Data data;
    for (const auto& browser : services.telling.subscriptions(request.actor)) {
        Data item;
        item["id"] = browser.id.text();
        item["label"] = browser.label.empty() ? viewer.words().text("push.browser") : browser.label;
        item["since"] = viewer.words().text("push.since", {{"when", viewer.moment(browser.created_at)}});
        data["browsers"].add(std::move(item));
    }
    return data;
}

Response save(Services& services, const Request& request) {
    if (!request.account) return ask_to_sign_in(request);
    try {
        services.telling.set(request.actor, typed_telling(request));
        return redirect("/me#telling");
    } catch (const Invalid& error) {
        auto form = settings_form(services, request);
        form.take(request);
        form.refuse(error.field(), say_reason(error.why(), Viewer(request)));
        return me_page(services, request, {.telling = std::move(form), .status = 422});
    }
}

Response remove_browser(Services& services, const Request& request) {
    if (!request.account) return ask_to_sign_in(request);
    services.telling.unsubscribe(request.actor, SubscriptionId::parse(request.form_value("id")));
    return redirect("/me#push");
}

}  // namespace

std::string kind_in_words(Services& services, const studio::Following& following, const Viewer& viewer) {
    const auto& target = following.target;
    const auto kind = viewer.words().text("follow.kind." + std::string(store::word(target.kind)));
    if (target.kind != store::FollowKind::kRoom) return kind;
    const auto airing = services.guide.entry(RoomId::trusted(target.name));
    return airing ? kind + " · " + viewer.when(airing->room.starts_at, services.clock.now()) : kind;
}

Data ladder_data(Services& services, const Viewer& viewer, const studio::Following& following,
                 const std::string& action) {
    const auto& words = viewer.words();
    Data data;
    data["title"] = following.title;
    data["url"] = studio::path_of(following.target);
    data["kind"] = kind_in_words(services, following, viewer);
    data["action"] = action;
    data["said"] = ladder_in_words(following.ladder_minutes, words);
    for (const int minutes : scheduler::kRungs) {
        Data rung;
        rung["minutes"] = minutes;
        rung["label"] = rung_label(minutes, words);
        rung["is_on"] = holds(following.ladder_minutes, minutes);
        data["rungs"].add(std::move(rung));
    }
    return data;
}

std::vector<int> typed_ladder(const Request& request) {
    std::vector<int> ladder;
    for (const auto& rung : values_of(request, "rung")) ladder.push_back(whole_number(rung, "rung"));
    return ladder;
}

void add_telling_fields(FormView& form, const store::Follower& follower, const Words& words) {
    std::vector<Choice> digests;
    for (const auto& [digest, word] : store::kDigests)
        digests.push_back({std::string(word), words.text("telling.digest." + std::string(word))});
    form.add({.name = "by_mail",
              .label = words.text("telling.by_mail"),
              .kind = "checkbox",
              .value = follower.by_mail ? "yes" : ""})
        .add({.name = "quiet_from",
              .label = words.text("telling.quiet_from"),
              .kind = "time",
              .value = time_of_day(follower.quiet_from_minutes),
              .hint = words.text("telling.quiet_hint")})
        .add({.name = "quiet_until",
              .label = words.text("telling.quiet_until"),
              .kind = "time",
              .value = time_of_day(follower.quiet_until_minutes)})
        .add({.name = "digest",
              .label = words.text("telling.digest"),
              .kind = "select",
              .value = std::string(store::word(follower.digest)),
              .hint = words.text("telling.digest_hint"),
              .choices = std::move(digests)})
        .add({.name = "daily_budget",
              .label = words.text("telling.budget"),
              .kind = "number",
              .value = std::to_string(follower.daily_budget),
              .hint = words.text("telling.budget_hint")});
}

studio::TellingWish typed_telling(const Request& request) {
    studio::TellingWish wish;
    wish.by_mail = !request.form_value("by_mail").empty();
    wish.quiet_from_minutes = minutes_of_day(request.form_value("quiet_from"), "quiet_from");
    wish.quiet_until_minutes = minutes_of_day(request.form_value("quiet_until"), "quiet_until");
    wish.digest = digest_named(request.form_value("digest"));
    wish.daily_budget = whole_number(request.form_value("daily_budget"), "daily_budget");
    return wish;
}

Data telling_data(Services& services, const Request& request, const std::optional<FormView>& form) {
    const Viewer viewer(request);
    Data data;
    for (const auto& following : services.personal.following(request.actor)) {
        const auto& [kind, name] = following.target;
        data["ladders"].add(ladder_data(services, viewer, following,
                                        "/me/follows/" + std::string(store::word(kind)) + "/" + name));
    }
    data["settings"] = (form ? *form : settings_form(services, request)).data();
    data["push"] = push_data(services, request);
    return data;
}

void add_telling_pages(Router& router, Services& services) {
    router.add("POST", "/me/telling",
               [&services](const Request& request) { return save(services, request); });
    router.add("POST", "/me/push/remove",
               [&services](const Request& request) { return remove_browser(services, request); });
}

}  // namespace stagecast::web
