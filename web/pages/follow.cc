#include "web/pages/follow.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "store/words.h"
#include "web/pages/entries.h"
#include "web/pages/me.h"
#include "web/pages/page.h"
#include "web/pages/reasons.h"
#include "web/pages/subscribe.h"
#include "web/pages/telling.h"

namespace stagecast::web {
namespace {

constexpr std::chrono::days kProgrammeSpan{14};
constexpr std::size_t kSoonest = 12;        // airings that are seen at once; the later ones open
constexpr std::chrono::hours kStillOn{12};  // what began so long before may be on

studio::FollowTarget target_of(const Request& request) {
    return {studio::follow_kind_named(request.param("kind")), request.param("name")};
}

std::string below(const studio::FollowTarget& target) {
    return "/" + std::string(store::word(target.kind)) + "/" + target.name;
}

bool is_over(const store::Room& room, Instant now) {
    return room.state == store::RoomState::kEnded || room.lateness == store::Lateness::kNotHeld ||
           (room.ends_at <= now && room.state != store::RoomState::kLive);
}

// A form posts here from every page; what it wants stands in `follow`.
Response submit_follow(Services& services, const Request& request) {
    const auto target = target_of(request);
    if (!request.account) return redirect("/sign-in?next=" + url_encode("/follow" + below(target)));
    if (const auto wish = typed_follow(request))
        services.personal.follow(request.actor, target, *wish);
    else
        services.personal.unfollow(request.actor, target);
    return redirect(own_path(request.form_value("next"), studio::path_of(target)));
}

FormView mail_form(const Request& request, const studio::FollowTarget& target) {
    const auto& words = Words::in(request.language);
    FormView form("/follow-by-mail", words.text("by_mail.do"));
    form.add({.name = "kind", .kind = "hidden", .value = std::string(store::word(target.kind))})
        .add({.name = "name", .kind = "hidden", .value = target.name})
        .add({.name = "email",
              .label = words.text("field.email"),
              .kind = "email",
              .hint = words.text("by_mail.hint"),
              .autocomplete = "email"});
    return form;
}

// Of a stranger: to sign in, or by mail alone.
void add_ways_in(Data& data, const Request& request, const studio::FollowTarget& target,
                 const std::optional<FormView>& form) {
    data["sign_in"] = "/sign-in?next=" + url_encode("/follow" + below(target));
    data["by_mail"] = (form ? *form : mail_form(request, target)).data();
}

// Where a stranger's tap on the button leads: what following is, how to do without an account, and the way
// back. `form`: the wish to follow by mail, as it was refused.
Response follow_page(Services& services, const Request& request, const studio::FollowTarget& target,
                     const std::optional<FormView>& form) {
    const auto thing = services.personal.look(request.actor, target);
    const auto& words = Words::in(request.language);
    const auto path = studio::path_of(thing.target);
    const bool is_room = target.kind == store::FollowKind::kRoom;
    Page page;
    page.template_name = "follow";
    page.status = form ? 422 : 200;
    page.title = words.text(is_room ? "follow.title_room" : "follow.title", {{"title", thing.title}});
    auto& data = page.data;
    data["heading"] = page.title;
    data["url"] = path;
    data["thing"] = thing.title;
    if (request.account)
        data["follow"] = follow_data(request, thing.target, thing.title,
                                     services.personal.state(request.actor, thing.target), path);
    else
        add_ways_in(data, request, thing.target, form);
    data["can_sign_up"] = !request.account && services.config.sign_up != SignUp::kInvitation;
    data["subscribe"] = subscribe_links(services, path + "/calendar.ics", thing.title);
    if (target.kind == store::FollowKind::kShow || target.kind == store::FollowKind::kChannel)
        data["podcast"] = path + "/podcast.xml";
    return present(services, request, std::move(page));
}

// The same page whatever the address: who follows is nobody else's business.
Response ask_by_mail(Services& services, const Request& request) {
    const studio::FollowTarget target{studio::follow_kind_named(request.form_value("kind")),
                                      request.form_value("name")};
    try {
        services.mail_followers.ask(request.form_value("email"), target, request.language, request.zone);
    } catch (const Invalid& error) {
        auto form = mail_form(request, target);
        form.take(request);
        form.refuse(error.field(), say_reason(error.why(), Viewer(request)));
        return follow_page(services, request, target, form);
    }
    const auto& words = Words::in(request.language);
    Page page;
    page.template_name = "said";
    page.title = words.text("by_mail.sent_title");
    page.data["heading"] = page.title;
    page.data["lead"] = words.text("by_mail.sent");
    page.data["hint"] = words.text("by_mail.sent_hint");
    page.data["link"]["href"] = studio::path_of(target);
    page.data["link"]["label"] = words.text("by_mail.back");
    return present(services, request, std::move(page));
}

// What comes of what one follows: the soonest airings, and behind them the later ones.
Data programme_data(Services& services, const Request& request, const Viewer& viewer) {
    const auto now = services.clock.now();
    const auto& words = viewer.words();
    Data data;
    std::vector<scheduler::GuideEntry> coming;
    for (auto& reminder :
         services.personal.reminders(request.actor, now - kStillOn, now + kProgrammeSpan).list)
        if (!is_over(reminder.airing.room, now)) coming.push_back(std::move(reminder.airing));
    std::vector<scheduler::GuideEntry> later;
    while (coming.size() > kSoonest) {
        later.push_back(std::move(coming.back()));
        coming.pop_back();
    }
    std::ranges::reverse(later);
    data["airings"] = airings_data(coming, viewer, now);
    if (!later.empty()) {
        data["later"]["airings"] = airings_data(later, viewer, now);
        data["later"]["label"] = words.count("follow.later", static_cast<long>(later.size()));
    }
    data["hint"] = words.text("follow.programme_hint", {{"zone", viewer.zone_city()}});
    return data;
}

int minutes_of(const std::string& text) {
    int minutes = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minutes);
    if (error != std::errc() || end != text.data() + text.size()) throw Invalid("alarms", "it is no number");
    return minutes;
}

std::string alarms_in_words(const std::vector<int>& alarms, const Words& words) {
    if (alarms.empty()) return words.text("links.no_alarms");
    std::string text;
    for (const int minutes : alarms)
        text += (text.empty() ? "" : ", ") + words.text("links.alarm." + std::to_string(minutes));
    return text;
}

Data link_data(const store::CalendarLink& link, const Viewer& viewer) {
    Data data;
    data["id"] = link.hash;
    data["made"] = viewer.words().text("links.made", {{"when", viewer.moment(link.created_at)}});
    data["alarms"] = alarms_in_words(link.alarms_minutes, viewer.words());
    return data;
}

Data make_link_data(const Words& words) {
    Data data;
    for (const int minutes : scheduler::kRungs) {
        Data alarm;
        alarm["minutes"] = minutes;
        alarm["label"] = words.text("links.alarm." + std::to_string(minutes));
        data["alarms"].add(std::move(alarm));
    }
    return data;
}

Response make_link(Services& services, const Request& request) {
    if (!request.account) return ask_to_sign_in(request);
    studio::Personal::LinkWish wish;
    if (const auto replaced = request.form_value("replaces"); !replaced.empty()) {
        wish.replaced = replaced;
    } else {
        auto& alarms = wish.alarms_minutes.emplace();
        const auto [first, last] = request.form.equal_range("alarm");
        for (auto it = first; it != last; ++it) alarms.push_back(minutes_of(it->second));
    }
    const auto made = services.personal.make_link(request.actor, wish);
    return me_page(services, request, {.calendar = studio::calendar_path(made.token)});
}

Response revoke_link(Services& services, const Request& request) {
    if (!request.account) return ask_to_sign_in(request);
    services.personal.revoke_link(request.actor, request.form_value("id"));
    return redirect("/me#calendar");
}

// For those who run it.
std::string followers_in_words(const studio::FollowState& state, const Words& words) {
    if (!state.attending) return words.count("follow.followers", *state.followers);
    return words.count("follow.reminded", *state.followers) + " " +
           words.count("follow.attending", *state.attending) + " " + words.text("follow.seen_by");
}

}  // namespace

std::optional<studio::FollowWish> typed_follow(const Request& request) {
    const auto what = request.form_value("follow");
    studio::FollowWish wish;
    if (what == "no" || !request.form_value("end").empty()) return std::nullopt;
    if (what == "ladder") wish.ladder_minutes = typed_ladder(request);
    if (what == "attend") wish.attends = true;
    if (what == "not-attend") wish.attends = false;
    return wish;
}

Data follow_data(const Request& request, const studio::FollowTarget& target, const std::string& title,
                 const studio::FollowState& state, const std::string& next) {
    const auto& words = Words::in(request.language);
    Data data;
    data["title"] = title;
    const bool is_room = target.kind == store::FollowKind::kRoom;
    data["label"] = words.text(is_room ? "follow.remind" : "follow.do");
    if (!request.account) {
        data["sign_in"] = "/follow" + below(target);
        return data;
    }
    data["action"] = "/me/follows" + below(target);
    data["next"] = next;
    data["wish"] = state.is_following ? "no" : "yes";
    data["pressed"] = state.is_following ? "true" : "false";
    data["is_following"] = state.is_following;
    if (is_room) {
        data["is_room"] = true;
        data["attend_wish"] = state.attends ? "not-attend" : "attend";
        data["attend_pressed"] = state.attends ? "true" : "false";
    }
    if (state.followers) data["followers"] = followers_in_words(state, words);
    return data;
}

Data follow_data(store::Snapshot& snapshot, const Request& request, const studio::FollowTarget& target,
                 const std::string& target_id, const std::string& title) {
    return follow_data(request, target, title,
                       studio::follow_state(snapshot, request.actor, target.kind, target_id),
                       studio::path_of(target));
}

void add_followed(Data& data, Services& services, const Request& request, const Viewer& viewer,
                  const std::string& new_link) {
    const auto& words = viewer.words();
    data["programme"] = programme_data(services, request, viewer);
    for (const auto& following : services.personal.following(request.actor)) {
        studio::FollowState state;
        state.is_following = true;
        Data item = follow_data(request, following.target, following.title, state, "/me#follows");
        item["url"] = studio::path_of(following.target);
        item["kind"] = kind_in_words(services, following, viewer);
        data["follows"].add(std::move(item));
    }
    const auto links = services.personal.links(request.actor);
    for (const auto& link : links) data["links"].add(link_data(link, viewer));
    if (links.size() < studio::kMaxCalendarLinks) data["make_link"] = make_link_data(words);
    if (!new_link.empty()) data["new_link"] = subscribe_links(services, new_link, services.config.site_name);
}

void add_follow_pages(Router& router, Services& services) {
    router.add("GET", "/follow/{kind}/{name}", [&services](const Request& request) {
        return follow_page(services, request, target_of(request), std::nullopt);
    });
    router.add("POST", "/follow-by-mail",
               [&services](const Request& request) { return ask_by_mail(services, request); });
    router.add("POST", "/me/follows/{kind}/{name}",
               [&services](const Request& request) { return submit_follow(services, request); });
    router.add("POST", "/me/calendar-links",
               [&services](const Request& request) { return make_link(services, request); });
    router.add("POST", "/me/calendar-links/revoke",
               [&services](const Request& request) { return revoke_link(services, request); });
}

}  // namespace stagecast::web
