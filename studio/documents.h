#pragma once
#include <compare>
#include <string>

#include "access/allow.h"
#include "base/config.h"
#include "base/time.h"
#include "store/database.h"
#include "studio/kept_documents.h"

namespace stagecast::studio {

enum class DocumentKind {
    kShowCalendar,
    kChannelCalendar,
    kHostCalendar,
    kGuideCalendar,
    kShowPodcast,
    kChannelPodcast,
    kXmltv,
    kM3u,
    kAtom,
    kJsonFeed,
};

struct DocumentKey {
    DocumentKind kind = DocumentKind::kGuideCalendar;
    std::string slug;      // a show's, a channel's, a host's handle; empty: the guide
    std::string language;  // of texts where they exist, checked_feed_language(); empty: the main ones
    auto operator<=>(const DocumentKey&) const = default;
};

inline constexpr std::size_t kMaxKeptBytes = 64u << 20;

// What is published of the programme, made from the database and kept until the programme changes: what a
// stranger may see, the same for everybody. Its moment is the programme's, never the clock of the request.
// Thread: any.
class Documents {
public:
    Documents(store::Database& database, const Clock& clock, const Config& config,
              std::size_t max_kept_bytes = kMaxKeptBytes);

    // One read of the programme's revision when the document is kept. NotFound unless the slug is a current
    // one.
    SharedDocument get(const DocumentKey& key);

    // One airing's entry for who may see the room; `page_path` is where it leads. Not kept.
    // NotFound, Unauthenticated, Forbidden by access.
    SharedDocument airing_calendar(const access::Actor& actor, const RoomId& room,
                                   const std::string& page_path, const std::string& language);

private:
    struct Draft;
    KeptDocuments::Made make(const DocumentKey& key);
    Draft draft(store::Snapshot& snapshot, const DocumentKey& key);

    store::Database& database_;
    const Clock& clock_;
    const Config& config_;
    KeptDocuments kept_;
};

// When the bytes of this ETag took the place of others under that name (docs/decisions/0006): later than any
// date that was given out for the others. `latest` is the last change of what they were made from.
Instant changed_at(store::Database& database, const Clock& clock, const std::string& name,
                   const std::string& etag, Instant latest);

// Where an episode's file is fetched: /media/{rendering hash}/{slug}.{m4a|mp3|opus}. A superseded hash
// answers 307 to the current one, an unpublished episode 410.
std::string media_path(const std::string& rendering_hash, const std::string& name, const std::string& format);

}  // namespace stagecast::studio
