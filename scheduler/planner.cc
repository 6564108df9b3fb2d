#include "scheduler/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "store/recordings.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using store::Room;
using store::RoomState;
using store::Show;
using store::Snapshot;
using store::Tx;

constexpr std::string_view kPodcastNamespace = "ead4c236-bf58-58c6-a2c6-a6b28d128cb6";  // podcast:guid
constexpr days kMaxGuideSpan{62};
constexpr int kMaxGuideRooms = 5'000;
constexpr std::size_t kMaxTitleCharacters = 200, kMaxNotesCharacters = 20'000, kMaxCategoryCharacters = 80;
constexpr minutes kLateness{5};  // a start "now" may be this old when it arrives

// "de", "pt-br": what a feed's <language> and a calendar's LANGUAGE take.
std::string checked_language(const std::string& text) {
    const auto language = lower_ascii(text);
    const bool fits = language.size() >= 2 && language.size() <= 8 && language.front() != '-' &&
                      language.back() != '-' &&
                      language.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
    if (!fits) throw Invalid("language", "must be a language code such as en or fr");
    return language;
}

ShowPlan checked(const ShowPlan& plan) {
    auto result = plan;
    result.title = checked_text(plan.title, "title", 1, kMaxTitleCharacters);
    result.notes = checked_text(plan.notes, "notes", 0, kMaxNotesCharacters, Lines::kMany);
    result.category = checked_text(plan.category, "category", 1, kMaxCategoryCharacters);
    result.language = checked_language(plan.language);
    if (!plan.slug.empty()) result.slug = checked_slug(plan.slug, "slug");
    if (!plan.podcast_email.empty())
        result.podcast_email = checked_email(plan.podcast_email, "podcast_email");
    check(plan.schedule);
    return result;
}

void put(const ShowPlan& plan, Show& show) {
    show.title = plan.title;
    show.notes = plan.notes;
    show.language = plan.language;
    show.zone = plan.schedule.zone;
    show.start = plan.schedule.start;
    show.rrule = plan.schedule.rrule;
    show.exdates = plan.schedule.exdates;
    show.rdates = plan.schedule.rdates;
    show.length_minutes = plan.schedule.length_minutes;
    show.podcast_email = plan.podcast_email;
    show.category = plan.category;
    show.is_explicit = plan.is_explicit;
}

bool same_schedule(const Schedule& a, const Schedule& b) {
    return a.start == b.start && a.zone == b.zone && a.rrule == b.rrule && a.exdates == b.exdates &&
           a.rdates == b.rdates && a.length_minutes == b.length_minutes;
}

// feeds::podcast_guid, which a sibling may not call: the feed's address without scheme and trailing slash.
std::string podcast_guid(std::string_view site_url, const std::string& slug) {
    if (const auto scheme = site_url.find("://"); scheme != std::string_view::npos)
        site_url.remove_prefix(scheme + 3);
    while (site_url.ends_with('/')) site_url.remove_suffix(1);
    return uuid_v5(kPodcastNamespace, fmt::format("{}/shows/{}/podcast.xml", site_url, slug));
}

int insert_slots(Tx& tx, const Show& show, const std::vector<Slot>& slots, Random& random, Instant now) {
    int inserted = 0;
    for (const auto& slot : slots) {
        Room room;
        room.id = RoomId::make(random);
        room.channel = show.channel;
        room.show = show.id;
        room.starts_at = slot.starts_at;
        room.ends_at = slot.ends_at;
        room.slot = slot.starts_at;
        room.slot_local = slot.local;
        room.updated_at = now;
        if (store::rooms::insert_slot(tx, room)) ++inserted;
    }
    return inserted;
}

template <class T>
T found(std::optional<T> thing, const char* noun) {
    if (!thing) throw NotFound(std::string(noun) + " not found");
    return *std::move(thing);
}

void check_length(int length_minutes) {
    if (length_minutes < kMinLengthMinutes || length_minutes > kMaxLengthMinutes)
        throw Invalid("length_minutes",
                      fmt::format("must be from {} to {}", kMinLengthMinutes, kMaxLengthMinutes));
}

void check_start(Instant starts_at, Instant now) {
    if (starts_at < now - kLateness) throw Invalid("starts_at", "is in the past");
    if (starts_at > now + kHorizon)
        throw Invalid("starts_at", fmt::format("is more than {} days ahead", kHorizon.count()));
}

bool is_ahead(const Room& room, Instant now) {
    const bool on = room.state == RoomState::kBackstage || room.state == RoomState::kLive;
    return room.visibility == store::Visibility::kPublic &&
           (on || (room.state == RoomState::kScheduled && room.ends_at > now));
}

// Completes rooms to entries, reading each channel and show once.
class EntryReader {
public:
    explicit EntryReader(Snapshot& snapshot) : snapshot_(snapshot) {}

    GuideEntry read(const Room& room) {
        GuideEntry entry;
        entry.room = room;
        const auto& channel = channel_of(room.channel);
        entry.channel_slug = channel.slug;
        entry.channel_title = channel.title;
        entry.channel_colour = channel.colour;
        entry.title = room.title;
        entry.language = channel.language;
        if (room.show) {
            const auto& [show, hosts] = show_of(*room.show);
            entry.show_slug = show.slug;
            entry.language = show.language;
            entry.hosts = hosts;
            if (entry.title.empty()) entry.title = show.title;
        }
        if (room.state == RoomState::kEnded) {
            const auto episode = store::episodes::of_room(snapshot_, room.id);
            if (episode && episode->state == store::EpisodeState::kPublished) entry.episode = episode->id;
        }
        return entry;
    }

private:
    struct ShowAndHosts {
        Show show;
        std::vector<store::Host> hosts;
    };

    const store::Channel& channel_of(const ChannelId& id) {
        const auto known = channels_.find(id);
        if (known != channels_.end()) return known->second;
        return channels_.emplace(id, found(store::channels::find(snapshot_, id), "channel")).first->second;
    }

    const ShowAndHosts& show_of(const ShowId& id) {
        const auto known = shows_.find(id);
        if (known != shows_.end()) return known->second;
        ShowAndHosts read{found(store::shows::find(snapshot_, id), "show"),
                          store::shows::hosts(snapshot_, id)};
        return shows_.emplace(id, std::move(read)).first->second;
    }

    Snapshot& snapshot_;
    std::map<ChannelId, store::Channel> channels_;
    std::map<ShowId, ShowAndHosts> shows_;
};

}  // namespace

Schedule schedule_of(const Show& show) {
    return {show.start, show.zone, show.rrule, show.exdates, show.rdates, show.length_minutes};
}

Planner::Planner(store::Database& database, const Clock& clock, Random& random, std::string site_url)
    : database_(database), clock_(clock), random_(random), site_url_(std::move(site_url)) {}

Show Planner::create(const ChannelId& channel, const AccountId& host, const ShowPlan& plan) {
    const auto wanted = checked(plan);
    const auto now = clock_.now();
    const auto slots = expand(wanted.schedule, now, now + kHorizon);
    return database_.write([&](Tx& tx) {
        found(store::channels::find(tx, channel), "channel");
        Show show;
        show.id = ShowId::make(random_);
        show.channel = channel;
        put(wanted, show);
        show.slug =
            wanted.slug.empty() ? store::channels::free_slug(tx, slugify(wanted.title, "show")) : wanted.slug;
        show.podcast_guid = podcast_guid(site_url_, show.slug);
        show.created_at = show.updated_at = now;
        store::shows::insert(tx, show);
        store::shows::add_host(tx, show.id, host);
        insert_slots(tx, show, slots, random_, now);
        return show;
    });
}

Show Planner::update(const ShowId& id, int version, const ShowPlan& plan) {
    const auto wanted = checked(plan);
    const auto now = clock_.now();
    const auto slots = expand(wanted.schedule, now, now + kHorizon);
    return database_.write([&](Tx& tx) {
        auto show = found(store::shows::find(tx, id), "show");
        const bool moved = !same_schedule(schedule_of(show), wanted.schedule);
        put(wanted, show);
        if (!wanted.slug.empty()) show.slug = wanted.slug;
        show.version = version;
        show.updated_at = now;
        if (moved) ++show.sequence;
        store::shows::update(tx, show);
        if (moved) {
            store::rooms::erase_untouched_slots(tx, id, now);
            insert_slots(tx, show, slots, random_, now);
        }
        return found(store::shows::find(tx, id), "show");
    });
}

Room Planner::spontaneous(const ChannelId& channel, const std::optional<ShowId>& show,
                          const std::string& title, Instant starts_at, int length_minutes,
                          store::Visibility visibility) {
    Room room;
    room.title = checked_text(title, "title", 1, kMaxTitleCharacters);
    check_length(length_minutes);
    const auto now = clock_.now();
    check_start(starts_at, now);
    room.id = RoomId::make(random_);
    room.channel = channel;
    room.show = show;
    room.visibility = visibility;
    room.starts_at = starts_at;
    room.ends_at = starts_at + minutes(length_minutes);
    room.updated_at = now;
    return database_.write([&](Tx& tx) {
        found(store::channels::find(tx, channel), "channel");
        if (show && found(store::shows::find(tx, *show), "show").channel != channel)
            throw Invalid("show", "is not of this channel");
        store::rooms::insert(tx, room);
        return room;
    });
}

Room Planner::cancel(const RoomId& id, int version) {
    return database_.write([&](Tx& tx) {
        auto room = found(store::rooms::find(tx, id), "room");
        if (room.state != RoomState::kScheduled && room.state != RoomState::kBackstage)
            throw Conflict("only an airing that has not begun can be cancelled");
        room.state = RoomState::kCancelled;
        room.version = version;
        ++room.sequence;
        room.updated_at = clock_.now();
        store::rooms::update(tx, room);
        return found(store::rooms::find(tx, id), "room");
    });
}

Room Planner::move(const RoomId& id, int version, Instant starts_at, int length_minutes) {
    check_length(length_minutes);
    check_start(starts_at, clock_.now());
    return database_.write([&](Tx& tx) {
        auto room = found(store::rooms::find(tx, id), "room");
        if (room.state != RoomState::kScheduled)
            throw Conflict("only an airing that has not begun can be moved");
        room.starts_at = starts_at;
        room.ends_at = starts_at + minutes(length_minutes);
        room.version = version;
        ++room.sequence;
        room.updated_at = clock_.now();
        store::rooms::update(tx, room);
        return found(store::rooms::find(tx, id), "room");
    });
}

int Planner::extend_horizon() {
    const auto now = clock_.now();
    int made = 0;
    for (const auto& show : database_.read([](Snapshot& snapshot) { return store::shows::all(snapshot); })) {
        try {
            const auto last = database_.read(
                [&](Snapshot& snapshot) { return store::rooms::last_slot(snapshot, show.id); });
            const auto from = last ? std::max(now, *last + Milliseconds(1)) : now;
            const auto slots = expand(schedule_of(show), from, now + kHorizon);
            if (slots.empty()) continue;
            made += database_.write([&](Tx& tx) {
                // Planned anew meanwhile: update() has made its airings.
                const auto current = store::shows::find(tx, show.id);
                if (!current || current->version != show.version) return 0;
                return insert_slots(tx, show, slots, random_, now);
            });
        } catch (const Invalid& error) {
            // A zone that left the system's database must not keep the other shows from their airings.
            log::error("horizon.show_skipped", {{"show", show.id.text()}, {"why", error.what()}});
        }
    }
    return made;
}

std::vector<GuideEntry> Planner::guide(Instant from, Instant to) {
    if (to <= from) throw Invalid("to", "must be after from");
    if (to - from > kMaxGuideSpan)
        throw Invalid("to", fmt::format("at most {} days after from", kMaxGuideSpan.count()));
    return database_.read([&](Snapshot& snapshot) {
        EntryReader reader(snapshot);
        std::vector<GuideEntry> entries;
        for (const auto& room : store::rooms::between(snapshot, from, to, kMaxGuideRooms))
            entries.push_back(reader.read(room));
        return entries;
    });
}

std::vector<GuideEntry> Planner::upcoming(const ShowId& show, int limit) {
    const auto now = clock_.now();
    const auto wanted = static_cast<std::size_t>(std::clamp(limit, 0, kMaxSlots));
    return database_.read([&](Snapshot& snapshot) {
        EntryReader reader(snapshot);
        std::vector<GuideEntry> entries;
        // A few more than wanted, so that cancelled ones need no second reading; if they are many, all.
        for (const int rows : {static_cast<int>(wanted) + 16, 2 * kMaxSlots}) {
            entries.clear();
            const auto rooms = store::rooms::of_show(snapshot, show, now - days(2), now + 2 * kHorizon, rows);
            for (const auto& room : rooms)
                if (is_ahead(room, now) && entries.size() < wanted) entries.push_back(reader.read(room));
            if (entries.size() >= wanted || rooms.size() < static_cast<std::size_t>(rows)) break;
        }
        return entries;
    });
}

std::optional<GuideEntry> Planner::entry(const RoomId& id) {
    return database_.read([&](Snapshot& snapshot) -> std::optional<GuideEntry> {
        const auto room = store::rooms::find(snapshot, id);
        if (!room) return std::nullopt;
        return EntryReader(snapshot).read(*room);
    });
}

}  // namespace stagecast::scheduler
