#include "studio/calendar_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/zone.h"
#include "scheduler/planner.h"
#include "scheduler/reconcile.h"
#include "store/channels.h"
#include "store/programme.h"
#include "studio/said.h"

namespace stagecast::studio {
namespace {

constexpr int kMaxTold = 4'000;         // of one show
constexpr int kMaxToldOfAll = 100'000;  // of all shows
constexpr int kMaxSpontaneous = 4'000;  // of one show or channel
constexpr Instant kEver{Milliseconds(0)};
using scheduler::kNever;

bool is_ours(const std::string& language) {
    return language == "en" || language == "fr";
}

// The texts, hosts … of many things, by whose they are.
template <class Id, class T>
std::map<Id, std::vector<T>> grouped(std::vector<std::pair<Id, T>> all) {
    std::map<Id, std::vector<T>> groups;
    for (auto& [id, thing] : all) groups[id].push_back(std::move(thing));
    return groups;
}

template <class Id, class T>
std::vector<T> taken(std::map<Id, std::vector<T>>& groups, const Id& id) {
    const auto found = groups.find(id);
    return found == groups.end() ? std::vector<T>() : std::move(found->second);
}

std::vector<std::string> names_of(const std::vector<store::Host>& hosts) {
    std::vector<std::string> names;
    names.reserve(hosts.size());
    for (const auto& host : hosts) names.push_back(host.name);
    return names;
}

// The slot as the series knows it: by its local time, if that is the same instant in the series' zone; else
// the local time of the instant. Nothing where that zone's clock cannot name the instant (the second of an
// overlap).
std::optional<LocalTime> slot_in(const store::Room& room, const Zone& zone) {
    if (zone.to_utc(*room.slot_local) == *room.slot) return room.slot_local;
    const auto local = zone.to_local(*room.slot);
    return zone.to_utc(local) == *room.slot ? std::optional(local) : std::nullopt;
}

// The slots that the rule and the further dates give in the span of these rooms, dates off and pauses not
// counted.
std::set<LocalTime> instances(scheduler::Schedule schedule, const std::vector<store::Room>& rooms) {
    std::set<LocalTime> all;
    if (rooms.empty()) return all;
    schedule.exdates.clear();
    schedule.pauses.clear();
    for (const auto& slot :
         scheduler::expand(schedule, *rooms.front().slot, *rooms.back().slot + Milliseconds(1)))
        all.insert(slot.local);
    return all;
}

// The schedule without what is before `from`; nothing where nothing is left.
std::optional<scheduler::Schedule> starting_at(const scheduler::Schedule& schedule, Instant from) {
    if (Zone::find(schedule.zone)->to_utc(schedule.start) >= from) return schedule;
    try {
        return scheduler::cut_before(schedule, from);
    } catch (const Invalid& error) {
        if (error.field() != "start") throw;
        return std::nullopt;
    }
}

}  // namespace

CalendarReader::CalendarReader(store::Snapshot& snapshot, const Config& config, std::string language)
    : snapshot_(snapshot),
      config_(config),
      language_(std::move(language)),
      now_(store::programme::state(snapshot).now),
      speaks_(language_.empty() || is_ours(language_)) {}

void CalendarReader::describe(std::string name, std::string description, const std::string& path,
                              const std::string& language) {
    input.name = std::move(name);
    input.description = std::move(description);
    input.page_url = url_of(path);
    input.source_url = input.page_url + "/calendar.ics";
    if (!language_.empty()) input.source_url += "?lang=" + language_;
    input.image_url = url_of("/static/artwork.png");
    input.language = language_.empty() ? language : language_;
}

// --- reading

std::vector<CalendarReader::Known> CalendarReader::know(std::vector<store::Show> shows) {
    std::vector<Known> all;
    all.reserve(shows.size());
    for (auto& show : shows) all.push_back({std::move(show), {}, {}, {}, {}, {}, {}, {}, {}});
    if (all.size() <= kFewShows)
        std::ranges::for_each(all, [this](Known& known) { know_one(known); });
    else
        know_all(all);
    return all;
}

void CalendarReader::know_one(Known& known) {
    const auto& id = known.show.id;
    known.hosts = store::shows::hosts(snapshot_, id);
    known.texts = store::shows::texts(snapshot_, id);
    known.phases = store::shows::phases(snapshot_, id);
    known.told = store::rooms::told_of_show(snapshot_, id, kMaxTold);
    known.spontaneous =
        store::rooms::spontaneous_of_show(snapshot_, id, now_ - kSpontaneousKept, kMaxSpontaneous);
    known.room_texts = grouped(store::rooms::texts_of_show(snapshot_, id));
    known.room_hosts = grouped(store::rooms::hosts_of_show(snapshot_, id));
    for (auto& episode : store::episodes::of_show(snapshot_, id, kMaxReplayLinks))
        known.replays.emplace(episode.room, std::move(episode));
    if (known.replays.empty()) return;
    for (auto& room : store::rooms::replayed_of_show(snapshot_, id, kMaxReplayLinks))
        known.told.push_back(std::move(room));
}

// The same for all shows at once: a query each instead of one for every show.
void CalendarReader::know_all(std::vector<Known>& known) {
    auto hosts = grouped(store::shows::hosts_of_all(snapshot_));
    auto texts = grouped(store::shows::texts_of_all(snapshot_));
    const auto room_texts = grouped(store::rooms::all_texts(snapshot_));
    const auto room_hosts = grouped(store::rooms::all_hosts(snapshot_));
    std::map<ShowId, std::vector<store::Phase>> phases;
    for (auto& phase : store::shows::phases_of_all(snapshot_)) phases[phase.show].push_back(std::move(phase));
    std::map<ShowId, std::vector<store::Room>> told, spontaneous;
    for (auto& room : store::rooms::spontaneous(snapshot_, now_ - kSpontaneousKept, kMaxSpontaneous))
        if (room.show) spontaneous[*room.show].push_back(std::move(room));
    for (auto& room : store::rooms::told(snapshot_, kMaxToldOfAll))
        told[*room.show].push_back(std::move(room));
    std::map<ShowId, std::map<RoomId, store::Episode>> replays;
    for (auto& episode : store::episodes::newest(snapshot_, kMaxReplayLinks))
        if (episode.show) replays[*episode.show].emplace(episode.room, std::move(episode));
    for (auto& room : store::rooms::replayed(snapshot_, kMaxReplayLinks))
        if (room.show) told[*room.show].push_back(std::move(room));
    for (auto& one : known) {
        const auto& id = one.show.id;
        one.hosts = taken(hosts, id);
        one.texts = taken(texts, id);
        one.phases = taken(phases, id);
        one.told = taken(told, id);
        one.spontaneous = taken(spontaneous, id);
        if (const auto found = replays.find(id); found != replays.end())
            one.replays = std::move(found->second);
        for (const auto& room : one.told) {
            if (const auto found = room_texts.find(room.id); found != room_texts.end())
                one.room_texts.insert(*found);
            if (const auto found = room_hosts.find(room.id); found != room_hosts.end())
                one.room_hosts.insert(*found);
        }
    }
}

// --- shows

void CalendarReader::add(std::vector<store::Show> shows) {
    for (auto& known : know(std::move(shows))) {
        auto& told = known.told;
        std::erase_if(told, [](const store::Room& room) { return !room.slot; });
        std::ranges::sort(told, {}, [](const store::Room& room) { return std::pair(*room.slot, room.id); });
        const auto same = [](const store::Room& one, const store::Room& other) { return one.id == other.id; };
        told.erase(std::unique(told.begin(), told.end(), same), told.end());
        if (text_in(known.texts, language_)) speaks_ = true;
        for (const auto& [room, texts] : known.room_texts)
            if (text_in(texts, language_)) speaks_ = true;
        try {
            add_known(known);
        } catch (const Invalid& error) {
            log::error("calendar.show_skipped", {{"show", known.show.id.text()}, {"why", error.what()}});
        }
    }
}

// A show that was taken off is two: what was, and what will not be.
std::vector<CalendarReader::Part> CalendarReader::parts_of(const Known& known) const {
    const auto& show = known.show;
    std::vector<Part> parts;
    auto from = kEver;
    int number = 0;
    const auto earlier_uid = [&](int n) { return uid_of(fmt::format("{}-{}", show.id.text(), n), config_); };
    for (const auto& phase : known.phases) {
        number = phase.number;
        parts.push_back({earlier_uid(phase.number), scheduler::schedule_of(phase), phase.title,
                         phase.sequence, from, phase.ends_at, phase.updated_at, Part::Kind::kEarlier});
        from = phase.ends_at;
    }
    const auto schedule = scheduler::schedule_of(show);
    const auto add_last = [&](Part::Kind kind) {
        if (auto last = starting_at(schedule, from))
            parts.push_back({uid_of(show.id.text(), config_), std::move(*last), "", show.sequence, from,
                             kNever, show.updated_at, kind});
    };
    if (!show.retired_at) {
        add_last(Part::Kind::kCurrent);
        return parts;
    }
    if (from < *show.retired_at) {
        if (auto held = starting_at(schedule, from))
            parts.push_back({earlier_uid(number + 1), std::move(*held), "", show.sequence, from,
                             *show.retired_at, show.updated_at, Part::Kind::kEarlier});
        from = *show.retired_at;
    }
    if (*show.retired_at + kRetiredKept > now_) add_last(Part::Kind::kRetired);
    return parts;
}

void CalendarReader::add_known(const Known& known) {
    std::string previous_uid;
    auto left = known.told;  // what no series speaks of
    if (known.show.retired_at)
        std::erase_if(left, [&](const store::Room& room) { return *room.slot >= *known.show.retired_at; });
    for (const auto& part : parts_of(known)) {
        const auto zone = Zone::find(part.schedule.zone);
        if (part.kind == Part::Kind::kEarlier && zone->to_utc(part.schedule.start) >= part.to) continue;
        add_part(known, part, previous_uid);
        previous_uid = part.uid;
        std::erase_if(
            left, [&](const store::Room& room) { return *room.slot >= part.from && *room.slot < part.to; });
    }
    // Airings by hand whose schedule has none of its own left.
    for (const auto& room : left)
        if (room.visibility == store::Visibility::kPublic)
            add_single(&known, room, url_of("/rooms/" + room.id.text()));
    for (const auto& room : known.spontaneous) add_single(&known, room, url_of("/rooms/" + room.id.text()));
}

void CalendarReader::add_part(const Known& known, const Part& part, const std::string& previous_uid) {
    const auto& show = known.show;
    const auto said = said_of(show, known.texts, language_);
    const auto& schedule = part.schedule;
    feeds::CalendarSeries series;
    series.uid = part.uid;
    series.title = part.title.empty() || part.title == show.title ? said.title : part.title;
    series.description = said.notes;
    series.language = said.language;
    series.url = series.conference_url = url_of("/shows/" + show.slug);
    series.image_url = input.image_url;
    series.zone = schedule.zone;
    series.start = schedule.start;
    series.rrule = schedule.rrule;
    series.exdates = schedule.exdates;
    series.rdates = schedule.rdates;
    if (!schedule.pauses.empty()) series.paused_dates = scheduler::paused_slots(schedule);
    series.length_minutes = schedule.length_minutes;
    series.sequence = part.sequence;
    series.cancelled = part.kind == Part::Kind::kRetired;
    if (part.kind == Part::Kind::kEarlier) series.rule_until = part.to;
    series.related_uid = previous_uid;
    series.created_at = show.created_at;
    series.updated_at = part.updated_at;
    series.categories = {show.category};
    series.hosts = names_of(known.hosts);
    changed_at(part.updated_at);
    add_overrides(known, part, series);
    input.series.push_back(std::move(series));
}

void CalendarReader::add_overrides(const Known& known, const Part& part, feeds::CalendarSeries& series) {
    std::vector<store::Room> rooms;
    std::ranges::copy_if(known.told, std::back_inserter(rooms), [&](const store::Room& room) {
        return *room.slot >= part.from && *room.slot < part.to;
    });
    const auto zone = Zone::find(part.schedule.zone);
    const auto given = instances(part.schedule, rooms);
    // An airing that people are invited to stands even where the show has a date off.
    std::set<LocalTime> off(series.exdates.begin(), series.exdates.end());
    off.insert(series.paused_dates.begin(), series.paused_dates.end());
    for (const auto& room : rooms) {
        auto slot = slot_in(room, *zone);
        // A further date must not come before the series: readers differ on what that means.
        if (slot && *slot < part.schedule.start) slot.reset();
        const bool is_instance = slot && given.contains(*slot);
        if (room.visibility != store::Visibility::kPublic) {
            if (is_instance) series.exdates.push_back(*slot);
            changed_at(room.updated_at);
            continue;
        }
        if (!slot) {
            add_single(&known, room, url_of("/rooms/" + room.id.text()));
            continue;
        }
        auto airing = override_of(known, part, room, *slot);
        const bool is_as_planned = airing.standing == feeds::Standing::kPlanned ||
                                   airing.standing == feeds::Standing::kLive ||
                                   airing.standing == feeds::Standing::kEnded;
        const bool differs = room.starts_at != *room.slot || airing.length_minutes != series.length_minutes ||
                             !airing.title.empty() || !airing.description.empty() || airing.hosts ||
                             !airing.replay_url.empty() || !is_as_planned;
        // One that a person changed and changed back: who kept the change must be told that it is gone.
        const bool was_changed_back = room.sequence > 0 && room.version > 1;
        const bool is_doubtful =
            scheduler::is_doubtful(*zone, *slot, std::chrono::minutes(series.length_minutes));
        if (is_instance && !differs && !was_changed_back && !is_doubtful && !off.contains(*slot)) continue;
        if (!is_instance) series.extra_slots.push_back(*slot);
        changed_at(airing.updated_at);
        series.overrides.push_back(std::move(airing));
    }
}

// --- airings

feeds::Override CalendarReader::override_of(const Known& known, const Part& part, const store::Room& room,
                                            LocalTime slot) const {
    feeds::Override airing;
    airing.slot_local = slot;
    airing.starts_at = room.starts_at;
    airing.length_minutes = minutes_of(room);
    airing.standing = standing_of(room);
    airing.sequence = part.sequence + room.sequence;
    airing.updated_at = room.updated_at;
    airing.url = url_of("/rooms/" + room.id.text());
    airing.title = room.title;
    airing.description = room.notes;
    airing.language = room.language;
    if (const auto texts = known.room_texts.find(room.id); texts != known.room_texts.end())
        if (const auto* const said = text_in(texts->second, language_)) {
            if (!said->title.empty()) airing.title = said->title;
            if (!said->notes.empty()) airing.description = said->notes;
            airing.language = said->language;
        }
    if (const auto hosts = known.room_hosts.find(room.id); hosts != known.room_hosts.end())
        airing.hosts = names_of(hosts->second);
    if (const auto replay = known.replays.find(room.id); replay != known.replays.end()) {
        airing.replay_url = url_of("/episodes/" + replay->second.id.text());
        airing.updated_at = std::max(airing.updated_at, replay->second.updated_at);
    }
    return airing;
}

void CalendarReader::add_single(const Known* known, const store::Room& room, const std::string& url) {
    feeds::CalendarSingle single;
    single.uid = uid_of(room.id.text(), config_);
    single.title = room.title;
    single.description = room.notes;
    single.language = room.language;
    single.sequence = room.sequence;
    const auto texts = store::rooms::texts(snapshot_, room.id);
    const auto hosts = store::rooms::hosts(snapshot_, room.id);
    single.hosts = names_of(hosts);
    if (known) {
        const auto said = said_of(known->show, known->texts, language_);
        if (single.title.empty()) single.title = said.title;
        if (single.description.empty()) single.description = said.notes;
        if (single.language.empty()) single.language = said.language;
        if (hosts.empty()) single.hosts = names_of(known->hosts);
        single.categories = {known->show.category};
        single.zone = known->show.zone;
        single.sequence += known->show.sequence;
        changed_at(known->show.updated_at);
    }
    if (const auto* const said = text_in(texts, language_)) {
        if (!said->title.empty()) single.title = said->title;
        if (!said->notes.empty()) single.description = said->notes;
        single.language = said->language;
        speaks_ = true;
    }
    single.url = url;
    single.image_url = input.image_url;
    single.starts_at = room.starts_at;
    single.length_minutes = minutes_of(room);
    single.standing = standing_of(room);
    single.previous_start = room.moved_from;
    single.created_at = single.updated_at = room.updated_at;
    if (const auto episode = store::episodes::of_room(snapshot_, room.id);
        episode && episode->state == store::EpisodeState::kPublished) {
        single.replay_url = url_of("/episodes/" + episode->id.text());
        single.updated_at = std::max(single.updated_at, episode->updated_at);
    }
    changed_at(single.updated_at);
    input.singles.push_back(std::move(single));
}

void CalendarReader::add_rooms(const std::vector<store::Room>& rooms) {
    for (const auto& room : rooms)
        if (!room.show) add_single(nullptr, room, url_of("/rooms/" + room.id.text()));
}

void CalendarReader::add_spontaneous(const ChannelId& channel) {
    add_rooms(
        store::rooms::spontaneous_of_channel(snapshot_, channel, now_ - kSpontaneousKept, kMaxSpontaneous));
}

void CalendarReader::add_spontaneous() {
    add_rooms(store::rooms::spontaneous(snapshot_, now_ - kSpontaneousKept, kMaxSpontaneous));
}

void CalendarReader::add_airing(const store::Room& room, const std::string& url) {
    if (!room.show) return add_single(nullptr, room, url);
    Known known;
    known.show = store::shows::find(snapshot_, *room.show).value();
    known.hosts = store::shows::hosts(snapshot_, known.show.id);
    known.texts = store::shows::texts(snapshot_, known.show.id);
    if (text_in(known.texts, language_)) speaks_ = true;
    add_single(&known, room, url);
}

}  // namespace stagecast::studio
