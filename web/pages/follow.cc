#include "web/pages/follow.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "store/words.h"
#include "web/pages/entries.h"
#include "web/pages/me.h"
#include "web/pages/page.h"
#include "web/pages/subscribe.h"

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
    if (request.form_value("follow") == "no")
        services.personal.unfollow(request.actor, target);
    else
        services.personal.follow(request.actor, target);
    return redirect(own_path(request.form_value("next"), studio::path_of(target)));
}

// Where a stranger's tap on the button leads: what following is, how to do without an account, and the way
// back.
Response follow_page(Services& services, const Request& request) {
    const auto target = target_of(request);
    const auto thing = services.personal.look(request.actor, target);
    const auto& words = Words::in(request.language);
    const auto path = studio::path_of(thing.target);
    Page page;
    page.template_name = "follow";
    page.title = words.text("follow.title", {{"title", thing.title}});
    auto& data = page.data;
    data["heading"] = page.title;
    data["url"] = path;
    data["thing"] = thing.title;
    if (request.account)
        data["follow"] = follow_data(request, thing.target, thing.title,
                                     services.personal.state(request.actor, thing.target), path);
    else
        data["sign_in"] = "/sign-in?next=" + url_encode("/follow" + below(thing.target));
    data["can_sign_up"] = !request.account && services.config.sign_up != SignUp::kInvitation;
    data["subscribe"] = subscribe_links(services, path + "/calendar.ics", thing.title);
    if (target.kind != store::FollowKind::kHost) data["podcast"] = path + "/podcast.xml";
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
    return me_page(services, request,
                   {.token = {}, .calendar = studio::calendar_path(made.token), .status = 200});
}

Response revoke_link(Services& services, const Request& request) {
    if (!request.account) return ask_to_sign_in(request);
    services.personal.revoke_link(request.actor, request.form_value("id"));
    return redirect("/me#calendar");
}

}  // namespace

Data follow_data(const Request& request, const studio::FollowTarget& target, const std::string& title,
                 const studio::FollowState& state, const std::string& next) {
    Data data;
    data["title"] = title;
    if (!request.account) {
        data["sign_in"] = "/follow" + below(target);
        return data;
    }
    data["action"] = "/me/follows" + below(target);
    data["next"] = next;
    data["wish"] = state.is_following ? "no" : "yes";
    data["pressed"] = state.is_following ? "true" : "false";
    data["is_following"] = state.is_following;
    if (state.followers)
        data["followers"] = Words::in(request.language).count("follow.followers", *state.followers);
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
        item["kind"] = words.text("follow.kind." + std::string(store::word(following.target.kind)));
        data["follows"].add(std::move(item));
    }
    const auto links = services.personal.links(request.actor);
    for (const auto& link : links) data["links"].add(link_data(link, viewer));
    if (links.size() < studio::kMaxCalendarLinks) data["make_link"] = make_link_data(words);
    if (!new_link.empty()) data["new_link"] = subscribe_links(services, new_link, services.config.site_name);
}

void add_follow_pages(Router& router, Services& services) {
    router.add("GET", "/follow/{kind}/{name}",
               [&services](const Request& request) { return follow_page(services, request); });
    router.add("POST", "/me/follows/{kind}/{name}",
               [&services](const Request& request) { return submit_follow(services, request); });
    router.add("POST", "/me/calendar-links",
               [&services](const Request& request) { return make_link(services, request); });
    router.add("POST", "/me/calendar-links/revoke",
               [&services](const Request& request) { return revoke_link(services, request); });
}

}  // namespace stagecast::web
