#include "recorder/ledger.h"

#include <algorithm>

#include "base/error.h"

namespace stagecast::recorder {
namespace {

using store::Decision;

const std::vector<Wording>& wordings() {
    static const std::vector<Wording> all{
        {"2026-1",
         "en",
         {{Purpose::kRecord, "May your voice in this room be recorded and kept on this server?"},
          {Purpose::kReplay, "May people who are admitted to this show hear your voice again on this site?"},
          {Purpose::kPodcast, "May your voice be published in this show's podcast?"},
          {Purpose::kClip, "May short extracts with your voice be published to announce the show?"}},
         "Your recording is kept as long as something published holds it. You can take each answer back at "
         "any "
         "time: your recording is erased and what was published is made again without you. Copies that "
         "others "
         "have already downloaded are out of our reach. Whatever you answer, you can speak."},
        {"2026-1",
         "fr",
         {{Purpose::kRecord,
           "Votre voix dans ce salon peut-elle être enregistrée et conservée sur ce serveur ?"},
          {Purpose::kReplay,
           "Les personnes admises à cette émission peuvent-elles réécouter votre voix sur ce site ?"},
          {Purpose::kPodcast, "Votre voix peut-elle être publiée dans le podcast de cette émission ?"},
          {Purpose::kClip,
           "De courts extraits de votre voix peuvent-ils être publiés pour annoncer l’émission ?"}},
         "Votre enregistrement est conservé tant qu’une publication le contient. Vous pouvez revenir sur "
         "chaque "
         "réponse à tout moment : votre enregistrement est effacé et ce qui a été publié est refait sans "
         "vous. Les "
         "copies déjà téléchargées par d’autres sont hors de notre portée. Quelle que soit votre réponse, "
         "vous "
         "pouvez parler."},
    };
    return all;
}

std::map<Purpose, store::Consent> newest_lines(store::Snapshot& snapshot, const SpeakerId& speaker) {
    std::map<Purpose, store::Consent> newest;
    for (auto& line : store::consents::of_speaker(snapshot, speaker)) newest[line.purpose] = std::move(line);
    return newest;
}

}  // namespace

std::string_view name_of(Purpose purpose) noexcept {
    switch (purpose) {
        case Purpose::kRecord:
            return "record";
        case Purpose::kReplay:
            return "replay";
        case Purpose::kPodcast:
            return "podcast";
        case Purpose::kClip:
            return "clip";
    }
    return "record";
}

Purpose purpose_named(std::string_view name, std::string_view field) {
    for (const Purpose purpose : kPurposes)
        if (name_of(purpose) == name) return purpose;
    throw Invalid(std::string(field), "is none of record, replay, podcast, clip");
}

const Wording& current_wording(std::string_view language) {
    const auto& all = wordings();
    const auto newest_in = [&](std::string_view wanted) {
        return std::find_if(all.rbegin(), all.rend(), [&](const Wording& w) { return w.language == wanted; });
    };
    const auto found = newest_in(language);
    return found != all.rend() ? *found : *newest_in("en");
}

bool is_known_wording(std::string_view version, std::string_view language) noexcept {
    return std::ranges::any_of(
        wordings(), [&](const Wording& w) { return w.version == version && w.language == language; });
}

void answer(store::Tx& tx, const SpeakerId& speaker, const RoomId& room, const Purposes& given,
            std::string_view wording, std::string_view language, std::string_view how, Instant at) {
    if (!is_known_wording(wording, language)) throw Invalid("wording", "is not a text that we show");
    if (!given.empty() && !given.contains(Purpose::kRecord))
        throw Invalid("purposes", "replay, podcast and clip need record as well");
    if (!std::ranges::includes(given, standing(tx, speaker)))
        throw Conflict("what was agreed to is taken back by withdrawing it, not by another answer");
    for (const Purpose purpose : kPurposes) {
        const Decision decision = given.contains(purpose) ? Decision::kGiven : Decision::kRefused;
        store::consents::append(tx, {speaker, room, purpose, decision, std::string(wording),
                                     std::string(language), std::string(how), at});
    }
}

Purposes standing(store::Snapshot& snapshot, const SpeakerId& speaker) {
    Purposes result;
    for (const auto& [purpose, line] : newest_lines(snapshot, speaker))
        if (line.decision == Decision::kGiven) result.insert(purpose);
    if (!result.contains(Purpose::kRecord)) result.clear();
    return result;
}

bool was_asked(store::Snapshot& snapshot, const SpeakerId& speaker) {
    return !store::consents::of_speaker(snapshot, speaker).empty();
}

Purposes withdraw(store::Tx& tx, const SpeakerId& speaker, const RoomId& room, const Purposes& purposes,
                  std::string_view how, Instant at) {
    auto newest = newest_lines(tx, speaker);
    Purposes withdrawn;
    for (const Purpose purpose : standing(tx, speaker)) {
        if (!purposes.contains(purpose) && !purposes.contains(Purpose::kRecord)) continue;
        store::Consent line = newest.at(purpose);
        line.room = room;
        line.decision = Decision::kWithdrawn;
        line.how = how;
        line.at = at;
        store::consents::append(tx, line);
        withdrawn.insert(purpose);
    }
    return withdrawn;
}

}  // namespace stagecast::recorder
