#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "base/zone.h"
#include "store/recordings.h"
#include "web/api/body.h"
#include "web/api/routes.h"
#include "web/api/views.h"
#include "web/channel_desk.h"
#include "web/old_slug.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;
constexpr int kMaxAirings = 400;
constexpr int kMaxEpisodes = 300;
constexpr int kPreviewed = 5;

std::vector<LocalTime> times_of(const std::vector<std::string>& texts, const char* field) {
    std::vector<LocalTime> times;
    for (const auto& text : texts) times.push_back(parse_local(text, field));
    return times;
}

// What is given, over what was.
scheduler::Schedule read_schedule(Body& body, scheduler::Schedule schedule) {
    if (const auto start = body.optional_text("start")) schedule.start = parse_local(*start, "start");
    schedule.zone = body.text_or("zone", schedule.zone);
    schedule.rrule = body.text_or("rrule", schedule.rrule);
    if (const auto dates = body.optional_texts("exdates")) schedule.exdates = times_of(*dates, "exdates");
    if (const auto dates = body.optional_texts("rdates")) schedule.rdates = times_of(*dates, "rdates");
    schedule.length_minutes = body.optional_number("length_minutes").value_or(schedule.length_minutes);
    body.done();
    return schedule;
}

scheduler::Schedule new_schedule(Body& body) {
    auto inner = body.optional_object("schedule");
    if (!inner) throw Invalid("schedule", "it is missing");
    inner->text("start");
    inner->text("zone");
    inner->number("length_minutes");
    return read_schedule(*inner, {});
}

void read_texts(Body& body, scheduler::ShowPlan& plan) {
    plan.title = body.text_or("title", plan.title);
    plan.notes = body.text_or("notes", plan.notes);
    plan.language = body.text_or("language", plan.language);
    plan.slug = body.text_or("slug", plan.slug);
    plan.category = body.text_or("category", plan.category);
    plan.podcast_email = body.text_or("podcast_email", plan.podcast_email);
    plan.is_explicit = body.optional_flag("explicit").value_or(plan.is_explicit);
}

scheduler::ShowPlan plan_of(const store::Show& show) {
    return {show.title, show.notes,    show.language,      show.slug,       {}, scheduler::schedule_of(show),
            show.category, show.podcast_email, show.is_explicit};
}

Response shown(Services& services, const store::Show& show, int status = 200) {
    return services.database.read(
        [&](store::Snapshot& snapshot) { return json_of(view_show(snapshot, show), status); });
}

Response all(Services& services, const Request&) {
    return services.database.read([&](store::Snapshot& snapshot) {
        auto list = Json::array();
        for (const auto& show : store::shows::all(snapshot)) list.push_back(view_show(snapshot, show));
        return json_of({{"shows", list}});
    });
}

Response make(Services& services, const Request& request) {
    const auto& host = account_of(request);
    Body body(request);
    const auto channel_slug = body.text("channel");
    scheduler::ShowPlan plan;
    plan.language = request.language;
    body.text("title");
    read_texts(body, plan);
    plan.schedule = new_schedule(body);
    body.done();
    const auto channel = services.database.read([&](store::Snapshot& snapshot) {
        const auto found = store::channels::find_by_slug(snapshot, channel_slug);
        if (!found) throw Invalid("channel", "there is no channel of that slug");
        access::require(snapshot, request.actor, access::Action::kMakeShow, found->id);
        return *found;
    });
    return shown(services, services.planner.create(channel.id, host, plan), 201);
}

Response one(Services& services, const Request& request) {
    const auto& slug = request.param("slug");
    if (auto moved = moved_slug(services, slug, store::SlugKind::kShow, request)) return std::move(*moved);
    return services.database.read([&](store::Snapshot& snapshot) {
        const auto show = show_named(snapshot, slug);
        access::require(snapshot, request.actor, access::Action::kSeeShow, show.id);
        return json_of(view_show(snapshot, show));
    });
}

Response change(Services& services, const Request& request) {
    const auto show = services.database.read([&](store::Snapshot& snapshot) {
        auto found = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, access::Action::kEditShow, found.id);
        return found;
    });
    Body body(request);
    const auto version = body.number("version");
    auto plan = plan_of(show);
    read_texts(body, plan);
    if (auto inner = body.optional_object("schedule")) plan.schedule = read_schedule(*inner, plan.schedule);
    body.done();
    return shown(services, services.planner.update(editor_of(request), show.id, version, plan));
}

// The rule in words and its next airings: what the planning form shows while it is filled in.
Response preview(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    const auto language = body.text_or("language", request.language);
    const auto schedule = new_schedule(body);
    body.done();
    scheduler::check(schedule);
    const auto zone = Zone::find(schedule.zone);
    const auto from = std::max(services.clock.now(), zone->to_utc(schedule.start));
    auto airings = Json::array();
    for (const auto& slot : scheduler::expand(schedule, from, from + scheduler::kHorizon, kPreviewed))
        airings.push_back({{"local", to_iso8601(slot.local)}, {"starts_at", to_iso8601(slot.starts_at)}});
    return json_of({{"sentence", scheduler::sentence(schedule, language)}, {"airings", airings}});
}

store::Show visible_show(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        auto show = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, access::Action::kSeeShow, show.id);
        return show;
    });
}

Response airings(Services& services, const Request& request) {
    const auto show = visible_show(services, request);
    auto list = Json::array();
    for (const auto& entry : services.guide.upcoming(show.id, kMaxAirings))
        list.push_back(view_airing(entry));
    return json_of({{"airings", list}});
}

Response episodes(Services& services, const Request& request) {
    const auto show = visible_show(services, request);
    return services.database.read([&](store::Snapshot& snapshot) {
        auto list = Json::array();
        for (const auto& episode : store::episodes::of_show(snapshot, show.id, kMaxEpisodes))
            if (access::allow(snapshot, request.actor, access::Action::kSeeRoom, episode.room))
                list.push_back(view_episode(snapshot, episode));
        return json_of({{"episodes", list}});
    });
}

}  // namespace

void add_show_routes(Router& router, Services& services) {
    const RouteAdder add(router, services);
    add("GET", "/api/v1/shows", all);
    add("POST", "/api/v1/shows", make);
    add("POST", "/api/v1/shows/preview", preview);
    add("GET", "/api/v1/shows/{slug}", one);
    add("PATCH", "/api/v1/shows/{slug}", change);
    add("GET", "/api/v1/shows/{slug}/airings", airings);
    add("GET", "/api/v1/shows/{slug}/episodes", episodes);
}

}  // namespace stagecast::web
