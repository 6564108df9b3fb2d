#include "scheduler/roster.h"

#include "base/fold.h"
#include "store/programme.h"

namespace stagecast::scheduler {
namespace {

std::vector<ListedShow> read_shows(store::Snapshot& snapshot) {
    std::vector<ListedShow> shows;
    for (auto& words : store::shows::all_words(snapshot)) shows.push_back({std::move(words), {}, {}});
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < shows.size(); ++i) places.emplace(shows[i].words.show.text(), i);
    const auto listed = [&](const ShowId& id) -> ListedShow& { return shows[places.at(id.text())]; };
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

}  // namespace

Roster::Roster(store::Snapshot& snapshot)
    : revision_(store::programme::state(snapshot).roster),
      channels_(store::channels::all(snapshot)),
      shows_(read_shows(snapshot)) {
    for (std::size_t i = 0; i < channels_.size(); ++i) channel_places_.emplace(channels_[i].id.text(), i);
    for (std::size_t i = 0; i < shows_.size(); ++i) show_places_.emplace(shows_[i].words.show.text(), i);
}

const store::Channel* Roster::channel(std::string_view id) const {
    const auto known = channel_places_.find(id);
    return known == channel_places_.end() ? nullptr : &channels_[known->second];
}

const ListedShow* Roster::show(std::string_view id) const {
    const auto known = show_places_.find(id);
    return known == show_places_.end() ? nullptr : &shows_[known->second];
}

const std::vector<std::string>& Roster::folded() const {
    std::call_once(folding_, [&] {
        folded_.reserve(shows_.size());
        for (const auto& show : shows_) folded_.push_back(folded_words(show));
    });
    return folded_;
}

}  // namespace stagecast::scheduler
