#include "studio/guide_reader.h"

#include <algorithm>

#include "base/text.h"
#include "scheduler/entry_reader.h"
#include "store/programme.h"
#include "store/recordings.h"
#include "studio/documents.h"
#include "studio/said.h"

namespace stagecast::studio {
namespace {

constexpr int kBatch = 1'000;  // rows of one reading

feeds::GuideTexts texts_of(const scheduler::GuideEntry& entry, std::string store::Text::*part,
                           const std::string& main) {
    feeds::GuideTexts texts{{entry.language, main}};
    for (const auto& text : entry.texts)
        if (!(text.*part).empty()) texts.push_back({text.language, text.*part});
    return texts;
}

feeds::GuideAiring airing_of(const scheduler::GuideEntry& entry, const Config& config) {
    const auto& room = entry.room;
    feeds::GuideAiring airing;
    airing.room_id = room.id.text();
    airing.uid = uid_of(room.id.text(), config);
    airing.channel_slug = entry.channel_slug;
    airing.show_slug = entry.show_slug;
    airing.title = texts_of(entry, &store::Text::title, entry.title);
    if (!entry.notes.empty()) airing.notes = texts_of(entry, &store::Text::notes, entry.notes);
    airing.url = config.site_url + "/rooms/" + room.id.text();
    airing.image_url = config.site_url + "/static/artwork.png";
    airing.language = entry.language;
    airing.starts_at = room.starts_at;
    airing.ends_at = room.ends_at;
    airing.previous_start = room.moved_from;
    airing.standing = standing_of(room);
    for (const auto& host : entry.hosts)
        airing.hosts.push_back({host.name, config.site_url + "/hosts/" + host.handle});
    airing.category = {"en", entry.category};
    airing.updated_at = airing.created_at = room.updated_at;
    return airing;
}

}  // namespace

std::string listen_path(const std::string& channel_slug, const std::string& extension) {
    return "/channels/" + channel_slug + "/listen." + extension;
}

GuideReader::GuideReader(store::Snapshot& snapshot, const Config& config, std::string language)
    : snapshot_(snapshot),
      config_(config),
      language_(std::move(language)),
      now_(store::programme::state(snapshot).now),
      speaks_(language_.empty() || language_ == "en" || language_ == "fr") {}

void GuideReader::describe(const std::string& path) {
    const auto& site = config_.site_url;
    input.title = input.site_name = config_.site_name;
    input.site_url = site;
    input.page_url = site + "/guide";
    input.self_url = site + path;
    input.xmltv_url = site + "/guide.xmltv";
    input.icon_url = site + "/static/artwork.png";
    input.language = language_.empty() ? config_.site_language : language_;
    input.zone = "UTC";
    if (language_.empty()) return;
    input.self_url += "?lang=" + language_;
    input.xmltv_url += "?lang=" + language_;
}

void GuideReader::add_channels() {
    for (const auto& channel : store::channels::all(snapshot_)) {
        feeds::GuideChannel made;
        made.slug = channel.slug;
        made.title = channel.title;
        made.description = channel.description;
        made.language = channel.language;
        made.colour = channel.colour;
        made.page_url = config_.site_url + "/channels/" + channel.slug;
        made.icon_url = config_.site_url + "/static/artwork.png";
        made.streams = {{config_.site_url + listen_path(channel.slug, "ogg"), "audio/ogg"},
                        {config_.site_url + listen_path(channel.slug, "webm"), "audio/webm"}};
        input.channels.push_back(std::move(made));
        input.updated_at = std::max(input.updated_at, channel.updated_at);
    }
}

void GuideReader::add_airings(Instant from, Instant to, int limit) {
    scheduler::EntryReader reader(snapshot_);
    store::rooms::Place after{from - std::chrono::days(30), ""};
    for (int left = limit; left > 0;) {
        const auto rooms = store::rooms::between_after(snapshot_, from, to, after, std::min(left, kBatch));
        for (const auto& room : rooms) {
            const auto entry = reader.read(room);
            auto airing = airing_of(entry, config_);
            if (room.show) {
                const auto& show = show_of(*room.show);
                if (entry.title != show.title) airing.show_title = {{show.language, show.title}};
                airing.updated_at = std::max(airing.updated_at, show.updated_at);
                airing.created_at = std::min(show.created_at, airing.updated_at);
            }
            if (entry.episode) add_replay(airing, *entry.episode);
            speaks_ = speaks_ || text_in(entry.texts, language_);
            input.updated_at = std::max(input.updated_at, airing.updated_at);
            input.airings.push_back(std::move(airing));
        }
        left -= static_cast<int>(rooms.size());
        if (rooms.size() < kBatch) break;
        after = {rooms.back().starts_at, rooms.back().id.text()};
    }
}

const store::Show& GuideReader::show_of(const ShowId& id) {
    const auto known = shows_.find(id);
    if (known != shows_.end()) return known->second;
    return shows_.emplace(id, store::shows::find(snapshot_, id).value()).first->second;
}

void GuideReader::add_replay(feeds::GuideAiring& airing, const EpisodeId& id) {
    const auto episode = store::episodes::find(snapshot_, id);
    if (!episode) return;
    airing.replay_url = config_.site_url + "/episodes/" + id.text();
    airing.updated_at = std::max(airing.updated_at, episode->updated_at);
    for (const auto& file : store::episodes::files(snapshot_, episode->rendering))
        if (file.format == "mp3")
            airing.replay = {config_.site_url + media_path(episode->rendering,
                                                           slugify(episode->title, "episode"), file.format),
                             file.type, file.size_bytes};
}

}  // namespace stagecast::studio
