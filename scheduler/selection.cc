#include "scheduler/selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/fold.h"
#include "base/text.h"
#include "scheduler/listing.h"

namespace stagecast::scheduler {
namespace {

using store::Room;
using store::rooms::Place;
using store::rooms::place_of;

constexpr int kBatch = 1'000;           // airings a reading
constexpr std::size_t kFewShows = 300;  // beyond, most airings fit and a scan soon has enough
constexpr std::size_t kMaxWords = 64;   // bits of a Found
constexpr std::size_t kMaxFilterBytes =
    400;  // a category's 80 characters, and more than any language or slug

void check(const GuideQuery& query) {
    if (query.to <= query.from) throw Invalid("to", "must be after from");
    if (query.to - query.from > kMaxGuideSpan)
        throw Invalid("to", fmt::format("must be at most {} days after from", kMaxGuideSpan.count()));
    if (query.limit < 1 || query.limit > kMaxGuideEntries)
        throw Invalid("limit", fmt::format("must be from 1 to {}", kMaxGuideEntries));
    for (const auto& [name, text] :
         {std::pair("language", &query.language), {"category", &query.category}, {"channel", &query.channel}})
        if (text->size() > kMaxFilterBytes) throw Invalid(name, "is too long");
}

std::vector<std::string> words_of(const std::string& search) {
    const auto text = checked_text(search, "q", 0, kMaxSearchCharacters);
    std::vector<std::string> words;
    for (auto& word : split(fold(text), ' '))
        if (!word.empty() && words.size() < kMaxWords) words.push_back(std::move(word));
    return words;
}

// By its address, also a former one.
ChannelId channel_of(store::Snapshot& snapshot, const std::string& slug) {
    const auto target = store::channels::resolve_slug(snapshot, slug);
    if (!target || target->kind != store::SlugKind::kChannel)
        throw Invalid("channel", "is not a channel here");
    return ChannelId::trusted(target->target_id);
}

bool any_in(const std::vector<store::Text>& texts, std::string_view wanted) {
    return std::ranges::any_of(texts, [&](const auto& text) { return is_in(text.language, wanted); });
}

// The others say what their shows say.
bool has_words_of_its_own(const Room& room) {
    return !room.show || !room.title.empty() || !room.notes.empty() || !room.language.empty() ||
           room.has_parts;
}

}  // namespace

store::Text text_for(const GuideEntry& entry, std::string_view language) {
    if (!is_in(entry.language, language))
        for (const auto& text : entry.texts)
            if (is_in(text.language, language)) return text;
    return {entry.language, entry.title, entry.notes};
}

Selection::Selection(store::Snapshot& snapshot, const Roster& roster, const GuideQuery& query)
    : snapshot_(snapshot), roster_(roster), query_(query), reader_(snapshot, roster) {
    check(query);
    if (!query.channel.empty()) channel_ = channel_of(snapshot, query.channel);
    words_ = words_of(query.search);
    takes_all_ = query.language.empty() && query.category.empty() && words_.empty();
    if (!takes_all_) judge_shows();
}

void Selection::judge_shows() {
    static const std::string kUnread;
    for (std::size_t i = 0; i < roster_.shows().size(); ++i) {
        const auto& show = roster_.shows()[i];
        if (channel_ && show.words.channel != *channel_) continue;
        const auto fit = judge(show, words_.empty() ? kUnread : roster_.folded()[i]);
        fits_.emplace(show.words.show.text(), fit);
        if (fits(fit)) wanted_shows_.push_back(show.words.show);
    }
}

Selection::Fit Selection::judge(const ListedShow& show, const std::string& folded) const {
    Fit fit;
    fit.by_language = query_.language.empty() || is_in(show.words.language, query_.language) ||
                      any_in(show.texts, query_.language);
    fit.by_category = query_.category.empty() || show.words.category == query_.category;
    fit.words = words_in(folded);
    return fit;
}

Selection::Found Selection::words_in(std::string_view folded) const {
    Found found = 0;
    for (std::size_t i = 0; i < words_.size(); ++i)
        if (folded.find(words_[i]) != std::string_view::npos) found |= Found{1} << i;
    return found;
}

bool Selection::fits(const Fit& fit) const {
    const Found all = words_.size() == kMaxWords ? ~Found{0} : (Found{1} << words_.size()) - 1;
    return fit.by_language && fit.by_category && fit.words == all;
}

const Selection::Fit* Selection::fit_of(const Room& room) const {
    if (!room.show) return nullptr;
    const auto known = fits_.find(room.show->text());
    return known == fits_.end() ? nullptr : &known->second;
}

bool Selection::fits(const GuideEntry& entry) const {
    Fit fit;
    fit.by_language = query_.language.empty() || is_in(entry.language, query_.language) ||
                      any_in(entry.texts, query_.language);
    fit.by_category = query_.category.empty() || entry.category == query_.category;
    if (words_.empty()) return fits(fit);
    if (const auto* const of_show = fit_of(entry.room)) fit.words = of_show->words;
    fit.words |= words_in(fold(entry.title)) | words_in(fold(entry.notes));
    for (const auto& text : entry.texts) fit.words |= words_in(fold(text.title)) | words_in(fold(text.notes));
    for (const auto& host : entry.hosts) fit.words |= words_in(fold(host.name));
    return fits(fit);
}

bool Selection::is_wanted(const Room& room) {
    if (channel_ && room.channel != *channel_) return false;
    if (takes_all_) return true;
    if (const auto* const of_show = fit_of(room); of_show != nullptr && fits(*of_show)) return true;
    return has_words_of_its_own(room) && fits(reader_.read(room));
}

std::vector<Room> Selection::rooms_after(const Place& place, int limit) {
    if (channel_)
        return store::rooms::between_after(snapshot_, *channel_, query_.from, query_.to, place, limit);
    return store::rooms::between_after(snapshot_, query_.from, query_.to, place, limit);
}

GuidePage Selection::page() {
    const bool few = !takes_all_ && !channel_ && wanted_shows_.size() <= kFewShows;
    return few ? gather() : scan();
}

std::optional<Place> Selection::list(const VisitListing& visit) {
    if (takes_all_ && !channel_) return list_all(snapshot_, roster_, query_, visit);
    const auto selected = page();
    for (const auto& entry : selected.entries) {
        const auto said = said_by(entry);
        visit(listing_of(entry, said));
    }
    return selected.next;
}

// All airings in their order, until the page is full.
GuidePage Selection::scan() {
    const auto limit = static_cast<std::size_t>(query_.limit);
    std::vector<Room> wanted;
    auto place = query_.after.value_or(Place{});
    for (int scanned = 0; scanned < kMaxScanned;) {
        const int batch = takes_all_ ? query_.limit + 1 : kBatch;
        auto rooms = rooms_after(place, batch);
        if (!rooms.empty()) place = place_of(rooms.back());
        scanned += static_cast<int>(rooms.size());
        for (auto& room : rooms)
            if (is_wanted(room)) wanted.push_back(std::move(room));
        if (wanted.size() > limit || rooms.size() < static_cast<std::size_t>(batch))
            return page_of(std::move(wanted), std::nullopt);
    }
    return page_of(std::move(wanted), place);
}

// The airings of the shows that fit, and those that fit by words of their own.
GuidePage Selection::gather() {
    const int limit = query_.limit + 1;
    auto place = query_.after.value_or(Place{});
    std::vector<Room> wanted;
    for (const auto& show : wanted_shows_)
        for (auto& room : store::rooms::between_after(snapshot_, show, query_.from, query_.to, place, limit))
            wanted.push_back(std::move(room));
    int found = 0, scanned = 0;
    bool more = true;
    while (more && found < limit && scanned < kMaxScanned) {
        auto rooms = store::rooms::worded_between_after(snapshot_, query_.from, query_.to, place, kBatch);
        more = rooms.size() == kBatch;
        scanned += static_cast<int>(rooms.size());
        if (!rooms.empty()) place = place_of(rooms.back());
        for (auto& room : rooms) {
            const auto* const of_show = fit_of(room);
            if (of_show != nullptr && fits(*of_show)) continue;  // is there already
            if (!is_wanted(room)) continue;
            ++found;
            wanted.push_back(std::move(room));
        }
    }
    std::ranges::sort(wanted, {}, [](const Room& room) { return place_of(room); });
    const bool stopped = more && found < limit;
    return page_of(std::move(wanted), stopped ? std::optional(place) : std::nullopt);
}

// As many as fit on it. Where the reading stopped at `scanned_to`, nothing later is known.
GuidePage Selection::page_of(std::vector<Room> rooms, std::optional<Place> scanned_to) {
    GuidePage page;
    if (scanned_to) {
        std::erase_if(rooms, [&](const Room& room) { return place_of(room) > *scanned_to; });
        page.next = scanned_to;
    }
    const auto limit = static_cast<std::size_t>(query_.limit);
    if (rooms.size() > limit) {
        rooms.resize(limit);
        page.next = place_of(rooms.back());
    }
    page.entries = reader_.read(std::move(rooms));
    return page;
}

std::vector<GuideEntry> Selection::moved_away() {
    auto rooms = store::rooms::moved_from_between(snapshot_, query_.from, query_.to, kMaxMovedAway);
    std::vector<GuideEntry> entries;
    for (auto& room : rooms)
        if (is_wanted(room)) entries.push_back(reader_.read(std::move(room)));
    return entries;
}

}  // namespace stagecast::scheduler
