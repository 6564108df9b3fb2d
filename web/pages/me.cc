#include "web/pages/me.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "web/pages/entries.h"
#include "web/pages/follow.h"
#include "web/pages/form.h"
#include "web/pages/invitations.h"
#include "web/pages/page.h"
#include "web/pages/telling.h"

// What a person can see and take back: what they follow, their calendars, their profile, where they spoke,
// what they allowed, their receipts and tokens.
namespace stagecast::web {
namespace {

constexpr int kAppearancesShown = 100;

struct Appearance {
    store::Speaker speaker;
    store::Room room;
    bool was_asked = false;
    recorder::Purposes standing;
    std::vector<store::Receipt> receipts;
};

Appearance appearance_of(store::Snapshot& snapshot, const store::Speaker& speaker) {
    return {speaker, store::rooms::find(snapshot, speaker.room).value(),
            recorder::was_asked(snapshot, speaker.id), recorder::standing(snapshot, speaker.id),
            store::receipts::of_speaker(snapshot, speaker.id)};
}

std::vector<Appearance> appearances(store::Snapshot& snapshot, const access::Actor& actor) {
    std::vector<Appearance> found;
    if (actor.account) {
        for (const auto& speaker : store::rooms::appearances(snapshot, *actor.account, kAppearancesShown))
            found.push_back(appearance_of(snapshot, speaker));
    }
    if (actor.guest) {
        if (const auto speaker = store::rooms::find_speaker(snapshot, *actor.guest))
            found.push_back(appearance_of(snapshot, *speaker));
    }
    return found;
}

Data appearance_data(const Appearance& appearance, const std::string& title, const Viewer& viewer) {
    Data data;
    data["speaker"] = appearance.speaker.id.text();
    data["title"] = title;
    data["url"] = room_path(appearance.room.id);
    data["starts"] = to_iso8601(appearance.room.starts_at);
    data["when"] = viewer.moment(appearance.room.starts_at);
    data["was_asked"] = appearance.was_asked;
    for (const auto purpose : recorder::kPurposes) {
        if (!appearance.standing.contains(purpose)) continue;
        Data item;
        item["name"] = std::string(recorder::name_of(purpose));
        item["label"] = viewer.words().text("purpose." + std::string(recorder::name_of(purpose)));
        data["standing"].add(std::move(item));
    }
    data["has_standing"] = !appearance.standing.empty();
    for (const auto& receipt : appearance.receipts) {
        Data item;
        item["url"] = "/receipts/" + receipt.id.text();
        item["when"] = viewer.moment(receipt.at);
        data["receipts"].add(std::move(item));
    }
    return data;
}

FormView profile_form(const Request& request) {
    const auto& words = Words::in(request.language);
    FormView form("/me", words.text("me.save"));
    form.add({.name = "name",
              .label = words.text("field.name"),
              .value = request.account->name,
              .autocomplete = "name"})
        .add({.name = "language",
              .label = words.text("field.language"),
              .kind = "select",
              .value = request.account->language,
              .choices = language_choices()})
        .add({.name = "zone",
              .label = words.text("field.zone"),
              .kind = "select",
              .value = request.account->zone,
              .choices = zone_choices()});
    return form;
}

Response shown(Services& services, const Request& request, std::optional<FormView> form,
               const MeNotice& notice) {
    if (!request.account && !request.actor.guest) return ask_to_sign_in(request);
    const Viewer viewer(request);
    const auto found = services.database.read(
        [&](store::Snapshot& snapshot) { return appearances(snapshot, request.actor); });
    Page page;
    page.template_name = "me";
    page.title = viewer.words().text("me.title");
    page.path = "/me";
    page.status = notice.status;
    page.modules = {"copy", "push"};
    auto& data = page.data;
    data["is_guest"] = !request.account;
    if (request.account) {
        data["name"] = request.account->name;
        data["handle"] = request.account->handle;
        data["profile"] = (form ? *form : profile_form(request)).data();
        add_followed(data, services, request, viewer, notice.calendar);
        data["telling"] = telling_data(services, request, notice.telling);
        data["next"] = "/me#telling";
    }
    for (const auto& appearance : found) {
        const auto entry = services.guide.entry(appearance.room.id);
        data["appearances"].add(
            appearance_data(appearance, entry ? entry->title : appearance.room.title, viewer));
    }
    data["token"] = notice.token;
    data["invitations"] = invitations_data(services, request);
    data["has_invitations"] = !std::holds_alternative<bool>(data["invitations"].value());
    return present(services, request, std::move(page));
}

Response save_profile(Services& services, const Request& request) {
    if (!request.account) return ask_to_sign_in(request);
    try {
        services.accounts.update_profile(request.actor, request.form_value("name"),
                                         request.form_value("language"), request.form_value("zone"));
        return redirect("/me");
    } catch (const Invalid& error) {
        auto form = profile_form(request);
        form.take(request);
        form.refuse(error);
        return shown(services, request, std::move(form), {.status = 422});
    }
}

Response withdraw(Services& services, const Request& request) {
    recorder::Purposes purposes;
    const auto [first, last] = request.form.equal_range("purpose");
    for (auto it = first; it != last; ++it) purposes.insert(recorder::purpose_named(it->second, "purpose"));
    if (purposes.empty()) purposes = {recorder::Purpose::kRecord};
    const auto receipt = services.studio.withdraw(
        request.actor, SpeakerId::parse(request.form_value("speaker")), purposes, "page");
    return redirect("/receipts/" + receipt.id.text());
}

Response receipt_page(Services& services, const Request& request) {
    const auto receipt = services.database.read([&](store::Snapshot& snapshot) {
        const auto found = store::receipts::find(snapshot, ReceiptId::parse(request.param("id")));
        if (!found) throw NotFound("receipt not found");
        access::require(snapshot, request.actor, access::Action::kWithdraw, found->speaker);
        return *found;
    });
    const Viewer viewer(request);
    const auto& words = viewer.words();
    const auto body = nlohmann::json::parse(receipt.body, nullptr, false);
    Page page;
    page.template_name = "receipt";
    page.title = words.text("receipt.title");
    auto& data = page.data;
    data["id"] = receipt.id.text();
    data["when"] = viewer.moment(receipt.at);
    data["at"] = to_iso8601(receipt.at);
    data["room_url"] = room_path(receipt.room);
    const auto entry = services.guide.entry(receipt.room);
    data["room"] = entry ? entry->title : "";
    if (body.is_object()) {
        std::string purposes;
        for (const auto& purpose : body.value("withdrawn", nlohmann::json::array()))
            purposes += (purposes.empty() ? "" : ", ") + words.text("purpose." + purpose.get<std::string>());
        data["purposes"] = purposes;
        data["stems"] = words.count("receipt.stems", body.value("stems_erased", 0L));
        data["size"] = say_size(words, body.value("bytes_erased", std::int64_t{0}));
        const auto erased = body.value("renderings_erased", nlohmann::json::array());
        data["renderings"] = words.count("receipt.renderings", static_cast<long>(erased.size()));
        data["cannot"] = words.text("receipt.cannot");
    }
    return present(services, request, std::move(page));
}

}  // namespace

Response me_page(Services& services, const Request& request, const MeNotice& notice) {
    return shown(services, request, std::nullopt, notice);
}

void add_me_pages(Router& router, Services& services) {
    router.add("GET", "/me", [&services](const Request& request) { return me_page(services, request, {}); });
    router.add("POST", "/me",
               [&services](const Request& request) { return save_profile(services, request); });
    router.add("POST", "/me/withdraw",
               [&services](const Request& request) { return withdraw(services, request); });
    router.add("POST", "/me/tokens", [&services](const Request& request) {
        if (!request.account) return ask_to_sign_in(request);
        const auto token = services.accounts.make_api_token(request.actor, request.form_value("label"));
        return me_page(services, request, {.token = token.text});
    });
    router.add("GET", "/receipts/{id}",
               [&services](const Request& request) { return receipt_page(services, request); });
}

}  // namespace stagecast::web
