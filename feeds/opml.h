#pragma once
#include <string>
#include <vector>

#include "base/time.h"

namespace stagecast::feeds {

struct OpmlShow {
    std::string title, feed_url, page_url, description, language;
};

struct OpmlInput {
    std::string title;
    std::string site_name;   // the one folder that holds the shows
    std::string owner_name;  // may be empty
    std::vector<OpmlShow> shows;
    Instant updated_at{};
};

// OPML 2.0: the podcast feeds of the shows that someone follows, in one folder.
std::string opml(const OpmlInput& input);

}  // namespace stagecast::feeds
