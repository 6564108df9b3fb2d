#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/config.h"
#include "feeds/calendar.h"
#include "scheduler/rule.h"
#include "store/recordings.h"
#include "store/rooms.h"
#include "store/shows.h"

namespace stagecast::studio {

// Of every calendar: so many replays are linked (of a show; of all shows where there are more than
// kFewShows), so far back rooms without a rule stay, so long a show that was taken off says so.
inline constexpr int kMaxReplayLinks = 100;
inline constexpr std::chrono::days kSpontaneousKept{90};
inline constexpr std::chrono::days kRetiredKept{30};
inline constexpr std::size_t kFewShows = 20;

// Reads what a calendar says of shows and their airings. A show is its current schedule and each earlier one,
// series of their own; of single airings those that differ from their series. Lives inside one snapshot.
class CalendarReader {
public:
    // `language` is the reader's wish: texts are in it where they exist. Empty: each show's main one.
    CalendarReader(store::Snapshot& snapshot, const Config& config, std::string language);

    // The calendar itself. `path` is its page's; `language` what it says itself where no other is wished for.
    void describe(std::string name, std::string description, const std::string& path,
                  const std::string& language);
    // A show that cannot be said (its zone left the system's database) is left out and logged.
    void add(std::vector<store::Show> shows);
    // Rooms without a show, of one channel or of all.
    void add_spontaneous(const ChannelId& channel);
    void add_spontaneous();
    // One airing by itself, whatever its visibility; `url` is where its reader goes.
    void add_airing(const store::Room& room, const std::string& url);

    void changed_at(Instant at) { latest_ = std::max(latest_, at); }
    // The last change of anything that was read.
    Instant latest() const noexcept { return latest_; }
    // The language that was wished for makes a difference: a text in it was there, or we have words in it.
    bool speaks() const noexcept { return speaks_; }

    feeds::CalendarInput input;

private:
    // All that is known of one show.
    struct Known {
        store::Show show;
        std::vector<store::Host> hosts;
        std::vector<store::Text> texts;
        std::vector<store::Phase> phases;
        std::vector<store::Room> told;         // by slot
        std::vector<store::Room> spontaneous;  // by start
        std::map<RoomId, std::vector<store::Text>> room_texts;
        std::map<RoomId, std::vector<store::Host>> room_hosts;
        std::map<RoomId, store::Episode> replays;
    };
    // One schedule of a show, and the instants between which its slots lie.
    struct Part {
        std::string uid;
        scheduler::Schedule schedule;
        std::string title;  // of an earlier schedule
        int sequence = 0;
        Instant from{}, to{};
        Instant updated_at{};
        enum class Kind { kCurrent, kEarlier, kRetired } kind = Kind::kCurrent;
    };

    std::vector<Known> know(std::vector<store::Show> shows);
    void know_one(Known& known);
    void know_all(std::vector<Known>& known);
    void add_known(const Known& known);
    std::vector<Part> parts_of(const Known& known) const;
    void add_part(const Known& known, const Part& part, const std::string& previous_uid);
    void add_overrides(const Known& known, const Part& part, feeds::CalendarSeries& series);
    feeds::Override override_of(const Known& known, const Part& part, const store::Room& room,
                                LocalTime slot) const;
    void add_single(const Known* known, const store::Room& room, const std::string& url);
    void add_rooms(const std::vector<store::Room>& rooms);
    std::string url_of(const std::string& path) const { return config_.site_url + path; }

    store::Snapshot& snapshot_;
    const Config& config_;
    const std::string language_;
    const Instant now_;  // the programme's moment
    bool speaks_;
    Instant latest_{};
};

}  // namespace stagecast::studio
