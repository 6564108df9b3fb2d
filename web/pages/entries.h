#pragma once
#include <optional>
#include <string>
#include <vector>

#include "scheduler/planner.h"
#include "store/recordings.h"
#include "web/pages/data.h"
#include "web/pages/page.h"

namespace stagecast::web {

// What pages say about one airing: {url, title, channel, channel_url, colour, show_url, starts, ends, clock,
// range, day, when, hosts, about, is_live, is_backstage, is_past, is_cancelled, is_delayed, is_not_held,
// is_moved, moved_said, episode_url}.
Data airing_data(const scheduler::GuideEntry& entry, const Viewer& viewer, Instant now);
// The same of many, as a list.
Data airings_data(const std::vector<scheduler::GuideEntry>& entries, const Viewer& viewer, Instant now);

// What pages say about a published episode: {url, title, date, duration, files: [{url, type, label, size}]}.
struct EpisodeView {
    store::Episode episode;
    store::Rendering rendering;
    std::vector<store::RenderingFile> files;
    std::string file_name;  // of its show
};
EpisodeView view_episode(store::Snapshot& snapshot, const store::Episode& episode);
Data episode_data(const EpisodeView& view, const Viewer& viewer);
// The path of one file of a published episode.
std::string file_path(const EpisodeView& view, const store::RenderingFile& file);

std::string room_path(const RoomId& room);
std::string join_names(const std::vector<store::Host>& hosts);
// One host as {name, url}.
Data host_links(const std::vector<store::Host>& hosts);

}  // namespace stagecast::web
