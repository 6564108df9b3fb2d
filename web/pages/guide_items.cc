#include "web/pages/guide_items.h"

#include <algorithm>

#include "scheduler/listing.h"
#include "web/pages/entries.h"

namespace stagecast::web {
namespace {

using scheduler::Listing;
using store::Lateness;
using store::RoomState;

ItemState state_of(const Listing& listing, Instant now) {
    switch (listing.state) {
        case RoomState::kLive:
            return ItemState::kLive;
        case RoomState::kEnded:
            return ItemState::kPast;
        case RoomState::kCancelled:
            return ItemState::kCancelled;
        default:
            break;
    }
    if (listing.lateness == Lateness::kNotHeld) return ItemState::kNotHeld;
    if (listing.lateness == Lateness::kDelayed) return ItemState::kDelayed;
    return listing.state == RoomState::kScheduled && listing.ends_at < now ? ItemState::kPast
                                                                           : ItemState::kPlanned;
}

std::string said_of(ItemState state, const Listing& listing, const Words& words) {
    switch (state) {
        case ItemState::kLive:
            return words.text("on_air");
        case ItemState::kCancelled:
            return words.text("cancelled");
        case ItemState::kNotHeld:
            return words.text("guide.not_held");
        case ItemState::kDelayed:
            return words.text("guide.delayed");
        default:
            return listing.episode.empty() ? "" : words.text("listen_again");
    }
}

bool was_moved(const Listing& listing) {
    return listing.moved_from && *listing.moved_from != listing.starts_at;
}

std::string remark_of(ItemState state, const Listing& listing, const Viewer& viewer) {
    auto remark = said_of(state, listing, viewer.words());
    if (!was_moved(listing)) return remark;
    if (!remark.empty()) remark += " · ";
    return remark +
           viewer.words().text("guide.moved_from", {{"time", short_moment(viewer, *listing.moved_from)}});
}

std::string language_of_title(const scheduler::Said& said, const std::string& page_language) {
    if (scheduler::is_in(said.language, page_language)) return "";
    for (const auto& text : said.texts)
        if (scheduler::is_in(text.language, page_language)) return "";
    return std::string(said.language);
}

GridItem item_of(const Listing& listing, const Viewer& viewer, Instant now) {
    const auto& language = viewer.words().language();
    GridItem item;
    item.starts_at = listing.starts_at;
    item.ends_at = listing.ends_at;
    item.channel_slug = listing.said->channel_slug;
    item.channel_title = listing.said->channel_title;
    item.channel_colour = listing.said->channel_colour;
    item.room = listing.room;
    item.episode = listing.episode;
    item.clock = viewer.clock(listing.starts_at);
    item.title = scheduler::title_for(*listing.said, language);
    item.language = language_of_title(*listing.said, language);
    item.hosts = join_names({listing.said->hosts.begin(), listing.said->hosts.end()});
    item.state = state_of(listing, now);
    item.remark = remark_of(item.state, listing, viewer);
    return item;
}

// Where it was, leading to where it is.
GridItem trace_of(const scheduler::GuideEntry& entry, const Viewer& viewer, Instant now) {
    auto item = item_of(scheduler::listing_of(entry, scheduler::said_by(entry)), viewer, now);
    const auto length = item.ends_at - item.starts_at;
    item.remark =
        item.state == ItemState::kCancelled
            ? viewer.words().text("cancelled")
            : viewer.words().text("guide.moved_to", {{"time", short_moment(viewer, item.starts_at)}});
    item.starts_at = entry.room.moved_from.value();
    item.ends_at = item.starts_at + length;
    item.clock = viewer.clock(item.starts_at);
    item.state = ItemState::kAway;
    return item;
}

}  // namespace

std::string short_moment(const Viewer& viewer, Instant at) {
    return viewer.words().text("date.at",
                               {{"day", viewer.short_day(viewer.day_of(at))}, {"time", viewer.clock(at)}});
}

GuideItems guide_items(scheduler::Guide& guide, const scheduler::GuideQuery& query, const Viewer& viewer,
                       Instant now) {
    GuideItems read;
    auto page = query;
    do {
        page.after = guide.list(
            page, [&](const Listing& listing) { read.items.push_back(item_of(listing, viewer, now)); });
    } while (page.after && read.items.size() < kMaxGuideItems);
    read.is_cut = page.after.has_value();
    for (const auto& entry : guide.moved_away(query)) read.items.push_back(trace_of(entry, viewer, now));
    std::ranges::stable_sort(read.items, {}, &GridItem::starts_at);
    return read;
}

}  // namespace stagecast::web
