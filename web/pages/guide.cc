#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/listing.h"
#include "store/recordings.h"
#include "web/pages/embeddable.h"
#include "web/pages/entries.h"
#include "web/pages/form.h"
#include "web/pages/grid_html.h"
#include "web/pages/guide_address.h"
#include "web/pages/guide_items.h"
#include "web/pages/guide_search.h"
#include "web/pages/languages.h"
#include "web/pages/page.h"
#include "web/pages/subscribe.h"

namespace stagecast::web {
namespace {

using std::chrono::days;
using std::chrono::local_days;

constexpr int kDaysShown = 7;
constexpr std::size_t kOnAirShown = 6, kNextShown = 3;
constexpr int kQuietShown = 12;
constexpr int kNextRead = 300;  // airings in which the next ones are looked for
constexpr std::chrono::minutes kLateFor{30};

// What one page is made from.
struct View {
    const Viewer& viewer;
    const GuideAddress& address;
    Instant now{};
    local_days today{}, first{}, last{};  // the days shown

    bool is_week() const { return address.view == GuideView::kWeek; }
    bool has_now() const { return first <= today && today <= last; }
};

View view_of(const Viewer& viewer, const GuideAddress& address, Instant now) {
    View view{viewer, address, now, viewer.day_of(now), {}, {}};
    view.first = view.last = address.date.value_or(view.today);
    if (view.is_week()) {
        const std::chrono::weekday weekday(view.first);
        view.first -= weekday - std::chrono::Monday;
        view.last = view.first + days(kDaysShown - 1);
    }
    return view;
}

scheduler::GuideQuery query_of(const View& view) {
    scheduler::GuideQuery query;
    query.from = view.viewer.midnight(view.first);
    query.to = view.viewer.midnight(view.last + days(1));
    query.language = view.address.language;
    query.category = view.address.category;
    query.channel = view.address.channel;
    return query;
}

Data link(const std::string& href, const std::string& name) {
    Data made;
    made["href"] = href;
    made["name"] = name;
    return made;
}

// "23 November to 29 November".
std::string say_days(const View& view) {
    if (!view.is_week()) return view.viewer.day(view.first);
    return view.viewer.words().text("guide.from_to", {{"first", view.viewer.short_day(view.first)},
                                                      {"last", view.viewer.short_day(view.last)}});
}

// --- days and views

Data day_links(const View& view) {
    const auto& [viewer, address, now, today, shown, last] = view;
    Data data;
    const auto first =
        shown >= today && shown < today + days(kDaysShown) ? today : shown - days(kDaysShown / 2);
    for (int i = 0; i < kDaysShown; ++i) {
        const auto date = first + days(i);
        auto tab = link(date == today ? address.on(std::nullopt).path() : address.on(date).path(),
                        date == today ? viewer.words().text("date.today") : viewer.weekday(date));
        tab["date"] = iso_date(date);
        tab["number"] = unsigned(std::chrono::year_month_day(date).day());
        tab["month"] = viewer.words().text(
            fmt::format("month.short.{}", unsigned(std::chrono::year_month_day(date).month())));
        tab["here"] = date == shown;
        data.add(std::move(tab));
    }
    return data;
}

Data navigation(const View& view) {
    const auto& words = view.viewer.words();
    const int step = view.is_week() ? kDaysShown : 1;
    Data data;
    data["earlier"] = view.address.on(view.first - days(step)).path();
    data["later"] = view.address.on(view.first + days(step)).path();
    data["earlier_said"] = words.text(view.is_week() ? "guide.week_earlier" : "guide.earlier");
    data["later_said"] = words.text(view.is_week() ? "guide.week_later" : "guide.later");
    if (view.is_week())
        data["week"] = say_days(view);
    else
        data["days"] = day_links(view);
    auto other = view.address.on(view.address.date);
    other.view = view.is_week() ? GuideView::kDay : GuideView::kWeek;
    data["other_view"] =
        link(other.path(), words.text(view.is_week() ? "guide.one_day" : "guide.whole_week"));
    auto today = view.address.on(std::nullopt);
    today.view = GuideView::kDay;
    data["to_now"] = (view.has_now() && !view.is_week() ? "" : today.path()) + "#now";
    return data;
}

// --- what to choose from

Data options(const std::vector<Choice>& choices, const std::string& chosen) {
    Data list;
    for (const auto& choice : choices) {
        Data option;
        option["value"] = choice.value;
        option["label"] = choice.label;
        option["chosen"] = choice.value == chosen;
        list.add(std::move(option));
    }
    return list;
}

std::string category_name(const Words& words, const std::string& category) {
    const auto key = "guide.topic." + slugify(category, "other");
    return words.has(key) ? words.text(key) : category;
}

// The languages of the programme, regions together; then topics and channels.
void add_filters(Data& data, const scheduler::Choices& choices, const View& view) {
    const auto& address = view.address;
    std::set<std::string> codes;
    for (const auto& code : choices.languages) codes.insert(code.substr(0, code.find('-')));
    std::vector<Choice> languages, topics, channels;
    for (const auto& code : codes) languages.push_back({code, language_name(code)});
    for (const auto& category : choices.categories)
        topics.push_back({category, category_name(view.viewer.words(), category)});
    for (const auto& channel : choices.channels) channels.push_back({channel.slug, channel.title});
    data["languages"] = options(languages, address.language);
    data["topics"] = options(topics, address.category);
    data["channels"] = options(channels, address.channel);
    data["search"] = address.search;
    data["is_filtered"] = address.is_filtered();
    data["everything"] = GuideAddress{.view = address.view, .date = address.date}.path();
    auto kept = GuideAddress{.view = address.view, .date = address.date}.parts();
    for (auto& [name, value] : kept) {
        Data hidden;
        hidden["name"] = name;
        hidden["value"] = std::move(value);
        data["kept"].add(std::move(hidden));
    }
}

// --- on air, next, new voices

bool fits(const scheduler::GuideEntry& entry, const GuideAddress& address) {
    return (address.channel.empty() || entry.channel_slug == address.channel) &&
           (address.category.empty() || entry.category == address.category) &&
           (address.language.empty() || scheduler::is_in(entry.language, address.language));
}

void add_on_air(Data& data, Services& services, const View& view) {
    auto entries = services.guide.on_air();
    std::erase_if(entries, [&](const auto& entry) { return !fits(entry, view.address); });
    if (entries.size() > kOnAirShown) {
        data["more_on_air"] =
            view.viewer.words().count("guide.more_on_air", static_cast<long>(entries.size() - kOnAirShown));
        entries.resize(kOnAirShown);
    }
    data["on_air"] = airings_data(entries, view.viewer, view.now);
}

// Those that are late come first: they were to begin before.
void add_next(Data& data, Services& services, const View& view) {
    auto query = query_of(view);
    query.from = view.now;
    query.to = view.now + days(kDaysShown);
    query.after = store::rooms::Place{view.now - kLateFor, ""};
    query.limit = kNextRead;
    auto entries = services.guide.page(query).entries;
    std::erase_if(entries, [&](const auto& entry) {
        const bool is_late = entry.room.lateness == store::Lateness::kDelayed;
        const bool is_ahead =
            entry.room.starts_at >= view.now && entry.room.lateness == store::Lateness::kOnTime;
        return (!is_late && !is_ahead) || (entry.room.state != store::RoomState::kScheduled &&
                                           entry.room.state != store::RoomState::kBackstage);
    });
    if (entries.size() > kNextShown) entries.resize(kNextShown);
    data["next"] = airings_data(entries, view.viewer, view.now);
}

void add_voices(Data& data, Services& services, const View& view) {
    for (const auto& voice : services.guide.new_voices()) {
        auto airing = airing_data(voice.next, view.viewer, view.now);
        airing["host"] = voice.host.name;
        airing["host_url"] = "/hosts/" + voice.host.handle;
        data["voices"].add(std::move(airing));
    }
    data["voices_rule"] = view.viewer.words().text(
        "guide.voices_rule", {{"held", std::to_string(scheduler::kNewVoiceHeld)},
                              {"days", std::to_string(scheduler::kNewVoiceAhead.count())}});
}

// --- the grid

std::vector<GridMark> marks_of(const View& view, const Grid& grid) {
    if (view.is_week()) return {};
    const auto& words = view.viewer.words();
    const auto ends_at = grid.starts_at + std::chrono::hours(grid.hours);
    std::vector<GridMark> marks;
    if (view.now >= grid.starts_at && view.now < ends_at)
        marks.push_back(
            {view.now, "now", words.text("guide.now_at", {{"time", view.viewer.clock(view.now)}})});
    if (const auto at = view.address.at; at && *at >= grid.starts_at && *at < ends_at)
        marks.push_back({*at, "at", view.viewer.clock(*at)});
    return marks;
}

// Which of the channels are on this page, and where the others are.
Data channel_pages(const View& view, const Grid& grid) {
    const auto shown = static_cast<int>(grid.channels.size());
    if (shown == grid.all_channels) return {};
    const auto from = [&](int first) {
        auto address = view.address;
        address.first_channel = first;
        return address.path();
    };
    Data data;
    data["said"] = view.viewer.words().text("guide.channels_shown",
                                            {{"first", std::to_string(grid.first_channel + 1)},
                                             {"last", std::to_string(grid.first_channel + shown)},
                                             {"all", std::to_string(grid.all_channels)}});
    if (grid.first_channel > 0) data["back"] = from(std::max(0, grid.first_channel - shown));
    if (grid.first_channel + shown < grid.all_channels) data["on"] = from(grid.first_channel + shown);
    return data;
}

// Channels with nothing on these days are still stations: links, folded where they are many.
void add_quiet(Data& data, const std::vector<GridItem>& items, const scheduler::Choices& choices,
               const Words& words) {
    std::set<std::string_view> busy;
    for (const auto& item : items) busy.insert(item.channel_slug);
    Data links;
    int quiet = 0;
    for (const auto& channel : choices.channels) {
        if (busy.contains(channel.slug)) continue;
        links.add(link("/channels/" + channel.slug, channel.title));
        ++quiet;
    }
    data["quiet"] = links;
    data["quiet_said"] = words.count("guide.stations", quiet);
    data["many_quiet"] = quiet > kQuietShown;
}

void add_grid(Data& data, Services& services, const View& view, const scheduler::Choices& choices) {
    const auto read = guide_items(services.guide, query_of(view), view.viewer, view.now);
    if (!read.items.empty()) {
        std::vector<Instant> moments{view.now};
        if (view.address.at) moments.push_back(*view.address.at);
        const auto grid =
            view.is_week()
                ? lay_out_week(read.items, view.viewer, view.first, view.address.first_channel)
                : lay_out_day(read.items, view.viewer, view.first, moments, view.address.first_channel);
        data["grid"] = grid_html(grid, read.items, marks_of(view, grid), view.viewer.words());
        data["pages"] = channel_pages(view, grid);
    }
    data["is_cut"] = read.is_cut;
    if (!view.address.is_filtered()) add_quiet(data, read.items, choices, view.viewer.words());
}

// --- the page

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

void add_zone(Data& data, const View& view) {
    data["zone"] = view.viewer.zone().name();
    data["zone_city"] = view.viewer.zone_city();
    data["zone_groups"] = zone_groups(view.viewer.zone().name());
    for (auto& [name, value] : view.address.parts()) {
        Data hidden;
        hidden["name"] = name;
        hidden["value"] = std::move(value);
        data["everything_kept"].add(std::move(hidden));
    }
}

void add_programme(Page& page, Services& services, const View& view, const scheduler::Choices& choices) {
    const bool is_today = !view.is_week() && view.first == view.today;
    page.title = is_today ? view.viewer.words().text("guide.title") : say_days(view);
    page.data["heading"] = say_days(view);
    page.data["navigation"] = navigation(view);
    page.data["grid_title"] = view.viewer.words().text(view.is_week() ? "guide.week_grid" : "guide.grid");
    add_grid(page.data, services, view, choices);
    if (!is_today) return;
    add_on_air(page.data, services, view);
    add_next(page.data, services, view);
    if (!view.address.is_filtered()) add_voices(page.data, services, view);
}

// Sections of a template are shown for what there is; a list that is no list is not there.
void name_parts(Data& data) {
    const auto has = [&](const char* part) { return !std::holds_alternative<bool>(data[part].value()); };
    data["has_now"] = has("on_air") || has("next");
    data["has_voices"] = has("voices");
    data["has_quiet"] = has("quiet");
}

// What the address wishes for the visitor, as parts of the address that they are led to.
std::string wishes_of(const Request& request) {
    std::string parts;
    for (const auto* name : {"zone", "lang"})
        if (const auto wish = request.query_value(name); !wish.empty())
            parts += std::string("&") + name + '=' + url_encode(wish);
    return parts;
}

Response guide_page(Services& services, const Request& request) {
    const Viewer viewer(request);
    const auto address = guide_address(request, viewer);
    if (address.at && !address.date) {
        auto there = address;
        there.date = viewer.day_of(*address.at);
        return redirect(there.path() + wishes_of(request) + "#at");
    }
    const auto view = view_of(viewer, address, services.clock.now());
    const auto choices = services.guide.choices();
    Page page;
    page.template_name = "guide";
    page.description = viewer.words().text("guide.description", {{"site", services.config.site_name}});
    page.path = address.path();
    page.styles = {"guide"};
    page.modules = {"guide"};
    add_filters(page.data, choices, view);
    if (address.search.empty())
        add_programme(page, services, view, choices);
    else
        add_search(page, services, viewer, address, view.now);
    add_zone(page.data, view);
    add_feeds(services, page, viewer.words());
    name_parts(page.data);
    return present(services, request, std::move(page));
}

// By a short address: where the airing is, or the episode that it became.
Response follow_short_address(Services& services, const Request& request) {
    const auto& beginning = request.param("beginning");
    return services.database.read([&](store::Snapshot& snapshot) {
        const bool is_one =
            beginning.size() == kShortCharacters && is_id_text(beginning + std::string(14, 'a'));
        const auto room = is_one ? store::rooms::find_public_by_beginning(snapshot, beginning) : std::nullopt;
        if (!room) throw NotFound("there is no such airing");
        const auto episode = store::episodes::of_room(snapshot, *room);
        if (episode && episode->state == store::EpisodeState::kPublished)
            return redirect("/episodes/" + episode->id.text());
        return redirect(room_path(*room));
    });
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
    router.add("GET", "/r/{beginning}",
               [&services](const Request& request) { return follow_short_address(services, request); });
}

}  // namespace stagecast::web
