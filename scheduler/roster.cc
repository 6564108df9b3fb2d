#include "scheduler/roster.h"

#include "base/fold.h"
#include "store/programme.h"

namespace stagecast::scheduler {
namespace {

std::vector<ListedShow> read_shows(store::Snapshot& snapshot) {
    std::vector<ListedShow> shows;
    for (auto& words : store::shows::all_words(snapshot)) shows.push_back({std::move(words), {}, {}});
    IdPlaces places(shows.size());
    for (std::size_t i = 0; i < shows.size(); ++i) places.add(shows[i].words.show.text(), i);
    const auto listed = [&](const ShowId& id) -> ListedShow& {
        return shows[places.find(id.text()).value()];
    };
    for (auto& [show, host] : store::shows::all_hosts(snapshot))
        listed(show).hosts.push_back(std::move(host));
    for (auto& [show, text] : store::shows::texts_of_all(snapshot))
        listed(show).texts.push_back(std::move(text));
    return shows;
}

std::string folded_words(const ListedShow& show) {
    auto words = show.words.title + '\n' + show.words.notes;
    for (const auto& text : show.texts) words += '\n' + text.title + '\n' + text.notes;
    for (const auto& host : show.hosts) words += '\n' + host.name;
    return fold(words);
}

Said said_by(const ListedShow& show, const store::Channel& channel) {
    return {.channel = channel.id.text(),
            .channel_slug = channel.slug,
            .channel_title = channel.title,
            .channel_colour = channel.colour,
            .show_slug = show.words.slug,
            .title = show.words.title,
            .language = show.words.language,
            .category = show.words.category,
            .texts = show.texts,
            .hosts = show.hosts};
}

}  // namespace

Roster::Roster(store::Snapshot& snapshot)
    : revision_(store::programme::state(snapshot).roster),
      channels_(store::channels::all(snapshot)),
      shows_(read_shows(snapshot)),
      channel_places_(channels_.size()),
      show_places_(shows_.size()) {
    for (std::size_t i = 0; i < channels_.size(); ++i) channel_places_.add(channels_[i].id.text(), i);
    for (std::size_t i = 0; i < shows_.size(); ++i) show_places_.add(shows_[i].words.show.text(), i);
    for (const auto& show : shows_) said_.push_back(said_by(show, *channel(show.words.channel.text())));
}

const store::Channel* Roster::channel(std::string_view id) const {
    const auto known = channel_places_.find(id);
    return known ? &channels_[*known] : nullptr;
}

const ListedShow* Roster::show(std::string_view id) const {
    const auto known = place(id);
    return known ? &shows_[*known] : nullptr;
}

std::optional<std::size_t> Roster::place(std::string_view id) const {
    return show_places_.find(id);
}

const std::vector<std::string>& Roster::folded() const {
    std::call_once(folding_, [&] {
        folded_.reserve(shows_.size());
        for (const auto& show : shows_) folded_.push_back(folded_words(show));
    });
    return folded_;
}

}  // namespace stagecast::scheduler
