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

Data clash_data(const scheduler::Clash& clash, const ReviewPage& review, const Viewer& viewer,
                const Viewer& local) {
    Data data;
    data["starts"] = to_iso8601(clash.starts_at);
    data["when"] = spoken_range(viewer, clash.starts_at, clash.ends_at);
    data["there"] = in_plans_zone(viewer, local, clash.starts_at, clash.ends_at);
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
    if (review.leaving_out == LeavingOut::kPossible)
        if (const auto date = slot_at(review.schedule, clash.starts_at)) {
            data["leave"] = to_iso8601(*date);
            data["leave_label"] = viewer.words().text(
                "review.leave_out",
                {{"date", viewer.short_day(std::chrono::floor<std::chrono::days>(*date))}});
        }
    return data;
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

std::string clock_of(LocalTime local, const Words& words) {
    const auto text = to_iso8601(local);
    return words.text("date.clock", {{"hour", text.substr(11, 2)}, {"minute", text.substr(14, 2)}});
}

std::string field_word(const Words& words, const std::string& field) {
    const auto key = "review.field." + field;
    return words.has(key) ? words.text(key) : field;
}

}  // namespace

Response show_review(Services& services, const Request& request, const ReviewPage& review) {
    const Viewer viewer(request);
    const auto local = viewer.in_zone(review.schedule.zone);
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
    for (const auto& clash : visible_clashes(services, request.actor, review.clashes))
        data["clashes"].add(clash_data(clash, review, viewer, local));
    data["has_clashes"] = !review.clashes.empty();
    data["all_same"] = review.all_same;
    if (review.free_start && !review.clashes.empty()) {
        data["free"] = to_iso8601(*review.free_start);
        data["free_label"] = words.text(
            "review.start_at", {{"time", clock_of(*review.free_start, words)}, {"city", local.zone_city()}});
    }
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
