#include "web/pages/entries.h"

#include "base/error.h"
#include "studio/documents.h"

namespace stagecast::web {
namespace {

using store::RoomState;

std::string format_label(const std::string& format) {
    if (format == "m4a") return "AAC (M4A)";
    if (format == "mp3") return "MP3";
    return "Opus";
}

}  // namespace

std::string room_path(const RoomId& room) {
    return "/rooms/" + room.text();
}

std::string join_names(const std::vector<store::Host>& hosts) {
    std::string names;
    for (const auto& host : hosts) names += (names.empty() ? "" : ", ") + host.name;
    return names;
}

Data host_links(const std::vector<store::Host>& hosts) {
    Data links;
    for (const auto& host : hosts) {
        Data link;
        link["name"] = host.name;
        link["url"] = "/hosts/" + host.handle;
        links.add(std::move(link));
    }
    return links;
}

Data airing_data(const scheduler::GuideEntry& entry, const Viewer& viewer, Instant now) {
    const auto& room = entry.room;
    Data data;
    data["id"] = room.id.text();
    data["url"] = room_path(room.id);
    const auto said = scheduler::text_for(entry, viewer.words().language());
    data["title"] = said.title;
    data["language"] = said.language;
    data["channel"] = entry.channel_title;
    data["channel_url"] = "/channels/" + entry.channel_slug;
    data["colour"] = entry.channel_colour;
    data["show_url"] = entry.show_slug.empty() ? "" : "/shows/" + entry.show_slug;
    data["starts"] = to_iso8601(room.starts_at);
    data["ends"] = to_iso8601(room.ends_at);
    data["clock"] = viewer.clock(room.starts_at);
    data["range"] = viewer.range(room.starts_at, room.ends_at);
    data["day"] = viewer.short_day(viewer.day_of(room.starts_at));
    data["when"] = viewer.when(room.starts_at, now);
    data["length"] = say_duration(viewer.words(), room.ends_at - room.starts_at);
    data["hosts"] = join_names(entry.hosts);
    data["is_live"] = room.state == RoomState::kLive;
    data["is_backstage"] = room.state == RoomState::kBackstage;
    data["is_cancelled"] = room.state == RoomState::kCancelled;
    data["is_past"] =
        room.state == RoomState::kEnded || (room.state == RoomState::kScheduled && room.ends_at < now);
    const bool is_waiting = room.state == RoomState::kScheduled || room.state == RoomState::kBackstage;
    data["is_delayed"] = is_waiting && room.lateness == store::Lateness::kDelayed;
    data["is_not_held"] = is_waiting && room.lateness == store::Lateness::kNotHeld;
    data["is_moved"] = room.moved_from && *room.moved_from != room.starts_at;
    if (room.moved_from && *room.moved_from != room.starts_at)
        data["moved_said"] =
            viewer.words().text("guide.moved_from", {{"time", viewer.when(*room.moved_from, now)}});
    data["episode_url"] = entry.episode ? "/episodes/" + entry.episode->text() : "";
    return data;
}

Data airings_data(const std::vector<scheduler::GuideEntry>& entries, const Viewer& viewer, Instant now) {
    Data list;
    for (const auto& entry : entries) list.add(airing_data(entry, viewer, now));
    return list;
}

EpisodeView view_episode(store::Snapshot& snapshot, const store::Episode& episode) {
    EpisodeView view;
    view.episode = episode;
    view.file_name = "episode";
    if (episode.show)
        if (const auto show = store::shows::find(snapshot, *episode.show)) view.file_name = show->slug;
    if (const auto rendering = store::episodes::find_rendering(snapshot, episode.rendering)) {
        view.rendering = *rendering;
        for (auto& file : store::episodes::files(snapshot, episode.rendering))
            if (file.type.starts_with("audio/")) view.files.push_back(std::move(file));
    }
    return view;
}

std::string file_path(const EpisodeView& view, const store::RenderingFile& file) {
    return studio::media_path(view.rendering.hash, view.file_name, file.format);
}

Data episode_data(const EpisodeView& view, const Viewer& viewer) {
    Data data;
    data["url"] = "/episodes/" + view.episode.id.text();
    data["title"] = view.episode.title;
    if (view.episode.published_at) {
        data["published"] = to_iso8601(*view.episode.published_at);
        data["date"] = viewer.day_with_year(viewer.day_of(*view.episode.published_at));
    }
    data["duration"] = say_duration(viewer.words(), Milliseconds(view.rendering.duration_ms));
    for (const auto& file : view.files) {
        Data shown;
        shown["url"] = file_path(view, file);
        shown["type"] = file.type;
        shown["label"] = format_label(file.format);
        shown["size"] = say_size(viewer.words(), file.size_bytes);
        data["files"].add(std::move(shown));
    }
    return data;
}

}  // namespace stagecast::web
