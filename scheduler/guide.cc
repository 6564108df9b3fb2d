#include "scheduler/guide.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "scheduler/entry_reader.h"
#include "scheduler/planner.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using store::Room;
using store::RoomState;
using store::Snapshot;

bool is_public(const Room& room) {
    return room.visibility == store::Visibility::kPublic;
}

bool is_ahead(const Room& room, Instant now) {
    if (!is_public(room)) return false;
    if (room.state == RoomState::kLive) return true;
    if (room.lateness == store::Lateness::kNotHeld) return false;
    return room.state == RoomState::kBackstage || (room.state == RoomState::kScheduled && room.ends_at > now);
}

void check(const GuideQuery& query) {
    if (query.to <= query.from) throw Invalid("to", "must be after from");
    if (query.to - query.from > kMaxGuideSpan)
        throw Invalid("to", fmt::format("must be at most {} days after from", kMaxGuideSpan.count()));
    if (query.limit < 1 || query.limit > kMaxGuideEntries)
        throw Invalid("limit", fmt::format("must be from 1 to {}", kMaxGuideEntries));
}

// "en" takes "en" and "en-gb".
bool is_in(std::string_view language, std::string_view wanted) {
    return language.starts_with(wanted) &&
           (language.size() == wanted.size() || language[wanted.size()] == '-');
}

bool speaks(const GuideEntry& entry, std::string_view wanted) {
    return is_in(entry.language, wanted) ||
           std::ranges::any_of(entry.texts, [&](const auto& text) { return is_in(text.language, wanted); });
}

bool fits(const GuideEntry& entry, const GuideQuery& query) {
    return (query.channel.empty() || entry.channel_slug == query.channel) &&
           (query.category.empty() || entry.category == query.category) &&
           (query.language.empty() || speaks(entry, query.language));
}

store::rooms::Place place_of(const Room& room) {
    return {room.starts_at, room.id.text()};
}

std::vector<Room> rooms_of(Snapshot& snapshot, const GuideQuery& query,
                           const std::optional<store::rooms::Place>& after, int limit) {
    if (!after) return store::rooms::between(snapshot, query.from, query.to, limit);
    return store::rooms::between_after(snapshot, query.from, query.to, *after, limit);
}

// Airings in their order, until the page is full.
GuidePage scan(Snapshot& snapshot, const GuideQuery& query) {
    constexpr int kBatch = 1'000;
    EntryReader reader(snapshot);
    GuidePage page;
    auto after = query.after;
    while (true) {
        const auto rooms = rooms_of(snapshot, query, after, kBatch);
        for (const auto& room : rooms) {
            auto entry = reader.read(room);
            if (!fits(entry, query)) continue;
            if (page.entries.size() == static_cast<std::size_t>(query.limit)) {
                page.next = place_of(page.entries.back().room);
                return page;
            }
            page.entries.push_back(std::move(entry));
        }
        if (rooms.size() < kBatch) return page;
        after = place_of(rooms.back());
    }
}

}  // namespace

store::Text text_for(const GuideEntry& entry, std::string_view language) {
    if (!is_in(entry.language, language))
        for (const auto& text : entry.texts)
            if (is_in(text.language, language)) return text;
    return {entry.language, entry.title, entry.notes};
}

GuidePage Guide::page(const GuideQuery& query) {
    check(query);
    return database_.read([&](Snapshot& snapshot) { return scan(snapshot, query); });
}

std::vector<GuideEntry> Guide::on_air() {
    return database_.read([](Snapshot& snapshot) {
        EntryReader reader(snapshot);
        std::vector<GuideEntry> entries;
        for (const auto& room : store::rooms::in_state(snapshot, RoomState::kLive))
            if (is_public(room)) entries.push_back(reader.read(room));
        return entries;
    });
}

std::vector<GuideEntry> Guide::upcoming(const ShowId& show, int limit) {
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

std::optional<GuideEntry> Guide::entry(const RoomId& id) {
    return database_.read([&](Snapshot& snapshot) -> std::optional<GuideEntry> {
        const auto room = store::rooms::find(snapshot, id);
        if (!room) return std::nullopt;
        return EntryReader(snapshot).read(*room);
    });
}

std::vector<NewVoice> Guide::new_voices() {
    const auto now = clock_.now();
    constexpr int kRead = 2'000;  // airings that are looked at
    return database_.read([&](Snapshot& snapshot) {
        EntryReader reader(snapshot);
        std::vector<NewVoice> voices;
        std::map<AccountId, int> held;
        for (const auto& room : store::rooms::between(snapshot, now, now + kNewVoiceAhead, kRead)) {
            if (!is_ahead(room, now) || !room.show) continue;
            const auto entry = reader.read(room);
            for (const auto& host : entry.hosts) {
                if (held.contains(host.account)) continue;
                const int so_far = held[host.account] = store::rooms::held_by(snapshot, host.account);
                if (so_far <= kNewVoiceHeld) voices.push_back({host, entry, so_far});
                if (voices.size() == kNewVoices) return voices;
            }
        }
        return voices;
    });
}

}  // namespace stagecast::scheduler
