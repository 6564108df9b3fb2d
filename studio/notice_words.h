#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "studio/notice_facts.h"
#include "studio/notice_times.h"

namespace stagecast::studio {

// What a notice says in words.
struct NoticeWords {
    std::string subject;  // one line
    std::string brief;    // one or two sentences
    std::string button;   // where its link leads
};

NoticeWords said_in_english(const NoticeFacts& facts, const NoticeTimes& times);
NoticeWords said_in_french(const NoticeFacts& facts, const NoticeTimes& times);
NoticeWords said_in(std::string_view language, const NoticeFacts& facts, const NoticeTimes& times);

// A reminder says how long it is until then; from further away it says when.
inline constexpr std::chrono::hours kSoon{6};

// The words around them.
struct NoticeLabels {
    std::string_view when, was, show, channel, hosts, next, colon;
    std::string_view because, because_digest, settings, stop, stop_digest;        // a mail's foot
    std::string_view news, none, times_in, more, programme, day, week, overflow;  // a digest's
};
extern const NoticeLabels kEnglishLabels, kFrenchLabels;
const NoticeLabels& labels_in(std::string_view language);

// Of a note, for where it cannot be read whole.
std::string excerpt(const std::string& note);

}  // namespace stagecast::studio
