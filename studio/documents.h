#pragma once
#include <string>

#include "base/config.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::studio {

// A published document. The bytes depend on the database only: never on the clock of the request.
struct Document {
    std::string bytes;
    std::string type;  // "text/calendar; charset=utf-8"
    std::string etag;  // strong, of the bytes, quoted
    Instant last_modified{};
};

// Feeds of one show or channel, by slug (current slugs only). NotFound else.
class Documents {
public:
    Documents(store::Database& database, const Clock& clock, const Config& config);
    Document show_calendar(const std::string& slug);
    Document channel_calendar(const std::string& slug);
    Document guide_calendar();
    Document show_podcast(const std::string& slug);
    Document channel_podcast(const std::string& slug);

private:
    store::Database& database_;
    const Clock& clock_;
    const Config& config_;
};

// Where an episode's file is fetched: /media/{rendering hash}/{slug}.{m4a|mp3|opus}. A superseded hash
// answers 307 to the current one, an unpublished episode 410.
std::string media_path(const std::string& rendering_hash, const std::string& name, const std::string& format);

}  // namespace stagecast::studio
