#pragma once
#include <string>

#include "scheduler/guide.h"
#include "web/pages/data.h"
#include "web/pages/page.h"

namespace stagecast::web {

// The menu "add to calendar" of a feed (_subscribe): {webcal, google, outlook, office, file, url}. The links
// to other sites are links: nothing of theirs is loaded.
Data subscribe_links(const Services& services, const std::string& calendar_path, const std::string& name);

// The same for one airing (_add_airing): {google, outlook, office, file}.
Data airing_links(const Services& services, const scheduler::GuideEntry& entry);

}  // namespace stagecast::web
