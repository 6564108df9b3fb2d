#include "base/error.h"
#include "store/words.h"
#include "web/pages/follow.h"
#include "web/pages/page.h"
#include "web/pages/reasons.h"
#include "web/pages/telling.h"

// Following without an account: doors that a signed link in a mail opens. The link is the right to what is
// behind it, so that these forms need no cookie; a GET changes nothing, since mail programs and their
// scanners follow links.
namespace stagecast::web {
namespace {

using studio::MailFollowers;

// In the language of the mail that led here, unless the visitor chose one.
Request read_in(const Request& request, const std::string& language) {
    auto mine = request;
    if (request.query_value("lang").empty() && !request.cookies.contains(kLanguageCookie))
        mine.language = language;
    return mine;
}

Response present_secret(Services& services, const Request& request, Page page) {
    page.address = Address::kSecret;
    return present(services, request, std::move(page));
}

Response show_asked(Services& services, const Request& request) {
    const auto following = services.mail_followers.asked(request.param("token"));
    const auto& words = Words::in(request.language);
    Page page;
    page.template_name = "question";
    page.title = words.text("by_mail.confirm_title", {{"title", following.title}});
    page.data["heading"] = page.title;
    page.data["lead"] = words.text("by_mail.confirm");
    page.data["action"] = "/follow/" + request.param("token");
    page.data["button"] = words.text("by_mail.confirm_do");
    return present_secret(services, request, std::move(page));
}

Response confirm(Services& services, const Request& request) {
    return redirect("/following/" + services.mail_followers.confirm(request.param("token")).token)
        .with("Referrer-Policy", "no-referrer")
        .with("X-Robots-Tag", "noindex, nofollow");
}

std::string door_path(const Request& request) {
    return "/following/" + request.param("token");
}

bool is_told(const store::Follower& follower) {
    return follower.state == store::FollowerState::kConfirmed && follower.by_mail;
}

FormView settings_form(const Request& request, const store::Follower& follower) {
    const auto& words = Words::in(request.language);
    FormView form(door_path(request), words.text("me.save"));
    add_telling_fields(form, follower, words);
    form.add({.name = "language",
              .label = words.text("field.language"),
              .kind = "select",
              .value = follower.language,
              .choices = language_choices()})
        .add({.name = "zone",
              .label = words.text("field.zone"),
              .kind = "select",
              .value = follower.zone,
              .choices = zone_choices()});
    return form;
}

// `form`: as it was typed and refused.
Response door_page(Services& services, const Request& asked, const std::optional<FormView>& form) {
    const auto door = services.mail_followers.open(asked.param("token"));
    const auto request = read_in(asked, door.follower.language);
    const auto& words = Words::in(request.language);
    Page page;
    page.template_name = "following";
    page.title = words.text("following.title");
    page.status = form ? 422 : 200;
    auto& data = page.data;
    const auto path = door_path(request);
    data["lead"] = words.text("following.lead", {{"email", door.follower.email}});
    data["path"] = path;
    data["is_told"] = is_told(door.follower);
    const auto viewer = Viewer(request).in_zone(door.follower.zone);
    for (const auto& following : door.follows) {
        const auto& [kind, name] = following.target;
        auto item = ladder_data(services, viewer, following,
                                path + "/" + std::string(store::word(kind)) + "/" + name);
        item["may_end"] = true;
        data["ladders"].add(std::move(item));
    }
    data["settings"] = (form ? *form : settings_form(request, door.follower)).data();
    return present_secret(services, request, std::move(page));
}

Response save(Services& services, const Request& request) {
    const auto& token = request.param("token");
    try {
        services.mail_followers.set(token, typed_telling(request), request.form_value("language"),
                                    request.form_value("zone"));
        return redirect(door_path(request));
    } catch (const Invalid& error) {
        const auto mine = read_in(request, services.mail_followers.open(token).follower.language);
        auto form = settings_form(mine, services.mail_followers.open(token).follower);
        form.take(request);
        form.refuse(error.field(), say_reason(error.why(), Viewer(mine)));
        return door_page(services, request, form);
    }
}

Response change_follow(Services& services, const Request& request) {
    const studio::FollowTarget target{studio::follow_kind_named(request.param("kind")),
                                      request.param("name")};
    if (const auto wish = typed_follow(request))
        services.mail_followers.follow(request.param("token"), target, *wish);
    else
        services.mail_followers.unfollow(request.param("token"), target);
    return redirect(door_path(request));
}

Response stop(Services& services, const Request& request) {
    services.mail_followers.stop(request.param("token"));
    return redirect(door_path(request));
}

// What it ends, a line each.
std::vector<std::string> endings(const MailFollowers::Ending& ending, const Words& words) {
    std::vector<std::string> lines;
    for (const auto& title : ending.titles) lines.push_back(words.text("unsubscribe.of", {{"title", title}}));
    if (ending.ends_mail) lines.push_back(words.text("unsubscribe.mail"));
    return lines;
}

Response show_ending(Services& services, const Request& asked) {
    const auto ending = services.mail_followers.ending(asked.param("token"));
    const auto request = read_in(asked, ending.language);
    const auto& words = Words::in(request.language);
    Page page;
    page.template_name = "question";
    page.title = words.text("unsubscribe.title");
    page.data["heading"] = page.title;
    const auto lines = endings(ending, words);
    page.data["lead"] = words.text(lines.empty() ? "unsubscribe.nothing" : "unsubscribe.ask");
    for (const auto& line : lines) page.data["points"].add(line);
    if (!lines.empty()) {
        page.data["action"] = "/unsubscribe/" + asked.param("token");
        page.data["button"] = words.text("unsubscribe.do");
    }
    return present_secret(services, request, std::move(page));
}

// RFC 8058: by a mail program, without a cookie and without asking back; or by the button above.
Response end(Services& services, const Request& asked) {
    const auto ending = services.mail_followers.end(asked.param("token"));
    const auto request = read_in(asked, ending.language);
    const auto& words = Words::in(request.language);
    Page page;
    page.template_name = "said";
    page.title = words.text("unsubscribe.done_title");
    page.data["heading"] = page.title;
    const auto lines = endings(ending, words);
    page.data["lead"] = words.text(lines.empty() ? "unsubscribe.nothing" : "unsubscribe.done");
    for (const auto& line : lines) page.data["points"].add(line);
    return present_secret(services, request, std::move(page));
}

}  // namespace

void add_mail_follow_pages(Router& router, Services& services) {
    const auto add = [&](const char* method, const char* pattern, auto handler) {
        router.add(method, pattern,
                   [&services, handler](const Request& request) { return handler(services, request); });
    };
    add("GET", "/follow/{token}", show_asked);
    add("POST", "/follow/{token}", confirm);
    router.add("GET", "/following/{token}",
               [&services](const Request& request) { return door_page(services, request, std::nullopt); });
    add("POST", "/following/{token}", save);
    add("POST", "/following/{token}/{kind}/{name}", change_follow);
    add("POST", "/following/{token}/stop", stop);
    add("GET", "/unsubscribe/{token}", show_ending);
    add("POST", "/unsubscribe/{token}", end);
}

}  // namespace stagecast::web
