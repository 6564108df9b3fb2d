#include "scheduler/listing.h"

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "scheduler/entry_reader.h"
#include "store/recordings.h"

namespace stagecast::scheduler {
namespace {

using store::rooms::Line;
using store::rooms::Place;

// A line between its reading and its visit.
struct Held {
    std::string room;
    Listing listing;
    std::optional<store::Room> own;  // of one with words or hosts of its own, which are still to be read
};

store::Room room_of(const Line& line) {
    store::Room room;
    room.id = RoomId::trusted(std::string(line.id));
    room.channel = ChannelId::trusted(std::string(line.channel));
    if (line.show) room.show = ShowId::trusted(std::string(*line.show));
    room.title = line.title;
    room.language = line.language;
    room.state = line.state;
    room.lateness = line.lateness;
    room.has_parts = line.has_parts;
    room.starts_at = line.starts_at;
    room.ends_at = line.ends_at;
    room.moved_from = line.moved_from;
    return room;
}

Held held(const Line& line, const Roster& roster) {
    const auto* const channel = roster.channel(line.channel);
    if (channel == nullptr) throw NotFound("channel not found");
    Held kept{std::string(line.id), {}, std::nullopt};
    auto& listing = kept.listing;
    listing.starts_at = line.starts_at;
    listing.ends_at = line.ends_at;
    listing.state = line.state;
    listing.lateness = line.lateness;
    listing.moved_from = line.moved_from;
    listing.channel_slug = channel->slug;
    listing.channel_title = channel->title;
    listing.channel_colour = channel->colour;
    const auto* const show = line.show ? roster.show(*line.show) : nullptr;
    if (show == nullptr || !line.title.empty() || !line.language.empty() || line.has_parts) {
        kept.own = room_of(line);
        return kept;
    }
    listing.show_slug = show->words.slug;
    listing.title = show->words.title;
    listing.language = show->words.language;
    listing.category = show->words.category;
    listing.texts = show->texts;
    listing.hosts = show->hosts;
    return kept;
}

// By room: of those that have ended.
std::unordered_map<std::string, std::string> episodes_of(store::Snapshot& snapshot,
                                                         const std::vector<Held>& lines) {
    const auto has_ended = [](const Held& line) { return line.listing.state == store::RoomState::kEnded; };
    const auto first = std::ranges::find_if(lines, has_ended);
    if (first == lines.end()) return {};
    const auto last = std::find_if(lines.rbegin(), lines.rend(), has_ended);
    std::unordered_map<std::string, std::string> episodes;
    for (const auto& [room, episode] :
         store::episodes::published_between(snapshot, first->listing.starts_at, last->listing.starts_at))
        episodes.emplace(room.text(), episode.text());
    return episodes;
}

}  // namespace

bool is_in(std::string_view language, std::string_view wanted) {
    return language.starts_with(wanted) &&
           (language.size() == wanted.size() || language[wanted.size()] == '-');
}

std::string_view title_for(const Listing& listing, std::string_view language) {
    if (!is_in(listing.language, language))
        for (const auto& text : listing.texts)
            if (is_in(text.language, language)) return text.title;
    return listing.title;
}

Listing listing_of(const GuideEntry& entry) {
    return {.room = entry.room.id.text(),
            .starts_at = entry.room.starts_at,
            .ends_at = entry.room.ends_at,
            .state = entry.room.state,
            .lateness = entry.room.lateness,
            .moved_from = entry.room.moved_from,
            .channel_slug = entry.channel_slug,
            .channel_title = entry.channel_title,
            .channel_colour = entry.channel_colour,
            .show_slug = entry.show_slug,
            .title = entry.title,
            .language = entry.language,
            .category = entry.category,
            .texts = entry.texts,
            .hosts = entry.hosts,
            .episode = entry.episode ? std::string_view(entry.episode->text()) : std::string_view()};
}

std::optional<Place> list_all(store::Snapshot& snapshot, const Roster& roster, const GuideQuery& query,
                              const VisitListing& visit) {
    std::vector<Held> lines;
    store::rooms::visit_between_after(snapshot, query.from, query.to, query.after.value_or(Place{}),
                                      query.limit + 1,
                                      [&](const Line& line) { lines.push_back(held(line, roster)); });
    std::optional<Place> next;
    if (lines.size() > static_cast<std::size_t>(query.limit)) {
        lines.pop_back();
        next = Place{lines.back().listing.starts_at, lines.back().room};
    }
    const auto episodes = episodes_of(snapshot, lines);
    EntryReader reader(snapshot, roster);
    for (auto& line : lines) {
        std::optional<GuideEntry> own;
        if (line.own) {
            own = reader.read(*std::move(line.own));
            line.listing = listing_of(*own);
        }
        line.listing.room = line.room;
        const auto episode = episodes.find(line.room);
        if (episode != episodes.end()) line.listing.episode = episode->second;
        visit(line.listing);
    }
    return next;
}

}  // namespace stagecast::scheduler
