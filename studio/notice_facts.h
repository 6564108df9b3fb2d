#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "scheduler/guide.h"
#include "store/database.h"
#include "store/notices.h"
#include "store/rooms.h"

namespace stagecast::studio {

// What a notice is about, in the language of who reads it where there are words in it. Texts are short and on
// one line, but the note. What is gone from the database since (an airing that a changed rule took away) is
// left out.
struct NoticeFacts {
    store::NoticeKind kind = store::NoticeKind::kReminder;
    std::string title;  // the airing's; of what concerns a whole show its own
    std::string show;   // its title; empty: an airing without show
    std::string channel;
    std::string show_slug, channel_slug;
    std::string show_zone = "UTC", channel_language = "en";
    std::vector<std::string> hosts;
    std::string author, note;
    std::string url;  // absolute
    std::optional<store::Room> room;
    std::optional<EpisodeId> episode;  // published
    std::optional<Instant> starts_at, ends_at, was_at;
    std::chrono::minutes lead{};  // of a reminder: from when it was told to the start, nearly
    enum class Course { kPlanned, kEarly, kSpontaneous };
    Course course = Course::kPlanned;  // of one that is live
    std::string schedule;              // a show's, said as a sentence
    std::vector<Instant> next;         // and its next airings, at most 3
};

// Throws NotFound where the channel is gone.
NoticeFacts facts_of(store::Snapshot& snapshot, const Config& config, const store::Notice& notice,
                     std::string_view language);

// Its title in the reader's language, one of its kind ("fr" for "fr-ca"), or the main one; one line.
std::string title_for(const scheduler::GuideEntry& airing, std::string_view language);

// At most so many UTF-16 units (as every service counts at most), cut before a character, "…" behind.
std::string shortened(const std::string& text, std::size_t max_units);

}  // namespace stagecast::studio
