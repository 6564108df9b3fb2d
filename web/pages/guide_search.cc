#include "web/pages/guide_search.h"

#include "web/cursor.h"
#include "web/pages/entries.h"

namespace stagecast::web {
namespace {

constexpr int kResultsShown = 50;

scheduler::GuideQuery query_of(const GuideAddress& address, Instant now) {
    scheduler::GuideQuery query;
    query.from = now;
    query.to = now + scheduler::kMaxGuideSpan;
    query.language = address.language;
    query.category = address.category;
    query.channel = address.channel;
    query.search = address.search;
    query.limit = kResultsShown;
    if (!address.cursor.empty()) query.after = place_at(address.cursor);
    return query;
}

Data by_day(const std::vector<scheduler::GuideEntry>& entries, const Viewer& viewer, Instant now) {
    Data sections;
    std::optional<std::chrono::local_days> last;
    Data section;
    for (const auto& entry : entries) {
        const auto day = viewer.day_of(entry.room.starts_at);
        if (last && day != *last) sections.add(std::move(std::exchange(section, {})));
        if (!last || day != *last) {
            section["day"] = viewer.day(day);
            section["date"] = iso_date(day);
        }
        last = day;
        section["airings"].add(airing_data(entry, viewer, now));
    }
    if (last) sections.add(std::move(section));
    return sections;
}

}  // namespace

void add_search(Page& page, Services& services, const Viewer& viewer, const GuideAddress& address,
                Instant now) {
    const auto& words = viewer.words();
    const auto found = services.guide.page(query_of(address, now));
    page.title = words.text("guide.results", {{"search", address.search}});
    page.data["heading"] = page.title;
    Data results;
    results["until"] =
        words.text(found.entries.empty() ? "guide.nothing_found" : "guide.until",
                   {{"day", viewer.day_with_year(viewer.day_of(now + scheduler::kMaxGuideSpan))}});
    results["by_day"] = by_day(found.entries, viewer, now);
    if (found.next) {
        auto next = address;
        next.cursor = cursor_of(*found.next);
        results["next"] = next.path();
    }
    GuideAddress back = address;
    back.search.clear();
    back.cursor.clear();
    results["back"] = back.path();
    page.data["results"] = std::move(results);
}

}  // namespace stagecast::web
