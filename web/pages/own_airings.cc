#include "web/pages/own_airings.h"

#include <fmt/format.h>

#include "scheduler/planner.h"
#include "web/pages/entries.h"
#include "web/pages/viewer.h"

namespace stagecast::web {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::year_month;
using store::RoomState;

constexpr int kComing = 20;
constexpr int kMostInMonth = 300;
constexpr std::chrono::hours kJustBegun{12};

struct Span {
    Instant from{}, to{};
    int limit = 0;
};

Data row(const scheduler::GuideEntry& entry, const Viewer& viewer, Instant now) {
    auto data = airing_data(entry, viewer, now);
    const auto& room = entry.room;
    const auto path = "/studio/rooms/" + room.id.text();
    const bool has_begun = room.state == RoomState::kLive || room.state == RoomState::kEnded;
    data["version"] = room.version;
    for (const auto* tool : {"edit_url", "move_url", "cancel_url", "restore_url"}) data[tool] = "";
    if (!has_begun && room.state != RoomState::kCancelled) {
        data["edit_url"] = path + "/edit";
        if (room.state == RoomState::kScheduled) data["move_url"] = path + "/edit#when";
        data["cancel_url"] = path + "/cancel";
    }
    if (room.state == RoomState::kCancelled && room.ends_at > now) data["restore_url"] = path + "/restore";
    return data;
}

Data rows(Services& services, const Request& request, const store::Show& show, const Span& span) {
    const auto rooms = services.database.read([&](store::Snapshot& snapshot) {
        return store::rooms::of_show(snapshot, show.id, span.from, span.to, span.limit);
    });
    const Viewer viewer(request);
    const auto now = services.clock.now();
    Data list;
    for (const auto& room : rooms)
        if (const auto entry = services.guide.entry(room.id)) list.add(row(*entry, viewer, now));
    return list;
}

Span coming(Instant now, int limit) {
    return {now - kJustBegun, now + 2 * scheduler::kHorizon, limit};
}

year_month parse_month(const std::string& text) {
    const auto day = std::chrono::year_month_day(parse_date(text + "-01", "month"));
    return day.year() / day.month();
}

std::string link_to(const store::Show& show, year_month month) {
    return fmt::format("/studio/shows/{}/airings?month={:04}-{:02}", show.slug, int(month.year()),
                       unsigned(month.month()));
}

std::string name_of(year_month month, const Words& words) {
    return words.text("airing.month",
                      {{"month", words.text(fmt::format("month.{}", unsigned(month.month())))},
                       {"year", std::to_string(int(month.year()))}});
}

std::chrono::local_days first_day(year_month month) {
    return std::chrono::local_days(month / 1);
}

}  // namespace

Data own_airings(Services& services, const Request& request, const store::Show& show, int limit) {
    return rows(services, request, show, coming(services.clock.now(), limit));
}

Data own_airings_page(Services& services, const Request& request, const store::Show& show,
                      const std::string& month) {
    const Viewer viewer(request);
    const auto now = services.clock.now();
    Data data;
    data["all_url"] = "/studio/shows/" + show.slug + "/airings";
    if (month.empty()) {
        const std::chrono::year_month_day today(viewer.day_of(now));
        const auto this_month = today.year() / today.month();
        data["heading"] = viewer.words().text("airing.coming");
        data["earlier"] = link_to(show, this_month);
        data["earlier_label"] = name_of(this_month, viewer.words());
        data["own_airings"] = rows(services, request, show, coming(now, kComing));
        data["is_coming"] = true;
    } else {
        const auto shown = parse_month(month);
        data["heading"] = name_of(shown, viewer.words());
        data["earlier"] = link_to(show, shown - months(1));
        data["earlier_label"] = name_of(shown - months(1), viewer.words());
        data["later"] = link_to(show, shown + months(1));
        data["later_label"] = name_of(shown + months(1), viewer.words());
        data["own_airings"] = rows(
            services, request, show,
            {viewer.midnight(first_day(shown)), viewer.midnight(first_day(shown + months(1))), kMostInMonth});
    }
    return data;
}

}  // namespace stagecast::web
