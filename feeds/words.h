#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "feeds/standing.h"

// What the documents say of an airing in words: French where the document's language is "fr" or "fr-…",
// English for any other.
namespace stagecast::feeds {

// "Tea (cancelled)"; the title alone where nothing out of the ordinary is to be said. One line.
std::string said_title(std::string_view title, Standing standing, std::optional<Instant> previous_start,
                       std::string_view language);

// "This airing is cancelled."; empty for one that is planned, live or ended.
std::string_view said_standing(Standing standing, std::string_view language);

// "This show is cancelled."
std::string_view said_show_cancelled(std::string_view language);

// "2026-11-24 20:00–21:00 (Europe/Paris)"
std::string said_time(Instant starts_at, Instant ends_at, const Zone& zone);

struct Said {
    std::string_view first{};                 // a sentence before all others
    std::optional<Instant> previous_start{};  // where it was moved
    std::string_view notes{};                 // plain text
    std::vector<std::string> hosts{};
    std::string_view page_url{}, replay_url{};
};

// All of it as a plain text of at most three parts, a blank line apart: what changed; the notes; who and
// where.
std::string said_text(const Said& said, const Zone& zone, std::string_view language);

}  // namespace stagecast::feeds
