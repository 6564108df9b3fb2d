#include "studio/podcast_reader.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "recorder/ledger.h"
#include "scheduler/rule.h"
#include "store/programme.h"
#include "studio/documents.h"

namespace stagecast::studio {
namespace {

constexpr int kMaxLooked = 40;  // airings of a show from two days ago on, to find the next one
using scheduler::kNever;

std::vector<feeds::Person> persons_of(store::Snapshot& snapshot, const RoomId& room) {
    std::vector<feeds::Person> persons;
    for (const auto& speaker : store::rooms::speakers(snapshot, room)) {
        if (!speaker.first_joined_at) continue;
        const auto standing = recorder::standing(snapshot, speaker.id);
        if (!standing.contains(recorder::Purpose::kRecord) || !standing.contains(recorder::Purpose::kPodcast))
            continue;
        persons.push_back({speaker.name, speaker.role == store::StageRole::kSpeaker ? "guest" : "host"});
    }
    return persons;
}

bool is_on(const store::Room& room) {
    return room.state == store::RoomState::kBackstage || room.state == store::RoomState::kLive;
}

}  // namespace

PodcastReader::PodcastReader(store::Snapshot& snapshot, const Config& config)
    : snapshot_(snapshot), config_(config), now_(store::programme::state(snapshot).now) {}

void PodcastReader::describe(const std::string& title, const std::string& description,
                             const std::string& path, std::string language) {
    input.title = title;
    input.description = description.empty() ? title : description;
    input.link = config_.site_url + path;
    input.self_url = input.link + "/podcast.xml";
    input.language = std::move(language);
    input.image_url = config_.site_url + "/static/artwork.png";
}

void PodcastReader::add_episode(const store::Episode& episode) {
    if (episode.state != store::EpisodeState::kPublished || !episode.published_at) return;
    const auto rendering = store::episodes::find_rendering(snapshot_, episode.rendering);
    if (!rendering || rendering->state != store::RenderingState::kDone) return;
    feeds::PodcastItem item;
    item.guid = episode.guid;
    item.title = episode.title;
    item.description_html = episode.notes.empty() ? "" : "<p>" + xml_escape(episode.notes) + "</p>";
    item.url = config_.site_url + "/episodes/" + episode.id.text();
    item.published_at = *episode.published_at;
    item.duration_ms = rendering->duration_ms;
    item.persons = persons_of(snapshot_, episode.room);
    for (const auto& file : store::episodes::files(snapshot_, episode.rendering)) {
        if (file.format == "peaks") continue;
        feeds::Enclosure enclosure{
            config_.site_url + media_path(rendering->hash, slugify(episode.title, "episode"), file.format),
            file.type, file.size_bytes};
        if (file.format == "mp3") {
            item.enclosure = enclosure;
        } else {
            item.alternates.push_back(enclosure);
        }
    }
    if (item.enclosure.url.empty()) return;
    input.items.push_back(std::move(item));
    changed_at(episode.updated_at);
}

void PodcastReader::add_live(const store::Room& room, const std::string& title) {
    const auto url = config_.site_url + "/rooms/" + room.id.text();
    feeds::PodcastLive live;
    live.guid = room.id.text();
    live.title = title;
    live.url = url;
    live.stream_url = url + "/listen.ogg";
    live.status =
        room.state == store::RoomState::kLive ? feeds::LiveStatus::kLive : feeds::LiveStatus::kPending;
    live.starts_at = room.live_at.value_or(room.starts_at);
    live.ends_at = room.ends_at;
    input.live.push_back(std::move(live));
    changed_at(room.updated_at);
}

void PodcastReader::add_live_items(const store::Show& show) {
    bool next_found = false;
    for (const auto& room :
         store::rooms::of_show(snapshot_, show.id, now_ - std::chrono::days(2), kNever, kMaxLooked)) {
        if (room.visibility != store::Visibility::kPublic) continue;
        const auto title = room.title.empty() ? show.title : room.title;
        const bool is_planned = room.state == store::RoomState::kScheduled;
        if (is_on(room)) {
            add_live(room, title);
        } else if (is_planned && room.lateness == store::Lateness::kNotHeld) {
            changed_at(room.updated_at);
        } else if (is_planned && room.ends_at <= now_) {
            changed_at(room.ends_at);
        } else if (is_planned && !next_found) {
            add_live(room, title);
            next_found = true;
        }
    }
}

}  // namespace stagecast::studio
