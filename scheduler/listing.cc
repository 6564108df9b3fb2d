#include "scheduler/listing.h"

#include <algorithm>
#include <map>
#include <memory>

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
    std::unique_ptr<store::Room> own;  // of one with words or hosts of its own, which are still to be read
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
    Held kept{std::string(line.id), {}, nullptr};
    const auto place = line.show ? roster.place(*line.show) : std::nullopt;
    auto& listing = kept.listing;
    const bool says_nothing_else = place && line.title.empty() && line.language.empty() && !line.has_parts &&
                                   line.channel == roster.said()[*place].channel;
    if (says_nothing_else) {
        listing.said = &roster.said()[*place];
        listing.as_show = {&roster, *place};
    } else {
        kept.own = std::make_unique<store::Room>(room_of(line));
    }
    listing.starts_at = line.starts_at;
    listing.ends_at = line.ends_at;
    listing.state = line.state;
    listing.lateness = line.lateness;
    listing.moved_from = line.moved_from;
    return kept;
}

// By room, of those that have ended.
using Episodes = std::map<std::string, std::string, std::less<>>;
Episodes episodes_of(store::Snapshot& snapshot, const std::vector<Held>& lines) {
    const auto has_ended = [](const Held& line) { return line.listing.state == store::RoomState::kEnded; };
    const auto first = std::ranges::find_if(lines, has_ended);
    if (first == lines.end()) return {};
    const auto last = std::find_if(lines.rbegin(), lines.rend(), has_ended);
    Episodes episodes;
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

std::string_view title_for(const Said& said, std::string_view language) {
    if (!is_in(said.language, language))
        for (const auto& text : said.texts)
            if (is_in(text.language, language)) return text.title;
    return said.title;
}

Said said_by(const GuideEntry& entry) {
    return {.channel = entry.room.channel.text(),
            .channel_slug = entry.channel_slug,
            .channel_title = entry.channel_title,
            .channel_colour = entry.channel_colour,
            .show_slug = entry.show_slug,
            .title = entry.title,
            .language = entry.language,
            .category = entry.category,
            .texts = entry.texts,
            .hosts = entry.hosts};
}

Listing listing_of(const GuideEntry& entry, const Said& said) {
    return {.room = entry.room.id.text(),
            .starts_at = entry.room.starts_at,
            .ends_at = entry.room.ends_at,
            .state = entry.room.state,
            .lateness = entry.room.lateness,
            .moved_from = entry.room.moved_from,
            .episode = entry.episode ? std::string_view(entry.episode->text()) : std::string_view(),
            .said = &said,
            .as_show = std::nullopt};
}

std::optional<Place> list_all(store::Snapshot& snapshot, const Roster& roster, const GuideQuery& query,
                              const VisitListing& visit) {
    std::vector<Held> lines;
    lines.reserve(static_cast<std::size_t>(query.limit) + 1);
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
        Said said;
        if (line.own) {
            own = reader.read(std::move(*line.own));
            said = said_by(*own);
            line.listing.said = &said;
        }
        line.listing.room = line.room;
        const auto episode = episodes.find(line.room);
        if (episode != episodes.end()) line.listing.episode = episode->second;
        visit(line.listing);
    }
    return next;
}

}  // namespace stagecast::scheduler
