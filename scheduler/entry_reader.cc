#include "scheduler/entry_reader.h"

#include <algorithm>

#include "base/error.h"
#include "store/recordings.h"

namespace stagecast::scheduler {
namespace {

using store::Room;
using store::Text;

// From here on one query for all is less than one for each.
constexpr std::ptrdiff_t kManyEnded = 8;

const Text* in_language(const std::vector<Text>& texts, std::string_view language) {
    const auto found = std::ranges::find(texts, language, &Text::language);
    return found == texts.end() ? nullptr : &*found;
}

// What an airing, or its show, says in each language. The main one is `main`.
struct Sayings {
    Text main;
    const std::vector<Text>* further = nullptr;

    const Text* find(std::string_view language) const {
        if (language == main.language) return &main;
        return further == nullptr ? nullptr : in_language(*further, language);
    }
};

// Of the airing, of its show, and where neither says it in this language, the airing's and the show's main
// one. An airing's own title counts before the show's in the right language: they are not the same airing's.
std::string one_said(const Sayings& own, const Sayings& show, std::string_view language,
                     std::string Text::*part) {
    for (const auto* text : {own.find(language), static_cast<const Text*>(&own.main), show.find(language)})
        if (text != nullptr && !(text->*part).empty()) return text->*part;
    return show.main.*part;
}

Text said(const Sayings& own, const Sayings& show, const std::string& language) {
    return {language, one_said(own, show, language, &Text::title),
            one_said(own, show, language, &Text::notes)};
}

std::vector<std::string> languages_of(const Sayings& own, const Sayings& show) {
    std::vector<std::string> languages;
    if (!show.main.language.empty()) languages.push_back(show.main.language);
    for (const auto* sayings : {&own, &show})
        if (sayings->further != nullptr)
            for (const auto& text : *sayings->further) languages.push_back(text.language);
    std::ranges::sort(languages);
    languages.erase(std::unique(languages.begin(), languages.end()), languages.end());
    return languages;
}

// The main words, and those in further languages that differ from them.
void say_all(GuideEntry& entry, const Sayings& own, const Sayings& show) {
    auto main = said(own, show, entry.language);
    for (const auto& language : languages_of(own, show)) {
        if (language == entry.language) continue;
        auto text = said(own, show, language);
        if (text.title != main.title || text.notes != main.notes) entry.texts.push_back(std::move(text));
    }
    entry.title = std::move(main.title);
    entry.notes = std::move(main.notes);
}

}  // namespace

GuideEntry EntryReader::read(Room room) {
    GuideEntry entry;
    entry.room = std::move(room);
    const auto& of = channel(entry.room.channel);
    entry.channel_slug = of.slug;
    entry.channel_title = of.title;
    entry.channel_colour = of.colour;
    entry.language = of.language;
    say(entry);
    if (entry.room.state == store::RoomState::kEnded) entry.episode = episode(entry.room.id);
    return entry;
}

std::vector<GuideEntry> EntryReader::read(std::vector<Room> rooms) {
    look_up_episodes(rooms);
    std::vector<GuideEntry> entries;
    entries.reserve(rooms.size());
    for (auto& room : rooms) entries.push_back(read(std::move(room)));
    episodes_.reset();
    return entries;
}

void EntryReader::look_up_episodes(const std::vector<Room>& rooms) {
    const auto has_ended = [](const Room& room) { return room.state == store::RoomState::kEnded; };
    if (std::ranges::count_if(rooms, has_ended) < kManyEnded) return;
    const auto last_ended = std::find_if(rooms.rbegin(), rooms.rend(), has_ended);
    const auto found = store::episodes::published_between(
        snapshot_, std::ranges::find_if(rooms, has_ended)->starts_at, last_ended->starts_at);
    episodes_.emplace(found.begin(), found.end());
}

std::optional<EpisodeId> EntryReader::episode(const RoomId& room) {
    if (episodes_) {
        const auto known = episodes_->find(room);
        return known == episodes_->end() ? std::nullopt : std::optional(known->second);
    }
    const auto stored = store::episodes::of_room(snapshot_, room);
    if (!stored || stored->state != store::EpisodeState::kPublished) return std::nullopt;
    return stored->id;
}

void EntryReader::say(GuideEntry& entry) {
    const auto& room = entry.room;
    Sayings shows;
    if (room.show) {
        const auto& [words, hosts, texts] = show(*room.show);
        entry.show_slug = words.slug;
        entry.category = words.category;
        entry.language = words.language;
        entry.hosts = hosts;
        const bool says_nothing_else = room.title.empty() && room.notes.empty() && room.language.empty() &&
                                       !room.has_parts && texts.empty();
        if (says_nothing_else) {
            entry.title = words.title;
            entry.notes = words.notes;
            return;
        }
        shows = {{words.language, words.title, words.notes}, &texts};
    }
    if (!room.language.empty()) entry.language = room.language;
    std::vector<Text> own_texts;
    if (room.has_parts) {
        own_texts = store::rooms::texts(snapshot_, room.id);
        auto own_hosts = store::rooms::hosts(snapshot_, room.id);
        if (!own_hosts.empty()) entry.hosts = std::move(own_hosts);
    }
    say_all(entry, {{entry.language, room.title, room.notes}, &own_texts}, shows);
}

const store::Channel& EntryReader::channel(const ChannelId& id) {
    if (roster_ != nullptr)
        if (const auto* const listed = roster_->channel(id.text())) return *listed;
    const auto known = channels_.find(id);
    if (known != channels_.end()) return known->second;
    auto read = store::channels::find(snapshot_, id);
    if (!read) throw NotFound("channel not found");
    return channels_.emplace(id, *std::move(read)).first->second;
}

const ListedShow& EntryReader::show(const ShowId& id) {
    if (roster_ != nullptr)
        if (const auto* const listed = roster_->show(id.text())) return *listed;
    const auto known = shows_.find(id);
    if (known != shows_.end()) return known->second;
    auto words = store::shows::words(snapshot_, id);
    if (!words) throw NotFound("show not found");
    ListedShow listed{*std::move(words), store::shows::hosts(snapshot_, id),
                      store::shows::texts(snapshot_, id)};
    return shows_.emplace(id, std::move(listed)).first->second;
}

}  // namespace stagecast::scheduler
