#include <nlohmann/json.hpp>

#include "base/error.h"
#include "store/words.h"
#include "web/api/body.h"
#include "web/api/routes.h"
#include "web/api/views.h"

// What the account that asks follows, when it is due a word of it, and the calendars of it.
namespace stagecast::web {
namespace {

using Json = nlohmann::json;
constexpr std::chrono::days kDefaultSpan{14};

studio::FollowTarget target_of(const Request& request) {
    return {studio::follow_kind_named(request.param("kind")), request.param("name")};
}

Json view_following(const studio::Following& following) {
    return {{"kind", store::word(following.target.kind)},
            {"name", following.target.name},
            {"title", following.title},
            {"url", studio::path_of(following.target)},
            {"ladder", following.ladder_minutes},
            {"attends", following.attends},
            {"since", to_iso8601(following.since)}};
}

Response follows(Services& services, const Request& request) {
    auto list = Json::array();
    for (const auto& following : services.personal.following(request.actor))
        list.push_back(view_following(following));
    return json_of({{"follows", list}});
}

Response state(Services& services, const Request& request) {
    const auto state = services.personal.state(request.actor, target_of(request));
    Json view{
        {"following", state.is_following}, {"ladder", state.ladder_minutes}, {"attends", state.attends}};
    if (state.followers) view["followers"] = *state.followers;
    if (state.attending) view["attending"] = *state.attending;
    return json_of(view);
}

Response follow(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    const studio::FollowWish wish{body.optional_numbers("ladder"), body.optional_flag("attends")};
    body.done();
    services.personal.follow(request.actor, target_of(request), wish);
    return no_content();
}

Response unfollow(Services& services, const Request& request) {
    services.personal.unfollow(request.actor, target_of(request));
    return no_content();
}

Response reminders(Services& services, const Request& request) {
    const auto from_text = request.query_value("from"), to_text = request.query_value("to");
    const auto from = from_text.empty() ? services.clock.now() : parse_iso8601(from_text, "from");
    const auto to = to_text.empty() ? from + kDefaultSpan : parse_iso8601(to_text, "to");
    const auto page = services.personal.reminders(request.actor, from, to);
    auto airings = Json::array();
    for (const auto& reminder : page.list) {
        auto due = Json::array();
        for (const auto& time : reminder.due)
            due.push_back({{"minutes_before", time.minutes_before}, {"at", to_iso8601(time.at)}});
        airings.push_back(view_airing(reminder.airing));
        airings.back()["due"] = due;
    }
    return json_of(
        {{"airings", airings}, {"next", page.next ? Json(to_iso8601(*page.next)) : Json(nullptr)}});
}

// Its id is the hash of its token, which opens nothing.
Json view_link(const store::CalendarLink& link) {
    return {{"id", link.hash}, {"alarms", link.alarms_minutes}, {"created_at", to_iso8601(link.created_at)}};
}

Response links(Services& services, const Request& request) {
    auto list = Json::array();
    for (const auto& link : services.personal.links(request.actor)) list.push_back(view_link(link));
    return json_of({{"links", list}});
}

Response make_link(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    const studio::Personal::LinkWish wish{body.optional_numbers("alarms"), body.optional_text("replaces")};
    body.done();
    const auto made = services.personal.make_link(request.actor, wish);
    auto view = view_link(made.link);
    view["url"] = services.config.site_url + studio::calendar_path(made.token);
    return json_of(view, 201);
}

Response revoke_link(Services& services, const Request& request) {
    services.personal.revoke_link(request.actor, request.param("id"));
    return no_content();
}

}  // namespace

void add_follow_routes(Router& router, Services& services) {
    const RouteAdder add(router, services);
    add("GET", "/api/v1/me/follows", follows);
    add("GET", "/api/v1/me/follows/{kind}/{name}", state);
    add("PUT", "/api/v1/me/follows/{kind}/{name}", follow);
    add("DELETE", "/api/v1/me/follows/{kind}/{name}", unfollow);
    add("GET", "/api/v1/me/reminders", reminders);
    add("GET", "/api/v1/me/calendar-links", links);
    add("POST", "/api/v1/me/calendar-links", make_link);
    add("DELETE", "/api/v1/me/calendar-links/{id}", revoke_link);
}

}  // namespace stagecast::web
