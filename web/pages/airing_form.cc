#include "web/pages/airing_form.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "web/pages/form.h"
#include "web/pages/text_rows.h"

namespace stagecast::web {
namespace {

void add_person(std::vector<store::Host>& people, const store::Host& person) {
    const bool is_there = std::ranges::any_of(
        people, [&](const store::Host& known) { return known.account == person.account; });
    if (!is_there) people.push_back(person);
}

int length_of(const store::Room& room) {
    return static_cast<int>(std::chrono::round<std::chrono::minutes>(room.ends_at - room.starts_at).count());
}

std::vector<AccountId> ticked(const AiringForm& form, const OwnAiring& airing) {
    std::vector<AccountId> accounts;
    for (const auto& handle : form.hosts) {
        const auto found = std::ranges::find(airing.people, handle, &store::Host::handle);
        if (found == airing.people.end()) throw Invalid("hosts", "choose among the people of the channel");
        accounts.push_back(found->account);
    }
    return accounts;
}

std::set<AccountId> as_set(const std::vector<store::Host>& hosts) {
    std::set<AccountId> accounts;
    for (const auto& host : hosts) accounts.insert(host.account);
    return accounts;
}

// The show's own hosts are no hosts of this airing alone.
std::optional<std::vector<AccountId>> changed_hosts(const AiringForm& form, const OwnAiring& airing) {
    auto wanted = ticked(form, airing);
    const std::set<AccountId> chosen(wanted.begin(), wanted.end());
    if (chosen == as_set(airing.show_hosts)) wanted.clear();
    if (std::set<AccountId>(wanted.begin(), wanted.end()) == as_set(airing.hosts)) return std::nullopt;
    return wanted;
}

}  // namespace

OwnAiring own_airing(store::Snapshot& snapshot, const RoomId& id) {
    auto room = store::rooms::find(snapshot, id);
    if (!room) throw NotFound("room not found");
    OwnAiring airing;
    airing.room = *std::move(room);
    airing.channel = store::channels::find(snapshot, airing.room.channel).value();
    airing.texts = store::rooms::texts(snapshot, id);
    airing.hosts = store::rooms::hosts(snapshot, id);
    if (airing.room.show) {
        airing.show = store::shows::find(snapshot, *airing.room.show);
        airing.show_hosts = store::shows::hosts(snapshot, *airing.room.show);
    }
    for (const auto& host : airing.show_hosts) add_person(airing.people, host);
    for (const auto& host : airing.hosts) add_person(airing.people, host);
    for (const auto& member : store::channels::members(snapshot, airing.room.channel))
        if (member.role != store::ChannelRole::kModerator)
            add_person(airing.people, {member.account, member.handle, member.name});
    return airing;
}

AiringForm typed_airing(const Request& request) {
    AiringForm form;
    form.title = request.form_value("title");
    form.notes = with_line_feeds(request.form_value("notes"));
    form.language = request.form_value("language");
    form.date = request.form_value("date");
    form.time = request.form_value("time");
    form.length_minutes = request.form_value("length_minutes");
    form.version = request.form_value("version");
    form.hosts = values_of(request, "host");
    form.texts = typed_texts(request);
    return form;
}

AiringForm airing_form(const OwnAiring& airing, const Viewer& local) {
    const auto& room = airing.room;
    AiringForm form;
    form.title = room.title;
    form.notes = room.notes;
    form.language = room.language;
    const auto start = to_iso8601(local.zone().to_local(room.starts_at));
    form.date = start.substr(0, 10);
    form.time = start.substr(11, 5);
    form.length_minutes = std::to_string(length_of(room));
    form.version = std::to_string(room.version);
    form.texts = airing.texts;
    for (const auto& host : airing.hosts.empty() ? airing.show_hosts : airing.hosts)
        form.hosts.push_back(host.handle);
    return form;
}

scheduler::AiringPlan checked_airing(const AiringForm& form, const OwnAiring& airing, const Viewer& local) {
    const auto stored = airing_form(airing, local);
    scheduler::AiringPlan plan;
    if (form.title != stored.title) plan.title = form.title;
    if (form.notes != stored.notes) plan.notes = form.notes;
    if (form.language != stored.language) plan.language = form.language;
    check_texts(form.texts);
    if (form.texts != stored.texts) plan.texts = form.texts;
    plan.hosts = changed_hosts(form, airing);
    // A room that is open has no start to choose: its form has no such fields.
    if (form.date.empty() && form.time.empty()) return plan;
    // An hour that is there twice says nothing of which: unless it was typed anew, the start stays.
    if (form.date != stored.date || form.time != stored.time)
        plan.starts_at = local.zone().to_utc(LocalTime(parse_date(form.date, "date")) +
                                             (parse_local("1970-01-01T" + form.time, "time") - LocalTime{}));
    if (form.length_minutes != stored.length_minutes)
        plan.length_minutes = whole_number(form.length_minutes, "length_minutes");
    return plan;
}

Data airing_form_data(const AiringForm& form, const OwnAiring& airing, const Words& words) {
    Data data;
    data["title"] = form.title;
    data["notes"] = form.notes;
    data["date"] = form.date;
    data["time"] = form.time;
    data["length_minutes"] = form.length_minutes;
    data["version"] = form.version;
    data["show_title"] = airing.show ? airing.show->title : "";
    data["needs_title"] = !airing.show;
    data["languages"] =
        language_options(form.language, words.text(airing.show ? "airing.as_show" : "airing.as_channel"));
    data["texts"] = text_rows(form.texts, words);
    data["has_texts"] = !form.texts.empty();
    for (const auto& person : airing.people) {
        Data item;
        item["handle"] = person.handle;
        item["name"] = person.name;
        item["ticked"] = std::ranges::find(form.hosts, person.handle) != form.hosts.end();
        data["people"].add(std::move(item));
    }
    data["has_people"] = !airing.people.empty();
    data["is_timed"] = airing.room.state == store::RoomState::kScheduled;
    return data;
}

}  // namespace stagecast::web
