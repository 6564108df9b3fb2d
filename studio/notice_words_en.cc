#include <fmt/format.h>

#include "feeds/text.h"
#include "studio/notice_words.h"

namespace stagecast::studio {
namespace {

using store::NoticeKind;
using Course = NoticeFacts::Course;

constexpr std::size_t kExcerptUnits = 200;

// "1 hour", "45 minutes", "1 hour 30 minutes".
std::string duration(std::chrono::minutes time) {
    const auto one_or = [](auto count, const char* noun) {
        return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
    };
    const auto hours = time.count() / 60, minutes = time.count() % 60;
    if (hours == 0) return one_or(minutes, "minute");
    return one_or(hours, "hour") + (minutes == 0 ? "" : " " + one_or(minutes, "minute"));
}

NoticeWords reminder(const NoticeFacts& facts, const NoticeTimes& times) {
    const auto brief = fmt::format("{} on {}.", times.moment(*facts.starts_at), facts.channel);
    if (facts.lead > kSoon || facts.lead < std::chrono::minutes(1))
        return {fmt::format("{}: {}", facts.title, times.day_clock(*facts.starts_at)), brief,
                "See the airing"};
    return {fmt::format("{} begins in {}", facts.title, duration(facts.lead)), brief, "Open the room"};
}

NoticeWords live(const NoticeFacts& facts, const NoticeTimes& times) {
    if (facts.course == Course::kSpontaneous)
        return {"Live now: " + facts.title,
                fmt::format("An airing that was not planned has begun on {}.", facts.channel), "Listen"};
    if (facts.course == Course::kEarly)
        return {"Live early: " + facts.title,
                fmt::format("It has begun on {} before its time, which is {}.", facts.channel,
                            times.moment(*facts.starts_at)),
                "Listen"};
    return {"Live now: " + facts.title, fmt::format("It has begun on {}.", facts.channel), "Listen"};
}

NoticeWords moved(const NoticeFacts& facts, const NoticeTimes& times) {
    const auto subject = fmt::format("Moved: {}, now {}", facts.title, times.day_clock(*facts.starts_at));
    const auto to = times.moment(*facts.starts_at);
    const auto brief = facts.was_at ? fmt::format("From {} to {}.", times.date(*facts.was_at), to)
                                    : fmt::format("It is now on {}.", to);
    return {subject, brief, "See the airing"};
}

NoticeWords of_airing(const NoticeFacts& facts, const NoticeTimes& times) {
    const auto moment = times.moment(*facts.starts_at);
    switch (facts.kind) {
        case NoticeKind::kReminder:
            return reminder(facts, times);
        case NoticeKind::kLive:
            return live(facts, times);
        case NoticeKind::kDelayed:
            return {
                facts.title + " is late",
                fmt::format("The host is late; we tell you when it begins. It was planned for {}.", moment),
                "Open the room"};
        case NoticeKind::kMoved:
            return moved(facts, times);
        case NoticeKind::kCancelled:
            return {fmt::format("Cancelled: {}, {}", facts.title, times.day_clock(*facts.starts_at)),
                    fmt::format("The airing of {}, will not take place.", moment), "See the airing"};
        case NoticeKind::kRestored:
            return {
                fmt::format("{} takes place after all, {}", facts.title, times.day_clock(*facts.starts_at)),
                fmt::format("The airing of {}, is no longer cancelled.", moment), "See the airing"};
        default:
            return {"Listen again: " + facts.title,
                    fmt::format("The airing of {}, can be heard again.", moment), "Listen again"};
    }
}

}  // namespace

NoticeWords said_in_english(const NoticeFacts& facts, const NoticeTimes& times) {
    switch (facts.kind) {
        case NoticeKind::kRescheduled:
            return {facts.title + " has a new schedule",
                    facts.schedule.empty() ? fmt::format("On {}.", facts.channel) : facts.schedule + ".",
                    "See the show"};
        case NoticeKind::kRetired:
            return {
                facts.title + " is off the programme",
                fmt::format("No more airings are planned on {}. What was published stays.", facts.channel),
                "See the show"};
        case NoticeKind::kNote:
            return {fmt::format("{} to the followers of {}",
                                facts.author.empty() ? facts.channel : facts.author, facts.title),
                    excerpt(facts.note), "See the show"};
        default:
            if (facts.starts_at) return of_airing(facts, times);
            return {facts.title, fmt::format("On {}.", facts.channel), "See it"};
    }
}

const NoticeLabels kEnglishLabels{
    "When",
    "Was",
    "Show",
    "Channel",
    "With",
    "Next airing",
    ": ",
    "You get this because you follow this airing, its show, its channel or a host on {}.",
    "You get this digest of what you follow on {}.",
    "Choose what you are told, and when",
    "Stop telling me of this",
    "Stop all mail",
    "News",
    "Nothing is planned of what you follow.",
    "All times: {}.",
    "and {} more",
    "My programme",
    "On the programme: {}",
    "Your week from {}",
    "What waited: {}",
};

NoticeWords said_in(std::string_view language, const NoticeFacts& facts, const NoticeTimes& times) {
    return is_french(language) ? said_in_french(facts, times) : said_in_english(facts, times);
}

const NoticeLabels& labels_in(std::string_view language) {
    return is_french(language) ? kFrenchLabels : kEnglishLabels;
}

std::string excerpt(const std::string& note) {
    return shortened(feeds::one_line(note), kExcerptUnits);
}

}  // namespace stagecast::studio
