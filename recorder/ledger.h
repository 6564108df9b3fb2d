#pragma once
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"
#include "store/recordings.h"

namespace stagecast::recorder {

using store::Purpose;
inline constexpr std::array kPurposes{Purpose::kRecord, Purpose::kReplay, Purpose::kPodcast, Purpose::kClip};
std::string_view name_of(Purpose purpose) noexcept;  // "record", "replay", "podcast", "clip"
Purpose purpose_named(std::string_view name, std::string_view field);  // Invalid(field)

using Purposes = std::set<Purpose>;

// The questions as they are asked: one text per version and language, never edited, only followed by a new
// version.
struct Wording {
    std::string version;   // "2026-1"
    std::string language;  // "en", "fr"
    std::map<Purpose, std::string> question;
    std::string keeping;  // how long, and what withdrawing does
};
const Wording& current_wording(std::string_view language);  // English where there is no such language
bool is_known_wording(std::string_view version, std::string_view language) noexcept;

// Appends one line per purpose: given or refused. replay, podcast and clip need record: without it they are
// refused (Invalid("purposes") if asked for). Invalid("wording") for a text that we never showed.
void answer(store::Tx&, const SpeakerId&, const RoomId&, const Purposes& given, std::string_view wording,
            std::string_view language, std::string_view how, Instant at);
// What stands now: the newest line per purpose. Nobody asked: empty.
Purposes standing(store::Snapshot&, const SpeakerId&);
bool was_asked(store::Snapshot&, const SpeakerId&);
// Appends `withdrawn` for what stands of `purposes` (withdrawing record withdraws all). Returns what was
// withdrawn.
Purposes withdraw(store::Tx&, const SpeakerId&, const RoomId&, const Purposes& purposes, std::string_view how,
                  Instant at);

}  // namespace stagecast::recorder
