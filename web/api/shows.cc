#include <charconv>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/zone.h"
#include "store/recordings.h"
#include "web/api/body.h"
#include "web/api/plans.h"
#include "web/api/routes.h"
#include "web/api/views.h"
#include "web/channel_desk.h"
#include "web/old_slug.h"
#include "web/show_plan.h"
#include "web/visitor.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;
constexpr int kMaxAirings = 400;
constexpr int kMaxEpisodes = 300;
constexpr int kPreviewed = 5;
using scheduler::kNever;

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

// A show that is not there yet.
struct NewShow {
    ChannelId channel;
    scheduler::ShowPlan plan;
    scheduler::Clashing clashing;
};

NewShow read_new_show(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    const auto channel_slug = body.text("channel");
    scheduler::ShowPlan plan;
    plan.language = request.language;
    body.text("title");
    read_words(body, plan);
    plan.schedule = read_new_schedule(body);
    const auto clashing = read_clashing(body);
    body.done();
    const auto channel = services.database.read([&](store::Snapshot& snapshot) {
        const auto found = store::channels::find_by_slug(snapshot, channel_slug);
        if (!found) throw Invalid("channel", "there is no channel of that slug");
        access::require(snapshot, request.actor, access::Action::kMakeShow, found->id);
        return *found;
    });
    return {channel.id, std::move(plan), clashing};
}

Response make(Services& services, const Request& request) {
    const auto wish = read_new_show(services, request);
    const auto show = services.planner.create(wish.channel, account_of(request), wish.plan, wish.clashing);
    return shown(services, show, 201);
}

Response review_new(Services& services, const Request& request) {
    const auto wish = read_new_show(services, request);
    const auto review = services.planner.review(wish.channel, {account_of(request)}, wish.plan);
    return json_of(view_review(services, request.actor, review));
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

// A change of a show: of all its airings, or of one and those that follow it.
struct ShowChange {
    store::Show show;
    std::vector<AccountId> hosts;
    int version = 0;
    scheduler::ShowPlan plan;
    std::optional<RoomId> from;
    scheduler::Clashing clashing = scheduler::Clashing::kRefuse;
};

ShowChange read_change(Services& services, const Request& request) {
    ShowChange change;
    services.database.read([&](store::Snapshot& snapshot) {
        change.show = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, access::Action::kEditShow, change.show.id);
        change.plan = stored_plan(snapshot, change.show);
        for (const auto& host : store::shows::hosts(snapshot, change.show.id))
            change.hosts.push_back(host.account);
    });
    Body body(request);
    change.version = body.number("version");
    read_words(body, change.plan);
    auto& schedule = change.plan.schedule;
    if (auto inner = body.optional_object("schedule")) schedule = read_schedule(*inner, schedule);
    if (const auto from = body.optional_text("from")) {
        try {
            change.from = RoomId::parse(*from);
        } catch (const NotFound&) {
            throw Invalid("from", "it must be the id of an airing");
        }
    }
    change.clashing = read_clashing(body);
    body.done();
    return change;
}

Response change(Services& services, const Request& request) {
    const auto wish = read_change(services, request);
    const auto by = editor_of(request);
    auto& planner = services.planner;
    return shown(
        services,
        wish.from ? planner.update_from(by, wish.show.id, wish.version, *wish.from, wish.plan, wish.clashing)
                  : planner.update(by, wish.show.id, wish.version, wish.plan, wish.clashing));
}

Response review_change(Services& services, const Request& request) {
    const auto wish = read_change(services, request);
    const auto review =
        services.planner.review(wish.show.channel, wish.hosts, wish.plan, wish.show.id, wish.from);
    return json_of(view_review(services, request.actor, review));
}

int version_asked(const Request& request) {
    const auto text = request.query_value("version");
    int version = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        throw Invalid("version", "say which version you have read: ?version=3");
    return version;
}

Response retire(Services& services, const Request& request) {
    const auto show = services.database.read([&](store::Snapshot& snapshot) {
        auto found = show_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, access::Action::kEditShow, found.id);
        return found;
    });
    return shown(services, services.planner.retire(editor_of(request), show.id, version_asked(request)));
}

// The rule in words and its next airings: what the planning form shows while it is filled in.
Response preview(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    const auto language = body.text_or("language", request.language);
    const auto schedule = read_new_schedule(body);
    body.done();
    scheduler::check(schedule);
    const auto zone = Zone::find(schedule.zone);
    const auto from = std::max(services.clock.now(), zone->to_utc(schedule.start));
    auto airings = Json::array();
    for (const auto& slot : scheduler::expand(schedule, from, kNever, kPreviewed))
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
    add("POST", "/api/v1/shows/review", review_new);
    add("GET", "/api/v1/shows/{slug}", one);
    add("PATCH", "/api/v1/shows/{slug}", change);
    add("DELETE", "/api/v1/shows/{slug}", retire);
    add("POST", "/api/v1/shows/{slug}/review", review_change);
    add("GET", "/api/v1/shows/{slug}/airings", airings);
    add("GET", "/api/v1/shows/{slug}/episodes", episodes);
}

}  // namespace stagecast::web
