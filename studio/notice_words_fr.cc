#include <fmt/format.h>

#include <string_view>

#include "studio/notice_words.h"

namespace stagecast::studio {
namespace {

using store::NoticeKind;
using Course = NoticeFacts::Course;

// No line ends at these spaces: wide before a colon, narrow between number and unit.
constexpr const char* kColon = "\u00a0: ";

// "1 heure", "45 minutes", "1 heure et 30 minutes".
std::string duration(std::chrono::minutes time) {
    const auto one_or = [](auto count, const char* noun) {
        return fmt::format("{}\u00a0{}{}", count, noun, count < 2 ? "" : "s");
    };
    const auto hours = time.count() / 60, minutes = time.count() % 60;
    if (hours == 0) return one_or(minutes, "minute");
    return one_or(hours, "heure") + (minutes == 0 ? "" : " et " + one_or(minutes, "minute"));
}

NoticeWords reminder(const NoticeFacts& facts, const NoticeTimes& times) {
    const auto brief = fmt::format("Le {}, sur {}.", times.moment(*facts.starts_at), facts.channel);
    if (facts.lead > kSoon || facts.lead < std::chrono::minutes(1))
        return {facts.title + kColon + times.day_clock(*facts.starts_at), brief, "Voir le direct"};
    return {fmt::format("{} commence dans {}", facts.title, duration(facts.lead)), brief, "Ouvrir la salle"};
}

NoticeWords live(const NoticeFacts& facts, const NoticeTimes& times) {
    const auto subject = std::string("En direct") + kColon + facts.title;
    if (facts.course == Course::kSpontaneous)
        return {subject, fmt::format("Un direct qui n’était pas prévu a commencé sur {}.", facts.channel),
                "Écouter"};
    if (facts.course == Course::kEarly)
        return {std::string("En direct plus tôt que prévu") + kColon + facts.title,
                fmt::format("C’est commencé sur {}. C’était prévu pour le {}.", facts.channel,
                            times.moment(*facts.starts_at)),
                "Écouter"};
    return {subject, fmt::format("C’est commencé sur {}.", facts.channel), "Écouter"};
}

NoticeWords moved(const NoticeFacts& facts, const NoticeTimes& times) {
    const auto subject =
        fmt::format("Déplacé{}{}, {}", kColon, facts.title, times.day_clock(*facts.starts_at));
    const auto to = times.moment(*facts.starts_at);
    const auto brief = facts.was_at ? fmt::format("Du {} au {}.", times.date(*facts.was_at), to)
                                    : fmt::format("C’est maintenant le {}.", to);
    return {subject, brief, "Voir le direct"};
}

NoticeWords of_airing(const NoticeFacts& facts, const NoticeTimes& times) {
    const auto moment = times.moment(*facts.starts_at);
    const auto day_clock = times.day_clock(*facts.starts_at);
    switch (facts.kind) {
        case NoticeKind::kReminder:
            return reminder(facts, times);
        case NoticeKind::kLive:
            return live(facts, times);
        case NoticeKind::kDelayed:
            return {facts.title + " a du retard",
                    fmt::format("La personne qui anime est en retard\u00a0; nous vous dirons quand cela "
                                "commence. C’était prévu pour le {}.",
                                moment),
                    "Ouvrir la salle"};
        case NoticeKind::kMoved:
            return moved(facts, times);
        case NoticeKind::kCancelled:
            return {fmt::format("Annulé{}{}, {}", kColon, facts.title, day_clock),
                    fmt::format("Le direct du {}, n’aura pas lieu.", moment), "Voir le direct"};
        case NoticeKind::kRestored:
            return {fmt::format("{} aura bien lieu, {}", facts.title, day_clock),
                    fmt::format("Le direct du {}, n’est plus annulé.", moment), "Voir le direct"};
        default:
            return {std::string("À réécouter") + kColon + facts.title,
                    fmt::format("Le direct du {}, peut être réécouté.", moment), "Réécouter"};
    }
}

}  // namespace

const NoticeLabels kFrenchLabels{
    "Quand",
    "Avant",
    "Émission",
    "Chaîne",
    "Avec",
    "Prochain direct",
    kColon,
    "Vous recevez ce message parce que vous suivez, sur {}, ce direct, son émission, sa chaîne ou une "
    "personne "
    "qui l’anime.",
    "Vous recevez ce résumé de ce que vous suivez sur {}.",
    "Choisir ce qui vous est annoncé, et quand",
    "Ne plus m’annoncer cela",
    "Ne plus m’envoyer de messages",
    "Nouvelles",
    "Rien de ce que vous suivez n’est prévu.",
    "Toutes les heures\u00a0: {}.",
    "et {} de plus",
    "Mon programme",
    "Au programme\u00a0: {}",
    "Votre semaine à partir du {}",
    "Ce qui attendait\u00a0: {}",
};

NoticeWords said_in_french(const NoticeFacts& facts, const NoticeTimes& times) {
    switch (facts.kind) {
        case NoticeKind::kRescheduled:
            return {std::string("Nouvel horaire") + kColon + facts.title,
                    facts.schedule.empty() ? fmt::format("Sur {}.", facts.channel) : facts.schedule + ".",
                    "Voir l’émission"};
        case NoticeKind::kRetired:
            return {
                facts.title + " quitte le programme",
                fmt::format("Plus aucun direct n’est prévu sur {}. Ce qui est paru reste.", facts.channel),
                "Voir l’émission"};
        case NoticeKind::kNote:
            return {fmt::format("{} vous écrit{}{}", facts.author.empty() ? facts.channel : facts.author,
                                kColon, facts.title),
                    excerpt(facts.note), "Voir l’émission"};
        default:
            if (facts.starts_at) return of_airing(facts, times);
            return {facts.title, fmt::format("Sur {}.", facts.channel), "Voir"};
    }
}

}  // namespace stagecast::studio
