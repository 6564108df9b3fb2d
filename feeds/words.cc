#include "feeds/words.h"

#include <fmt/format.h>

#include "base/text.h"
#include "feeds/text.h"

namespace stagecast::feeds {
namespace {

struct Table {
    std::string_view cancelled, late, not_held, moved;  // behind a title
    std::string_view is_cancelled, is_late, was_not_held, show_is_cancelled;
    std::string_view first_planned_for, with, page, replay;
};

constexpr Table kEnglish{
    "cancelled",
    "delayed",
    "not held",
    "moved",
    "This airing is cancelled.",
    "This airing is delayed: its host is not there yet.",
    "This airing was not held.",
    "This show is cancelled.",
    "Moved: first planned for {}.",
    "With {}",
    "Listen: {}",
    "Replay: {}",
};

constexpr Table kFrench{
    "annulé",
    "en retard",
    "n’a pas eu lieu",
    "déplacé",
    "Ce direct est annulé.",
    "Ce direct est en retard : la personne qui l’anime n’est pas encore là.",
    "Ce direct n’a pas eu lieu.",
    "Cette émission est annulée.",
    "Déplacé : d’abord prévu pour {}.",
    "Avec {}",
    "Écouter : {}",
    "Réécouter : {}",
};

const Table& table(std::string_view language) {
    const auto lower = lower_ascii(language);
    return lower == "fr" || lower.starts_with("fr-") ? kFrench : kEnglish;
}

std::string fill(std::string_view sentence, std::string_view what) {
    return fmt::format(fmt::runtime(sentence), what);
}

std::string local_text(Instant instant, const Zone& zone) {
    auto text = to_iso8601(zone.to_local(instant));  // to the minute: plans have no seconds
    text[10] = ' ';
    return text.substr(0, 16);
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) {
        const auto line = one_line(name);
        if (!line.empty()) out += (out.empty() ? "" : ", ") + line;
    }
    return out;
}

// Puts lines into parts, and an empty line between parts.
class Parts {
public:
    void line(std::string_view text) {
        if (text.empty()) return;
        if (!text_.empty()) text_ += begins_part_ ? "\n\n" : "\n";
        begins_part_ = false;
        text_ += text;
    }
    void part() { begins_part_ = true; }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
    bool begins_part_ = true;
};

}  // namespace

std::string said_title(std::string_view title, Standing standing, std::optional<Instant> previous_start,
                       std::string_view language) {
    const auto& words = table(language);
    std::string_view word = previous_start ? words.moved : "";
    if (standing == Standing::kCancelled) word = words.cancelled;
    if (standing == Standing::kDelayed) word = words.late;
    if (standing == Standing::kNotHeld) word = words.not_held;
    const auto line = one_line(title);
    return word.empty() ? line : fmt::format("{} ({})", line, word);
}

std::string_view said_standing(Standing standing, std::string_view language) {
    const auto& words = table(language);
    switch (standing) {
        case Standing::kCancelled:
            return words.is_cancelled;
        case Standing::kDelayed:
            return words.is_late;
        case Standing::kNotHeld:
            return words.was_not_held;
        default:
            return "";
    }
}

std::string_view said_show_cancelled(std::string_view language) {
    return table(language).show_is_cancelled;
}

std::string said_time(Instant starts_at, Instant ends_at, const Zone& zone) {
    const auto start = local_text(starts_at, zone), end = local_text(ends_at, zone);
    const bool is_one_day = start.substr(0, 10) == end.substr(0, 10);
    return fmt::format("{}–{} ({})", start, is_one_day ? end.substr(11) : end, zone.name());
}

std::string said_text(const Said& said, const Zone& zone, std::string_view language) {
    const auto& words = table(language);
    Parts parts;
    parts.line(said.first);
    if (said.previous_start)
        parts.line(fill(words.first_planned_for,
                        fmt::format("{} ({})", local_text(*said.previous_start, zone), zone.name())));
    parts.part();
    parts.line(said.notes);
    parts.part();
    if (const auto names = joined(said.hosts); !names.empty()) parts.line(fill(words.with, names));
    if (!said.page_url.empty()) parts.line(fill(words.page, clean_uri(said.page_url)));
    if (!said.replay_url.empty()) parts.line(fill(words.replay, clean_uri(said.replay_url)));
    return parts.take();
}

}  // namespace stagecast::feeds
