#include "scheduler/notices.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "store/words.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using store::FollowKind;
using store::Notice;
using store::NoticeKind;
using store::NoticeTarget;
using store::Room;
using store::RoomState;

constexpr std::size_t kMaxNoteCharacters = 2'000;
constexpr std::chrono::days kReplayIsNews{7}, kNoteIsNews{3}, kScheduleIsNews{3};

std::vector<NoticeTarget> targets_of(store::Snapshot& snapshot, const Room& room) {
    std::vector<NoticeTarget> targets{{FollowKind::kRoom, room.id.text()},
                                      {FollowKind::kChannel, room.channel.text()}};
    auto hosts = store::rooms::hosts(snapshot, room.id);
    if (room.show) {
        targets.push_back({FollowKind::kShow, room.show->text()});
        const auto of_show = store::shows::hosts(snapshot, *room.show);
        hosts.insert(hosts.end(), of_show.begin(), of_show.end());
    }
    for (const auto& host : hosts) targets.push_back({FollowKind::kHost, host.account.text()});
    return targets;
}

// 1,440 minutes is worth telling half a day, an hour half an hour; ten minutes until the start.
Instant end_of_reminder(const Room& room, int minutes_before) {
    return minutes_before > 10 ? room.starts_at - minutes(minutes_before) / 2 : room.starts_at;
}

int rung_of(int minutes_before) {
    switch (minutes_before) {
        case 1'440:
            return store::kDay;
        case 60:
            return store::kHour;
        case 10:
            return store::kTenMinutes;
        default:
            return store::kAtStart;
    }
}

// Out of its time nobody waits for it: everybody with any rung is told.
bool is_unexpected(const Room& room, Instant now) {
    return !room.slot || now < room.starts_at - kEarly;
}

struct Reach {
    int rungs = 0;
    Instant until{};
};

Reach reach_of(const Room& room, const AiringNews& news, Instant now) {
    switch (news.kind) {
        case NoticeKind::kReminder:
            return {rung_of(news.minutes_before), end_of_reminder(room, news.minutes_before)};
        case NoticeKind::kLive:
            return {is_unexpected(room, now) ? store::kEveryRung : store::kAtStart, now + kLiveIsNews};
        case NoticeKind::kDelayed:
            return {store::kAtStart, room.starts_at + minutes(30)};
        case NoticeKind::kReplay:
            return {0, now + kReplayIsNews};
        case NoticeKind::kMoved:
            return {0, std::max(room.starts_at, news.was_at.value_or(now))};
        default:
            return {0, room.starts_at};
    }
}

std::string key_of(const Room& room, const AiringNews& news) {
    switch (news.kind) {
        case NoticeKind::kReminder:
            return fmt::format("reminder:{}:{}:{}", news.minutes_before, room.id.text(),
                               room.starts_at.time_since_epoch().count());
        case NoticeKind::kLive:
        case NoticeKind::kReplay:
            return fmt::format("{}:{}", store::word(news.kind), room.id.text());
        case NoticeKind::kDelayed:
            return fmt::format("delayed:{}:{}", room.id.text(), room.starts_at.time_since_epoch().count());
        default:
            return fmt::format("{}:{}:{}", store::word(news.kind), room.id.text(), room.sequence);
    }
}

Notice made(Random& random, NoticeKind kind, std::string key, Instant now) {
    Notice notice;
    notice.id = NoticeId::make(random);
    notice.key = std::move(key);
    notice.kind = kind;
    notice.due_at = notice.created_at = now;
    return notice;
}

}  // namespace

bool tell(store::Tx& tx, Random& random, const Room& room, const AiringNews& news, Instant now) {
    if (room.visibility != store::Visibility::kPublic) return false;
    const auto reach = reach_of(room, news, now);
    if (reach.until <= now) return false;
    auto notice = made(random, news.kind, key_of(room, news), now);
    notice.channel = room.channel;
    notice.show = room.show;
    notice.room = room.id;
    notice.minutes_before = news.minutes_before;
    notice.rungs = reach.rungs;
    notice.starts_at = room.starts_at;
    notice.was_at = news.was_at;
    notice.by = news.by;
    notice.expires_at = reach.until;
    const auto targets = targets_of(tx, room);
    return store::notices::has_ears(tx, room.channel, targets) && store::notices::insert(tx, notice, targets);
}

bool tell_show(store::Tx& tx, Random& random, const store::Show& show, NoticeKind kind,
               const std::optional<AccountId>& by, Instant now) {
    auto notice =
        made(random, kind, fmt::format("{}:{}:{}", store::word(kind), show.id.text(), show.sequence), now);
    notice.channel = show.channel;
    notice.show = show.id;
    notice.by = by;
    notice.expires_at = now + kScheduleIsNews;
    return store::notices::insert(
        tx, notice, {{FollowKind::kShow, show.id.text()}, {FollowKind::kChannel, show.channel.text()}});
}

void tell_note(store::Tx& tx, Random& random, const store::Show& show, const std::string& text,
               const AccountId& by, Instant now) {
    auto checked = checked_text(text, "text", 1, kMaxNoteCharacters, Lines::kMany);
    if (store::notices::notes_since(tx, show.id, now - kNoteEvery) > 0)
        throw Conflict("Followers were written to within the last 12 hours. Wait until then.");
    auto notice = made(random, NoticeKind::kNote, "", now);
    notice.key = "note:" + notice.id.text();
    notice.channel = show.channel;
    notice.show = show.id;
    notice.text = std::move(checked);
    notice.by = by;
    notice.expires_at = now + kNoteIsNews;
    store::notices::insert(tx, notice, {{FollowKind::kShow, show.id.text()}});
}

bool is_current(const Notice& notice, const std::optional<Room>& room, Instant now) {
    if (now >= notice.expires_at) return false;
    if (!notice.room) return true;
    if (!room || room->visibility != store::Visibility::kPublic) return false;
    const bool has_start = notice.starts_at == room->starts_at;
    const bool waits = room->state == RoomState::kScheduled || room->state == RoomState::kBackstage;
    switch (notice.kind) {
        case NoticeKind::kReminder:
            return has_start && waits && room->lateness != store::Lateness::kNotHeld;
        case NoticeKind::kDelayed:
            return has_start && waits;
        case NoticeKind::kLive:
            return room->state == RoomState::kLive;
        case NoticeKind::kMoved:
        case NoticeKind::kRestored:
            return has_start && room->state == RoomState::kScheduled;
        case NoticeKind::kCancelled:
            return room->state == RoomState::kCancelled;
        default:
            return true;
    }
}

}  // namespace stagecast::scheduler
