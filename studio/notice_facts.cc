#include "studio/notice_facts.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "feeds/text.h"
#include "scheduler/entry_reader.h"
#include "scheduler/notices.h"
#include "scheduler/planner.h"
#include "scheduler/rule.h"
#include "store/accounts.h"
#include "store/recordings.h"
#include "studio/notice_times.h"
#include "studio/said.h"

namespace stagecast::studio {
namespace {

using store::NoticeKind;

constexpr std::size_t kNextAirings = 3;
constexpr int kAiringsSeen = 50;  // cancelled ones among them
constexpr std::chrono::days kNextWithin{400};
constexpr std::size_t kTitleUnits = 200;

std::string title_text(std::string_view text) {
    return shortened(feeds::one_line(text), kTitleUnits);
}

// As one would say it: "40 minutes", not 42.
std::chrono::minutes rounded(Milliseconds time) {
    using std::chrono::minutes;
    using Fives = std::chrono::duration<std::int64_t, std::ratio<300>>;
    return time < minutes(15) ? std::chrono::round<minutes>(time) : minutes(std::chrono::round<Fives>(time));
}

std::vector<std::string> names_of(const std::vector<store::Host>& hosts) {
    std::vector<std::string> names;
    names.reserve(hosts.size());
    for (const auto& host : hosts) names.push_back(feeds::one_line(host.name));
    return names;
}

// Reads them part by part.
class FactsReader {
public:
    FactsReader(store::Snapshot& snapshot, const Config& config, const store::Notice& notice,
                std::string_view language)
        : snapshot_(snapshot), config_(config), notice_(notice), language_(lower_ascii(language)) {}

    NoticeFacts read() {
        facts_.kind = notice_.kind;
        facts_.was_at = notice_.was_at;
        facts_.starts_at = notice_.starts_at;
        facts_.note = feeds::clean(notice_.text);
        read_channel();
        if (notice_.show) read_show();
        if (notice_.room) read_room();
        if (notice_.by) read_author();
        if (facts_.starts_at && !facts_.ends_at) facts_.ends_at = facts_.starts_at;
        return std::move(facts_);
    }

private:
    void read_channel() {
        const auto channel =
            notice_.channel ? store::channels::find(snapshot_, *notice_.channel) : std::nullopt;
        if (!channel) throw NotFound("channel not found");
        facts_.channel = facts_.title = title_text(channel->title);
        facts_.channel_slug = channel->slug;
        facts_.channel_language = channel->language;
        facts_.url = config_.site_url + "/channels/" + channel->slug;
    }

    void read_show() {
        const auto show = store::shows::find(snapshot_, *notice_.show);
        if (!show) return;
        const auto said = said_of(*show, store::shows::texts(snapshot_, show->id), language_);
        facts_.show = facts_.title = title_text(said.title);
        facts_.show_slug = show->slug;
        facts_.show_zone = show->zone;
        facts_.hosts = names_of(store::shows::hosts(snapshot_, show->id));
        facts_.url = config_.site_url + "/shows/" + show->slug;
        if (notice_.kind == NoticeKind::kRescheduled) read_schedule(*show);
    }

    void read_schedule(const store::Show& show) {
        try {
            facts_.schedule =
                scheduler::sentence(scheduler::schedule_of(show), is_french(language_) ? "fr" : "en");
        } catch (const Invalid&) {  // its zone left the system's database
        }
        const auto from = notice_.created_at;
        for (const auto& room :
             store::rooms::of_show(snapshot_, show.id, from, from + kNextWithin, kAiringsSeen)) {
            const bool comes =
                room.visibility == store::Visibility::kPublic && room.state != store::RoomState::kCancelled;
            if (comes && facts_.next.size() < kNextAirings) facts_.next.push_back(room.starts_at);
        }
    }

    void read_room() {
        auto room = store::rooms::find(snapshot_, *notice_.room);
        if (!room) return;
        const auto entry = scheduler::EntryReader(snapshot_).read(*room);
        facts_.title = title_for(entry, language_);
        facts_.hosts = names_of(entry.hosts);
        facts_.url = config_.site_url + "/rooms/" + room->id.text();
        const auto starts_at = notice_.starts_at.value_or(room->starts_at);
        facts_.starts_at = starts_at;
        facts_.ends_at = starts_at + (room->ends_at - room->starts_at);
        facts_.lead = rounded(starts_at - notice_.created_at);
        if (!room->slot)
            facts_.course = NoticeFacts::Course::kSpontaneous;
        else if (notice_.created_at < starts_at - scheduler::kEarly)
            facts_.course = NoticeFacts::Course::kEarly;
        if (notice_.kind == NoticeKind::kReplay) read_episode(*room);
        facts_.room = std::move(room);
    }

    void read_episode(const store::Room& room) {
        const auto episode = store::episodes::of_room(snapshot_, room.id);
        if (!episode || episode->state != store::EpisodeState::kPublished) return;
        facts_.episode = episode->id;
        facts_.url = config_.site_url + "/episodes/" + episode->id.text();
    }

    void read_author() {
        if (const auto account = store::accounts::find(snapshot_, *notice_.by))
            facts_.author = feeds::one_line(account->name);
    }

    store::Snapshot& snapshot_;
    const Config& config_;
    const store::Notice& notice_;
    const std::string language_;
    NoticeFacts facts_;
};

}  // namespace

NoticeFacts facts_of(store::Snapshot& snapshot, const Config& config, const store::Notice& notice,
                     std::string_view language) {
    return FactsReader(snapshot, config, notice, language).read();
}

std::string title_for(const scheduler::GuideEntry& airing, std::string_view language) {
    const auto primary = [](std::string_view tag) { return lower_ascii(tag.substr(0, tag.find('-'))); };
    const auto* const said =
        primary(airing.language) == primary(language) ? nullptr : text_in(airing.texts, language);
    return title_text(said != nullptr && !said->title.empty() ? said->title : airing.title);
}

std::string shortened(const std::string& text, std::size_t max_units) {
    std::size_t units = 0, fits_bytes = 0;  // what fits with "…" behind it
    for (std::string_view rest = text; !rest.empty();) {
        const auto character = take_utf8(rest);
        if (!character) break;
        units += *character > 0xffff ? 2 : 1;
        if (units < max_units) fits_bytes = text.size() - rest.size();
        if (units > max_units) return text.substr(0, fits_bytes) + "…";
    }
    return text;
}

}  // namespace stagecast::studio
