#include <fmt/format.h>

#include <set>

#include "base/error.h"
#include "web/pages/embeddable.h"
#include "web/pages/entries.h"
#include "web/pages/form.h"
#include "web/pages/grid.h"
#include "web/pages/page.h"
#include "web/pages/subscribe.h"

namespace stagecast::web {
namespace {

using std::chrono::days;
using std::chrono::local_days;

constexpr int kDaysShown = 7;
constexpr int kNextShown = 3;
constexpr int kShortSteps = 11;  // under 55 minutes: narrower than most titles

std::vector<scheduler::GuideEntry> coming_next(Services& services, Instant now) {
    auto entries = services.guide.page({.from = now, .to = now + days(7)}).entries;
    std::erase_if(entries, [&](const auto& entry) {
        return entry.room.starts_at < now || entry.room.state != store::RoomState::kScheduled;
    });
    if (entries.size() > kNextShown) entries.resize(kNextShown);
    return entries;
}

Data day_links(const Viewer& viewer, local_days shown, local_days today) {
    Data data;
    const auto first =
        shown >= today && shown < today + days(kDaysShown) ? today : shown - days(kDaysShown / 2);
    const auto href = [](local_days date) { return "/guide?date=" + iso_date(date); };
    data["earlier"] = href(shown - days(1));
    data["later"] = href(shown + days(1));
    for (int i = 0; i < kDaysShown; ++i) {
        const auto date = first + days(i);
        Data link;
        link["href"] = date == today ? "/guide" : href(date);
        link["name"] = date == today ? viewer.words().text("date.today") : viewer.weekday(date);
        link["date"] = iso_date(date);
        link["number"] = unsigned(std::chrono::year_month_day(date).day());
        link["month"] = viewer.words().text(
            fmt::format("month.short.{}", unsigned(std::chrono::year_month_day(date).month())));
        link["here"] = date == shown;
        data["days"].add(std::move(link));
    }
    return data;
}

Data grid_data(const Grid& grid, const std::vector<scheduler::GuideEntry>& entries, const Viewer& viewer,
               Instant now) {
    Data data;
    data["starts"] = to_iso8601(grid.starts_at);
    data["hours"] = grid.hours;
    data["rows"] = grid.rows;
    for (const auto& mark : grid.hour_marks) {
        Data hour;
        hour["at"] = mark.at;
        hour["label"] = mark.label;
        data["marks"].add(std::move(hour));
    }
    for (const auto& channel : grid.channels) {
        Data row;
        row["title"] = channel.title;
        row["url"] = "/channels/" + channel.slug;
        row["colour"] = channel.colour;
        row["row"] = channel.row;
        row["lanes"] = channel.lanes;
        data["channels"].add(std::move(row));
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto airing = airing_data(entries[i], viewer, now);
        if (grid.places[i].row > 0)
            airing["place"] = fmt::format("row-{} at-{} for-{}", grid.places[i].row, grid.places[i].at,
                                          grid.places[i].span);
        airing["is_short"] = grid.places[i].span < kShortSteps;
        data["airings"].add(std::move(airing));
    }
    const auto grid_end = grid.starts_at + std::chrono::hours(grid.hours);
    if (now >= grid.starts_at && now < grid_end) {
        const auto minutes = std::chrono::floor<std::chrono::minutes>(now - grid.starts_at).count();
        data["now"]["at"] = minutes / kGridStepMinutes;
        data["now"]["clock"] = viewer.clock(now);
    }
    return data;
}

// Channels with nothing that day are still stations: one line of links.
Data quiet_channels(Services& services, const Grid& grid) {
    std::set<std::string> placed;
    for (const auto& channel : grid.channels) placed.insert(channel.slug);
    const auto all =
        services.database.read([](store::Snapshot& snapshot) { return store::channels::all(snapshot); });
    Data links;
    for (const auto& channel : all) {
        if (placed.contains(channel.slug)) continue;
        Data link;
        link["title"] = channel.title;
        link["url"] = "/channels/" + channel.slug;
        links.add(std::move(link));
    }
    return links;
}

// The guide for calendars and other programs: in the head, and as links at the end of the page.
void add_feeds(const Services& services, Page& page, const Words& words) {
    page.alternates = {{"text/calendar", words.text("guide.calendar"), "/guide/calendar.ics"},
                       {"application/atom+xml", words.text("outputs.guide_atom"), "/guide.atom"},
                       {"application/feed+json", words.text("outputs.guide_json"), "/guide.json"},
                       {"application/xml", words.text("outputs.guide_xmltv"), "/guide.xmltv"},
                       {"audio/x-mpegurl", words.text("outputs.guide_m3u"), "/guide.m3u"}};
    for (const auto& alternate : page.alternates) {
        Data link;
        link["href"] = alternate.href;
        link["title"] = alternate.title;
        page.data["programs"].add(std::move(link));
    }
    page.data["subscribe"] = subscribe_links(services, "/guide/calendar.ics", services.config.site_name);
    page.data["embed"] = embed_code(services, "/embed/guide", services.config.site_name, kListSize);
    Page whole;  // of today, whatever the day shown
    whole.path = "/guide";
    whole.title = page.title;
    add_oembed_links(services, whole);
    for (auto& alternate : whole.alternates) page.alternates.push_back(std::move(alternate));
}

Response guide_page(Services& services, const Request& request) {
    const Viewer viewer(request);
    const auto& words = viewer.words();
    const auto now = services.clock.now();
    const auto today = viewer.day_of(now);
    const auto asked = request.query_value("date");
    const auto date = asked.empty() ? today : parse_date(asked, "date");
    const auto day_start = viewer.midnight(date);
    const auto day_end = viewer.midnight(date + days(1));
    const auto entries = services.guide.page({.from = day_start, .to = day_end}).entries;
    const auto grid = lay_out(entries, viewer, day_start, day_end, now);

    Page page;
    page.template_name = "guide";
    page.title = date == today ? words.text("guide.title") : viewer.day(date);
    page.description = words.text("guide.description", {{"site", services.config.site_name}});
    page.path = date == today ? "/guide" : "/guide?date=" + iso_date(date);
    page.styles = {"guide"};
    page.modules = {"guide"};
    add_feeds(services, page, words);
    page.data["heading"] = viewer.day(date);
    page.data["date"] = iso_date(date);
    page.data["is_today"] = date == today;
    page.data["zone"] = viewer.zone().name();
    page.data["zone_city"] = viewer.zone_city();
    page.data["zone_groups"] = zone_groups(viewer.zone().name());
    page.data["navigation"] = day_links(viewer, date, today);
    page.data["on_air"] = airings_data(services.guide.on_air(), viewer, now);
    page.data["next"] = airings_data(coming_next(services, now), viewer, now);
    const auto has = [&](const char* part) { return !std::holds_alternative<bool>(page.data[part].value()); };
    page.data["has_now"] = has("on_air") || has("next");
    if (!entries.empty()) page.data["grid"] = grid_data(grid, entries, viewer, now);
    page.data["quiet"] = quiet_channels(services, grid);
    page.data["has_quiet"] = has("quiet");
    return present(services, request, std::move(page));
}

}  // namespace

void add_guide_pages(Router& router, Services& services) {
    router.add("GET", "/", [](const Request&) { return redirect("/guide"); });
    router.add("GET", "/guide", [&services](const Request& request) {
        services.database.read([&](store::Snapshot& snapshot) {
            access::require(snapshot, request.actor, access::Action::kSeeGuide, access::Site{});
        });
        return guide_page(services, request);
    });
}

}  // namespace stagecast::web
