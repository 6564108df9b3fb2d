#include "studio/webhook_body.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/utf8.h"
#include "feeds/text.h"

namespace stagecast::studio {
namespace {

using nlohmann::json;
using store::NoticeKind;
using store::WebhookFormat;

// In UTF-16 units. Discord: message, title and description of an embed; Slack: header, text of a block;
// Mattermost: message.
constexpr std::size_t kDiscordContent = 2'000, kDiscordTitle = 256, kDiscordDescription = 4'096;
constexpr std::size_t kSlackHeader = 150, kSlackText = 3'000, kMattermostText = 16'383;
// Between "@" and the name: it is shown, and calls nobody.
constexpr std::string_view kBreak = "\u200b";

std::string_view type_of(NoticeKind kind) {
    switch (kind) {
        case NoticeKind::kReminder:
            return "airing.reminder";
        case NoticeKind::kLive:
            return "airing.live";
        case NoticeKind::kDelayed:
            return "airing.delayed";
        case NoticeKind::kMoved:
            return "airing.moved";
        case NoticeKind::kCancelled:
            return "airing.cancelled";
        case NoticeKind::kRestored:
            return "airing.restored";
        case NoticeKind::kRescheduled:
            return "show.rescheduled";
        case NoticeKind::kRetired:
            return "show.retired";
        case NoticeKind::kReplay:
            return "episode.published";
        case NoticeKind::kNote:
            return "show.note";
        case NoticeKind::kDigest:
            break;
    }
    throw Error("a digest is of one follower: no webhook's");
}

std::string markdown(char32_t character, std::string_view bytes) {
    if (character == '@') return "@" + std::string(kBreak);
    const bool is_mark =
        character < 0x80 &&
        std::string_view("\\`*_~|<>[]#").find(static_cast<char>(character)) != std::string_view::npos;
    return (is_mark ? "\\" : "") + std::string(bytes);
}

// https://docs.slack.dev/messaging/formatting-message-text: these three, in plain text too.
std::string slack(char32_t character, std::string_view bytes) {
    switch (character) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '@':
            return "@" + std::string(kBreak);
        default:
            return std::string(bytes);
    }
}

std::size_t units_of(std::string_view text) {
    std::size_t units = 0;
    while (!text.empty()) {
        const auto character = take_utf8(text);
        if (!character) text.remove_prefix(1);
        units += character.value_or(0) > 0xffff ? 2 : 1;
    }
    return units;
}

// Each character escaped; at most so many units, none cut in two, "…" behind what was cut.
std::string escaped(std::string_view text, std::size_t max_units,
                    std::string (*escape)(char32_t, std::string_view)) {
    std::string out;
    std::size_t units = 0, fits_bytes = 0;
    while (!text.empty()) {
        const auto before = text;
        const auto character = take_utf8(text);
        if (!character) {
            text.remove_prefix(1);
            continue;
        }
        const auto piece = escape(*character, before.substr(0, before.size() - text.size()));
        units += units_of(piece);
        if (units > max_units) return out.substr(0, fits_bytes) + "…";
        out += piece;
        if (units < max_units) fits_bytes = out.size();
    }
    return out;
}

std::string said_long(const NoticeFacts& facts, const NoticeWords& words, const NoticeTimes& times) {
    auto text = facts.kind == NoticeKind::kNote ? facts.note : words.brief;
    if (facts.starts_at) text += "\n" + times.span(*facts.starts_at, *facts.ends_at);
    return text;
}

json standard(const store::Notice& notice, const NoticeFacts& facts, const NoticeWords& words) {
    json data = {{"channel", facts.channel_slug},
                 {"title", facts.title},
                 {"subject", words.subject},
                 {"text", facts.kind == NoticeKind::kNote ? facts.note : words.brief},
                 {"url", facts.url}};
    if (!facts.show_slug.empty()) data["show"] = facts.show_slug;
    if (notice.room) data["room"] = notice.room->text();
    if (facts.episode) data["episode"] = facts.episode->text();
    if (!facts.author.empty()) data["by"] = facts.author;
    if (facts.kind == NoticeKind::kReminder) data["minutes_before"] = notice.minutes_before;
    if (facts.starts_at) data["starts_at"] = to_iso8601(*facts.starts_at);
    if (facts.ends_at) data["ends_at"] = to_iso8601(*facts.ends_at);
    if (facts.was_at) data["was_at"] = to_iso8601(*facts.was_at);
    if (!facts.schedule.empty()) data["schedule"] = facts.schedule;
    for (const auto next : facts.next) data["next"].push_back(to_iso8601(next));
    return {{"type", type_of(notice.kind)}, {"timestamp", to_iso8601(notice.created_at)}, {"data", data}};
}

json discord(const NoticeFacts& facts, const NoticeWords& words, const NoticeTimes& times) {
    json embed = {{"title", escaped(words.subject, kDiscordTitle, markdown)},
                  {"description", escaped(said_long(facts, words, times), kDiscordDescription, markdown)},
                  {"url", facts.url}};
    if (facts.starts_at) embed["timestamp"] = to_iso8601(*facts.starts_at);  // in each reader's own zone
    return {{"content", escaped(words.subject, kDiscordContent, markdown)},
            {"embeds", json::array({embed})},
            {"allowed_mentions", {{"parse", json::array()}}}};
}

json slack(const NoticeFacts& facts, const NoticeWords& words, const NoticeTimes& times) {
    const auto plain = [](const std::string& text, std::size_t max_units) {
        return json{{"type", "plain_text"}, {"emoji", false}, {"text", escaped(text, max_units, slack)}};
    };
    const auto link = "<" + facts.url + "|" + escaped(words.button, kSlackHeader, slack) + ">";
    return {{"text", escaped(words.subject, kSlackText, slack)},
            {"mrkdwn", false},
            {"blocks",
             json::array({{{"type", "header"}, {"text", plain(words.subject, kSlackHeader)}},
                          {{"type", "section"}, {"text", plain(said_long(facts, words, times), kSlackText)}},
                          {{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", link}}}}})}};
}

json mattermost(const NoticeFacts& facts, const NoticeWords& words, const NoticeTimes& times) {
    const auto head = "**" + escaped(words.subject, kDiscordTitle * 2, markdown) + "**\n\n";
    const auto link = "\n\n[" + escaped(words.button, kDiscordTitle, markdown) + "](" + facts.url + ")";
    const auto rest_units = kMattermostText - units_of(head) - units_of(link);
    return {{"text", head + escaped(said_long(facts, words, times), rest_units, markdown) + link}};
}

json body_of(WebhookFormat format, const store::Notice& notice, const NoticeFacts& facts,
             const NoticeTimes& times) {
    const auto words = said_in(facts.channel_language, facts, times);
    switch (format) {
        case WebhookFormat::kStandard:
            return standard(notice, facts, words);
        case WebhookFormat::kDiscord:
            return discord(facts, words, times);
        case WebhookFormat::kSlack:
            return slack(facts, words, times);
        case WebhookFormat::kMattermost:
            return mattermost(facts, words, times);
    }
    throw Error("an unknown format of webhooks");
}

}  // namespace

std::string webhook_body(WebhookFormat format, const store::Notice& notice, const NoticeFacts& facts,
                         const NoticeTimes& times) {
    return body_of(format, notice, facts, times).dump();
}

}  // namespace stagecast::studio
