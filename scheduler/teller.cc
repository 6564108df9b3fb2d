#include "scheduler/teller.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "scheduler/notices.h"
#include "scheduler/quiet.h"
#include "store/followers.h"
#include "store/hooks.h"
#include "store/recordings.h"
#include "store/rooms.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using store::Dispatch;
using store::Listed;
using store::Notice;
using store::NoticeKind;
using store::Tx;
using store::Way;

constexpr int kPage = 1'000;           // followers of one target in one transaction: some 20 ms
constexpr int kStartsAtOnce = 500;     // airings in one transaction
constexpr hours kReplaysLookBack{24};  // at start: what was published just before we stopped
constexpr int kNoticesAtOnce = 50;
constexpr int kDigestsAtOnce = 50;
constexpr std::chrono::days kBudgetSpan{1};
constexpr hours kDigestIsNews{20};
constexpr std::chrono::days kKept{60};  // notices, and so the bell's history
constexpr int kForgottenAtOnce = 100;
constexpr hours kForgetsEvery{1};

// Worth nothing later: it cannot wait for a digest.
bool is_of_the_moment(NoticeKind kind) {
    return kind == NoticeKind::kReminder || kind == NoticeKind::kLive || kind == NoticeKind::kDelayed;
}

// One page of everybody who follows one of the targets, by id, each once with all their ladders together.
struct Page {
    std::vector<Listed> people;
    std::optional<FollowerId> rest_after;  // there may be more after this one
};

Page read_page(Tx& tx, const Notice& notice) {
    const auto after = FollowerId::trusted(notice.reached);
    Page page;
    std::map<FollowerId, Listed> merged;
    for (const auto& target : store::notices::targets(tx, notice.id)) {
        auto people = store::follows::listed(tx, target.kind, target.id, after, kPage);
        if (people.size() == kPage && (!page.rest_after || people.back().follower < *page.rest_after))
            page.rest_after = people.back().follower;
        for (auto& who : people) {
            const auto [known, is_new] = merged.try_emplace(who.follower, who);
            if (!is_new) known->second.ladder |= who.ladder;
        }
    }
    for (auto& [id, who] : merged)
        if (!page.rest_after || id <= *page.rest_after) page.people.push_back(std::move(who));
    return page;
}

bool hears(const Notice& notice, const Listed& who) {
    return notice.rungs == 0 || (who.ladder & notice.rungs) != 0;
}

Dispatch dispatch_of(const Notice& notice, const FollowerId& to, Way way, Instant due) {
    Dispatch dispatch;
    dispatch.notice = notice.id;
    dispatch.follower = to;
    dispatch.way = way;
    dispatch.due_at = due;
    dispatch.expires_at = notice.expires_at;
    return dispatch;
}

// Mail, and every browser that takes push messages.
void send_by_all_ways(Tx& tx, const Notice& notice, const FollowerId& to, bool by_mail, bool by_push,
                      Instant due) {
    auto dispatch = dispatch_of(notice, to, Way::kMail, due);
    if (by_mail) store::dispatches::insert(tx, dispatch);
    if (!by_push) return;
    dispatch.way = Way::kPush;
    for (const auto& subscription : store::push_subscriptions::of(tx, to)) {
        dispatch.receiver = subscription.id.text();
        store::dispatches::insert(tx, dispatch);
    }
}

}  // namespace

std::shared_ptr<const Zone> Teller::zone(const std::string& name) {
    auto& known = zones_[name];
    if (!known) known = Zone::find(name);
    return known;
}

int Teller::tick() {
    const auto now = clock_.now();
    zones_.clear();  // a new tzdata may have come
    remind(now);
    tell_replays(now);
    const int planned = plan(now);
    make_digests(now);
    forget_old(now);
    return planned;
}

void Teller::forget_old(Instant now) {
    if (now < forgets_at_) return;
    const int forgotten = database_.write(
        [&](Tx& tx) {
            store::followers::erase_asked(tx, now - kKept);
            return store::notices::erase_before(tx, now - kKept, kForgottenAtOnce);
        },
        store::Durability::kNormal);
    // As long as there are more, at the next tick.
    if (forgotten < kForgottenAtOnce) forgets_at_ = now + kForgetsEvery;
}

int Teller::remind(Instant now) {
    int told = 0;
    for (std::size_t i = 0; i < kRungs.size(); ++i) {
        const int minutes_before = kRungs.at(i);
        if (minutes_before == 0) continue;  // going live tells that
        const auto worth = minutes_before > 10 ? minutes(minutes_before) / 2 : minutes(0);
        const Instant until = now + minutes(minutes_before) + Milliseconds(1);
        // The clock may have been ahead: what was seen lies further then, and nothing is skipped by that.
        store::rooms::Place after{std::max(std::min(reminded_until_.at(i), until), now + worth), ""};
        while (true) {
            const auto rooms = database_.read([&](store::Snapshot& snapshot) {
                return store::rooms::starting_after(snapshot, after, until, kStartsAtOnce);
            });
            if (rooms.empty()) break;
            database_.write([&](Tx& tx) {
                for (const auto& room : rooms)
                    told += tell(tx, random_, room, {NoticeKind::kReminder, minutes_before}, now) ? 1 : 0;
            });
            after = store::rooms::place_of(rooms.back());
        }
        reminded_until_.at(i) = until;
    }
    return told;
}

// Published ones, by the table: whoever published them need not know who is told.
void Teller::tell_replays(Instant now) {
    const auto from = std::min(replays_told_until_.value_or(now - kReplaysLookBack), now - minutes(1));
    const auto episodes = database_.read([&](store::Snapshot& snapshot) {
        return store::episodes::published_since(snapshot, from, kStartsAtOnce);
    });
    if (!episodes.empty()) {
        database_.write([&](Tx& tx) {
            for (const auto& episode : episodes)
                if (const auto room = store::rooms::find(tx, episode.room))
                    tell(tx, random_, *room, {NoticeKind::kReplay}, now);
        });
    }
    replays_told_until_ = now;
}

int Teller::plan(Instant now) {
    int planned = 0;
    while (true) {
        const auto notices = database_.read([&](store::Snapshot& snapshot) {
            return store::notices::unplanned(snapshot, now, kNoticesAtOnce);
        });
        for (const auto& notice : notices) plan_wholly(notice, now);
        planned += static_cast<int>(notices.size());
        if (notices.size() < kNoticesAtOnce) return planned;
    }
}

void Teller::plan_wholly(const Notice& seen, Instant now) {
    auto notice = seen;
    while (plan_page(notice, now)) {
    }
}

bool Teller::plan_page(Notice& notice, Instant now) {
    std::vector<FollowerId> heard;
    const bool has_more = database_.write(
        [&](Tx& tx) {
            const auto room = notice.room ? store::rooms::find(tx, *notice.room) : std::nullopt;
            if (!is_current(notice, room, now)) {
                store::notices::silence(tx, notice.id, now);
                return false;
            }
            if (notice.reached.empty()) tell_webhooks(tx, notice, now);
            const auto page = read_page(tx, notice);
            for (const auto& who : page.people) {
                if (!hears(notice, who)) continue;
                heard.push_back(who.follower);
                tell_one(tx, notice, who, now);
            }
            if (page.rest_after) {
                store::notices::set_reached(tx, notice.id, *page.rest_after);
                notice.reached = page.rest_after->text();
            } else {
                store::notices::set_planned(tx, notice.id, now);
            }
            return page.rest_after.has_value();
        },
        store::Durability::kNormal);
    if (ear_ && !heard.empty()) ear_(notice, heard);
    return has_more;
}

void Teller::tell_one(Tx& tx, const Notice& notice, const Listed& who, Instant now) {
    const bool is_own_doing = notice.by && store::followers::id_of(*notice.by) == who.follower;
    if (!who.is_told || is_own_doing || (!who.by_mail && who.subscriptions == 0)) return;
    const auto its_zone = zone(who.zone);
    const auto due = after_quiet(*its_zone, who.quiet_from_minutes, who.quiet_until_minutes, now);
    if (due >= notice.expires_at) return;
    const bool is_spent =
        who.daily_budget == 0 ||
        store::dispatches::told_since(tx, who.follower, now - kBudgetSpan) >= who.daily_budget;
    if (!who.has_digest && !is_spent)
        return send_by_all_ways(tx, notice, who.follower, who.by_mail, who.subscriptions > 0, due);
    if (is_of_the_moment(notice.kind)) return;
    store::dispatches::insert(tx, dispatch_of(notice, who.follower, Way::kDigest, now));
    if (!who.has_digest)
        store::followers::set_next_digest(tx, who.follower, next_digest(*its_zone, store::Digest::kOff, now));
}

void Teller::tell_webhooks(Tx& tx, const Notice& notice, Instant now) {
    if (!notice.channel) return;
    for (const auto& hook : store::webhooks::of_channel(tx, *notice.channel)) {
        if (!hook.is_on) continue;
        auto dispatch = dispatch_of(notice, {}, Way::kWebhook, now);
        dispatch.receiver = hook.id.text();
        store::dispatches::insert(tx, dispatch);
    }
}

int Teller::make_digests(Instant now) {
    const auto due = database_.read([&](store::Snapshot& snapshot) {
        return store::followers::with_digest_due(snapshot, now, kDigestsAtOnce);
    });
    for (const auto& seen : due) {
        database_.write([&](Tx& tx) {
            const auto who = store::followers::find(tx, seen.id);
            if (!who || who->next_digest_at != seen.next_digest_at) return;
            make_digest(tx, *who, now);
        });
    }
    return static_cast<int>(due.size());
}

void Teller::make_digest(Tx& tx, const store::Follower& who, Instant now) {
    const auto its_zone = zone(who.zone);
    const auto next = next_digest(*its_zone, who.digest, now);
    const bool is_wanted = who.digest != store::Digest::kOff;
    store::followers::set_next_digest(tx, who.id, is_wanted ? std::optional(next) : std::nullopt);
    const auto planned = *who.next_digest_at;
    const auto local = its_zone->to_local(planned);
    // In another zone by now: their morning is another.
    if (is_wanted && local - std::chrono::floor<std::chrono::days>(local) != hours(kDigestHour)) return;
    if (who.state != store::FollowerState::kConfirmed) return;
    Notice digest;
    digest.id = NoticeId::make(random_);
    digest.key = fmt::format("digest:{}:{}", who.id.text(), planned.time_since_epoch().count());
    digest.kind = NoticeKind::kDigest;
    digest.text = who.id.text();
    digest.due_at = digest.created_at = now;
    digest.starts_at = now;
    digest.was_at =
        now + (who.digest == store::Digest::kWeekly ? std::chrono::days(7) : std::chrono::days(1));
    digest.expires_at = now + kDigestIsNews;
    digest.planned_at = now;
    const bool has_news = store::dispatches::gather(tx, who.id, digest.id, now) > 0;
    const bool has_ahead =
        is_wanted && !store::rooms::followed_by(tx, who.id, now, *digest.was_at, 1).empty();
    if ((!has_news && !has_ahead) || !store::notices::insert(tx, digest, {})) return;
    send_by_all_ways(tx, digest, who.id, who.by_mail, !who.by_mail, now);
}

}  // namespace stagecast::scheduler
