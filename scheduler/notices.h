#pragma once
#include <optional>
#include <string>

#include "base/random.h"
#include "store/notices.h"
#include "store/rooms.h"
#include "store/shows.h"

// What there is to tell followers of, written in the transaction that makes it so: an acknowledged change is
// never untold. Nothing of rooms that are not public. Each is taken once: by kind, airing and start.
namespace stagecast::scheduler {

inline constexpr std::chrono::minutes kLiveIsNews{15};  // after going live
inline constexpr std::chrono::minutes kEarly{10};       // before its start: an airing goes live early
inline constexpr std::chrono::hours kNoteEvery{12};     // a show's host writes to followers no oftener

// Of one airing. kReminder says minutes_before of scheduler/reminders.h's rungs.
struct AiringNews {
    store::NoticeKind kind = store::NoticeKind::kReminder;
    int minutes_before = 0;
    std::optional<Instant> was_at = {};  // kMoved: from
    std::optional<AccountId> by = {};
};
bool tell(store::Tx&, Random&, const store::Room&, const AiringNews&, Instant now);
// Of a whole show: kRescheduled, kRetired.
bool tell_show(store::Tx&, Random&, const store::Show&, store::NoticeKind, const std::optional<AccountId>& by,
               Instant now);
// A host's words to the followers of a show, plain text of 1 to 2,000 characters. Throws Invalid("text"),
// Conflict within kNoteEvery after the last.
void tell_note(store::Tx&, Random&, const store::Show&, const std::string& text, const AccountId& by,
               Instant now);

// Whether what it says is so still. The room: as it is now; nothing for notices of none.
bool is_current(const store::Notice&, const std::optional<store::Room>& room, Instant now);

}  // namespace stagecast::scheduler
