#include "web/pages/review.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "web/clashes.h"
#include "web/pages/entries.h"
#include "web/pages/page.h"

namespace stagecast::web {
namespace {

using scheduler::ClashKind;

// Fields that are the step's own, not the form's.
constexpr std::array<std::string_view, 2> kOwnFields{"csrf", "do"};
constexpr std::size_t kDatesShown = 5;  // the others are folded away
constexpr std::size_t kFewDates = 4;    // with more, leaving them out is no way out

std::string what_clashes(const scheduler::Clash& clash, const Words& words) {
    switch (clash.kind) {
        case ClashKind::kHostElsewhere:
            return words.text("review.host_elsewhere", {{"host", clash.host}});
        case ClashKind::kChannelBusy:
            return words.text("review.channel_busy");
        case ClashKind::kOverrun:
            return words.text("review.overrun");
    }
    return {};
}

std::string spoken_range(const Viewer& viewer, Instant from, Instant to) {
    return viewer.words().text(
        "date.at", {{"day", viewer.short_day(viewer.day_of(from))}, {"time", viewer.range(from, to)}});
}

// "20:00–21:00 in Paris", where that is not the viewer's own time.
std::string in_plans_zone(const Viewer& viewer, const Viewer& local, Instant from, Instant to) {
    if (viewer.clock(from) == local.clock(from)) return {};
    return viewer.words().text("review.in_zone",
                               {{"time", spoken_range(local, from, to)}, {"city", local.zone_city()}});
}

// The date of a slot as its rule says it: an instant in a gap of its zone has another.
std::optional<LocalTime> slot_at(const scheduler::Schedule& schedule, Instant starts_at) {
    const auto slots = scheduler::expand(schedule, starts_at, starts_at + Milliseconds(1), 1);
    return slots.empty() ? std::nullopt : std::optional(slots.front().local);
}

std::string clock_of(LocalTime local, const Words& words) {
    const auto text = to_iso8601(local);
    return words.text("date.clock", {{"hour", text.substr(11, 2)}, {"minute", text.substr(14, 2)}});
}

// What one planned airing runs into.
struct ClashingDate {
    Instant starts_at{}, ends_at{};
    std::vector<scheduler::Clash> list;
};

bool is_same_room(const scheduler::Clash& a, const scheduler::Clash& b) {
    return a.with && b.with && a.with->room.id == b.with->room.id;
}

// A host who is in what the channel has on then is no second clash.
bool is_said(const ClashingDate& date, const scheduler::Clash& clash) {
    return clash.kind == ClashKind::kHostElsewhere &&
           std::ranges::any_of(date.list, [&](const scheduler::Clash& known) {
               return known.kind == ClashKind::kChannelBusy && is_same_room(known, clash);
           });
}

std::vector<ClashingDate> by_date(const std::vector<scheduler::Clash>& clashes) {
    std::vector<ClashingDate> dates;
    for (const auto& clash : clashes) {
        if (dates.empty() || dates.back().starts_at != clash.starts_at)
            dates.push_back({clash.starts_at, clash.ends_at, {}});
        if (!is_said(dates.back(), clash)) dates.back().list.push_back(clash);
    }
    return dates;
}

Data clash_data(const scheduler::Clash& clash, const Viewer& viewer) {
    Data data;
    data["what"] = what_clashes(clash, viewer.words());
    if (clash.with) {
        const auto& room = clash.with->room;
        data["with_url"] = room_path(room.id);
        data["with_title"] = scheduler::text_for(*clash.with, viewer.words().language()).title;
        data["with_channel"] = clash.with->channel_title;
        data["with_range"] = spoken_range(viewer, room.starts_at, room.ends_at);
    } else if (clash.kind != ClashKind::kOverrun) {
        data["hidden_with"] = viewer.words().text("review.not_public");
    }
    return data;
}

Data date_data(const ClashingDate& date, const Viewer& viewer, const Viewer& local) {
    Data data;
    data["starts"] = to_iso8601(date.starts_at);
    data["when"] = spoken_range(viewer, date.starts_at, date.ends_at);
    data["there"] = in_plans_zone(viewer, local, date.starts_at, date.ends_at);
    for (const auto& clash : date.list) data["runs_into"].add(clash_data(clash, viewer));
    return data;
}

void add_leaving_out(Data& data, const scheduler::Schedule& schedule, Instant starts_at,
                     const Viewer& viewer) {
    const auto date = slot_at(schedule, starts_at);
    if (!date) return;
    const auto day = viewer.short_day(std::chrono::floor<std::chrono::days>(*date));
    data["leave"] = to_iso8601(*date);
    data["leave_label"] = viewer.words().text("review.leave_out", {{"date", day}});
}

std::string say_how_many(const ReviewPage& review, std::size_t dates, const Words& words) {
    const bool is_cut = review.clashes.size() >= static_cast<std::size_t>(scheduler::kMaxClashes);
    return words.count(is_cut ? "review.dates_at_least" : "review.dates", static_cast<long>(dates));
}

void add_clashes(Data& data, Services& services, const Request& request, const ReviewPage& review) {
    const Viewer viewer(request);
    const auto local = viewer.in_zone(review.schedule.zone);
    const auto dates = by_date(visible_clashes(services, request.actor, review.clashes));
    data["has_clashes"] = !dates.empty();
    if (dates.empty()) return;
    data["how_many"] = say_how_many(review, dates.size(), viewer.words());
    const bool are_few = dates.size() <= kFewDates;
    for (std::size_t i = 0; i < dates.size(); ++i) {
        auto shown = date_data(dates[i], viewer, local);
        if (are_few && review.leaving_out == LeavingOut::kPossible)
            add_leaving_out(shown, review.schedule, dates[i].starts_at, viewer);
        data[i < kDatesShown ? "clashes" : "more_clashes"].add(std::move(shown));
    }
    if (dates.size() > kDatesShown)
        data["more_label"] =
            viewer.words().count("review.more_dates", static_cast<long>(dates.size() - kDatesShown));
    data["all_same"] = review.all_same;
    if (!review.free_start) return;
    data["free"] = to_iso8601(*review.free_start);
    data["free_label"] = viewer.words().text(
        "review.start_at",
        {{"time", clock_of(*review.free_start, viewer.words())}, {"city", local.zone_city()}});
}

Data counts_data(const ReviewPage& review, const Words& words) {
    Data counts;
    if (review.added > 0) counts.add(words.count("review.added", review.added));
    if (review.removed > 0) counts.add(words.count("review.removed", review.removed));
    if (review.kept > 0) counts.add(words.count("review.kept", review.kept));
    return counts;
}

Data kept_fields(const Request& request) {
    Data fields;
    for (const auto& [name, value] : request.form) {
        if (std::ranges::find(kOwnFields, name) != kOwnFields.end()) continue;
        Data field;
        field["name"] = name;
        field["value"] = value;
        fields.add(std::move(field));
    }
    return fields;
}

std::string field_word(const Words& words, const std::string& field) {
    const auto key = "review.field." + field;
    return words.has(key) ? words.text(key) : field;
}

}  // namespace

Response show_review(Services& services, const Request& request, const ReviewPage& review) {
    const Viewer viewer(request);
    const auto& words = viewer.words();
    Page page;
    page.template_name = "review";
    page.title = words.text("review.title");
    page.status = review.clashes.empty() ? 200 : 409;
    auto& data = page.data;
    data["subject"] = review.subject;
    data["action"] = review.action;
    data["kept_fields"] = kept_fields(request);
    data["zone_city"] = viewer.zone_city();
    add_clashes(data, services, request, review);
    const auto now = services.clock.now();
    for (const auto& room : review.misfits)
        if (const auto entry = services.guide.entry(room.id))
            data["misfits"].add(airing_data(*entry, viewer, now));
    data["has_misfits"] = !review.misfits.empty();
    data["counts"] = counts_data(review, words);
    data["has_counts"] = !std::holds_alternative<bool>(data["counts"].value());
    return present(services, request, std::move(page));
}

Decided decided(const Request& request) {
    const auto text = request.form_value("do");
    if (text.empty()) return {};
    if (text == "edit") return {Decision::kEdit, {}};
    if (text == "save") return {Decision::kSave, {}};
    if (text == "accept") return {Decision::kAccept, {}};
    if (text.starts_with("start:")) return {Decision::kStart, parse_local(text.substr(6), "do")};
    if (text.starts_with("leave:")) return {Decision::kLeave, parse_local(text.substr(6), "do")};
    throw Invalid("do", "is none of the choices");
}

Request with_value(Request request, const std::string& name, const std::string& value) {
    request.form.erase(name);
    request.form.emplace(name, value);
    return request;
}

int version_field(const Request& request) {
    const auto text = request.form_value("version");
    const bool is_number =
        !text.empty() && text.size() < 9 && text.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number) throw Invalid("version", "is missing: load the page again");
    return std::stoi(text);
}

std::string say_changes(const scheduler::Stale& stale, const Viewer& viewer) {
    const auto& words = viewer.words();
    std::string said;
    for (const auto& change : stale.changes()) {
        std::string fields;
        for (const auto& field : change.fields)
            fields += (fields.empty() ? "" : ", ") + field_word(words, field);
        said += (said.empty() ? "" : " ") +
                words.text("review.change",
                           {{"who", change.actor}, {"what", fields}, {"when", viewer.moment(change.at)}});
    }
    return words.text("review.stale") + (said.empty() ? "" : " " + said) + " " +
           words.text("review.stale_do");
}

}  // namespace stagecast::web
