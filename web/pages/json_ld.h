#pragma once
#include <string>

#include "scheduler/guide.h"
#include "store/channels.h"
#include "web/pages/entries.h"

// What search engines and calendars read in a page (schema.org, as JSON-LD). Each thing's @id is its address
// for ever.
namespace stagecast::web {

// BroadcastEvent of one airing; times with the offset of `zone`.
std::string airing_json_ld(const scheduler::GuideEntry& entry, const std::string& site_url, const Zone& zone);
// RadioSeries with its next airings.
std::string show_json_ld(const store::Show& show, const std::vector<store::Host>& hosts,
                         const std::vector<scheduler::GuideEntry>& next, const std::string& site_url);
// BroadcastService with its next airings, in UTC.
std::string channel_json_ld(const store::Channel& channel, const std::vector<scheduler::GuideEntry>& next,
                            const std::string& site_url);
// Person with their next airings, in UTC.
std::string host_json_ld(const store::Host& host, const std::vector<scheduler::GuideEntry>& next,
                         const std::string& site_url);
// PodcastEpisode with its files.
std::string episode_json_ld(const EpisodeView& view, const std::string& site_url);

}  // namespace stagecast::web
