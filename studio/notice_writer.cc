#include "studio/notice_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "base/utf8.h"
#include "feeds/calendar.h"
#include "studio/calendar_reader.h"
#include "studio/said.h"
#include "studio/webhook_body.h"

namespace stagecast::studio {
namespace {

using scheduler::Reader;
using scheduler::Written;
using store::NoticeKind;

constexpr std::size_t kMaxPushCharacters = 300;  // of title and body each: the whole stays under 4 KiB
constexpr std::chrono::hours kFarAhead{12};      // a reminder from then on brings the airing for the calendar

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

bool has_calendar(const NoticeFacts& facts) {
    if (!facts.room) return false;
    switch (facts.kind) {
        case NoticeKind::kReminder:
            return facts.lead >= kFarAhead;
        case NoticeKind::kMoved:
        case NoticeKind::kCancelled:
        case NoticeKind::kRestored:
            return true;
        default:
            return false;
    }
}

std::string list_id_of(const NoticeFacts& facts, const Config& config) {
    return (facts.show_slug.empty() ? facts.channel_slug : facts.show_slug) + "." + host_of(config);
}

}  // namespace

Written NoticeWriter::write(store::Snapshot& snapshot, const store::Notice& notice, const Reader& reader) {
    const auto facts = facts_of(snapshot, config_, notice, reader.language);
    const NoticeTimes times(reader.language, reader.zone);
    const auto words = said_in(reader.language, facts, times);
    const auto letter = letter_of(facts, words, times, reader.language);
    Written written;
    written.subject = words.subject;
    written.brief = words.brief;
    written.url = facts.url;
    written.text = as_text(letter);
    written.html = as_html(letter);
    written.list_id = list_id_of(facts, config_);
    if (has_calendar(facts)) add_calendar(snapshot, facts, reader.language, written);
    return written;
}

Letter NoticeWriter::letter_of(const NoticeFacts& facts, const NoticeWords& words, const NoticeTimes& times,
                               const std::string& language) const {
    const auto& labels = labels_in(language);
    Letter letter;
    letter.language = is_french(language) ? "fr" : "en";
    letter.colon = labels.colon;
    letter.title = words.subject;
    if (facts.kind == NoticeKind::kNote)
        letter.note = facts.note;
    else
        letter.lead = words.brief;
    const auto add = [&](std::string_view label, const std::string& value) {
        if (!value.empty()) letter.facts.emplace_back(label, value);
    };
    if (facts.starts_at) add(labels.when, times.span(*facts.starts_at, *facts.ends_at));
    if (facts.was_at)
        add(labels.was, times.span(*facts.was_at, *facts.was_at + (*facts.ends_at - *facts.starts_at)));
    for (const auto next : facts.next) add(labels.next, times.moment(next));
    add(labels.show, facts.show);
    add(labels.channel, facts.channel);
    add(labels.hosts, joined(facts.hosts));
    letter.button = words.button;
    letter.url = facts.url;
    return letter;
}

void NoticeWriter::add_calendar(store::Snapshot& snapshot, const NoticeFacts& facts,
                                const std::string& language, Written& written) const {
    CalendarReader reader(snapshot, config_, lower_ascii(language));
    auto& input = reader.input;
    input.language = is_french(language) ? "fr" : "en";
    reader.add_airing(*facts.room, facts.url);
    auto& airing = input.singles.front();
    input.name = airing.title;
    input.page_url = facts.url;
    if (facts.kind == NoticeKind::kCancelled) {
        input.method = feeds::CalendarInput::Method::kCancel;
        input.organizer_name = facts.channel;
        input.organizer_email = config_.mail_from;
        airing.standing = feeds::Standing::kCancelled;
    }
    try {
        written.calendar = feeds::calendar(input);
        written.calendar_method = feeds::word(input.method);
    } catch (const Invalid& error) {  // its zone left the system's database: the words go alone
        log::error("notice.no_calendar", {{"room", facts.room->id.text()}, {"why", error.what()}});
    }
}

std::string NoticeWriter::settings_url(const store::Follower& follower) const {
    if (follower.account) return config_.site_url + "/me#telling";
    return config_.site_url + "/following/" + links_.seal({LinkUse::kManage, follower.id, "", {}});
}

scheduler::MessageWriter::Foot NoticeWriter::foot(const store::Notice& notice,
                                                  const store::Follower& follower) {
    const bool is_digest = notice.kind == NoticeKind::kDigest;
    const auto& labels = labels_in(follower.language);
    Foot foot;
    foot.unsubscribe =
        config_.site_url + "/unsubscribe/" + links_.seal({LinkUse::kEnd, follower.id, notice.id.text(), {}});
    const auto why =
        fmt::format(fmt::runtime(is_digest ? labels.because_digest : labels.because), config_.site_name);
    const std::vector<Letter::Item> links{
        {std::string(labels.settings), settings_url(follower)},
        {std::string(is_digest ? labels.stop_digest : labels.stop), foot.unsubscribe}};
    foot.text = foot_text(why, links);
    foot.html = foot_html(why, links);
    return foot;
}

std::string NoticeWriter::write_push(const store::Notice& notice, const scheduler::Written& written) {
    const nlohmann::json payload{{"title", std::string(cut_characters(written.subject, kMaxPushCharacters))},
                                 {"body", std::string(cut_characters(written.brief, kMaxPushCharacters))},
                                 {"url", written.url},
                                 {"tag", notice.id.text()}};
    return payload.dump();
}

std::string NoticeWriter::write_webhook(store::Snapshot& snapshot, const store::Notice& notice,
                                        const store::Webhook& webhook) {
    const auto channel = store::channels::find(snapshot, webhook.channel);
    const auto facts = facts_of(snapshot, config_, notice, channel ? channel->language : "en");
    return webhook_body(webhook.format, notice, facts, NoticeTimes(facts.channel_language, facts.show_zone));
}

}  // namespace stagecast::studio
