#include <fmt/format.h>

#include <algorithm>

#include "feeds/text.h"
#include "scheduler/notices.h"
#include "scheduler/reminders.h"
#include "studio/notice_writer.h"
#include "studio/said.h"

namespace stagecast::studio {
namespace {

using scheduler::Written;

std::string filled(std::string_view words, const std::string& value) {
    return fmt::format(fmt::runtime(words), value);
}

void count_rest(Letter::Group& group, std::size_t all, const NoticeLabels& labels, const std::string& url) {
    if (all > kMaxDigestItems)
        group.items.push_back({filled(labels.more, std::to_string(all - kMaxDigestItems)), url});
}

// Airings that take place, by start.
std::vector<scheduler::GuideEntry> coming(store::Snapshot& snapshot, const store::Notice& digest,
                                          const store::Follower& follower) {
    std::vector<scheduler::GuideEntry> airings;
    if (!digest.starts_at || !digest.was_at || *digest.was_at <= *digest.starts_at) return airings;
    for (auto& reminder : scheduler::reminders(snapshot, follower.id, *digest.starts_at, *digest.was_at).list)
        if (standing_of(reminder.airing.room) != feeds::Standing::kCancelled)
            airings.push_back(std::move(reminder.airing));
    return airings;
}

Letter::Item item_of(const scheduler::GuideEntry& airing, const NoticeTimes& times,
                     const std::string& language, const std::string& site_url) {
    const auto& room = airing.room;
    return {fmt::format("{} {} · {}", times.clock_span(room.starts_at, room.ends_at),
                        title_for(airing, language), feeds::one_line(airing.channel_title)),
            site_url + "/rooms/" + room.id.text()};
}

std::vector<Letter::Group> by_day(const std::vector<scheduler::GuideEntry>& airings, const NoticeTimes& times,
                                  const std::string& language, const std::string& site_url) {
    std::vector<Letter::Group> days;
    for (std::size_t i = 0; i < std::min(airings.size(), kMaxDigestItems); ++i) {
        auto day = times.day(airings[i].room.starts_at);
        if (days.empty() || days.back().heading != day) days.push_back({std::move(day), {}});
        days.back().items.push_back(item_of(airings[i], times, language, site_url));
    }
    return days;
}

// A week's and a day's are named by their span; one that was not asked for, by what made it.
std::string subject_of(const store::Notice& digest, const store::Follower& follower, const NoticeTimes& times,
                       const NoticeLabels& labels) {
    const auto day = times.weekday(digest.starts_at.value_or(digest.created_at));
    switch (follower.digest) {
        case store::Digest::kWeekly:
            return filled(labels.week, day);
        case store::Digest::kDaily:
            return filled(labels.day, day);
        default:
            return filled(labels.overflow, day);
    }
}

}  // namespace

Letter::Group NoticeWriter::news(store::Snapshot& snapshot, const store::Notice& digest,
                                 const store::Follower& follower) {
    const auto& labels = labels_in(follower.language);
    const NoticeTimes times(follower.language, follower.zone);
    Letter::Group group{std::string(labels.news), {}};
    std::size_t all = 0;
    for (const auto& notice : store::dispatches::gathered(snapshot, follower.id, digest.id)) {
        const auto room = notice.room ? store::rooms::find(snapshot, *notice.room) : std::nullopt;
        // What another change has overtaken is no news.
        if (!scheduler::is_current(notice, room, digest.created_at)) continue;
        if (++all > kMaxDigestItems) continue;
        const auto facts = facts_of(snapshot, config_, notice, follower.language);
        const auto words = said_in(follower.language, facts, times);
        group.items.push_back({words.subject + ". " + words.brief, facts.url});
    }
    count_rest(group, all, labels, config_.site_url + "/me");
    return group;
}

Written NoticeWriter::write_digest(store::Snapshot& snapshot, const store::Notice& digest,
                                   const store::Follower& follower) {
    const auto& language = follower.language;
    const auto& labels = labels_in(language);
    const NoticeTimes times(language, follower.zone);
    const auto airings = coming(snapshot, digest, follower);
    Letter letter;
    letter.language = is_french(language) ? "fr" : "en";
    letter.colon = labels.colon;
    letter.title = subject_of(digest, follower, times, labels);
    letter.button = labels.programme;
    letter.url = follower.account ? config_.site_url + "/me" : settings_url(follower);
    if (auto group = news(snapshot, digest, follower); !group.items.empty())
        letter.groups.push_back(std::move(group));
    for (auto& day : by_day(airings, times, language, config_.site_url))
        letter.groups.push_back(std::move(day));
    if (!airings.empty()) count_rest(letter.groups.back(), airings.size(), labels, letter.url);
    if (!airings.empty()) letter.lead = filled(labels.times_in, times.place());
    if (letter.groups.empty()) letter.lead = labels.none;
    Written written;
    written.subject = letter.title;
    written.brief = letter.groups.empty() ? letter.lead : letter.groups.front().items.front().text;
    written.url = letter.url;
    written.text = as_text(letter);
    written.html = as_html(letter);
    written.list_id = "digest." + host_of(config_);
    return written;
}

}  // namespace stagecast::studio
